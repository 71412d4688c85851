"""`tf.data.experimental.make_csv_dataset`: tables in text files, as batches of columns."""

from __future__ import annotations

import csv
import glob
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam.data.pipeline import Dataset, as_element
from hornbeam.legacy.tensorflow import dtypes
from hornbeam.legacy.tensorflow.io import decode_csv


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Any = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    **_: Any,
) -> Dataset:
    """Batches of the rows of tables: a dictionary of columns, and the labels beside it.

    Args:
        file_pattern: paths, with wildcards.
        batch_size: rows of a batch.
        column_names: those of the first line by default.
        column_defaults: a value, or a dtype, for each column that is taken; by default found in the files: integers
            of 32 bits, floats, or strings.
        label_name: the column of the labels.
        select_columns: names or numbers of the columns to take.
        field_delim, na_value: between fields, and what stands for an empty one beside nothing.
        header: whether the first line holds names.
        num_epochs: passes over the rows; without end by default.
        shuffle, shuffle_buffer_size, shuffle_seed: as of `Dataset.shuffle`.
    """
    texts = [file_pattern] if isinstance(file_pattern, str | os.PathLike) else list(file_pattern)
    paths = sorted(path for text in texts for path in glob.glob(os.fspath(text)))
    if not paths:
        raise ValueError(f"`make_csv_dataset` found no file. Received: file_pattern={file_pattern!r}.")
    rows = [row for path in paths for row in _rows(path, field_delim, header)]
    names = list(column_names) if column_names is not None else _header(paths[0], field_delim)
    wanted = [names[c] if isinstance(c, int) else c for c in select_columns] if select_columns is not None else names
    unknown = [name for name in [*wanted, label_name] if name is not None and name not in names]
    if unknown:
        raise ValueError(f"The table has the columns {names}. Received: {unknown}.")
    columns = {name: [_known(row[names.index(name)], na_value) for row in rows] for name in wanted}
    defaults = column_defaults or [_default(values) for values in columns.values()]
    made = {name: _made(columns[name], default) for name, default in zip(wanted, defaults, strict=True)}
    labels = None if label_name is None else made.pop(label_name)
    data = Dataset.from_tensor_slices(made if labels is None else (made, labels))
    data = data.shuffle(shuffle_buffer_size, shuffle_seed) if shuffle else data
    return data.repeat(num_epochs).batch(batch_size, drop_remainder=num_epochs is None)


def CsvDataset(
    filenames: Any,
    record_defaults: Any,
    header: bool = False,
    field_delim: str = ",",
    select_cols: Any = None,
    **_: Any,
) -> Dataset:
    """The lines of tables as tuples of fields; see `tf.io.decode_csv`."""
    paths = [filenames] if isinstance(filenames, str | os.PathLike) else list(filenames)

    def start() -> Iterator[Any]:
        for path in paths:
            with open(path, encoding="utf-8", newline="") as file:
                for number, line in enumerate(file):
                    if number or not header:
                        text, settings = line.rstrip("\r\n"), {"field_delim": field_delim, "select_cols": select_cols}
                        yield as_element(tuple(decode_csv(text, record_defaults, **settings)))

    return Dataset(start)


def _rows(path: str, delimiter: str, header: bool) -> list[list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file, delimiter=delimiter) if row][1 if header else 0 :]


def _header(path: str, delimiter: str) -> list[str]:
    with open(path, encoding="utf-8", newline="") as file:
        return next(csv.reader(file, delimiter=delimiter))


def _known(field: str, na_value: str) -> str:
    return "" if field == na_value else field


def _default(fields: list[str]) -> Any:
    """The value of empty fields in a column: of the narrowest dtype that holds all others."""
    for dtype in (np.int32, np.float32):
        try:
            np.array([field for field in fields if field], dtype)
        except (ValueError, OverflowError):
            continue
        return dtype(0)
    return ""


def _made(fields: list[str], default: Any) -> Any:
    """A column: its fields, and the default where they are empty.

    Args:
        fields: texts.
        default: a value, alone or in a list; a dtype, such as `tf.float32`, whose default is 0 or an empty text.
    """
    named = str(default) if isinstance(default, str) and default in dtypes.NAMES else None
    value = np.asarray([] if named else default).reshape(-1)
    if named == "string" or (not named and (not value.size or value.dtype.kind in "USO")):
        return np.array([field or (str(value[0]) if value.size else "") for field in fields], object)
    dtype = np.dtype(named) if named else _NARROW.get(value.dtype.name, value.dtype)
    return np.array([field or (value[0] if value.size else 0) for field in fields]).astype(dtype)


_NARROW: dict[str, Any] = {"float64": np.float32, "int64": np.int32}  # what Python's numbers are in TensorFlow
