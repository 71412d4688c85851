"""Bounding boxes, drawn into images with Pillow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam.ops.arrays import convert_to_numpy
from hornbeam.ops.boxes import convert_format
from hornbeam.visualization.pixels import as_color, as_given, as_pixels

# The height of letters, in pixels, at `font_scale=1`.
_LETTERS = 20


class Box(NamedTuple):
    """The corners in pixels, and what is written above."""

    corners: tuple[float, ...]
    text: str


class Pen(NamedTuple):
    """How boxes are drawn."""

    color: tuple[int, ...]
    line: int
    text: int
    scale: float


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: Any,
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: Sequence[int] = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """Images with boxes drawn into them.

    Args:
        images: a batch of shape (batch, height, width, channels), of bytes, or floats up to 1 or 255.
        bounding_boxes: a dictionary of "boxes", shape (batch, boxes, 4), and "labels", shape (batch, boxes); a label of
            -1 fills up and is not drawn. "confidence", shape (batch, boxes), is written beside the class.
        bounding_box_format: how boxes are written, such as "xyxy"; see `hornbeam.utils.bounding_boxes`.
        class_mapping: the names of the classes, by label; nothing is written without it.
        color: red, green and blue, from 0 to 255.
        line_thickness: in pixels.
        text_thickness: of letters; 1 is plain.
        font_scale: the size of letters, by the usual one.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Returns:
        New images, uint8, with 3 channels where there was one.

    Raises:
        ImportError: when Pillow is not installed.

    >>> import hornbeam, numpy as np
    >>> boxes = {"boxes": [[[1, 1, 6, 6]]], "labels": [[0]]}
    >>> drawn = hornbeam.visualization.draw_bounding_boxes(np.zeros((1, 8, 8, 3)), boxes, "xyxy", line_thickness=1)
    >>> int((drawn[0, ..., 0] > 0).sum())
    20
    """
    pen = Pen(as_color(color, "color"), _size(line_thickness), _size(text_thickness), float(font_scale))
    pixels = as_pixels(images, data_format)
    for image, boxes in zip(pixels, _boxes_of(bounding_boxes, bounding_box_format, class_mapping, pixels), strict=True):
        image[...] = _drawn(image, boxes, pen)
    return as_given(pixels, data_format)


def _boxes_of(given: Any, form: str, names: Any, pixels: np.ndarray) -> Iterator[list[Box]]:
    if not isinstance(given, Mapping) or not {"boxes", "labels"} <= set(given):
        keys = sorted(given) if isinstance(given, Mapping) else type(given).__name__
        raise ValueError(f"`bounding_boxes` must be a dictionary of 'boxes' and 'labels'. Received: {keys}.")
    parts = [given["boxes"], given["labels"], given.get("confidence")]
    for part in parts[:2]:
        if len(part) != len(pixels):
            raise ValueError(
                f"`bounding_boxes` must have an entry for each of {len(pixels)} images. Received: {len(part)}."
            )
    height, width = pixels.shape[1:3]
    for i in range(len(pixels)):
        boxes, labels, confidence = (None if part is None else _numbers(part[i]) for part in parts)
        assert boxes is not None and labels is not None
        if boxes.size != 4 * labels.size:
            raise ValueError(
                "`bounding_boxes` must have four numbers in 'boxes' for each of the 'labels'. "
                f"Received: shapes {boxes.shape} and {labels.shape} of image {i}."
            )
        corners = _numbers(convert_format(boxes.reshape(-1, 4), form, "xyxy", height, width))
        sure = [None] * labels.size if confidence is None else confidence.reshape(-1)
        all_ = zip(corners, labels.reshape(-1), sure, strict=True)
        yield [Box(tuple(corner), _text(label, names, c)) for corner, label, c in all_ if label >= 0]


def _numbers(x: Any) -> np.ndarray:
    return np.asarray(convert_to_numpy(x), "float32")


def _text(label: float, names: Any, confidence: float | None) -> str:
    named = dict(enumerate(names)) if isinstance(names, list | tuple) else names or {}
    if int(label) not in named:
        return ""
    return str(named[int(label)]) + ("" if confidence is None else f" {confidence:.2f}")


def _drawn(image: np.ndarray, boxes: list[Box], pen: Pen) -> np.ndarray:
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise ImportError("Boxes are drawn with the package `pillow`: `pip install hornbeam[pillow]`.") from None
    picture = Image.fromarray(image)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(_LETTERS * pen.scale)
    for (left, top, right, bottom), text in boxes:
        around = pen.line // 2
        x, y = round(left) - around, round(top) - around
        corner = max(x, round(right) + around), max(y, round(bottom) + around)
        draw.rectangle((x, y, *corner), outline=pen.color, width=2 * around + 1)
        if text:
            _write(draw, font, (x, y), picture.width, text, pen)
    return np.asarray(picture)


def _write(draw: Any, font: Any, corner: tuple[int, int], width: int, text: str, pen: Pen) -> None:
    """Above the box; inside of it where there is no room above."""
    x, y = corner
    left, top, right, bottom = font.getbbox(text, stroke_width=pen.text - 1)
    above = y - bottom - 2
    if above + top < 0:
        x, above = x + pen.line + 2, max(y, 0) + pen.line
    place = max(min(x, width - right), 0) - left
    draw.text((place, above), text, fill=pen.color, font=font, stroke_width=pen.text - 1)


def _size(thickness: Any) -> int:
    if isinstance(thickness, bool) or not isinstance(thickness, int | np.integer) or thickness < 1:
        raise ValueError(f"The thickness of lines and letters must be a positive integer. Received: {thickness!r}.")
    return int(thickness)
