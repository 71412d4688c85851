"""Images as the published weights expect them, and the names of what they tell apart."""

from __future__ import annotations

import functools
import pkgutil
from typing import Any

import numpy as np

from hornbeam import config, engine, ops
from hornbeam.core.symbolic import is_symbolic

#: Means and standard deviations of ImageNet's colours, red first.
MEAN = (0.485, 0.456, 0.406)
STDDEV = (0.229, 0.224, 0.225)
#: The same means of bytes, blue first.
CAFFE_MEAN = (103.939, 116.779, 123.68)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Images of 0 to 255 as an architecture expects them.

    Args:
        x: one image or a batch, red first: an array, or a symbolic tensor. A float array of NumPy is changed in place.
        data_format: "channels_last" or "channels_first"; that of the settings by default.
        mode: "tf" for -1 to 1; "torch" for 0 to 1, then less the mean and divided by the standard deviation of
            ImageNet's colours; "caffe" for blue first, less the mean.

    Raises:
        ValueError: for another mode or data format, and images that have no 3 channels where colours count.

    >>> import numpy as np
    >>> preprocess_input(np.array([[[0.0, 127.5, 255.0]]]), mode="tf").tolist()
    [[[-1.0, 0.0, 1.0]]]
    """
    if mode not in ("caffe", "tf", "torch"):
        raise ValueError(f'`mode` must be "caffe", "tf" or "torch". Received: mode={mode!r}.')
    data_format = data_format or config.image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f'`data_format` must be "channels_first" or "channels_last". Received: data_format={data_format!r}.'
        )
    axis = -1 if data_format == "channels_last" else -3
    x = _as_floats(x)
    _check_channels(x, axis, mode)
    return _in_place(x, axis, mode) if isinstance(x, np.ndarray) else _preprocessed(x, axis, mode)


def _as_floats(x: Any) -> Any:
    if is_symbolic(x) or engine.is_tensor(x):
        return x if "float" in str(x.dtype) else ops.cast(x, config.floatx())
    x = np.asarray(x)
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(config.floatx())


def _check_channels(x: Any, axis: int, mode: str) -> None:
    if len(x.shape) not in (3, 4):
        raise ValueError(f"`x` must be an image of 3 axes or a batch of 4. Received: shape {tuple(x.shape)}.")
    if mode != "tf" and x.shape[axis] != 3:
        raise ValueError(
            f"`x` must have 3 channels on axis {axis}; for the other order pass `data_format`. "
            f"Received: shape {tuple(x.shape)}."
        )


def _along(axis: int, values: tuple[float, ...]) -> Any:
    return np.asarray(values, "float32").reshape((3,) + (1,) * (-1 - axis))


def _in_place(x: Any, axis: int, mode: str) -> Any:
    if mode == "caffe":
        x = np.flip(x, axis)
        x -= _along(axis, CAFFE_MEAN).astype(x.dtype)
        return x
    x /= x.dtype.type(127.5 if mode == "tf" else 255)
    if mode == "tf":
        x -= 1
        return x
    x -= _along(axis, MEAN).astype(x.dtype)
    x /= _along(axis, STDDEV).astype(x.dtype)
    return x


def _preprocessed(x: Any, axis: int, mode: str) -> Any:
    if mode == "tf":
        return x / 127.5 - 1
    if mode == "torch":
        return (x / 255 - ops.cast(_along(axis, MEAN), x.dtype)) / ops.cast(_along(axis, STDDEV), x.dtype)
    return ops.flip(x, axis=axis) - ops.cast(_along(axis, CAFFE_MEAN), x.dtype)


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """The most probable classes of each image.

    Args:
        preds: what a model with the 1000 classes of ImageNet predicts, of shape (images, 1000).
        top: how many classes of each.

    Returns:
        For each image the WordNet id, the name and the score of each class, the best first.

    Raises:
        ValueError: for another shape.

    >>> import numpy as np
    >>> [[(name, float(score)) for _, name, score in row] for row in decode_predictions(np.eye(1000)[[1]], top=1)]
    [[('goldfish', 1.0)]]
    """
    scores = np.asarray(ops.convert_to_numpy(preds))
    if scores.ndim != 2 or scores.shape[1] != len(classes()):
        raise ValueError(
            f"`preds` must have the shape (images, {len(classes())}), as of a model with `include_top=True` and all "
            f"classes. Received: shape {scores.shape}."
        )
    best = np.argsort(scores, axis=1)[:, ::-1][:, :top]
    return [[(*classes()[i], row[i]) for i in indices] for row, indices in zip(scores, best, strict=True)]


@functools.cache
def classes() -> list[tuple[str, str]]:
    """The WordNet id and the name of each of ImageNet's 1000 classes."""
    text = (pkgutil.get_data(__package__, "imagenet_classes.txt") or b"").decode()
    return [(line.split()[0], line.split()[1]) for line in text.splitlines()]
