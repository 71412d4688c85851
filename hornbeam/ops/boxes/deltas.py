"""Boxes as differences from anchors, and back: what detectors learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.ops.boxes.formats import as_boxes, convert_format
from hornbeam.ops.dispatch import Array, as_array, op

_ENCODINGS = ("center_yxhw", "center_xywh")
_EPSILON = 1e-7


@op
def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Sequence[int] | None = None,
) -> Array:
    """((c - c_a) / s_a, log(s / s_a)) / variance, with centre c and size s of a box, and c_a and s_a of its anchor.

    >>> from hornbeam.utils import bounding_boxes
    >>> anchor, box = [[0.0, 0.0, 10.0, 10.0]], [[5.0, 0.0, 15.0, 10.0]]
    >>> bounding_boxes.encode_box_to_deltas(anchor, box, "xyxy", "xyxy", "center_xywh").tolist()
    [[0.5, 0.0, 0.0, 0.0]]

    Args:
        anchors: shape (N, 4), or (batch, N, 4).
        boxes: likewise, one for each anchor.
        anchor_format: how anchors are written, such as "xyxy".
        box_format: how boxes are written.
        encoding_format: "center_yxhw" or "center_xywh": the order in the result.
        variance: four numbers that the differences are divided by.
        image_shape: (height, width, channels), where a format has "rel_".
    """
    _check_encoding("encoding_format", encoding_format)
    size = _size(image_shape)
    base = convert_format(as_boxes(anchors, "anchors"), anchor_format, encoding_format, *size)
    goal = convert_format(as_boxes(boxes), box_format, encoding_format, *size)
    sides, old = (engine.maximum(x[..., 2:], _EPSILON) for x in (goal, base))
    deltas = [(goal[..., :2] - base[..., :2]) / old, engine.log(sides / old)]
    return _together(*deltas) / _variance(variance)


@op
def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Sequence[int] | None = None,
) -> Any:
    """(c_a + s_a d, s_a exp(e)) for differences (d, e) from anchors: the inverse of `encode_box_to_deltas`.

    Args:
        anchors: shape (N, 4), or a dictionary of them, such as one for each level of a pyramid.
        boxes_delta: shape (N, 4) or (batch, N, 4), or a dictionary with the same keys.
        anchor_format: how anchors are written, such as "xyxy".
        box_format: how the boxes shall be written.
        encoded_format: "center_yxhw" or "center_xywh": the order of the differences.
        variance: four numbers that the differences are multiplied by.
        image_shape: (height, width, channels), where a format has "rel_".
    """
    _check_encoding("encoded_format", encoded_format)
    factor, size = _variance(variance), _size(image_shape)

    def decode(anchors: Any, deltas: Any) -> Array:
        base = convert_format(as_boxes(anchors, "anchors"), anchor_format, encoded_format, *size)
        scaled = engine.cast(as_boxes(deltas, "boxes_delta"), "float32") * factor
        place = base[..., :2] + scaled[..., :2] * base[..., 2:]
        box = _together(place, engine.exp(scaled[..., 2:]) * base[..., 2:])
        return convert_format(box, encoded_format, box_format, *size)

    if not isinstance(anchors, dict):
        return decode(anchors, boxes_delta)
    if not isinstance(boxes_delta, dict) or boxes_delta.keys() != anchors.keys():
        got = ", ".join(map(repr, boxes_delta)) if isinstance(boxes_delta, dict) else type(boxes_delta).__name__
        raise ValueError(
            "`boxes_delta` must be a dictionary with the keys of `anchors`: "
            f"{', '.join(map(repr, anchors))}. Received: {got}."
        )
    return {name: decode(anchors[name], boxes_delta[name]) for name in anchors}


def _together(places: Array, sides: Array) -> Array:
    """Both in one array, for each image of a batch, if one of them has a batch."""
    return engine.concatenate([places + 0 * sides, sides + 0 * places], -1)


def _check_encoding(name: str, value: str) -> None:
    if value not in _ENCODINGS:
        raise ValueError(f"`{name}` must be 'center_yxhw' or 'center_xywh'. Received: {value!r}.")


def _variance(variance: Any) -> Array:
    numbers = np.ones(4) if variance is None else variance
    found = engine.cast(as_array(numbers), "float32")
    if tuple(found.shape) != (4,):
        raise ValueError(f"`variance` must be four numbers. Received: variance={variance!r}.")
    return found


def _size(image_shape: Sequence[int] | None) -> tuple[Any, Any]:
    return (None, None) if image_shape is None else (image_shape[0], image_shape[1])
