"""`Rows`: some rows of what `fit` is given, as NumPy arrays by input and by output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine
from hornbeam.core import tree

# As many rows tell scales, shares and repetitions well enough; of wide rows, such as images, fewer are looked at.
MOST_ROWS, LEAST_ROWS = 2000, 128
MOST_NUMBERS = 2**20


class Rows(NamedTuple):
    """Rows in their order: evenly spaced ones where there are too many.

    Attributes:
        x, y, weights: as the model takes them; leaves are NumPy arrays.
        rows: how many there are in all; `None` for a stream.
        names: what to call each input in a message.
    """

    x: Any
    y: Any
    weights: Any
    rows: int | None
    names: list[str]

    @property
    def inputs(self) -> list[np.ndarray]:
        return [leaf for leaf in tree.leaves(self.x) if leaf is not None]

    @property
    def size(self) -> int:
        return len(self.inputs[0]) if self.inputs else 0

    def tables(self) -> Iterator[tuple[str, np.ndarray]]:
        """The inputs with columns, float64, each with its name."""
        for name, array in zip(self.names, self.inputs, strict=True):
            if array.ndim == 2 and array.dtype.kind in "iufb":
                yield name, array.astype(np.float64)

    def with_rows(self, other: Rows) -> Rows:
        """These rows and others of the same kind."""
        both = lambda a, b: None if a is None or b is None else np.concatenate([a, b])  # noqa: E731
        return self._replace(x=tree.map(both, self.x, other.x), y=tree.map(both, self.y, other.y), weights=None)

    def take(self, rows: Any) -> Rows:
        """These rows of it."""
        cut = lambda part: tree.map(lambda leaf: None if leaf is None else leaf[rows], part)  # noqa: E731
        return self._replace(x=cut(self.x), y=cut(self.y), weights=cut(self.weights))


def rows_of(data: Any, is_stream: bool, names: list[str]) -> Rows:
    """`Rows` of `(x, y, sample_weight)`."""
    widths = [(len(leaf), np.prod(leaf.shape[1:], dtype=int)) for leaf in tree.leaves(data[0]) if leaf is not None]
    count = widths[0][0] if widths else 0
    most = int(np.clip(MOST_NUMBERS // max(sum(width for _, width in widths), 1), LEAST_ROWS, MOST_ROWS))
    chosen: Any = slice(None)
    if count > most:
        chosen = np.linspace(0, count - 1, most).astype(int)
    x, y, weights = (tree.map(lambda leaf: None if leaf is None else _host(leaf)[chosen], part) for part in data)
    leaves = [leaf for leaf in tree.leaves(x) if leaf is not None]
    if len(names) != len(leaves):
        names = ["x"] if len(leaves) == 1 else [f"x[{i}]" for i in range(len(leaves))]
    return Rows(x, y, weights, None if is_stream else count, ["x"] if len(leaves) == 1 else names)


class Gathered:
    """Batches of a stream, as they go by: about as many rows as are looked at of arrays."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self._rows = self._numbers = 0

    def __call__(self, batch: Any) -> None:
        """Keep a batch, unless there are enough."""
        if self._rows < MOST_ROWS and (self._rows < LEAST_ROWS or self._numbers < MOST_NUMBERS):
            leaves = [leaf for leaf in tree.leaves(batch[0]) if leaf is not None]
            self.batches.append(batch)
            self._rows += len(leaves[0])
            self._numbers += sum(int(np.prod(leaf.shape)) for leaf in leaves)

    @property
    def data(self) -> Any:
        """All rows of batches that are, but for their rows, of the shapes of the first."""
        taken = [batch for batch in self.batches if _form(batch) == _form(self.batches[0])]
        structure = tree.flatten(taken[0])[1]
        columns = zip(*(tree.leaves(batch) for batch in taken), strict=True)
        return tree.unflatten(structure, [_joined(parts) for parts in columns])


def _form(batch: Any) -> list[Any]:
    return [None if leaf is None else tuple(leaf.shape[1:]) for leaf in tree.leaves(batch)]


def _joined(parts: Any) -> Any:
    return None if parts[0] is None else np.concatenate([_host(part) for part in parts])


class Moments(NamedTuple):
    """Of each column of an array, or each channel of images and sequences."""

    mean: np.ndarray
    deviation: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def size(self) -> np.ndarray:
        """The root of the mean square."""
        return np.hypot(self.mean, self.deviation)


def moments_of(x: np.ndarray) -> Moments:
    """The moments of columns, by a million of their numbers."""
    flat = x[:: 1 + x.size // MOST_NUMBERS].reshape(-1, x.shape[-1] if x.ndim > 1 else 1).astype(np.float64)
    return Moments(flat.mean(0), flat.std(0), flat.min(0), flat.max(0))


def _host(leaf: Any) -> np.ndarray:
    if isinstance(leaf, np.ndarray):
        return leaf
    return engine.to_numpy(leaf) if engine.is_tensor(leaf) else np.asarray(leaf)
