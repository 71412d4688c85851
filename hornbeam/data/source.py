"""`as_source`: one of three sources out of anything that can be trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam.core.integers import check_count
from hornbeam.data import memory
from hornbeam.data.array_likes import Memo, is_array, is_frame, is_kind, is_list_of_numbers, map_arrays
from hornbeam.data.arrays import ArraySource, common_rows, leaves
from hornbeam.data.cached_passes import CachedPasses
from hornbeam.data.checks import names_checked
from hornbeam.data.conversion import to_array
from hornbeam.data.dataset import PyDataset
from hornbeam.data.indexed_passes import IndexedPasses, WorkerSettings
from hornbeam.data.passes import DatasetPasses, Passes, SinglePass, TFDatasetPasses
from hornbeam.data.stored import ArrayRows, StoredArray, is_stored
from hornbeam.data.stored_source import StoredSource
from hornbeam.data.streams import StreamSource
from hornbeam.data.tables import DatasetColumn, TableRows, is_table

DEFAULT_BATCH_SIZE = 32


class WithWorkers(NamedTuple):
    """Data, with the workers that are to get its batches."""

    data: Any
    settings: WorkerSettings


def with_workers(
    x: Any, workers: int | None = None, use_multiprocessing: bool | None = None, max_queue_size: int | None = None
) -> Any:
    """`x` with the number and kind of workers that a call of `fit`, `evaluate` or `predict` asks for."""
    settings = WorkerSettings(workers, use_multiprocessing, max_queue_size)
    for name, value in (("workers", workers), ("max_queue_size", max_queue_size)):
        if value is not None:
            check_count(name, value)
    return x if settings == WorkerSettings() else WithWorkers(x, settings)


def as_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: bool | str = False,
    repeat: bool = False,
    class_weight: Any = None,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    workers: int | None = None,
    use_multiprocessing: bool | None = None,
    max_queue_size: int | None = None,
    prefetch: int = 2,
    check_finite: bool = True,
    keep: bool = False,
    front: Callable[[Any], Any] | None = None,
) -> ArraySource | StreamSource:
    """Checked batches out of arrays, or out of what gives batches.

    Args:
        x: arrays, lists of numbers, DataFrames, tensors of any library, or lists and dicts of those for several inputs;
            memory maps, HDF5 and Zarr datasets, which stay on disk if they are large; a Parquet file (or its path), an
            Arrow table or dataset; or a generator, a `PyDataset`, a `Dataset`, a torch DataLoader, a tf.data.Dataset,
            or any other iterable of batches.
        y: targets, in the same forms, or the name of a column of a table, or a list of names; not with what gives
            batches, which gives targets too.
        sample_weight: a weight for each sample (or for each part of it), likewise.
        batch_size: rows of a batch of arrays; 32 by default.
        steps: batches of an epoch; by default as many as there are.
        shuffle: whether each epoch has a new order of rows, or of the batches of a `PyDataset`; "batch" keeps the rows
            of a batch together. The order comes from the host's generator, which `set_random_seed` seeds.
        repeat: with `steps`, whether an epoch goes on where the last one ended, as in training, instead of beginning
            anew.
        class_weight: a weight for each class index, "balanced", or for several outputs a dict of those by output name.
        input_names, output_names: of the model, if it has names: dictionaries must fit them, and the columns of a
            DataFrame are given to several inputs by name.
        workers: threads or processes that get the batches of a `PyDataset`; with 0 there is no thread, for any stream.
        use_multiprocessing: whether they are processes.
        max_queue_size: how many batches they may prepare ahead. All three are by default as the `PyDataset` says.
        prefetch: how many batches of another stream a thread prepares ahead; with 0 there is no thread.
        check_finite: whether NaN and infinity are errors.
        front: what a model makes of its inputs on the host, where it has layers that compute there; applied once to
            arrays, and to each batch of a stream.
        keep: whether each epoch over a generator has the same batches, those that it gave first.

    Raises:
        ValueError: for data that does not fit together, in words.
        TypeError: for something that is no data.

    >>> source = as_source([[1.0], [2.0], [3.0]], [0, 1, 0], batch_size=2)
    >>> source.rows, source.steps
    (3, 2)
    """
    worker_settings = WorkerSettings(workers, use_multiprocessing, max_queue_size)
    if isinstance(x, WithWorkers):
        x, worker_settings = x
    if isinstance(x, ArraySource | StreamSource):
        return x
    if x is None:
        raise ValueError("`x` must be data. Received: x=None.")
    batch_size, steps = as_count("batch_size", batch_size), as_count("steps", steps)
    if shuffle not in (True, False, "batch"):
        raise ValueError(f'`shuffle` must be True, False or "batch". Received: shuffle={shuffle!r}.')
    settings: dict[str, Any] = {
        "batch_size": batch_size or DEFAULT_BATCH_SIZE,
        "steps": steps,
        "shuffle": shuffle,
        "repeat": repeat,
        "class_weight": class_weight,
        "output_names": output_names,
    }
    if is_table(x):
        rows = TableRows(x, y, sample_weight, input_names, output_names, front)
        if rows.count and not memory.fits(rows.nbytes):
            return StoredSource(rows, check_finite=check_finite, **settings)
        x, y, sample_weight = rows.read(0, rows.count)
        if front is not None:
            input_names = front = None  # it is applied
    if is_kind(x, "datasets", "Dataset"):
        x, y = _columns(x, y, input_names)
    x, y, sample_weight = (_column(value) for value in (x, y, sample_weight))
    passes = _passes(x, bool(shuffle), worker_settings)
    if keep and isinstance(passes, SinglePass):
        passes = CachedPasses(x)
    if passes is None:
        arrays = _arrays(x, y, sample_weight, input_names, output_names, check_finite, front)
        return _in_memory_or_stored(arrays, check_finite, settings)
    _refuse_beside_batches(x, y=y, sample_weight=sample_weight)
    return StreamSource(
        passes,
        steps=steps,
        repeat=repeat,
        class_weight=class_weight,
        input_names=input_names,
        output_names=output_names,
        prefetch=0 if worker_settings.workers == 0 else prefetch,
        check_finite=check_finite,
        front=front,
    )


def _in_memory_or_stored(arrays: Any, check_finite: bool, settings: dict[str, Any]) -> ArraySource | StreamSource:
    stored = [array for _, array in leaves(arrays) if isinstance(array, StoredArray)]
    if not memory.fits(sum(array.nbytes for array in stored)):
        return StoredSource(ArrayRows(arrays, common_rows(arrays)), check_finite=check_finite, **settings)
    return ArraySource(*_in_memory(arrays, check_finite) if stored else arrays, **settings)


def _refuse_beside_batches(x: Any, **given: Any) -> None:
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"`{name}` must be part of the batches when `x` gives batches: (x, y) or (x, y, sample_weight). "
                f"Received: x of type {type(x).__name__} and `{name}` of type {type(value).__name__}."
            )


def _column(value: Any) -> Any:
    """A column of a Hugging Face dataset, alone or among others, as an array."""
    if isinstance(value, dict):
        return {key: _column(item) for key, item in value.items()}
    return np.asarray(value[:]) if is_kind(value, "datasets", "Column") else value


def as_count(name: str, value: Any) -> int | None:
    """`value` as a positive integer; `None` stays `None`.

    Raises:
        ValueError: for anything else. A float is taken if it is whole.
    """
    if value is None:
        return None
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not is_number or value < 1 or value % 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}.")
    return int(value)


def _passes(x: Any, shuffle: bool, settings: WorkerSettings) -> Passes | None:
    """How to go through `x` if it gives batches; `None` if it is arrays."""
    if isinstance(x, PyDataset) or any(
        is_kind(x, package, "PyDataset", "Sequence") for package in ("keras", "tf_keras")
    ):
        return IndexedPasses(x, shuffle, settings)
    if isinstance(x, list | tuple | Mapping | str | bytes) or is_array(x) or is_frame(x):
        return None
    if is_kind(x, "hornbeam.data.pipeline", "Dataset"):
        return DatasetPasses(x)
    if is_kind(x, "tensorflow", "DatasetV2", "Dataset"):
        return TFDatasetPasses(x)
    if is_kind(x, "torch.utils.data", "Dataset") and not is_kind(x, "torch.utils.data", "IterableDataset"):
        raise TypeError(
            f"`x` must give batches. Received: {type(x).__name__}, which gives single samples; "
            "wrap it: `torch.utils.data.DataLoader(x, batch_size=32)`."
        )
    if isinstance(x, Iterator):
        return SinglePass(x)
    if is_kind(x, "torch.utils.data", "DataLoader") or isinstance(x, Iterable):
        return Passes(x)
    if hasattr(x, "__getitem__") and hasattr(x, "__len__"):
        return IndexedPasses(x, shuffle, settings)
    raise TypeError(
        "`x` must be arrays, a DataFrame, a `PyDataset`, a DataLoader, or a generator or another iterable of batches. "
        f"Received: {type(x).__name__}{'; call it' if callable(x) else ''}."
    )


def _columns(dataset: Any, y: Any, input_names: Sequence[str] | None) -> tuple[Any, Any]:
    """Inputs and targets of a Hugging Face dataset.

    The targets are the column that `y` names, or else its column `labels` or `label`. The others are inputs by name; a
    model with one input takes columns of numbers side by side.
    """
    if not memory.fits(getattr(getattr(dataset, "data", None), "nbytes", 0)):
        columns: dict[str, Any] = {name: DatasetColumn(dataset, name) for name in dataset.column_names}
    else:
        columns = dict(dataset.with_format("numpy")[:])
    label = next((name for name in ("labels", "label") if name in columns), None)
    if isinstance(y, str):
        if y not in columns:
            raise ValueError(f"`y` must name one of the columns {list(columns)}. Received: y={y!r}.")
        y = columns.pop(y)
    elif y is None and label is not None:
        y = columns.pop(label)
    if len(input_names or ()) == 1 and len(columns) > 1 and all(np.ndim(c) == 1 for c in columns.values()):
        return np.stack([np.asarray(column[:]) for column in columns.values()], axis=-1), y
    return (columns if len(columns) > 1 else next(iter(columns.values()))), y


def _arrays(
    x: Any, y: Any, sample_weight: Any, input_names: Any, output_names: Any, check_finite: bool, front: Any
) -> tuple[Any, ...]:
    memo = Memo()
    x = names_checked(_several(x, input_names, "x"), input_names, "x", needs_all=True)
    x = x if front is None else front(x)
    y = names_checked(_several(y, output_names, "y"), output_names, "y", needs_all=False)

    def convert(value: Any, where: str) -> Any:
        if is_stored(value):
            return memo(value, lambda: StoredArray(value, where))
        array = memo(value, lambda: to_array(value, where, check_finite))
        if where.startswith("x") and is_kind(value, "pandas", "Series"):
            return array[:, None]  # a column
        return array

    parts = {"x": x, "y": y, "sample_weight": sample_weight}
    return tuple(map_arrays(convert, part, where) for where, part in parts.items())


def _in_memory(arrays: tuple[Any, ...], check_finite: bool) -> tuple[Any, ...]:
    """Stored arrays as arrays in memory."""
    memo = Memo()

    def load(array: Any, where: str) -> Any:
        if not isinstance(array, StoredArray):
            return array
        return memo(array, lambda: to_array(array.load(), where, check_finite))

    return tuple(map_arrays(load, part, where) for part, where in zip(arrays, ("x", "y", "sample_weight"), strict=True))


def _several(value: Any, names: Sequence[str] | None, where: str) -> Any:
    """Several inputs or outputs, where the model has several and one object holds them."""
    if names is None:
        return value
    what = "input" if where == "x" else "output"
    if is_frame(value) and len(names) > 1:
        if not set(names) <= set(value.columns):
            raise ValueError(
                f"`{where}` must have a column for each {what} of the model: {', '.join(map(repr, names))}. "
                f"Received: a DataFrame with the columns {', '.join(map(repr, value.columns))}."
            )
        return {name: value[[name]] for name in names}
    if not isinstance(value, list | tuple):
        return value
    if not value and where == "y":  # of a model whose layers add all of its loss
        return None
    if is_list_of_numbers(value):
        return [np.asarray(item) for item in value] if len(names) > 1 and len(value) == len(names) else value
    if len(value) != len(names):
        fix = f"if each is one sample, pass `numpy.stack({where})`"
        if where == "x" and len(names) == 1 and len(value) == 2:
            fix = "if they are inputs and targets, pass them one by one: `fit(x, y)`"
        raise ValueError(
            f"`{where}` must have one array for each {what} of the model: {', '.join(map(repr, names))}. "
            f"Received: a list of {len(value)} arrays; {fix}."
        )
    return value
