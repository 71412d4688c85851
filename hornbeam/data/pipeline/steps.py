"""The steps of a dataset, as generators over the elements before them."""

from __future__ import annotations

import collections
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from hornbeam.data.pipeline.element import leaves, map_structure


def batches(items: Iterable[Any], size: int, drop_remainder: bool, join: Callable[[list[Any]], Any]) -> Iterator[Any]:
    """`size` elements together; fewer at the end, unless those are dropped."""
    items = iter(items)
    while group := list(itertools.islice(items, size)):
        if len(group) < size and drop_remainder:
            return
        yield join(group)


def rows(items: Iterable[Any]) -> Iterator[Any]:
    """The rows of batches."""
    for batch in items:
        for i in range(len(leaves(batch)[0])):
            yield map_structure(operator.itemgetter(i), batch)


def windows(items: Iterable[Any], size: int, shift: int, stride: int, drop_remainder: bool) -> Iterator[list[Any]]:
    """`size` elements each, every `stride`-th one, beginning `shift` elements apart."""
    span, buffer, gap = (size - 1) * stride + 1, collections.deque[Any](), 0
    for item in items:
        if gap:
            gap -= 1
            continue
        buffer.append(item)
        if len(buffer) == span:
            yield list(itertools.islice(buffer, 0, None, stride))
            gap = max(shift - span, 0)
            for _ in range(min(shift, span)):
                buffer.popleft()
    while buffer and not drop_remainder:
        yield list(itertools.islice(buffer, 0, None, stride))
        for _ in range(min(shift, len(buffer))):
            buffer.popleft()


def shuffled(items: Iterable[Any], size: int, generator: np.random.Generator) -> Iterator[Any]:
    """The elements in another order: each is drawn out of the next `size`."""
    buffer: list[Any] = []
    for item in items:
        if len(buffer) < size:
            buffer.append(item)
            continue
        i = int(generator.integers(size))
        yield buffer[i]
        buffer[i] = item
    for i in generator.permutation(len(buffer)):
        yield buffer[i]


def again(start: Callable[[], Iterator[Any]], count: int | None) -> Iterator[Any]:
    """Pass after pass: `count` of them, or without end unless a pass is empty."""
    for _ in itertools.count() if count is None else range(count):
        is_empty = True
        for item in start():
            is_empty = False
            yield item
        if is_empty:
            return


class Kept:
    """Elements remembered once a pass has reached their end."""

    def __init__(self, start: Callable[[], Iterator[Any]]):
        self.start = start
        self.items: list[Any] | None = None

    def __call__(self) -> Iterator[Any]:
        return iter(self.items) if self.items is not None else self._first()

    def _first(self) -> Iterator[Any]:
        items = []
        for item in self.start():
            items.append(item)
            yield item
        self.items = items


class Orders:
    """A new order at each pass, all of them from one seed.

    Args:
        seed: the same one gives the same orders.
        renewed: whether passes differ.
    """

    def __init__(self, seed: int, renewed: bool = True):
        self.seed, self.renewed = seed, renewed
        self._passes = 0

    @property
    def state(self) -> tuple[int, int]:
        """The seed, and how many passes have begun."""
        return self.seed, self._passes

    @state.setter
    def state(self, state: tuple[int, int]) -> None:
        self.seed, self._passes = state

    def next(self) -> np.random.Generator:
        """What the order of the next pass is drawn from."""
        number, self._passes = self._passes, self._passes + 1
        return np.random.default_rng([self.seed, number if self.renewed else 0])
