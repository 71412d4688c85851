"""`StoredSource`: data on disk, gone through window by window."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from hornbeam.core import rng, tree
from hornbeam.data import random_state
from hornbeam.data.array_likes import Memo, map_arrays
from hornbeam.data.arrays import Batch, as_fraction
from hornbeam.data.checks import raise_unless_finite
from hornbeam.data.class_weights import check_balanced, class_indices, weigh
from hornbeam.data.passes import Passes
from hornbeam.data.prefetch import Prefetcher, Returnable
from hornbeam.data.streams import StreamSource
from hornbeam.data.window import Window, window_rows

_BLOCKS = 16  # that a window is made of


class Rows(Protocol):
    """Rows that can be read in ranges."""

    @property
    def count(self) -> int: ...
    def read(self, start: int, stop: int) -> Batch: ...
    def blocks(self, size: int) -> list[tuple[int, int]]: ...
    def part(self, start: int, stop: int) -> Any: ...
    def release(self) -> None: ...


class StoredSource(StreamSource):
    """Data on disk. Make it with `as_source`.

    A pass reads blocks of neighbouring rows, in a shuffled order if rows are to be shuffled, and puts them together
    to windows of some 64 MB, within which rows are shuffled. A thread reads the next window while one is used. With
    `shuffle="batch"` the rows of a batch are neighbours, and batches are what is shuffled.

    Args:
        rows: what to read.
        batch_size: rows of a batch.
        check_finite: whether NaN and infinity are errors: checked in the first pass, as it is read.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        batch_size: int,
        steps: int | None = None,
        shuffle: bool | str = False,
        repeat: bool = False,
        class_weight: Any = None,
        output_names: Sequence[str] | None = None,
        check_finite: bool = True,
    ):
        if isinstance(class_weight, str):
            class_weight = _balanced(rows, class_weight)
        self._rows, self.rows, self.batch_size = rows, rows.count, batch_size
        self._shuffle, self._repeat, self._check_finite = shuffle, repeat, check_finite
        self._settings: dict[str, Any] = {
            "batch_size": batch_size,
            "check_finite": check_finite,
            "output_names": output_names,
        }
        self._random = np.random.default_rng(rng.make_seed() if shuffle else 0)
        self._began = self._random.bit_generator.state  # of this pass; where epochs go on, of the first one
        self._before = 0  # batches of all epochs that have ended, where they go on
        passes = _Batches(self)
        super().__init__(passes, steps=steps, repeat=repeat, class_weight=class_weight, output_names=output_names)
        self._left = Returnable(self._windows_of_passes() if self.goes_on else iter(()))

    def peek(self) -> Batch:
        return self._weighted(self._rows.read(0, min(self.batch_size, self.rows)))

    def split(self, fraction: float) -> tuple[StoredSource, StoredSource]:
        """The first rows for training and the last `fraction` of the rows for validation."""
        at = as_fraction(fraction, self.rows)
        train = StoredSource(
            self._rows.part(0, at),
            steps=self.asked,
            shuffle=self._shuffle,
            repeat=self._repeat,
            class_weight=self.class_weight,
            **self._settings,
        )
        return train, StoredSource(self._rows.part(at, self.rows), **self._settings)

    def resize(self, batch_size: int) -> None:
        """Give batches of this size from the next epoch on."""
        self.batch_size = batch_size
        self.__dict__.pop("room", None)
        if self.asked is None:
            self.steps = self.passes.length()

    @cached_property
    def room(self) -> int:
        """Rows of a window: whole batches. The same in all epochs, however much memory is free by then."""
        return window_rows(self._rows.read(0, 1), self.batch_size, self.rows)

    def windows(
        self, finish: Callable[[Window], Any] | None = None, first: int = 0
    ) -> Generator[tuple[Window, Any], None, None]:
        """The next epoch from batch `first` on, in windows read ahead by a thread, with what `finish` makes there."""
        if self.goes_on:
            source = self._left
        else:
            self._began = self._random.bit_generator.state
            source = Returnable(self._windows_of_passes(once=True))
            _drop(source, first, self.batch_size)

        def fetch(_: int) -> tuple[Window, Any]:
            window = next(source)
            return window, finish(window) if finish is not None else None

        put_back = lambda unused: source.put_back([window for window, _ in unused])  # noqa: E731
        given, size = first, self.batch_size
        with Prefetcher(fetch, depth=1, put_back=put_back, name=self._name) as ahead:
            for window, finished in ahead if given != self.asked else ():
                rows = len(window.order) if self.asked is None else (self.asked - given) * size
                given += -(-min(rows, len(window.order)) // size)
                if given == self.asked:
                    ahead.close()
                    if rows < len(window.order):
                        source.put_back([window._replace(order=window.order[rows:])])
                yield window._replace(order=window.order[:rows]), finished
        self._before += given
        self._after(given, self.asked)

    def place(self, batch: int) -> dict[str, Any]:
        if self.goes_on:
            return {"random": self._began, "before": self._before}
        return {"random": self._began if batch else self._random.bit_generator.state}

    def go_to(self, place: dict[str, Any], batch: int) -> tuple[str, ...]:
        self._random.bit_generator.state = self._began = place["random"]
        self.had = batch
        if self.goes_on:
            self._before = place["before"]
            self._left = Returnable(self._windows_of_passes())
            _drop(self._left, self._before + batch, self.batch_size)
        return random_state.KINDS

    def _windows_of_passes(self, once: bool = False) -> Iterator[Window]:
        room, is_first = self.room, True
        while is_first or not once:
            for ranges in self._plan(room):
                yield self._read(ranges, room, is_first and self._check_finite)
            if is_first:
                self._check_finite = False
            is_first = False

    def _plan(self, room: int) -> Iterator[list[tuple[int, int]]]:
        """The ranges of rows of each window of a pass."""
        size = max(room // _BLOCKS, 1)
        if self._shuffle == "batch":
            size = max(size // self.batch_size, 1) * self.batch_size
        blocks = self._rows.blocks(size)
        if self._shuffle:
            last = len(blocks) - (self._shuffle == "batch")  # the short batch stays last
            blocks = [blocks[i] for i in self._random.permutation(last)] + blocks[last:]
        window: list[tuple[int, int]] = []
        free = room
        for start, stop in blocks:
            while start < stop:
                end = min(stop, start + free)
                window.append((start, end))
                start, free = end, free - (end - start)
                if not free:
                    yield window
                    window, free = [], room
        if window:
            yield window

    def _read(self, ranges: list[tuple[int, int]], room: int, check: bool) -> Window:
        data: Any = None
        at = 0
        for start, stop in ranges:
            part = self._rows.read(start, stop)
            if data is None:
                data = _room_for(part, room)
            _fill(data, part, at)
            if check:
                _check(part, start)
            at += stop - start
        self._rows.release()
        return Window(self._weighted(data, at), self._order(at))

    def _order(self, count: int) -> np.ndarray:
        rows = np.arange(count, dtype=np.int32)
        if self._shuffle == "batch":
            full = count - count % self.batch_size
            batches = self._random.permutation(rows[:full].reshape(-1, self.batch_size))
            return np.concatenate([batches.reshape(-1), rows[full:]])
        return self._random.permutation(rows) if self._shuffle else rows

    def _weighted(self, data: Batch, count: int | None = None) -> Batch:
        """With the weights of classes; of the first `count` rows, as the others hold nothing."""
        if self.class_weight is None:
            return data
        x, y, sample_weight = data
        y_used, weight_used = tree.map(lambda a: None if a is None else a[:count], (y, sample_weight))
        weights = weigh(self.class_weight, y_used, weight_used, self.output_names)
        room = len(tree.leaves(x)[0])
        return x, y, tree.map(lambda a: None if a is None else _with_room(a, room), weights)


class _Batches(Passes):
    """The windows of a stored source, batch by batch."""

    def __init__(self, source: StoredSource):
        super().__init__(source)

    def length(self) -> int:
        return -(-self.stream.rows // self.stream.batch_size)

    def run(self, prepare: Callable[[Any], Batch]) -> Iterator[Batch]:
        size = self.stream.batch_size
        for window in self.stream._windows_of_passes(once=True):
            for i in range(-(-len(window.order) // size)):
                yield window.batch(i, size)


def _drop(windows: Returnable, batches: int, size: int) -> None:
    """Go through so many batches."""
    while batches > 0:
        window = next(windows)
        rest = window.order[batches * size :]
        if len(rest):
            windows.put_back([window._replace(order=rest)])
        batches -= -(-len(window.order) // size)


def _room_for(part: Batch, room: int) -> Batch:
    """Arrays of `room` rows like those of `part`; what is one array there is one here."""
    memo = Memo()
    empty = lambda a: memo(a, lambda: np.empty((room, *a.shape[1:]), a.dtype))  # noqa: E731
    return tree.map(lambda a: None if a is None else empty(a), part)


def _fill(data: Batch, part: Batch, at: int) -> None:
    pairs = {id(out): (out, a) for out, a in zip(tree.leaves(data), tree.leaves(part)) if a is not None}
    for out, a in pairs.values():
        out[at : at + len(a)] = a


def _with_room(array: np.ndarray, room: int) -> np.ndarray:
    return np.concatenate([array, np.zeros((room - len(array), *array.shape[1:]), array.dtype)])


def _check(part: Batch, start: int) -> None:
    for name, arrays in zip(("x", "y", "sample_weight"), part, strict=True):
        map_arrays(lambda array, where: raise_unless_finite(array, where, None, start), arrays, name)


def _balanced(rows: Rows, class_weight: str) -> dict[int, float]:
    """The weights n / (classes * count) from a pass over the targets."""
    check_balanced(class_weight)
    counts: dict[int, int] = {}
    for start, stop in rows.blocks(2**16):
        targets = tree.leaves(rows.read(start, stop)[1])
        if len(targets) != 1 or targets[0] is None:
            raise ValueError(
                '`class_weight="balanced"` of data on disk needs the targets of one output. '
                f"Received: {len(targets)} arrays of targets; pass a dictionary of weights."
            )
        for number, count in zip(*np.unique(class_indices(targets[0]), return_counts=True), strict=True):
            counts[int(number)] = counts.get(int(number), 0) + int(count)
    rows.release()
    return {number: rows.count / (len(counts) * count) for number, count in counts.items()}
