"""`Batch`: what a step works on, and `Layout`: how batches are cut from arrays in memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine
from hornbeam.core import tree

_FEW_ROWS = 2**14
# Of several passes in one dispatch: how many at most, and the rows in their orders, which are sent along.
_MOST_PASSES, _ORDERED = 64, 2**15
# Arrays of more bytes are not copied to give them room.
_LARGE = 2**24


class Batch(tuple):
    """Inputs, targets and sample weights `(x, y, sample_weight)`, and which rows are real where a batch is padded."""

    rows: Any = None

    @staticmethod
    def of(x: Any, y: Any = None, sample_weight: Any = None, *, rows: Any = None) -> Batch:
        batch = Batch((x, y, sample_weight))
        batch.rows = rows
        return batch

    @property
    def count(self) -> Any:
        """How many rows are real."""
        if self.rows is not None:
            return engine.sum(engine.cast(self.rows, "float32"))
        return float(row_count(self[0]))


def row_count(data: Any) -> int:
    """The length of the first axis of the first array in `data`."""
    return next((int(leaf.shape[0]) for leaf in tree.leaves(data) if getattr(leaf, "shape", ())), 1)


class Layout(NamedTuple):
    """Where in a flat list of different arrays the leaves of `(x, y, sample_weight)` are found, and the batch size.

    Attributes:
        passes: the orders of how many passes over the rows an order has room for.
    """

    structure: Any
    places: tuple[int | None, ...]
    batch_size: int
    is_padded: bool
    passes: int = 1

    def cut(self, arrays: list[Any], order: Any, count: Any, index: Any, first: Any = 0) -> Batch:
        """Batch `index` of the rows that `order` has from `first` on, of which the first `count` are real."""
        start = index * self.batch_size
        chosen = engine.dynamic_slice(order, (first + start,), (self.batch_size,))
        taken = [engine.take(array, chosen, 0) for array in arrays]
        rows = None
        if self.is_padded:
            rows = engine.arange(0, self.batch_size, 1, "int32") + start < count
        return Batch.of(*self.fill(taken), rows=rows)

    def fill(self, arrays: list[Any]) -> Any:
        leaves = [None if place is None else arrays[place] for place in self.places]
        return tree.unflatten(self.structure, leaves)


def lay_out(data: Any, batch_size: int, is_padded: bool) -> tuple[list[Any], Layout]:
    """The different arrays of `data`, with room, and their layout; an array that stands twice travels once."""
    leaves, structure = tree.flatten(data)
    different: dict[int, Any] = {id(leaf): leaf for leaf in leaves if leaf is not None}
    keys = list(different)
    places = tuple(None if leaf is None else keys.index(id(leaf)) for leaf in leaves)
    arrays = [_with_room(leaf) for leaf in different.values()]
    return arrays, Layout(structure, places, batch_size, is_padded)


def capacity(rows: int) -> int:
    """The number of rows that arrays of `rows` rows are given room for: few sizes, so that programs are compiled once.

    The next power of two, and for many rows the next eighth of one.
    """
    step = 2 ** max((rows - 1).bit_length() - (0 if rows <= _FEW_ROWS else 3), 0)
    return -(-rows // step) * step


def _with_room(x: Any) -> Any:
    room = capacity(len(x)) - len(x)
    if not room or x.nbytes > _LARGE:
        return x
    x = x if isinstance(x, np.ndarray) else engine.to_numpy(x)
    return np.concatenate([x, np.zeros((room, *x.shape[1:]), x.dtype)])


def passes_at_once(rows: int, batch_size: int) -> int:
    """The passes over so many rows that one dispatch has room for."""
    return max(min(_MOST_PASSES, _ORDERED // _places(rows, batch_size)), 1)


def padded(orders: list[np.ndarray], batch_size: int, passes: int = 1) -> np.ndarray:
    """Orders, each filled up to whole batches, with room, by its first entry; behind one another, with room."""
    rows = len(orders[0])
    sent = np.empty((passes, _places(rows, batch_size)), np.int32)
    for filled, order in zip(sent, orders, strict=False):
        filled[:rows], filled[rows:] = order, order[0]
    return sent.reshape(-1)


def _places(rows: int, batch_size: int) -> int:
    return -(-capacity(rows) // batch_size) * batch_size


def pad_rows(batch: Batch, size: int) -> Batch:
    """A host batch filled up to `size` rows by repeating its first row; `rows` tells the real ones."""
    count = row_count(batch[0])
    rows = np.arange(size) < count
    if count == size:
        return Batch.of(*batch, rows=rows)
    filled = tree.map(lambda x: None if x is None else _fill(x, size), tuple(batch))
    return Batch.of(*filled, rows=rows)


def _fill(x: Any, size: int) -> Any:
    x = x if isinstance(x, np.ndarray) else engine.to_numpy(x)
    return np.concatenate([x, np.repeat(x[:1], size - len(x), axis=0)])
