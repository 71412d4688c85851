"""Texts as lists of the words' numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from hornbeam.datasets.fetching import fetched


def numbered(texts: Iterable[Sequence[int]], start_char: int | None, index_from: int | None) -> list[list[int]]:
    """Each text with its words' numbers moved by `index_from`, after a `start_char` if there is one."""
    shift, start = index_from or 0, [] if start_char is None else [start_char]
    return [start + [word + shift for word in text] for text in texts]


def shorter(texts: Sequence[list[int]], labels: np.ndarray, maxlen: int | None) -> tuple[list[list[int]], np.ndarray]:
    """The texts of fewer words than `maxlen`, with their labels.

    Raises:
        ValueError: if there is none.
    """
    if maxlen is None:
        return list(texts), labels
    kept = [i for i, text in enumerate(texts) if len(text) < maxlen]
    if not kept:
        raise ValueError(f"`maxlen` must leave texts: there is none of fewer words. Received: maxlen={maxlen}.")
    return [texts[i] for i in kept], labels[kept]


def frequent(texts: Sequence[list[int]], num_words: int | None, skip_top: int, oov_char: int | None) -> list[list[int]]:
    """Texts in which the words from number `skip_top` up to `num_words` stay.

    Args:
        texts: lists of numbers: frequent words have small ones.
        num_words: the first number that does not stay; by default the largest of all, which is one rare word, as Keras
            has it.
        skip_top: the first number that stays.
        oov_char: takes the place of the others; they are left out for `None`.
    """
    most = max(map(max, filter(None, texts)), default=0) if num_words is None else num_words
    if oov_char is None:
        return [[word for word in text if skip_top <= word < most] for text in texts]
    return [[word if skip_top <= word < most else oov_char for word in text] for text in texts]


def as_array(texts: Sequence[list[int]]) -> np.ndarray:
    """An array of lists."""
    array = np.empty(len(texts), object)
    array[:] = texts
    return array


def word_index(path: str, name: str) -> dict[str, int]:
    """The numbers of the words, out of a file of `HASHES`."""
    with open(fetched(path, name), encoding="utf-8") as file:
        return json.load(file)
