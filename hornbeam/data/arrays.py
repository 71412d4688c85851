"""`ArraySource`: data in memory, visited in batches of rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import rng
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.settings import limited_steps
from hornbeam.data import random_state
from hornbeam.data.array_likes import map_arrays, map_batch
from hornbeam.data.class_weights import weigh
from hornbeam.data.prefetch import Prefetcher
from hornbeam.data.window import Window, window_rows

_SHOWN = 5  # arrays in a message

Batch = tuple[Any, Any, Any]


class ArraySource:
    """Data in memory. Make it with `as_source`, which converts and checks the arrays.

    Attributes:
        arrays: `(x, y, sample_weight)`; each `None`, an array, or lists and dicts of arrays, all with `rows` rows. What
            was one object in several places still is.
        rows: how many samples there are.
        batch_size: rows of a batch; the last batch of a pass may have fewer.
        steps: batches of an epoch.
        had: how many batches of the next epoch an interrupted run has had: it goes on after them.
    """

    is_stream = False
    had = 0

    def __init__(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        batch_size: int = 32,
        steps: int | None = None,
        shuffle: bool | str = False,
        repeat: bool = False,
        class_weight: Any = None,
        output_names: Sequence[str] | None = None,
    ):
        self.given = (x, y, sample_weight)
        self.rows = common_rows(self.given)
        self.batch_size = batch_size
        self.shuffle, self.repeat = shuffle, repeat
        self.class_weight, self.output_names = class_weight, output_names
        self.steps = limited_steps(self._possible(steps)) or 0
        self._ahead = np.empty(0, np.int32)  # the rest of the pass that the last epoch ended in
        self._began = self._place()
        self._drawn: np.ndarray | None = None  # the order of an epoch that is gone on with

    @cached_property
    def arrays(self) -> Batch:
        x, y, sample_weight = self.given
        if self.class_weight is None:
            return x, y, sample_weight
        return x, y, weigh(self.class_weight, y, sample_weight, self.output_names)

    @property
    def steps_per_pass(self) -> int:
        """Batches that hold every row once."""
        return math.ceil(self.rows / self.batch_size)

    @property
    def rows_of_epoch(self) -> int:
        """How many rows the order of an epoch has."""
        return self.rows if self.steps == self.steps_per_pass else self.steps * self.batch_size

    def _possible(self, steps: int | None) -> int:
        if steps is not None and steps > self.steps_per_pass and not self.repeat:
            possible = f"{self.steps_per_pass} batches of {self.batch_size} rows"
            warn_caller(f"`steps` is {steps}, and the data has {possible}: it ends there.")
            return self.steps_per_pass
        return self.steps_per_pass if steps is None else steps

    def order(self) -> np.ndarray:
        """The rows of the next epoch, in order: int32; batch i has those from `i * batch_size` on.

        Without `steps`, an epoch is one pass over all rows. With `steps` and `repeat`, an epoch goes on where the last
        one ended, in the same pass or the next, and its batches are full. With `steps` alone it is the beginning of a
        pass.
        """
        if self._drawn is not None:
            order, self._drawn = self._drawn, None
            return order
        self._began = self._place()
        return self._next_order()

    def orders(self, count: int) -> list[np.ndarray]:
        """`order` of so many epochs, among which nobody asks for the place."""
        return [self.order(), *[self._next_order() for _ in range(count - 1)]]

    def _place(self) -> dict[str, Any]:
        return {"host": rng.host_state() if self.shuffle else None, "ahead": self._ahead}

    def place(self, batch: int) -> dict[str, Any]:
        """What `go_to` needs to give the rest of this epoch after `batch` batches, or after its end all that follow."""
        return self._began if batch else self._place()

    def go_to(self, place: dict[str, Any], batch: int) -> tuple[str, ...]:
        """Go on from a place that the same data had in another process.

        Returns:
            The kinds of random numbers that this has not brought to where they were.
        """
        self._ahead, self.had = place["ahead"], batch
        if batch:
            if place["host"] is not None:
                rng.set_host_state(place["host"])
            self._began, self._drawn = place, self._next_order()
        return random_state.KINDS

    def _next_order(self) -> np.ndarray:
        if self.steps == self.steps_per_pass:
            return self._pass()
        wanted = self.steps * self.batch_size
        if not self.repeat:
            return self._pass()[:wanted]
        parts = [self._ahead]
        while sum(map(len, parts)) < wanted:
            parts.append(self._pass())
        rows = np.concatenate(parts)
        self._ahead = rows[wanted:]
        return rows[:wanted]

    def _pass(self) -> np.ndarray:
        if not self.shuffle:
            return np.arange(self.rows, dtype=np.int32)
        if self.shuffle == "batch":
            rows = np.arange(self.rows, dtype=np.int32)
            full = self.rows - self.rows % self.batch_size  # the short batch stays last
            batches = rng.host().permutation(rows[:full].reshape(-1, self.batch_size))
            return np.concatenate([batches.reshape(-1), rows[full:]])
        # Of a number NumPy makes the same permutation as of the rows themselves, in half the time.
        return rng.host().permutation(self.rows).astype(np.int32)

    def batch(self, i: int, order: np.ndarray | None = None) -> Batch:
        """Batch `i` of an epoch in this order; by default of the rows as they come."""
        if order is None:
            return self._take(slice(i * self.batch_size, (i + 1) * self.batch_size))
        return self._take(order[i * self.batch_size : (i + 1) * self.batch_size])

    def batches(self, order: np.ndarray | None = None) -> Iterator[Batch]:
        """All batches of an epoch; by default of the next one."""
        order = self.order() if order is None else order
        for start in range(0, len(order), self.batch_size):
            yield self._take(order[start : start + self.batch_size])

    @cached_property
    def room(self) -> int:
        """Rows of a window: whole batches. The same in all epochs, however much memory is free by then."""
        return window_rows(self._take(slice(1)), self.batch_size, self.rows)

    def windows(self, finish: Callable[[Window], Any], first: int = 0) -> Generator[tuple[Window, Any], None, None]:
        """The next epoch from batch `first` on, in windows put together by a thread, with what `finish` makes there."""
        order, room = self.order()[first * self.batch_size :], self.room

        def fetch(i: int) -> tuple[Window, Any]:
            rows = order[i * room : (i + 1) * room]
            unused = np.zeros(room - len(rows), np.int32)
            window = Window(self._take(np.concatenate([rows, unused])), np.arange(len(rows), dtype=np.int32))
            return window, finish(window)

        with Prefetcher(fetch, depth=1, count=-(-len(order) // room)) as ahead:
            yield from ahead

    def _take(self, rows: Any) -> Batch:
        return map_batch(lambda array: _on_host(array)[rows], self.arrays)

    def keep_places(self) -> None:
        """Nothing more is to be remembered."""

    def close(self) -> None:
        """Nothing to end."""

    def split(self, fraction: float) -> tuple[ArraySource, ArraySource]:
        """The first rows for training and the last `fraction` of the rows for validation, as they come.

        The validation part is not shuffled and has no class weights.

        Raises:
            ValueError: if `fraction` is not between 0 and 1, or one of the parts would be empty.
        """
        at = as_fraction(fraction, self.rows)
        first = map_batch(lambda array: _on_host(array)[:at], self.given)
        last = map_batch(lambda array: _on_host(array)[at:], self.given)
        steps = self.steps if self.steps != self.steps_per_pass else None
        train = ArraySource(
            *first,
            batch_size=self.batch_size,
            steps=steps,
            shuffle=self.shuffle,
            repeat=self.repeat,
            class_weight=self.class_weight,
            output_names=self.output_names,
        )
        return train, ArraySource(*last, batch_size=self.batch_size, output_names=self.output_names)


def as_fraction(fraction: Any, rows: int) -> int:
    """How many of the rows are left for training by a `validation_split` of `fraction`.

    Raises:
        ValueError: if `fraction` is not between 0 and 1, or one of the parts would be empty.
    """
    if not isinstance(fraction, int | float | np.number) or not 0 < fraction < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1. Received: validation_split={fraction!r}.")
    at = math.floor(rows * (1 - fraction))
    if at in (0, rows):
        raise ValueError(
            f"`validation_split` must leave rows for training and for validation. "
            f"Received: validation_split={fraction} of {rows} rows, which leaves {at} and {rows - at}."
        )
    return at


def leaves(tree: Any) -> list[tuple[str, Any]]:
    """The arrays of `(x, y, sample_weight)` with what to call them."""
    found: list[tuple[str, Any]] = []
    for value, where in zip(tree, ("x", "y", "sample_weight")):
        map_arrays(lambda array, where: found.append((where, array)), value, where)
    return found


def counted_rows(tree: Batch, what: str) -> list[tuple[str, int]]:
    """How many rows each array has, with what to call it; the first has some."""
    found = [(where, int(array.shape[0])) for where, array in leaves(tree)]
    if not found:
        raise ValueError("`x` must be an array or lists and dicts of arrays. Received: no array.")
    if found[0][1] == 0:
        raise ValueError(f"{what} must have at least one row. Received: `{found[0][0]}` with 0 rows.")
    return found


def common_rows(tree: Batch, what: str = "The data") -> int:
    found = counted_rows(tree, what)
    rows = found[0][1]
    if any(count != rows for _, count in found):
        counts = ", ".join(f"`{where}` with {count}" for where, count in found[:_SHOWN])
        more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        inputs = [where for where, _ in found if where.startswith("x[")]
        fix = " If each item of the list `x` is one sample, pass `numpy.stack(x)`." if len(inputs) > 2 else ""
        raise ValueError(f"{what} must have as many rows in each array. Received: {counts}{more}.{fix}")
    return rows


def _on_host(array: Any) -> Any:
    """Arrays of an engine on the processor are seen as NumPy's, without a copy: slicing them compiles nothing."""
    if isinstance(array, np.ndarray) or not engine.devices()[0].startswith("cpu"):
        return array
    return engine.to_numpy(array)
