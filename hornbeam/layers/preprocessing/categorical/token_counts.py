"""`TokenCounts`: what `adapt` counts, and the vocabulary that follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np


class TokenCounts:
    """How often each token was met.

    Args:
        counts_documents: whether it is also counted in how many documents a token stands.
    """

    def __init__(self, counts_documents: bool):
        self.tokens: Counter[Any] = Counter()
        self.documents: Counter[Any] | None = Counter() if counts_documents else None
        self.document_count = 0

    def add(self, documents: Sequence[Sequence[Any]]) -> None:
        """Count documents, each a sequence of tokens."""
        self.tokens.update(chain.from_iterable(documents))
        if self.documents is not None:
            self.documents.update(chain.from_iterable(map(set, documents)))
        self.document_count += len(documents)

    def terms(self, without: Iterable[Any], most: int | None) -> list[Any]:
        """The tokens, most frequent first, of equal frequency the last in the order of the alphabet first."""
        left_out = set(without)
        counted = [(count, token) for token, count in self.tokens.items() if token not in left_out]
        counted.sort(reverse=True)
        return [token for _, token in counted[:most]]

    def idf(self, terms: Sequence[Any]) -> np.ndarray:
        """log(1 + documents / (1 + documents with the term))."""
        assert self.documents is not None
        found = np.array([self.documents[term] for term in terms], np.float64)
        return np.log(1 + self.document_count / (1 + found)).astype(np.float32)
