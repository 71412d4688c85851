"""Bounding boxes: arrays of shape (boxes, 4) or (batch, boxes, 4), or dictionaries with "boxes" and their "labels"."""

from hornbeam.ops.boxes.deltas import decode_deltas_to_boxes, encode_box_to_deltas
from hornbeam.ops.boxes.formats import convert_format
from hornbeam.ops.boxes.overlap import compute_ciou, compute_iou
from hornbeam.ops.boxes.transformations import affine_transform, clip_to_image_size, crop, pad

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]
