"""How the four numbers of a box are written, and one way as another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, as_array, op


class Format(NamedTuple):
    """Which of x and y comes first, what the four numbers are, and whether they are shares of the image's size."""

    first: str
    pairs: str  # "corners", "corner and size" or "centre and size"
    relative: bool = False


FORMATS = {
    "xyxy": Format("x", "corners"),
    "yxyx": Format("y", "corners"),
    "xywh": Format("x", "corner and size"),
    "center_xywh": Format("x", "centre and size"),
    "center_yxhw": Format("y", "centre and size"),
    "rel_xyxy": Format("x", "corners", relative=True),
    "rel_yxyx": Format("y", "corners", relative=True),
    "rel_xywh": Format("x", "corner and size", relative=True),
    "rel_center_xywh": Format("x", "centre and size", relative=True),
}


@op
def convert_format(
    boxes: Any, source: str, target: str, height: Any = None, width: Any = None, dtype: str = "float32"
) -> Any:
    """Boxes written in another way: "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", or as "rel_xyxy", ...

    >>> from hornbeam.utils import bounding_boxes
    >>> bounding_boxes.convert_format([[10.0, 20.0, 30.0, 60.0]], "xyxy", "center_xywh").tolist()
    [[20.0, 40.0, 20.0, 40.0]]

    Args:
        boxes: shape (..., 4), or a dictionary with such "boxes".
        source: how they are written: the left upper and the right lower corner ("xyxy"), the left upper corner and
            the size ("xywh") or the centre and the size ("center_xywh"); with y first; or with "rel_" for shares of
            the image's size.
        target: how they shall be written.
        height: of the image, or of each image of a batch; needed where only one of the formats has "rel_".
        width: likewise.
        dtype: of the result.
    """
    before, after = format_of(source, "source"), format_of(target, "target")
    size = None
    if before.relative != after.relative:
        if height is None or width is None:
            raise ValueError(
                "`height` and `width` of the image must be given to convert boxes between pixels and shares of its "
                f"size. Received: source={source!r}, target={target!r}, height={height}, width={width}."
            )
        size = height, width

    def convert(x: Array) -> Array:
        x = engine.cast(x, dtype if dtype == "float64" else "float32")
        if before != after:
            corners = _corners(x, before)
            if size is not None:
                corners = _scaled(corners, *size, after.relative)
            x = _written(corners, after)
        return engine.cast(x, dtype)

    return on_boxes(boxes, convert)


def format_of(name: str, argument: str = "bounding_box_format") -> Format:
    """The format of that name."""
    found = FORMATS.get(name.lower()) if isinstance(name, str) else None
    if found is None:
        raise ValueError(f"`{argument}` must be one of {', '.join(map(repr, FORMATS))}. Received: {name!r}.")
    return found


def on_boxes(bounding_boxes: Any, change: Callable[[Array], Array]) -> Any:
    """`change` of the boxes, which may be in a dictionary with their labels."""
    changed = change(as_boxes(only_boxes(bounding_boxes)))
    return {**bounding_boxes, "boxes": changed} if isinstance(bounding_boxes, dict) else changed


def only_boxes(bounding_boxes: Any) -> Any:
    """The boxes, without their labels."""
    if not isinstance(bounding_boxes, dict):
        return bounding_boxes
    if "boxes" not in bounding_boxes:
        raise ValueError(
            'A dictionary of bounding boxes must have "boxes". '
            f"Received: {', '.join(map(repr, bounding_boxes)) or 'an empty one'}."
        )
    return bounding_boxes["boxes"]


def as_boxes(boxes: Any, name: str = "boxes") -> Array:
    """The engine's array for boxes."""
    x = as_array(boxes)
    if not x.shape or x.shape[-1] != 4:
        raise ValueError(f"`{name}` must have a last axis of size 4. Received: shape {shown_shape(x.shape)}.")
    return x


def for_each(x: Any, boxes: Array) -> Any:
    """A number, or one for each image of a batch, with axes beside those of the boxes."""
    if isinstance(x, int | float):
        return x
    x = engine.cast(as_array(x), engine.dtype_name(boxes))
    return engine.reshape(x, (-1, *(1 for _ in boxes.shape[1:]))) if len(x.shape) else x


def _corners(x: Array, of: Format) -> Array:
    """x0, y0, x1, y1."""
    first, second = x[..., :2], x[..., 2:]
    if of.pairs == "corner and size":
        second = first + second
    elif of.pairs == "centre and size":
        first, second = first - second / 2, first + second / 2
    return _turned(engine.concatenate([first, second], -1), of)


def _written(corners: Array, to: Format) -> Array:
    corners = _turned(corners, to)
    first, second = corners[..., :2], corners[..., 2:]
    if to.pairs == "corner and size":
        second = second - first
    elif to.pairs == "centre and size":
        first, second = (first + second) / 2, second - first
    return engine.concatenate([first, second], -1)


def _turned(x: Array, of: Format) -> Array:
    if of.first == "x":
        return x
    return engine.concatenate([x[..., i : i + 1] for i in (1, 0, 3, 2)], -1)


def _scaled(corners: Array, height: Any, width: Any, down: bool) -> Array:
    """Corners in shares of the image (`down`), or shares in pixels."""
    x, y = (engine.concatenate([corners[..., i : i + 1], corners[..., i + 2 : i + 3]], -1) for i in (0, 1))
    height, width = for_each(height, corners), for_each(width, corners)
    x, y = (x / width, y / height) if down else (x * width, y * height)
    return engine.concatenate([x[..., :1], y[..., :1], x[..., 1:], y[..., 1:]], -1)
