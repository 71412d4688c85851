"""Functions of `tf.image` that cut, pad, turn and choose boxes: images are (..., height, width, channels)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import ops, random


class ResizeMethod:
    """Names of methods."""

    BILINEAR, NEAREST_NEIGHBOR, BICUBIC, AREA = "bilinear", "nearest", "bicubic", "area"
    LANCZOS3, LANCZOS5, GAUSSIAN, MITCHELLCUBIC = "lanczos3", "lanczos5", "gaussian", "mitchellcubic"


def _size(image: Any) -> tuple[int, int]:
    height, width = ops.convert_to_tensor(image).shape[-3:-1]
    return int(height), int(width)


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Any:
    """A rectangle of an image."""
    rows = slice(int(offset_height), int(offset_height) + int(target_height))
    return ops.convert_to_tensor(image)[
        ..., rows, slice(int(offset_width), int(offset_width) + int(target_width)), slice(None)
    ]


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Any:
    """An image in a larger one of zeros."""
    height, width = _size(image)
    across = [
        (offset_height, target_height - offset_height - height),
        (offset_width, target_width - offset_width - width),
    ]
    return ops.pad(image, [*[(0, 0)] * (len(ops.shape(image)) - 3), *across, (0, 0)])


def central_crop(image: Any, central_fraction: float) -> Any:
    """The middle of an image, a fraction of each side."""
    height, width = _size(image)
    top, left = int((height - height * central_fraction) / 2), int((width - width * central_fraction) / 2)
    return crop_to_bounding_box(image, top, left, height - 2 * top, width - 2 * left)


def resize_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Any:
    """The middle of an image, with zeros around it where it is too small."""
    height, width = _size(image)
    rows, columns = min(height, target_height), min(width, target_width)
    image = crop_to_bounding_box(image, (height - rows) // 2, (width - columns) // 2, rows, columns)
    return pad_to_bounding_box(
        image, (target_height - rows) // 2, (target_width - columns) // 2, target_height, target_width
    )


resize_image_with_crop_or_pad = resize_with_crop_or_pad


def resize_with_pad(image: Any, target_height: int, target_width: int, method: Any = "bilinear", **_: Any) -> Any:
    """An image in another size and its own proportions, with zeros beside it."""
    height, width = _size(image)
    scale = min(target_height / height, target_width / width)
    size = max(1, round(height * scale)), max(1, round(width * scale))
    image = ops.image.resize(ops.cast(image, "float32"), size, method, data_format="channels_last")
    return resize_with_crop_or_pad(image, target_height, target_width)


def random_crop(value: Any, size: Sequence[int], seed: Any = None, name: Any = None) -> Any:
    """A block of a size, somewhere in an array."""
    value, sizes = ops.convert_to_tensor(value), [int(n) for n in size]
    room = [int(have) - want + 1 for have, want in zip(value.shape, sizes, strict=True)]
    start = [int(float(random.uniform((), 0, n, seed=seed))) if n > 1 else 0 for n in room]
    return value[tuple(slice(begin, begin + n) for begin, n in zip(start, sizes, strict=True))]


def rot90(image: Any, k: Any = 1, name: Any = None) -> Any:
    """Turned to the left, `k` times."""
    for _ in range(int(k) % 4):
        image = ops.flip(ops.swapaxes(image, -3, -2), -3)
    return ops.convert_to_tensor(image)


def transpose(image: Any, name: Any = None) -> Any:
    """Rows are columns."""
    return ops.swapaxes(image, -3, -2)


def extract_patches(
    images: Any,
    sizes: Sequence[int],
    strides: Sequence[int],
    rates: Any = None,
    padding: str = "VALID",
    name: Any = None,
) -> Any:
    """Each window as one row of channels."""
    rate = 1 if rates is None else int(rates[1])
    return ops.image.extract_patches(
        images, tuple(sizes[1:3]), tuple(strides[1:3]), rate, padding.lower(), data_format="channels_last"
    )


def crop_and_resize(image: Any, boxes: Any, box_indices: Any, crop_size: Sequence[int], **settings: Any) -> Any:
    """Rectangles of images, each given as (top, left, bottom, right) from 0 to 1, in one size."""
    image, boxes = ops.convert_to_tensor(image), np.asarray(boxes)
    height, width = _size(image)
    method = settings.get("method", "bilinear")
    parts = zip(box_indices, boxes, strict=True)
    return ops.stack([_cut(image[int(i)], box, height, width, crop_size, method) for i, box in parts])


def _cut(image: Any, box: Any, height: int, width: int, size: Sequence[int], method: str) -> Any:
    top, left, bottom, right = (float(x) for x in box)
    rows = np.linspace(top * (height - 1), bottom * (height - 1), int(size[0]))
    columns = np.linspace(left * (width - 1), right * (width - 1), int(size[1]))
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij")).astype("float32")
    order = 0 if method == "nearest" else 1
    channels = [
        ops.image.map_coordinates(ops.cast(image[..., c], "float32"), grid, order, "constant")
        for c in range(int(image.shape[-1]))
    ]
    return ops.stack(channels, -1)


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: int,
    iou_threshold: float = 0.5,
    score_threshold: float = -np.inf,
    name: Any = None,
) -> Any:
    """The numbers of the boxes that score highest, without those that overlap such a box by more than a threshold."""
    corners, scores = np.asarray(boxes, "float64"), np.asarray(scores)
    low, high = np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])
    area = np.prod(high - low, axis=1)
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable").tolist():
        if len(kept) == int(max_output_size) or scores[i] <= score_threshold:
            break
        common = np.prod((np.minimum(high[kept], high[i]) - np.maximum(low[kept], low[i])).clip(0), axis=1)
        if not np.any(common > iou_threshold * (area[kept] + area[i] - common)):
            kept.append(i)
    return ops.convert_to_tensor(np.array(kept, "int32"))
