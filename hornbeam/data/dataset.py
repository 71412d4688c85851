"""`PyDataset`: data that a class of yours gives batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class PyDataset:
    """Base of datasets that give their batches by number; `Sequence` is its older name.

    Define `__getitem__(index)`, which gives batch `index` as `(x, y)`, `(x, y, sample_weight)` or `x`, and `__len__`,
    the number of batches, or a property `num_batches`, which may be None for no end. `fit` visits the batches in a
    shuffled order unless `shuffle=False`.

    Args:
        workers: how many threads, or processes, call `__getitem__` at once; the order of the batches stays the same for
            any number. With 0, batches are made between steps, by the thread that trains.
        use_multiprocessing: whether they are processes. NumPy, reading files and decoding images let threads run side
            by side, which is quicker; processes are for work in Python itself. Each gets a copy of the dataset, by
            pickle, as it is before each pass: what `__getitem__` assigns stays in its process. A script must have
            `if __name__ == "__main__":` before what it runs.
        max_queue_size: how many batches may be prepared ahead.

    A worker that gives nothing for half a minute is shown in a warning, with its stack.

    >>> import numpy as np
    >>> from hornbeam.utils import PyDataset
    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, index):
    ...         x = np.arange(4.0) + 4 * index
    ...         return x, x**2
    >>> [float(y.sum()) for x, y in Squares(workers=2)]
    [14.0, 126.0, 366.0]
    """

    # Subclasses written for Keras 2 do not call the constructor.
    _workers = 1
    _use_multiprocessing = False
    _max_queue_size = 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10):
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    @property
    def workers(self) -> int:
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    def __getitem__(self, index: int) -> Any:
        """Batch `index`."""
        raise NotImplementedError(
            f"`{type(self).__name__}` must define `__getitem__`, which gives a batch by its index."
        )

    @property
    def num_batches(self) -> int | None:
        """The number of batches; `None` where there is no `__len__`: the data never ends."""
        return len(self) if hasattr(self, "__len__") else None

    def on_epoch_begin(self) -> None:
        """Called before each pass over the batches."""

    def on_epoch_end(self) -> None:
        """Called after each pass over the batches; the place to reshuffle samples."""

    def __iter__(self) -> Iterator[Any]:
        count = self.num_batches
        index = 0
        while count is None or index < count:
            yield self[index]
            index += 1


Sequence = PyDataset
