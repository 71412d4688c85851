"""`IndexedPasses`: how data that gives its batches by number is gone through."""

from __future__ import annotations

import operator
from collections.abc import Callable, Generator
from itertools import count as counting
from typing import Any, NamedTuple

from hornbeam.core import rng
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.data import random_state
from hornbeam.data.arrays import Batch
from hornbeam.data.indexed_place import Place
from hornbeam.data.passes import Passes
from hornbeam.data.prefetch import AdaptivePrefetch, Prefetcher
from hornbeam.data.processes import CannotTravel, Processes


class WorkerSettings(NamedTuple):
    """How a dataset's batches are got, where the call says other than the dataset: `None` leaves it to the dataset."""

    workers: int | None = None
    use_multiprocessing: bool | None = None
    max_queue_size: int | None = None


class IndexedPasses(Passes):
    """A `PyDataset`, or any object with `__getitem__` by number: several threads fetch its batches, in order."""

    def __init__(self, stream: Any, shuffle: bool, settings: WorkerSettings):
        super().__init__(stream)
        self.shuffle = shuffle
        self.workers = _first(settings.workers, getattr(stream, "workers", None), 1)
        self.depth = _first(settings.max_queue_size, getattr(stream, "max_queue_size", None), 10)
        self.uses_processes = _first(
            settings.use_multiprocessing, getattr(stream, "use_multiprocessing", None), False
        ) and bool(self.workers)
        self._processes: Processes | None = None
        self._prefetch = AdaptivePrefetch(self.depth if self.workers else 0, type(stream).__name__)
        self._position: int | None = None  # in the pass under way
        self._count: int | None = None  # batches of this pass
        self._order: list[int] | None = None
        self._peeked: Batch | None = None  # the batch at the position, fetched already
        self._is_rest = False  # whether the next epoch is the rest of one that was interrupted
        self.place = Place(stream)

    def length(self) -> int | None:
        """What the dataset says by `num_batches`, or else by `__len__`."""
        if not hasattr(type(self.stream), "num_batches"):
            return super().length()
        try:
            count = self.stream.num_batches
        except (NotImplementedError, TypeError):  # where it asks for a length that there is not
            return super().length()
        return None if count is None else operator.index(count)

    def is_endless(self) -> bool:
        return self.length() is None

    def peek(self, prepare: Callable[[Any], Batch]) -> Batch:
        """The next batch, which stays the next one."""
        if self._position is None:
            self._begin()
        if self._peeked is None:
            self._peeked = self._fetch(self._position or 0, prepare)
        return self._peeked

    def epoch(self, prepare: Callable[[Any], Batch], steps: int | None, goes_on: bool) -> Generator[Batch, None, None]:
        """The next `steps` batches, from pass to pass; or, unless it goes on, those of a new pass at most."""
        if not goes_on and self._position and not self._is_rest:
            self._position = self._peeked = None
        elif self._is_rest and self._position == self._count:  # all that is left is to end the pass
            self._end()
            steps = steps if goes_on else 0
        given, self._is_rest = 0, False
        while steps is None or given < steps:
            if self._position is None:
                self._begin()
            start = self._position or 0
            ends = [end for end in (self._count, None if steps is None else start + steps - given) if end is not None]
            if self._count == 0:
                break
            for batch in self._section(start, min(ends, default=None), prepare):
                self._position, self._peeked = (self._position or 0) + 1, None
                given += 1
                yield batch
            if self._position == self._count or not goes_on:
                self._end()
            if not goes_on:
                break

    def _section(self, start: int, end: int | None, prepare: Callable[[Any], Batch]) -> Generator[Batch, None, None]:
        """The batches of this pass from `start` on."""
        peeked = self._peeked

        def fetch(i: int) -> Batch:
            return peeked if i == 0 and peeked is not None else self._fetch(start + i, prepare)

        count = None if end is None else end - start
        self._start_processes()
        if self.workers <= 1 and self._processes is None:
            yield from self._prefetch.over(map(fetch, range(count) if count is not None else counting()))
            return
        stack = self._processes.stack if self._processes is not None else None
        name = type(self.stream).__name__
        with Prefetcher(fetch, workers=self.workers, depth=self.depth, count=count, name=name, stack=stack) as batches:
            yield from batches

    def _start_processes(self) -> None:
        if not self.uses_processes or self._processes is not None:
            return
        try:
            self._processes = Processes(self.stream, self.workers)
        except CannotTravel as error:
            self.uses_processes = False
            name = type(self.stream).__name__
            warn_caller(f"`{name}` cannot be given to worker processes, as {error}. Threads get its batches instead.")

    def close(self) -> None:
        """End the worker processes."""
        if self._processes is not None:
            self._processes.close()
            self._processes = None

    def _fetch(self, position: int, prepare: Callable[[Any], Batch]) -> Batch:
        index = position if self._order is None else self._order[position]
        self.place.fetches(position)
        try:
            if self._processes is not None:
                return self._processes.fetch(index, prepare)
            return prepare(self.stream[index])
        except StopIteration as error:
            raise RuntimeError(f"`{type(self.stream).__name__}[{index}]` raised StopIteration.") from error
        except Exception as error:
            error.add_note(f"While getting batch {index} of `{type(self.stream).__name__}`.")
            raise

    def _begin(self) -> None:
        self._tell("on_epoch_begin")
        self._draw_order()

    def _draw_order(self) -> None:
        self.place.begins()
        if self._processes is not None:
            self._processes.renew()
        self._count, self._position = self.length(), 0
        is_shuffled = self.shuffle and self._count is not None
        self._order = rng.host().permutation(self._count or 0).tolist() if is_shuffled else None

    def _end(self) -> None:
        self._position = None
        self.place.ends()
        self._tell("on_epoch_end")

    def where(self) -> dict[str, Any]:
        """What `go_to` needs to give the batches that follow."""
        return self.place.at(self._position)

    def go_to(self, found: dict[str, Any]) -> tuple[str, ...]:
        """Go on from a place that such a stream had in another process.

        Hooks of the passes before are called again, for what they do to the stream. The first pass has begun already,
        when its first batch was looked at.
        """
        self._peeked = self._position = None
        self.place = Place(self.stream, found["ended"], is_kept=True)
        for number, state in enumerate(found["ended"]):
            if number:
                self._tell("on_epoch_begin")
            random_state.restore(state)
            self._tell("on_epoch_end")
        if found["position"] is not None:
            if found["ended"]:
                self._tell("on_epoch_begin")
            random_state.restore(found["began"])
            self._draw_order()
            self._position, self._is_rest = found["position"], True
        self.place.go_on(found)
        return ("host", "loaders")

    def _tell(self, hook: str) -> None:
        getattr(self.stream, hook, _nothing)()


def _first(*values: Any) -> Any:
    """The first that is not None."""
    return next(value for value in values if value is not None)


def _nothing() -> None:
    return None
