"""How much boxes have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.boxes.formats import as_boxes, convert_format, format_of
from hornbeam.ops.dispatch import Array, op

_EPSILON = 1e-7


@op
def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Sequence[int] | None = None,
) -> Array:
    """Intersection over union of each of M boxes with each of N: shape (M, N), or (batch, M, N).

    >>> from hornbeam.utils import bounding_boxes
    >>> one, two = [[0.0, 0.0, 2.0, 2.0]], [[0.0, 0.0, 2.0, 1.0], [5.0, 5.0, 6.0, 6.0]]
    >>> bounding_boxes.compute_iou(one, two, "xyxy").tolist()
    [[0.5, 0.0]]

    Args:
        boxes1: shape (M, 4), or (batch, M, 4).
        boxes2: shape (N, 4), or (batch, N, 4).
        bounding_box_format: how they are written, such as "xyxy".
        use_masking: put `mask_val` where one of the boxes is negative in all numbers, as those are that fill up a
            batch.
        mask_val: what to put there.
        image_shape: (height, width, channels), for formats with "rel_".
    """
    one, two = (_corners(boxes, bounding_box_format, image_shape, name) for boxes, name in _named(boxes1, boxes2))
    for name, boxes in (("boxes1", one), ("boxes2", two)):
        if len(boxes.shape) not in (2, 3):
            raise ValueError(
                f"`{name}` must have 2 axes (boxes, 4) or 3 (batch, boxes, 4). "
                f"Received: shape {shown_shape(boxes.shape)}."
            )
    rows, columns = one[..., :, None, :], two[..., None, :, :]
    common, union = _areas(rows, columns)
    iou = common / engine.where(union == 0, 1.0, union)
    if not use_masking:
        return iou
    filled = (engine.max(rows, -1) < 0) | (engine.max(columns, -1) < 0)
    return engine.where(filled, engine.cast(mask_val, engine.dtype_name(iou)), iou)


@op
def compute_ciou(boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Sequence[int] | None = None) -> Array:
    """IoU - (d²/c² + α v) of boxes in pairs: 1 where they are the same.

    d is the distance of their centres, c the diagonal of what encloses both, v = 4/π² (arctan(w₂/h₂) - arctan(w₁/h₁))²,
    and α = v / (1 - IoU + v).

    Source: Zheng et al. 2020, Distance-IoU loss.

    Args:
        boxes1: shape (..., 4).
        boxes2: the same shape.
        bounding_box_format: how they are written, such as "xyxy".
        image_shape: (height, width, channels), for formats with "rel_".
    """
    one, two = (_corners(boxes, bounding_box_format, image_shape, name) for boxes, name in _named(boxes1, boxes2))
    common, union = _areas(one, two)
    iou = common / (union + _EPSILON)
    around = engine.maximum(one[..., 2:], two[..., 2:]) - engine.minimum(one[..., :2], two[..., :2])
    apart = (two[..., :2] + two[..., 2:] - one[..., :2] - one[..., 2:]) / 2
    distance = engine.sum(apart * apart, -1) / (engine.sum(around * around, -1) + _EPSILON)
    turned = _angle(two) - _angle(one)
    v = (4 / math.pi**2) * turned * turned
    alpha = v / (v - iou + (1 + _EPSILON))
    return iou - (distance + alpha * v)


def _named(boxes1: Any, boxes2: Any) -> tuple[tuple[Any, str], tuple[Any, str]]:
    return (boxes1, "boxes1"), (boxes2, "boxes2")


def _corners(boxes: Any, bounding_box_format: str, image_shape: Sequence[int] | None, name: str) -> Array:
    relative = format_of(bounding_box_format).relative
    if relative and image_shape is None:
        raise ValueError(
            "`image_shape` (height, width, channels) must be given for boxes in shares of the image's size. "
            f"Received: bounding_box_format={bounding_box_format!r}, image_shape=None."
        )
    height, width = tuple(image_shape)[:2] if image_shape is not None else (None, None)
    return convert_format(as_boxes(boxes, name), bounding_box_format, "xyxy", height, width)


def _areas(one: Array, two: Array) -> tuple[Array, Array]:
    """Of the intersection, and of the union."""
    sides = engine.minimum(one[..., 2:], two[..., 2:]) - engine.maximum(one[..., :2], two[..., :2])
    common = engine.prod(engine.maximum(sides, 0.0), -1)
    return common, _area(one) + _area(two) - common


def _area(corners: Array) -> Array:
    return engine.prod(corners[..., 2:] - corners[..., :2], -1)


def _angle(corners: Array) -> Array:
    sides = corners[..., 2:] - corners[..., :2]
    return engine.arctan2(sides[..., 0], sides[..., 1] + _EPSILON)
