"""Elements that have numbers, so that an order is a list of numbers and a batch may be gathered at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.data.pipeline.element import as_element, leaves, map_structure
from hornbeam.data.pipeline.steps import Orders
from hornbeam.data.prefetch import Prefetcher


class Rows:
    """Elements by number.

    Attributes:
        count: how many there are.
        threads: how many threads make elements at once, ahead of their use; with 0, whoever loops makes them.
        gathers: whether batches are made as such: by `batch`, or, with threads, by `begun` and `fill`.
    """

    count: int
    threads = 0
    gathers = False

    def one(self, index: int) -> Any:
        """Element `index`."""
        raise NotImplementedError

    def batch(self, indices: np.ndarray) -> Any:
        """Those elements as a batch."""
        batch = self.begun(indices)
        self.fill(batch, slice(0, len(indices)), indices)
        return batch

    def begun(self, indices: np.ndarray) -> Any:
        """The memory for a batch of those elements."""
        raise NotImplementedError

    def fill(self, batch: Any, place: slice, indices: np.ndarray) -> None:
        """Write those elements to their place in a batch that was begun."""
        raise NotImplementedError


class Slices(Rows):
    """The rows of arrays, in tuples and dictionaries.

    >>> [x.tolist() for x in Ordered(Slices(np.arange(6).reshape(3, 2))).batches(2)]
    [[[0, 1], [2, 3]], [[4, 5]]]
    """

    gathers = True

    def __init__(self, tensors: Any):
        self.tensors = as_element(tensors)
        arrays = leaves(self.tensors)
        if not arrays or len({array.shape[:1] for array in arrays}) > 1 or not arrays[0].ndim:
            shapes = ", ".join(str(array.shape) for array in arrays)
            raise ValueError(f"`tensors` must be arrays with as many rows each. Received: shapes {shapes}.")
        self.count = len(arrays[0])

    def one(self, index: int) -> Any:
        return map_structure(lambda array: array[index], self.tensors)

    def batch(self, indices: np.ndarray) -> Any:
        return map_structure(lambda array: array[indices], self.tensors)


class Ordered:
    """Passes over rows.

    Args:
        rows: the elements.
        orders: a new order at each pass; by default that of the numbers.
    """

    def __init__(self, rows: Rows, orders: Orders | None = None):
        self.rows, self.orders = rows, orders

    def _order(self) -> np.ndarray:
        count = self.rows.count
        return np.arange(count) if self.orders is None else self.orders.next().permutation(count)

    def __call__(self) -> Iterator[Any]:
        """One element after the other."""
        rows, order = self.rows, self._order().tolist()
        if not rows.threads or rows.count < 2:
            yield from map(rows.one, order)
            return
        with Prefetcher(
            lambda i: rows.one(order[i]), workers=rows.threads, depth=4 * rows.threads, count=len(order), name="Dataset"
        ) as made:
            yield from made

    def batches(self, size: int, drop_remainder: bool = False) -> Iterator[Any]:
        """Batches of them, made as such."""
        order = self._order()
        end = len(order) - len(order) % size if drop_remainder else len(order)
        groups = [order[i : min(i + size, end)] for i in range(0, end, size)]
        return self._filled(groups) if self.rows.threads and groups else map(self.rows.batch, groups)

    def _filled(self, groups: list[np.ndarray]) -> Iterator[Any]:
        """Batches that threads fill piece by piece, the next one while this one is used."""
        rows, lock = self.rows, threading.Lock()
        begun: dict[int, Any] = {}
        starts = range(0, len(groups[0]), _PIECE)
        pieces = [(n, slice(i, i + _PIECE)) for n, group in enumerate(groups) for i in starts if i < len(group)]

        def fill(number: int) -> None:
            n, piece = pieces[number]
            with lock:
                if n not in begun:
                    begun[n] = rows.begun(groups[n])
            rows.fill(begun[n], piece, groups[n][piece])

        depth = len(starts) + rows.threads
        with Prefetcher(fill, workers=rows.threads, depth=depth, count=len(pieces), name="Dataset") as made:
            for n, group in enumerate(groups):
                for _ in range(0, len(group), _PIECE):
                    next(made)
                yield begun.pop(n)


_PIECE = 8  # elements of a batch that a thread makes before it takes others: handing over costs as much as an image


def reading_threads() -> int:
    """How many threads read files at once: more than there are cores hinder each other."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(max(cores, 2), 8)
