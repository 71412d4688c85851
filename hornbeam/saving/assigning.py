"""`assign`: values out of a file into variables, all of them or none, with little memory beside the model's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.saving import hdf5
from hornbeam.saving.lent_memory import LentMemory

Read = Callable[[Any, np.ndarray | None], np.ndarray]  # what is stored, and bytes to read it into

_LARGE = 2**20  # bytes of an array that goes where it is computed with as soon as it is read
_STAGED = 64 * 2**20  # bytes that are all read before the first variable changes


def assign(
    pairs: Sequence[tuple[Variable, Any]],
    read: Read = hdf5.read,
    is_whole: Callable[[Any], bool] = hdf5.is_whole,
) -> None:
    """Give each variable an array, or the stored one that is to be read.

    What might turn out to be damaged, and what is small in all, is read before the first variable changes. What is
    whole for certain is read one by one, into the same memory, while the engine copies what was read before.

    Raises:
        ValueError: before anything is assigned, when stored values cannot be read.
        OSError: when the disk fails in between, which a large file alone can be in.
    """
    for variable, value in pairs:
        if value.dtype.kind == "c" and not variable.dtype.startswith("complex"):
            raise ValueError(f"`{variable.path}` must be given real numbers. Received: {value.dtype}, from the file.")
    is_small = sum(value.nbytes for _, value in pairs) <= _STAGED
    sources = [
        value if isinstance(value, np.ndarray) or (not is_small and is_whole(value)) else read(value, None)
        for _, value in pairs
    ]
    memory = LentMemory([_bytes_in_place(source) for source in sources])
    for i, (variable, _) in enumerate(pairs):
        source, sources[i] = sources[i], None
        try:
            _give(variable, source, read, memory)
        except (OSError, ValueError) as error:
            raise OSError(
                f"Reading failed ({error}) when {i} of {len(pairs)} variables had got their values: load again."
            ) from error


def _bytes_in_place(source: Any) -> int:
    """How many bytes of the common memory are needed to read it."""
    return 0 if isinstance(source, np.ndarray) or source.nbytes < _LARGE else int(source.nbytes)


def _give(variable: Variable, source: Any, read: Read, memory: LentMemory) -> None:
    if source.nbytes < _LARGE:
        variable.hold(source if isinstance(source, np.ndarray) else read(source, None))
    elif isinstance(source, np.ndarray):
        _hold_copy(variable, source)
    else:
        memory.lend(_hold_copy(variable, read(source, memory.take(source.nbytes))))


def _hold_copy(variable: Variable, value: np.ndarray) -> Any:
    """What the variable holds now, which the engine may still be copying: nobody else changes `value`."""
    with engine.eager():
        array = engine.as_weight(value, variable.held_dtype, lent=True)
    variable.hold(array)
    return array
