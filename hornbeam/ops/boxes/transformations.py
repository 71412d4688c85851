"""Boxes that go along with their images: cut off at the border, cropped, padded, moved by an affine map."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.ops.boxes.formats import convert_format, for_each, format_of, on_boxes
from hornbeam.ops.dispatch import Array, as_array, op


@op
def clip_to_image_size(
    bounding_boxes: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> Any:
    """Boxes without what is outside of their image; the label of a box that nothing is left of becomes -1.

    >>> from hornbeam.utils import bounding_boxes
    >>> boxes = {"boxes": [[-5.0, 5.0, 5.0, 20.0], [30.0, 0.0, 40.0, 9.0]], "labels": [3, 4]}
    >>> clipped = bounding_boxes.clip_to_image_size(boxes, height=10, width=20)
    >>> clipped["boxes"].tolist(), clipped["labels"].tolist()
    ([[0.0, 5.0, 5.0, 10.0], [20.0, 0.0, 20.0, 9.0]], [3, -1])

    Args:
        bounding_boxes: a dictionary with "boxes" and "labels", or boxes alone.
        height: of the image; needed unless boxes are shares of it.
        width: likewise.
        bounding_box_format: how boxes are written, such as "xyxy".
    """
    relative = format_of(bounding_box_format).relative
    if not relative and (height is None or width is None):
        raise ValueError(
            "`height` and `width` of the image must be given unless boxes are shares of it. "
            f"Received: bounding_box_format={bounding_box_format!r}, height={height}, width={width}."
        )
    size = (1.0, 1.0) if relative else (height, width)
    return by_corners(bounding_boxes, bounding_box_format, lambda corners: clipped(corners, *size), outside=True)


def clipped(corners: Array, height: Any, width: Any) -> Array:
    """Corners (x0, y0, x1, y1) within the image."""
    ends = (for_each(width, corners), for_each(height, corners)) * 2
    parts = [engine.minimum(engine.maximum(corners[..., i : i + 1], 0.0), end) for i, end in enumerate(ends)]
    return engine.concatenate(parts, -1)


def by_corners(
    bounding_boxes: Any, bounding_box_format: str, change: Callable[[Array], Array], outside: bool = False
) -> Any:
    """Boxes after `change` of their corners (x0, y0, x1, y1), which are shares of the image if the boxes are.

    With `outside`, the label of a box that nothing is left of becomes -1.
    """
    how = "rel_xyxy" if format_of(bounding_box_format).relative else "xyxy"
    corners = on_boxes(convert_format(bounding_boxes, bounding_box_format, how), change)
    if outside and isinstance(corners, dict) and "labels" in corners:
        corners = {**corners, "labels": _labels_within(corners["labels"], corners["boxes"])}
    return convert_format(corners, how, bounding_box_format)


def _labels_within(labels: Any, corners: Array) -> Array:
    labels = as_array(labels)
    empty = (corners[..., 2] <= corners[..., 0]) | (corners[..., 3] <= corners[..., 1])
    empty = engine.reshape(empty, (*empty.shape, *(1 for _ in labels.shape[len(empty.shape) :])))
    return engine.where(empty, engine.cast(-1, engine.dtype_name(labels)), labels)


@op
def crop(boxes: Any, top: Any, left: Any, height: Any, width: Any, bounding_box_format: str = "xyxy") -> Any:
    """Boxes of images of which `height` rows from `top` on and `width` columns from `left` on are kept.

    Args:
        boxes: shape (boxes, 4) or (batch, boxes, 4), or a dictionary with "boxes" and "labels".
        top: rows that are cut off above; a number, or one for each image of a batch.
        left: columns that are cut off, likewise.
        height: of what is left.
        width: of what is left.
        bounding_box_format: how boxes are written; in pixels.
    """
    _check_pixels(bounding_box_format, "crop")
    return by_corners(
        boxes,
        bounding_box_format,
        lambda corners: clipped(shifted(corners, _minus(left), _minus(top)), height, width),
        outside=True,
    )


@op
def pad(
    boxes: Any, top: Any, left: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> Any:
    """Boxes of images that got `top` rows above and `left` columns at the left.

    Args:
        boxes: shape (boxes, 4) or (batch, boxes, 4), or a dictionary with such "boxes".
        top: rows; a number, or one for each image of a batch.
        left: columns, likewise.
        height: of the result; boxes in pixels do not depend on it.
        width: likewise.
        bounding_box_format: how boxes are written; in pixels.
    """
    _check_pixels(bounding_box_format, "pad")
    return by_corners(boxes, bounding_box_format, lambda corners: shifted(corners, left, top))


def _check_pixels(bounding_box_format: str, what: str) -> None:
    if format_of(bounding_box_format).relative:
        raise ValueError(
            f"`{what}` needs boxes in pixels, since the image's size changes; convert them with `convert_format` "
            f"before and after. Received: bounding_box_format={bounding_box_format!r}."
        )


def _minus(x: Any) -> Any:
    return -x if isinstance(x, int | float) else 0 - as_array(x)


def shifted(corners: Array, right: Any, down: Any) -> Array:
    """Corners moved, by numbers or by one for each image."""
    right, down = for_each(right, corners), for_each(down, corners)
    return engine.concatenate([corners[..., i : i + 1] + by for i, by in enumerate((right, down, right, down))], -1)


@op
def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Array:
    """The boxes around what boxes become when images are moved, scaled, turned and sheared about a centre.

    Args:
        boxes: shape (boxes, 4), or (batch, boxes, 4).
        angle: in degrees, counter-clockwise. This and the next five are numbers, or one for each image of a batch.
        translate_x: a share of the width that images move to the right, before all else.
        translate_y: a share of the height that they move down.
        scale: how many times as large they become.
        shear_x: in degrees.
        shear_y: in degrees.
        height: of the images.
        width: of the images.
        center_x: a share of the width, where the centre is; a half by default.
        center_y: a share of the height, likewise.
        bounding_box_format: how boxes are written, such as "xyxy".
    """
    matrix = _matrix(*(_each(x) for x in (angle, scale, shear_x, shear_y)))
    right, down = width - 1, height - 1

    def move(corners: Array) -> Array:
        x, y = (for_each(0.5 if c is None else c, corners) * n for c, n in ((center_x, right), (center_y, down)))
        tx, ty = (for_each(t, corners) * n for t, n in ((translate_x, right), (translate_y, down)))
        a, b, c, d = (for_each(number, corners) for number in matrix)
        return around(corners, lambda px, py: _about(px + tx - x, py + ty - y, (a, b, c, d), (x, y)))

    pixels = convert_format(boxes, bounding_box_format, "xyxy", height, width)
    return convert_format(on_boxes(pixels, move), "xyxy", bounding_box_format, height, width)


def around(corners: Array, move: Callable[[Array, Array], tuple[Array, Array]]) -> Array:
    """The smallest boxes around the four corners of boxes, after `move` of (x, y)."""
    x0, y0, x1, y1 = (corners[..., i : i + 1] for i in range(4))
    moved = move(engine.concatenate([x0, x0, x1, x1], -1), engine.concatenate([y0, y1, y0, y1], -1))
    ends = [reduce(along, -1, True) for reduce in (engine.min, engine.max) for along in moved]
    return engine.concatenate(ends, -1)


def _about(x: Array, y: Array, matrix: tuple[Any, ...], centre: tuple[Any, Any]) -> tuple[Array, Array]:
    a, b, c, d = matrix
    return a * x + b * y + centre[0], c * x + d * y + centre[1]


def _each(x: Any) -> Any:
    return engine.cast(as_array(x), "float32")


def _matrix(angle: Array, scale: Array, shear_x: Array, shear_y: Array) -> tuple[Array, Array, Array, Array]:
    """The four numbers of the map of (x, y)."""
    turn, f, g = (x * (math.pi / 180) for x in (angle, shear_x, shear_y))
    f, g = (engine.sin(x) / engine.cos(x) for x in (f, g))
    cos, sin = scale * engine.cos(turn), scale * engine.sin(turn)
    c, d = g * cos - sin, g * sin + cos
    return cos - f * c, sin + f * d, c, d  # with Keras's sign of `f c`, which a shear after a turn has not
