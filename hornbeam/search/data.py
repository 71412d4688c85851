"""`Data`: the rows of a search, and how they are split."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from hornbeam.core import tree
from hornbeam.data.array_likes import is_array, is_frame, map_arrays
from hornbeam.search.classes import by_class, check_folds, class_numbers, mixed

Rows = np.ndarray | None


class Split(NamedTuple):
    """The rows to train on and those to be judged by; `None` for all, where the latter are a validation set."""

    train: Rows
    test: Rows


class Data(NamedTuple):
    """Inputs, targets, weights, and a validation set if there is one."""

    x: Any
    y: Any = None
    sample_weight: Any = None
    validation: tuple[Any, ...] | None = None

    @property
    def rows(self) -> int:
        """How many rows there are.

        Raises:
            TypeError: for what gives batches.
            ValueError: where `x` and `y` have different numbers of them.
        """
        counts = {
            what: count_rows(part, what) for what, part in zip(("x", "y", "sample_weight"), self) if part is not None
        }
        if len(set(counts.values())) > 1:
            said = ", ".join(f"{count} of `{what}`" for what, count in counts.items())
            raise ValueError(f"`x` and `y` must have as many rows as each other. Received: {said}.")
        return next(iter(counts.values()))

    def taken(self, rows: Rows) -> tuple[Any, Any, Any]:
        """`x`, `y` and `sample_weight` of some rows."""
        x, y, weight = (part if rows is None else take(part, rows) for part in (self.x, self.y, self.sample_weight))
        return x, y, weight

    def judging(self, rows: Rows) -> tuple[Any, Any, Any]:
        """The rows that models are judged by."""
        if rows is not None:
            return self.taken(rows)
        x, y, weight = [*(self.validation or ()), None, None, None][:3]
        return x, y, weight

    def fingerprint(self) -> str:
        """The same for the same data in every process."""
        known = hashlib.sha256()
        for part in (self.x, self.y, self.sample_weight, *(self.validation or ())):
            map_arrays(lambda array, where: known.update(_bytes(array, where)), part, "")
        return known.hexdigest()[:16]


def count_rows(part: Any, what: str) -> int:
    """The rows of arrays or frames."""
    counts: list[int] = []
    map_arrays(lambda array, _: counts.append(_length(array, what)), part, what)
    if not counts:
        raise TypeError(f"`{what}` must be arrays or a DataFrame. Received: {part!r}.")
    return counts[0]


def _length(array: Any, what: str) -> int:
    if not is_array(array) and not is_frame(array):
        raise TypeError(
            f"`{what}` must be arrays or a DataFrame, so that rows can be held out. Received: {type(array).__name__}; "
            "what gives batches needs a `validation_data` and no folds."
        )
    return len(array)


def take(part: Any, rows: np.ndarray) -> Any:
    """Some rows of arrays or frames."""
    return map_arrays(lambda array, _: _rows_of(array, rows), part, "")


def _rows_of(array: Any, rows: np.ndarray) -> Any:
    if hasattr(array, "iloc"):
        return array.iloc[rows]
    return (np.asarray(array) if isinstance(array, list | tuple) else array)[rows]


def _bytes(array: Any, where: str) -> bytes:
    if is_frame(array):
        return b"".join(f"{name}".encode() + _bytes(array[name], where) for name in array.columns)
    array = np.asarray(array)
    head = f"{where}{array.shape}{array.dtype}".encode()
    content = repr(array.tolist()).encode() if array.dtype.hasobject else np.ascontiguousarray(array).tobytes()
    return head + content


def splits_of(
    data: Data, folds: Any = None, validation_split: float | None = None, stratify: bool | None = None, seed: int = 0
) -> list[Split]:
    """How rows are held out.

    Args:
        data: the rows.
        folds: how many parts the rows are cut into, each held out once; or an object with `split(x, y)` such as
            scikit-learn's, or pairs of row numbers.
        validation_split: or the share of rows to hold out once; a fifth by default.
        stratify: whether each part has the same share of each class; by default where the targets are classes.
        seed: of the order of rows.
    """
    if sum(given is not None for given in (folds, validation_split, data.validation)) > 1:
        raise ValueError(
            "Give one of `folds`, `validation_split` and `validation_data`. Received: "
            f"folds={folds!r}, validation_split={validation_split!r}"
            f"{', and a `validation_data`' if data.validation is not None else ''}."
        )
    if data.validation is not None:
        return [Split(None, None)]
    rows, classes = data.rows, None if stratify is False else class_numbers(data.y, stratify is True)
    if folds is not None and not isinstance(folds, int | np.integer):
        return _given(folds, data, classes)
    share = validation_split if validation_split is not None else 0.2
    if folds is None and not 0 < share < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1. Received: validation_split={share!r}.")
    parts = int(folds) if folds is not None else rows
    if isinstance(folds, bool) or not 2 <= parts <= rows:
        raise ValueError(f"`folds` must be at least 2, and at most the {rows} rows. Received: folds={folds!r}.")
    random = np.random.default_rng([seed, 0x5EED])
    if folds is None:
        held = mixed(rows, classes, random)[: min(max(round(share * rows), 1), rows - 1)]
        return [_split(np.sort(held), rows)]
    check_folds(data.y, classes, parts)
    order = by_class(rows, classes, random)
    return [_split(np.sort(order[i::parts]), rows) for i in range(parts)]


def _split(test: np.ndarray, rows: int) -> Split:
    return Split(np.setdiff1d(np.arange(rows), test), test)


def _given(folds: Any, data: Data, classes: np.ndarray | None) -> list[Split]:
    pairs = folds.split(_first(data.x), data.y) if hasattr(folds, "split") else folds
    if not isinstance(pairs, Iterable):
        raise TypeError(
            "`folds` must be a number, pairs of row numbers, or an object with `split(x, y)`. "
            f"Received: folds={folds!r}."
        )
    chosen = [(np.asarray(train), np.asarray(test)) for train, test in pairs]
    for number, (train, test) in enumerate(chosen):
        if classes is not None and not np.isin(classes[test], classes[train]).all():
            (row, *_) = test[~np.isin(classes[test], classes[train])]
            raise ValueError(
                "Each fold must train on each class that it is judged by. Received: fold "
                f"{number}, which has no row of the class of row {row} to train on; use stratified folds, or "
                "`stratify=False`."
            )
    return [Split(*pair) for pair in chosen]


def _first(x: Any) -> Any:
    return x if is_array(x) or is_frame(x) else tree.leaves(x)[0]
