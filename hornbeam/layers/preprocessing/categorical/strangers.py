"""Tokens that a vocabulary does not have: which of several indices each of them gets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hornbeam.layers.preprocessing.categorical.hashing import hashes


class Strangers:
    """Unknown tokens among strings; a hash spreads them over the indices."""

    def __init__(self, texts: Sequence[str], key: tuple[int, int] | None):
        self.texts, self.key = texts, key

    def first(self, unknown: np.ndarray) -> str:
        return self.texts[int(np.argmax(unknown))]

    def numbers(self, unknown: np.ndarray, count: int) -> np.ndarray:
        texts = [self.texts[i] for i in np.flatnonzero(unknown).tolist()]
        return (hashes(texts, self.key) % np.uint64(count)).astype(np.int64)


class IntegerStrangers:
    """Unknown tokens among integers; their remainder spreads them over the indices, or a hash."""

    def __init__(self, values: np.ndarray, method: str, key: tuple[int, int] | None):
        self.values, self.method, self.key = values, method, key

    def first(self, unknown: np.ndarray) -> int:
        return int(self.values[int(np.argmax(unknown))])

    def numbers(self, unknown: np.ndarray, count: int) -> np.ndarray:
        values = self.values[unknown]
        if self.method == "floormod":
            return values % count
        return (hashes(list(map(str, values.tolist())), self.key) % np.uint64(count)).astype(np.int64)
