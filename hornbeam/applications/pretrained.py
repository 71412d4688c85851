"""Weights: none, those that Keras publishes, or a file."""

from __future__ import annotations

import functools
import os
import pkgutil
from typing import Any

from hornbeam import activations
from hornbeam.utils import get_file

CLASSES = 1000  # of ImageNet, which the published weights tell apart


def check_weights(weights: Any, include_top: bool, classes: int, activation: Any, pooling: Any) -> None:
    """Raise a `ValueError` for arguments that cannot be meant."""
    if pooling not in (None, "avg", "max"):
        raise ValueError(f'`pooling` must be "avg", "max" or `None`. Received: pooling={pooling!r}.')
    if weights is None:
        return
    if weights != "imagenet":
        if not isinstance(weights, str | os.PathLike) or not os.path.exists(weights):
            raise ValueError(
                '`weights` must be "imagenet", `None` for random ones, or the path of a file that exists. '
                f"Received: weights={weights!r}."
            )
    elif include_top:
        _check_classifier(classes, activation)


def _check_classifier(classes: int, activation: Any) -> None:
    if classes != CLASSES:
        raise ValueError(
            f"The published weights tell {CLASSES} classes apart. Received: classes={classes}; pass "
            "`include_top=False` and add a `Dense` layer of your own, or `weights=None`."
        )
    if activations.get(activation) not in (activations.softmax, activations.linear):
        raise ValueError(
            f'With the published weights `classifier_activation` must be "softmax" or `None`. Received: {activation!r}.'
        )


def load_weights(model: Any, weights: Any, key: str, include_top: bool) -> None:
    """Give a model the weights that were asked for."""
    if weights is None:
        return
    path = fetched(key, include_top) if weights == "imagenet" else os.fspath(weights)
    model.load_weights(path)


def fetched(key: str, include_top: bool) -> str:
    """The path of the published weights, which are downloaded if they are not there yet."""
    kind = "top" if include_top else "notop"
    if (key, kind) not in published():
        raise ValueError(f"Keras publishes no weights of `{key}`: pass `weights=None`, or a file of your own.")
    name, origin, md5 = published()[key, kind]
    return get_file(name, origin, file_hash=None if md5 == "-" else md5, cache_subdir="models")


@functools.cache
def published() -> dict[tuple[str, str], tuple[str, str, str]]:
    """The files that Keras publishes: name, address and hash, by architecture and "top" or "notop"."""
    text = (pkgutil.get_data(__package__, "imagenet_files.txt") or b"").decode()
    rows = [line.split() for line in text.splitlines()]
    return {(key, kind): (name, folder + origin, md5) for key, kind, name, folder, origin, md5 in rows}
