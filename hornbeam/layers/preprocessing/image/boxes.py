"""Bounding boxes that go along with their images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.layers.base.layer import Layer
from hornbeam.ops.boxes.formats import as_boxes, convert_format, for_each, on_boxes, only_boxes
from hornbeam.ops.boxes.transformations import clip_to_image_size, shifted
from hornbeam.ops.image.resizing import window


def moved_boxes(
    bounding_boxes: Any, how: str, before: tuple[int, int], after: tuple[int, int], move: Callable[[Any], Any]
) -> Any:
    """Boxes after `move` of their corners (x0, y0, x1, y1) in pixels, within the new image; `how` they are written.

    The label of a box that nothing is left of becomes -1.
    """
    pixels = convert_format(bounding_boxes, how, "xyxy", *before)
    moved = on_boxes(pixels, lambda corners: move(corners) if len(corners.shape) == 3 else move(corners[None])[0])
    return convert_format(clip_to_image_size(moved, *after), "xyxy", how, *after)


def resized(
    corners: Any, old: tuple[int, int], new: tuple[int, int], crop_to_ratio: bool = False, pad_to_ratio: bool = False
) -> Any:
    """Corners in the image that `resize` makes of one of size `old`."""
    (top, rows), (left, columns) = window(old, new, crop_to_ratio, pad_to_ratio)
    x, y = new[1] / columns, new[0] / rows
    return shifted(corners, -left, -top) * engine.asarray([x, y, x, y], engine.dtype_name(corners))


def mirrored(corners: Any, chosen: Any, axis: int, size: int) -> Any:
    """Corners of which x (axis 0) or y (axis 1) are counted from the other side, where `chosen`."""
    parts = [corners[..., i : i + 1] for i in range(4)]
    other = list(parts)
    other[axis], other[axis + 2] = size - parts[axis + 2], size - parts[axis]
    return engine.where(for_each(chosen, corners) > 0, engine.concatenate(other, -1), corners)


def check_boxes(layer: Layer, data: dict[str, Any]) -> None:
    """Raise unless there are bounding boxes for each of the images."""
    images, boxes = data["images"].shape, as_boxes(only_boxes(data["bounding_boxes"])).shape
    if len(boxes) != len(images) - 1 or (
        len(boxes) == 3 and boxes[0] != images[0] and None not in (boxes[0], images[0])
    ):
        expected = "(boxes, 4) for one image" if len(images) == 3 else "(batch, boxes, 4), with as many rows as images"
        raise ValueError(
            f"The boxes passed to layer `{layer.name}` ({type(layer).__name__}) must have shape {expected}. "
            f"Received: boxes of shape {shown_shape(boxes)} for images of shape {shown_shape(images)}."
        )
