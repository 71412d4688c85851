"""`tf.ragged`: rows of several lengths, to be made an array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.data.pipeline.element import as_element


class RaggedTensor:
    """Rows of several lengths, each a list; layers take what `to_tensor` gives.

    >>> RaggedTensor([[1, 2], [3]]).to_tensor().tolist()
    [[1, 2], [3, 0]]
    """

    def __init__(self, rows: Sequence[Any], dtype: str | None = None):
        self._rows, self._dtype = [list(row) for row in rows], dtype

    def to_list(self) -> list[Any]:
        """The rows."""
        return self._rows

    def to_tensor(self, default_value: Any = None, shape: Any = None, name: Any = None) -> Any:
        """An array, short rows of which end with `default_value`; a row that is too long for `shape` is cut."""
        flat = [item for row in self._rows for item in row]
        is_text = any(isinstance(item, str | bytes) for item in flat)
        fill = default_value if default_value is not None else ("" if is_text else 0)
        fill = fill.decode() if isinstance(fill, bytes) else fill
        sizes = [int(n) for n in np.asarray(shape)] if shape is not None and None not in list(shape) else None
        width = sizes[-1] if sizes is not None and sizes[-1] > 0 else max(map(len, self._rows), default=0)
        rows = [(row + [fill] * width)[:width] for row in self._rows]
        return as_element(np.array(rows, object)) if is_text else ops.convert_to_tensor(np.array(rows), self._dtype)

    @property
    def values(self) -> Any:
        """All rows, one behind the other."""
        return as_element([item for row in self._rows for item in row])

    flat_values = values

    def row_lengths(self, **_: Any) -> Any:
        """How long each row is."""
        return as_element([len(row) for row in self._rows])

    @property
    def shape(self) -> tuple[int | None, ...]:
        return len(self._rows), None

    def numpy(self) -> np.ndarray:
        found = np.empty(len(self._rows), object)
        found[:] = [np.asarray(row) for row in self._rows]
        return found

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return map(as_element, self._rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            return RaggedTensor([row[key[1]] for row in self._rows[key[0]]])
        return RaggedTensor(self._rows[key]) if isinstance(key, slice) else as_element(self._rows[key])

    def __repr__(self) -> str:
        return f"<RaggedTensor {self._rows}>"


def constant(pylist: Sequence[Any], dtype: Any = None, **_: Any) -> RaggedTensor:
    """Lists of several lengths."""
    return RaggedTensor(pylist)


def stack(values: Sequence[Any], axis: int = 0, name: Any = None) -> RaggedTensor:
    """Arrays of several lengths as rows."""
    return RaggedTensor([np.asarray(value).tolist() for value in values])
