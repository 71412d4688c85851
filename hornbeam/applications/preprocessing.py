"""`preprocess_input` of each mode, and `decode_predictions`, which every architecture's module has."""

from __future__ import annotations

from typing import Any

from hornbeam.applications import imagenet_utils
from hornbeam.applications.imagenet_utils import decode_predictions as decode_predictions


def preprocess_caffe(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Images of 0 to 255 with blue first, less the mean of ImageNet's colours; `imagenet_utils` has the details."""
    return imagenet_utils.preprocess_input(x, data_format, mode)


def preprocess_tf(x: Any, data_format: str | None = None) -> Any:
    """Images of 0 to 255 as -1 to 1; `imagenet_utils` has the details."""
    return imagenet_utils.preprocess_input(x, data_format, mode="tf")


def preprocess_torch(x: Any, data_format: str | None = None) -> Any:
    """Images of 0 to 255, less the mean and by the standard deviation of ImageNet's colours; see `imagenet_utils`."""
    return imagenet_utils.preprocess_input(x, data_format, mode="torch")


def unchanged(x: Any, data_format: str | None = None) -> Any:
    """The images as they are: the model itself begins with what they need."""
    return x
