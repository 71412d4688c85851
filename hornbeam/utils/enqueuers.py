"""`OrderedEnqueuer` and `GeneratorEnqueuer`: batches prepared ahead, for loops of your own."""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterator
from typing import Any

from hornbeam.data.indexed_passes import IndexedPasses, WorkerSettings
from hornbeam.data.prefetch import Prefetcher


class SequenceEnqueuer:
    """Base: `start` it, loop over `get()`, `stop` it.

    Args:
        sequence: what gives the batches.
        use_multiprocessing: whether processes make them instead of threads.
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False):
        self.sequence, self.use_multiprocessing = sequence, use_multiprocessing
        self._batches: Generator[Any, None, None] | None = None

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Begin.

        Args:
            workers: how many threads or processes; with 0 each batch is made when it is asked for.
            max_queue_size: how many batches are made ahead.
        """
        self.stop()
        self._batches = self._run(workers, max_queue_size)

    def is_running(self) -> bool:
        """Whether it has been started and not been stopped."""
        return self._batches is not None

    def get(self) -> Iterator[Any]:
        """The batches, as they are made: in order, pass after pass.

        Raises:
            RuntimeError: if it is not running.
        """
        if self._batches is None:
            raise RuntimeError(f"`{type(self).__name__}` must be running: call `start()` before `get()`.")
        return self._batches

    def stop(self, timeout: float | None = None) -> None:
        """End the workers, which are waited for no longer than a second, whatever the `timeout`."""
        if self._batches is not None:
            self._batches.close()
            self._batches = None

    def _run(self, workers: int, max_queue_size: int) -> Generator[Any, None, None]:
        raise NotImplementedError(f"`{type(self).__name__}` must define what it runs; use `OrderedEnqueuer`.")


class OrderedEnqueuer(SequenceEnqueuer):
    """The batches of a `PyDataset` in order, pass after pass without end; `on_epoch_end` is called between passes.

    Args:
        sequence: a `PyDataset`.
        use_multiprocessing: as in `PyDataset`.
        shuffle: whether each pass has the batches in another order.

    >>> from hornbeam.utils import OrderedEnqueuer, PyDataset
    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, index):
    ...         return index**2
    >>> enqueuer = OrderedEnqueuer(Squares())
    >>> enqueuer.start(workers=2)
    >>> batches = enqueuer.get()
    >>> [next(batches) for _ in range(5)]
    [0, 1, 4, 0, 1]
    >>> enqueuer.stop()
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False, shuffle: bool = False):
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle

    def join_end_of_epoch(self) -> None:
        """Nothing to wait for: no batch of a pass is made before those of the last one are used."""

    def _run(self, workers: int, max_queue_size: int) -> Generator[Any, None, None]:
        settings = WorkerSettings(workers, self.use_multiprocessing, max_queue_size)
        passes = IndexedPasses(self.sequence, self.shuffle, settings)
        own = copy.deepcopy if self.use_multiprocessing else lambda batch: batch  # out of the workers' memory
        try:
            yield from passes.epoch(own, None, goes_on=True)
        finally:
            passes.close()


class GeneratorEnqueuer(SequenceEnqueuer):
    """The batches of a generator, made ahead by one thread.

    Args:
        sequence: a generator, or another iterator.
        use_multiprocessing, wait_time, random_seed: accepted for code written for Keras: several copies of a generator
            would give each batch several times.
    """

    def __init__(
        self,
        sequence: Any,
        use_multiprocessing: bool = False,
        wait_time: float | None = None,
        random_seed: int | None = None,
    ):
        super().__init__(sequence, False)

    def _run(self, workers: int, max_queue_size: int) -> Generator[Any, None, None]:
        if not workers:
            yield from self.sequence
            return
        name = type(self.sequence).__name__
        with Prefetcher(lambda _: next(self.sequence), depth=max_queue_size, name=name) as batches:
            yield from batches
