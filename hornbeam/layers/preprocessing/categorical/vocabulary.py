"""`Vocabulary`: terms and their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

UNKNOWN = -1


class _Places(dict[str, int]):
    """Places of terms; a term that has none gets `UNKNOWN`, and is not remembered."""

    def __missing__(self, term: str) -> int:
        return UNKNOWN


class Vocabulary:
    """Terms, each of which has its place.

    Args:
        terms: strings, or integers; no term twice.
    """

    def __init__(self, terms: Sequence[Any]):
        self.terms = list(terms)
        self._places: _Places | None = None
        self._sorted: tuple[np.ndarray, np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self.terms)

    def find(self, texts: Iterable[str], count: int) -> np.ndarray:
        """The places of `count` strings: int64; -1 for one that is no term."""
        if self._places is None:
            self._places = _Places(zip(self.terms, range(len(self.terms)), strict=True))
        return np.fromiter(map(self._places.__getitem__, texts), np.int64, count)

    def find_integers(self, values: np.ndarray) -> np.ndarray:
        """The same for integers, in the shape of `values`."""
        if not self.terms:
            return np.full(values.shape, UNKNOWN)
        if self._sorted is None:
            terms = np.array(self.terms, np.int64)
            order = np.argsort(terms)
            self._sorted = terms[order], order
        terms, order = self._sorted
        at = np.minimum(np.searchsorted(terms, values), len(terms) - 1)
        return np.where(terms[at] == values, order[at], UNKNOWN)


def repeated(terms: Sequence[Any]) -> list[Any]:
    """The terms that stand more than once."""
    seen: set[Any] = set()
    return list(dict.fromkeys(term for term in terms if term in seen or seen.add(term)))  # type: ignore[func-returns-value]
