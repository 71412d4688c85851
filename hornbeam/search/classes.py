"""Which targets are classes, and folds that have a share of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.data.array_likes import is_array, is_frame


def class_numbers(y: Any, must: bool = False) -> np.ndarray | None:
    """The class of each row, by number; `None` where the targets are no classes.

    Classes are integers, booleans, strings, zeros and ones, and rows with a single one.

    Args:
        y: the targets.
        must: whether any values are taken for classes.
    """
    if y is None or not (is_array(y) or is_frame(y)):
        return None
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 2 and _is_one_hot(values):
        values = values.argmax(axis=1)
    if values.ndim != 1 or not len(values):
        return None
    are_classes = values.dtype.kind in "biuOSUT" or set(np.unique(values)) <= {0, 1}
    if not (must or are_classes):
        return None
    _, numbers = np.unique(values, return_inverse=True)
    return numbers if must or numbers.max() < max(len(values) // 2, 2) else None


def _is_one_hot(values: np.ndarray) -> bool:
    return values.dtype.kind in "biuf" and bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())


def by_class(rows: int, classes: np.ndarray | None, random: np.random.Generator) -> np.ndarray:
    """All rows, class after class, in random order otherwise: every n-th of them has its share of each class."""
    order = random.permutation(rows)
    return order if classes is None else order[np.argsort(classes[order], kind="stable")]


def mixed(rows: int, classes: np.ndarray | None, random: np.random.Generator) -> np.ndarray:
    """All rows in a random order of which every stretch has its share of each class."""
    order = by_class(rows, classes, random)
    if classes is None:
        return order
    counts = np.bincount(classes)
    places = np.concatenate([(np.arange(count) + random.random()) / max(count, 1) for count in counts])
    return order[np.argsort(places, kind="stable")]


def check_folds(y: Any, classes: np.ndarray | None, folds: int) -> None:
    """Raise where a class has fewer rows than there are folds."""
    if classes is None:
        return
    counts = np.bincount(classes)
    rarest = int(counts.argmin())
    count = int(counts[rarest])
    if count < folds:
        name = np.asarray(np.asarray(y)[classes == rarest][0]).tolist()
        raise ValueError(
            f"Each of the {folds} folds needs a row of each class. Received: class {name!r} with {count} "
            f"row{'' if count == 1 else 's'}; use fewer folds, or `stratify=False`."
        )
