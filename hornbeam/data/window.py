"""`Window`: a part of large data, in memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hornbeam.core import tree
from hornbeam.data import memory

Batch = tuple[Any, Any, Any]


class Window(NamedTuple):
    """Rows in memory, and the order in which to visit them.

    Attributes:
        data: `(x, y, sample_weight)`; all windows of a source have the same number of rows, not all of which are used.
        order: the rows in use: int32.
    """

    data: Batch
    order: np.ndarray

    def used(self) -> Batch:
        """The rows in use, as they lie."""
        return tree.map(lambda array: None if array is None else array[: len(self.order)], self.data)

    def batch(self, i: int, size: int) -> Batch:
        rows = self.order[i * size : (i + 1) * size]
        return tree.map(lambda array: None if array is None else array[rows], self.data)


def window_rows(sample: Batch, batch_size: int, rows: int) -> int:
    """Rows of a window of whole batches, from one row of the data."""
    row_bytes = max(sum(a.nbytes // len(a) for a in tree.leaves(sample) if a is not None), 1)
    batches = memory.window_bytes() // (row_bytes * batch_size)
    return min(max(batches, 1), -(-rows // batch_size)) * batch_size
