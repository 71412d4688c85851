"""Columns on disk: Parquet files, Arrow tables and datasets, Hugging Face datasets. Read group by group."""

from __future__ import annotations

import bisect
import os
import threading
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from hornbeam.data.array_likes import is_kind
from hornbeam.data.conversion import narrow

Batch = tuple[Any, Any, Any]
# Rows that are read together: how many, and how to read some of their columns.
Group = tuple[int, Callable[[list[str]], Any]]
_TABLE_GROUP = 2**16  # rows


def is_table(value: Any) -> bool:
    """Whether the value is an Arrow table or dataset, a Parquet file, or the path of one."""
    if isinstance(value, str | os.PathLike):
        return os.fspath(value).endswith((".parquet", ".pq"))
    return is_kind(value, "pyarrow", "Table", "Dataset", "ParquetFile")


class TableRows:
    """The rows of a table: columns as inputs, targets and weights.

    Args:
        table: as `is_table` takes it.
        y, sample_weight: names of columns, or `None`. What is no target and no weight is an input.
        input_names: the model's, if it has several inputs: columns are given to them by name. Otherwise all columns
            are one matrix, in their order.
        output_names: the model's, if it has several outputs.
        front: what the model makes of its inputs on the host; it may take columns of strings.

    Raises:
        ValueError: for names of no column, and for columns that are no numbers, when they are read.
    """

    def __init__(
        self,
        table: Any,
        y: Any = None,
        sample_weight: Any = None,
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
        front: Callable[[Any], Any] | None = None,
    ):
        self._front = front
        names, self._groups = _open(table)
        targets, weights = _listed("y", y, names), _listed("sample_weight", sample_weight, names)
        inputs = [name for name in names if name not in targets + weights]
        if input_names is not None and len(input_names) > 1:
            _check_names("the model's inputs", input_names, names)
            inputs = list(input_names)
        if not inputs:
            raise ValueError(f"`x` must have columns beside `y`. Received: a table with the columns {_quoted(names)}.")
        self._x = inputs if input_names is None or len(input_names) == 1 else {name: [name] for name in inputs}
        self._y: Any = y if y is None or isinstance(y, str) else targets
        if output_names is not None and len(output_names) > 1 and y is not None:
            _check_names("the model's outputs", output_names, targets)
            self._y = {name: name for name in output_names}
        self._weight = weights[0] if weights else None
        self._columns = list(dict.fromkeys([*inputs, *targets, *weights]))
        self._ends = list(accumulate(count for count, _ in self._groups))
        self._start, self._stop = 0, self._ends[-1] if self._ends else 0
        self._last: tuple[int, Any] = (-1, None)  # the group that was read last
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        return self._stop - self._start

    @property
    def nbytes(self) -> int:
        """Bytes of all rows in memory, if they are like the first."""
        sample = self.read(0, 1)
        parts = [part for value in sample for part in (value.values() if isinstance(value, dict) else [value])]
        return self.count * sum(part.nbytes for part in parts if part is not None)

    def read(self, start: int, stop: int) -> Batch:
        """The rows from `start` to `stop`, as NumPy arrays."""
        start, stop = self._start + start, self._start + min(stop, self.count)
        pieces = []
        for i in range(bisect.bisect_right(self._ends, start), len(self._ends)):
            first = self._ends[i] - self._groups[i][0]
            if first >= stop:
                break
            pieces.append(_cut(self._group(i), max(start - first, 0), stop - first))
        return pieces[0] if len(pieces) == 1 else _joined(pieces)

    def blocks(self, size: int) -> list[tuple[int, int]]:
        """The groups of rows that the table consists of: each is read as a whole."""
        bounds = [max(end - count, self._start) for end, (count, _) in zip(self._ends, self._groups)]
        pairs = zip(bounds, (min(end, self._stop) for end in self._ends))
        return [(start - self._start, stop - self._start) for start, stop in pairs if start < stop]

    def part(self, start: int, stop: int) -> TableRows:
        part = object.__new__(TableRows)
        part.__dict__.update(self.__dict__)
        part._start, part._stop = self._start + start, self._start + stop
        return part

    def release(self) -> None:
        """Nothing to let go of: the last group may be asked for again."""

    def _group(self, i: int) -> Batch:
        with self._lock:
            if self._last[0] != i:
                table = self._groups[i][1](self._columns)
                self._last = (i, (self._inputs(table), self._targets(table), _maybe(_column, table, self._weight)))
            return self._last[1]

    def _inputs(self, table: Any) -> Any:
        matrix = _matrix if self._front is None else _matrix_of_any
        if isinstance(self._x, dict):
            x: Any = {name: matrix(table, columns) for name, columns in self._x.items()}
        else:
            x = matrix(table, self._x)
        return x if self._front is None else self._front(x)

    def _targets(self, table: Any) -> Any:
        if isinstance(self._y, dict):
            return {name: _column(table, column) for name, column in self._y.items()}
        return _matrix(table, self._y) if isinstance(self._y, list) else _maybe(_column, table, self._y)


class DatasetColumn:
    """A column of a Hugging Face dataset, with a shape and a dtype, whose rows are read by slice."""

    def __init__(self, dataset: Any, name: str):
        self._dataset, self._name = dataset.with_format("numpy", columns=[name]), name
        first = np.asarray(self[0:1])
        self.shape, self.dtype = (len(dataset), *first.shape[1:]), first.dtype

    def __getitem__(self, rows: slice) -> Any:
        return self._dataset[rows][self._name]


def _open(table: Any) -> tuple[list[str], list[Group]]:
    """The names of the columns, and the groups of rows: how many, and how to read some columns of them."""
    if is_kind(table, "pyarrow", "Table"):
        starts = range(0, len(table), _TABLE_GROUP)
        return list(table.column_names), [_group_of(table.slice(start, _TABLE_GROUP)) for start in starts]
    if is_kind(table, "pyarrow", "ParquetFile"):
        return list(table.schema_arrow.names), [_row_group(table, i) for i in range(table.num_row_groups)]
    if isinstance(table, str | os.PathLike):
        import pyarrow.dataset

        table = pyarrow.dataset.dataset(os.fspath(table))
    return list(table.schema.names), [
        group for fragment in table.get_fragments() for group in _groups_of(fragment, table.schema)
    ]


def _group_of(table: Any) -> Group:
    return len(table), table.select


def _row_group(file: Any, i: int) -> Group:
    return file.metadata.row_group(i).num_rows, lambda columns: file.read_row_group(i, columns=columns)


def _groups_of(fragment: Any, schema: Any) -> list[Group]:
    """The row groups of a file of Parquet; a file of another format is one group."""
    if not hasattr(fragment, "split_by_row_group"):
        return [(fragment.count_rows(), lambda columns: fragment.to_table(schema=schema, columns=columns))]
    return [_part_of(part, schema) for part in fragment.split_by_row_group()]


def _part_of(part: Any, schema: Any) -> Group:
    count = sum(group.num_rows for group in part.row_groups)  # `count_rows` is that of the file
    return count, lambda columns: part.to_table(schema=schema, columns=columns)


def _listed(argument: str, value: Any, names: list[str]) -> list[str]:
    columns = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(columns, list | tuple) or any(not isinstance(name, str) or name not in names for name in columns):
        received = repr(value) if isinstance(value, str | list | tuple) else type(value).__name__
        raise ValueError(
            f"`{argument}` must name columns when `x` is a table: one of {_quoted(names)}. "
            f"Received: {argument}={received}."
        )
    return list(columns)


def _check_names(what: str, wanted: Sequence[str], names: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise ValueError(
            f"A table must have a column for each of {what}: {_quoted(wanted)}. Received: the columns {_quoted(names)}."
        )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))


def _maybe(fn: Callable[[Any, str], Any], table: Any, name: str | None) -> Any:
    return None if name is None else fn(table, name)


def _column(table: Any, name: str) -> np.ndarray:
    """A column as numbers, missing ones as NaN; one of lists of equal length as a matrix."""
    column, where = table.column(name), f"column {name!r}"
    if hasattr(column.type, "value_type") and hasattr(column.type, "value_field"):  # lists
        values = narrow(column.combine_chunks().flatten().to_numpy(zero_copy_only=False), where)
        if not len(column) or len(values) % len(column) or len(set(map(len, column.to_pylist()[:100]))) != 1:
            raise ValueError(
                f"`{where}` must have lists of one length. Received: {len(values)} values in {len(column)} rows."
            )
        return values.reshape(len(column), -1)
    return narrow(column.to_numpy(), where)


def _matrix(table: Any, names: list[str]) -> np.ndarray:
    columns = [_column(table, name) for name in names]
    if len(columns) == 1 and columns[0].ndim == 2:
        return columns[0]
    kinds = {column.dtype for column in columns}
    dtype = kinds.pop() if len(kinds) == 1 else np.dtype("float32")
    wide = [column if column.ndim == 2 else column[:, None] for column in columns]
    return np.concatenate(wide, axis=1, dtype=dtype, casting="unsafe")


def _matrix_of_any(table: Any, names: list[str]) -> np.ndarray:
    """Columns of strings side by side, as objects; or of numbers."""
    columns = [table.column(name) for name in names]
    if any(str(column.type) in ("string", "large_string") for column in columns):
        return np.stack([np.asarray(column.to_numpy(), dtype=object) for column in columns], axis=1)
    return _matrix(table, names)


def _cut(data: Batch, start: int, stop: int) -> Batch:
    x, y, sample_weight = (
        {name: part[start:stop] for name, part in value.items()}
        if isinstance(value, dict)
        else None
        if value is None
        else value[start:stop]
        for value in data
    )
    return x, y, sample_weight


def _joined(pieces: list[Batch]) -> Batch:
    _check_sizes([piece[0] for piece in pieces])
    x, y, sample_weight = (
        {name: np.concatenate([piece[name] for piece in parts]) for name in parts[0]}
        if isinstance(parts[0], dict)
        else None
        if parts[0] is None
        else np.concatenate(parts)
        for parts in zip(*pieces)
    )
    return x, y, sample_weight


def _check_sizes(inputs: list[Any]) -> None:
    for name in inputs[0] if isinstance(inputs[0], dict) else ():
        widths = {value[name].shape[1:] for value in inputs}
        if len(widths) > 1:
            raise ValueError(
                f"`{name}` must give rows of one size for all parts of a table. Received: rows of shapes "
                f"{', '.join(map(str, sorted(widths)))}; give `TextVectorization` an `output_sequence_length`."
            )
