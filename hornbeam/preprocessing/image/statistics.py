"""Images standardized, and what must be known of the data for it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

_EPSILON = 1e-6


def standardize(generator: Any, x: Any) -> Any:
    """An image or a batch, standardized as a generator is set."""
    g = generator
    if g.preprocessing_function is not None:
        x = g.preprocessing_function(x)
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        x = np.asarray(x, g.dtype)
    own = tuple(range(x.ndim - 3, x.ndim))
    if g.rescale:
        x *= g.rescale
    if g.samplewise_center:
        x -= np.mean(x, own, keepdims=True)
    if g.samplewise_std_normalization:
        x /= np.std(x, own, keepdims=True) + _EPSILON
    if g.featurewise_center and _known(g, "mean", "featurewise_center"):
        x -= g.mean
    if g.featurewise_std_normalization and _known(g, "std", "featurewise_std_normalization"):
        x /= g.std + _EPSILON
    if g.zca_whitening and _known(g, "zca_whitening_matrix", "zca_whitening"):
        flat = x.reshape(-1, int(np.prod(x.shape[-3:])))
        x = (flat @ g.zca_whitening_matrix).reshape(x.shape)
    return x


def _known(generator: Any, what: str, why: str) -> bool:
    known = getattr(generator, what) is not None
    if not known:
        warnings.warn(
            f"`{why}=True` needs what `ImageDataGenerator.fit` finds: call `fit(x)` with the images of training first; "
            "until then images stay as they are.",
            stacklevel=4,
        )
    return known


def fit(generator: Any, x: Any, augment: bool, rounds: int, seed: int | None) -> None:
    """Find mean, standard deviation and whitening matrix."""
    g, x = generator, np.array(x, generator.dtype)
    if x.ndim != 4:
        raise ValueError(f"`x` must be images of rank 4, (samples, height, width, channels). Received: {x.shape}.")
    if x.shape[g.channel_axis] not in (1, 3, 4):
        warnings.warn(
            f"Images have 1, 3 or 4 channels, in axis {g.channel_axis} with data_format={g.data_format!r}. "
            f"Received: {x.shape[g.channel_axis]}, in shape {x.shape}.",
            stacklevel=4,
        )
    if seed is not None:
        np.random.seed(seed)
    if g.rescale:
        x *= g.rescale
    if augment:
        x = np.stack([g.random_transform(image) for _ in range(rounds) for image in x]).astype(g.dtype, copy=False)
    axes, shape = (0, g.row_axis, g.col_axis), [1, 1, 1]
    shape[g.channel_axis - 1] = x.shape[g.channel_axis]
    if g.featurewise_center:
        g.mean = np.mean(x, axes).reshape(shape)
        x -= g.mean
    if g.featurewise_std_normalization:
        g.std = np.std(x, axes).reshape(shape)
        x /= g.std + _EPSILON
    if g.zca_whitening:
        flat = x.reshape(len(x), -1)
        u, s, _ = np.linalg.svd(flat.T, full_matrices=False)
        g.zca_whitening_matrix = (u / np.sqrt(s**2 / len(flat) + g.zca_epsilon)) @ u.T
