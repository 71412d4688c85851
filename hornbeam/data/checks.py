"""Checks of data before anything is made of it: finite numbers, and the names of inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hornbeam.core.refusal import refusal
from hornbeam.core.renaming.notice import warn_caller


def raise_unless_finite(array: np.ndarray, where: str, columns: Any, start: int = 0) -> None:
    """Raise for NaN and infinity; `start` is the number of the first row."""
    if array.dtype.kind not in "fc" or array.size == 0:
        return
    with np.errstate(all="ignore"):
        if np.isfinite(array.sum()):
            return
    wrong = ~np.isfinite(array)
    if not wrong.any():  # finite numbers with an infinite sum
        return
    rows = wrong.reshape(len(array), -1).any(axis=1)
    what = "NaN" if np.isnan(array).any() else "infinity"
    place = f"first in row {start + int(rows.argmax())}"
    if columns is not None:
        names = [str(name) for name, bad in zip(columns, wrong.any(axis=0)) if bad]
        place = f"in column{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}, {place}"
    finding = "nan_inputs" if where.startswith("x") else "nan_targets" if where.startswith("y") else "refused"
    raise refusal(
        finding,
        f"`{where}` must be finite numbers. Received: {what} in {int(rows.sum())} of {len(array)} rows, {place}; "
        "drop these rows or fill in a value.",
    )


def names_checked(tree: Any, names: Any, where: str, needs_all: bool) -> Any:
    """A dictionary without the keys that are no names of the model.

    Args:
        tree: anything; only a dictionary is looked at.
        names: the model's names, or `None` if it has none.
        where: "x" or "y".
        needs_all: whether every name must be there. If not, a key that is no name is an error.

    Raises:
        ValueError: for a missing name, or an unknown one where it cannot be left out.
    """
    if names is None or not isinstance(tree, Mapping):
        return tree
    missing = [name for name in names if name not in tree]
    unknown = [key for key in tree if key not in names]
    what = "inputs" if where == "x" else "outputs"
    if (needs_all and missing) or (unknown and not needs_all):
        raise ValueError(
            f"`{where}` must have the names of the model's {what}: {_listed(names)}. Received: {_listed(tree)}."
        )
    if unknown:
        message = f"`{where}` has keys that are no {what} of the model and are left out: {_listed(unknown)}."
        warn_caller(message)
    return {name: tree[name] for name in tree if name in names}


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in names)
