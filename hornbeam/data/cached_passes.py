"""`CachedPasses`: a generator whose batches are cached, so that each pass over it gives the same ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import count as counting
from typing import Any

from hornbeam.core import tree
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.data import memory
from hornbeam.data.arrays import Batch
from hornbeam.data.passes import Passes


class CachedPasses(Passes):
    """A generator for validation: what a pass draws is kept, and the next pass begins with it.

    So every epoch is judged on the same rows. Batches that exceed the memory budget together are kept no longer: then a
    warning says that each pass goes on where the last one ended.
    """

    def __init__(self, stream: Any):
        super().__init__(stream)
        self._kept: list[Batch] | None = []
        self._bytes = 0
        self._lock = threading.Lock()  # a thread that fetches ahead may outlive its pass by a batch

    def run(self, prepare: Callable[[Any], Batch]) -> Iterator[Batch]:
        for number in counting():
            try:
                batch = self._batch(number, prepare)
            except StopIteration:
                return
            yield batch

    def _batch(self, number: int, prepare: Callable[[Any], Batch]) -> Batch:
        with self._lock:
            if self._kept is not None and number < len(self._kept):
                return self._kept[number]
            batch = prepare(next(self.stream))
            self._keep(batch)
            return batch

    def _keep(self, batch: Batch) -> None:
        if self._kept is None:
            return
        self._bytes += sum(getattr(leaf, "nbytes", 0) for leaf in tree.leaves(batch) if leaf is not None)
        if memory.fits(self._bytes):
            self._kept.append(batch)
            return
        self._kept = None
        warn_caller(
            f"`validation_data` is a {type(self.stream).__name__} whose {self._bytes / 2**20:.0f} MiB so far are too "
            "much to be kept: later epochs are judged on other rows, those that it gives next. Pass an object that can "
            "be iterated again, such as a `PyDataset`, or fewer `validation_steps`."
        )
