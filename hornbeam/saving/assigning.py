"""`assign`: values out of a file into variables, all of them or none, with little memory beside the model's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam.core.variable import Variable
from hornbeam.saving import hdf5

_LARGE = 2**20  # bytes of an array that goes where it is computed with as soon as it is read


def assign(
    pairs: Sequence[tuple[Variable, Any]],
    read: Callable[[Any], np.ndarray] = hdf5.read,
    is_whole: Callable[[Any], bool] = hdf5.is_whole,
) -> None:
    """Give each variable an array, or the stored one that is to be read.

    What might turn out to be damaged is read before the first variable changes. What is whole for certain is read one
    by one, so that it is in memory once.

    Raises:
        ValueError: before anything is assigned, when stored values cannot be read.
        OSError: when the disk fails in between.
    """
    for variable, value in pairs:
        if value.dtype.kind == "c" and not variable.dtype.startswith("complex"):
            raise ValueError(f"`{variable.path}` must be given real numbers. Received: {value.dtype}, from the file.")
    sources = [value if isinstance(value, np.ndarray) or is_whole(value) else read(value) for _, value in pairs]
    for i, (variable, _) in enumerate(pairs):
        source, sources[i] = sources[i], None
        try:
            value = source if isinstance(source, np.ndarray) else read(source)
        except OSError as error:
            raise OSError(
                f"Reading failed ({error}) when {i} of {len(pairs)} variables had got their values: load again."
            ) from error
        variable.hold(value, is_fresh=True)
        if value.nbytes >= _LARGE:
            variable.settle()
