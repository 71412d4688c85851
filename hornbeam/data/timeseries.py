"""`timeseries_dataset_from_array`."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import rng
from hornbeam.core.integers import check_count, is_integer
from hornbeam.data.folders.dataset import check_format
from hornbeam.data.pipeline import Dataset, Rows, as_element


class Windows(Rows):
    """Rows of an array that lie at equal distances, from each of several starts, with the target of the start."""

    gathers = True

    def __init__(self, data: np.ndarray, targets: np.ndarray | None, starts: np.ndarray, length: int, rate: int):
        self.data, self.targets, self.starts = data, targets, starts
        self.offsets = np.arange(length) * rate
        self.count = len(starts)

    def one(self, index: int) -> Any:
        return self.batch(np.asarray(index))

    def batch(self, indices: np.ndarray) -> Any:
        starts = self.starts[indices]
        x = self.data[starts[..., None] + self.offsets]
        return as_element(x if self.targets is None else (x, self.targets[starts]))


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Dataset:
    """Windows that go over a time series: batches of `(windows, targets)`, or of windows alone.

    >>> data = timeseries_dataset_from_array(np.arange(6), np.arange(6) + 2, sequence_length=2)
    >>> [(x.tolist(), y.tolist()) for x, y in data]
    [([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], [2, 3, 4, 5, 6])]

    Args:
        data: shape (time, ...).
        targets: of the window that starts at the same row; there may be fewer than rows. `None` for windows alone.
        sequence_length: rows of a window.
        sequence_stride: rows from the start of a window to that of the next.
        sampling_rate: rows from one of a window to the next.
        batch_size: `None` for single windows.
        shuffle: whether each pass has a new order.
        seed: an integer for the same orders in every run.
        start_index: the first row that is used.
        end_index: the row after the last one.
        format: accepted for code written for Keras: "tf" and "grain" give the same `Dataset`.

    Raises:
        ValueError: for arguments that do not fit the data, or leave no window.
    """
    check_format(format)
    data = _as_array(data)
    targets = None if targets is None else _as_array(targets)
    for name, value in (("length", sequence_length), ("stride", sequence_stride)):
        check_count(f"sequence_{name}", value, least=1)
    check_count("sampling_rate", sampling_rate, least=1)
    if sequence_stride >= len(data) > 0:
        raise ValueError(
            f"`sequence_stride` must be less than the {len(data)} rows of the data. Received: {sequence_stride}."
        )
    start, end = _range(start_index, end_index, len(data))
    count = end - start - (sequence_length - 1) * sampling_rate
    count = count if targets is None else min(count, len(targets) - start)
    if count < 1:
        raise ValueError(
            f"A window of {sequence_length} rows, each {sampling_rate} from the next, must fit into the data. "
            f"Received: {end - start} rows" + ("." if targets is None else f" and {len(targets)} targets.")
        )
    starts = start + np.arange(0, count, sequence_stride)
    rows = Windows(data, targets, starts, sequence_length, sampling_rate)
    seed = rng.make_seed() if seed is None and shuffle else seed
    dataset = Dataset.from_rows(rows, seed if shuffle else None)
    return dataset if batch_size is None else dataset.batch(batch_size)


def _as_array(value: Any) -> np.ndarray:
    value = value.to_numpy() if hasattr(value, "to_numpy") else value
    return np.asarray(as_element(value))


def _range(start: int | None, end: int | None, count: int) -> tuple[int, int]:
    start, end = 0 if start is None else start, count if end is None else end
    if not is_integer(start, 0) or start >= count:
        raise ValueError(f"`start_index` must be a row of the data, which has {count}. Received: {start!r}.")
    if not is_integer(end, start + 1) or end > count:
        raise ValueError(
            f"`end_index` must be more than `start_index`, {start}, and at most the {count} rows of the data. "
            f"Received: {end!r}."
        )
    return int(start), int(end)
