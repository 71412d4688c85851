"""Text as tokens. Only white space of ASCII separates words, as in Keras."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import numpy as np

from hornbeam.layers.preprocessing.text.standardizing import strings_of

NAMES = ("whitespace", "character")
# What `str.split` takes for white space and TensorFlow does not.
_OTHER_SPACE = re.compile("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SPACE = re.compile("[ \t\n\r\x0b\x0c]+")


def split(texts: list[str], how: Any) -> list[list[str]]:
    """The tokens of each text: its words, its characters, what a function makes of them, or the text itself."""
    if how is None:
        return [[text] for text in texts]
    if how == "character":
        return list(map(list, texts))
    if how == "whitespace":
        return [_words(text) for text in texts]
    return _by_function(texts, how)


def _words(text: str) -> list[str]:
    if _OTHER_SPACE.search(text) is None:
        return text.split()
    return [word for word in _SPACE.split(text) if word]


def _by_function(texts: list[str], fn: Any) -> list[list[str]]:
    given = fn(np.array(texts, dtype=np.str_))
    given = given.to_list() if hasattr(given, "to_list") else given
    rows = [strings_of(row) for row in given]
    if len(rows) != len(texts):
        raise ValueError(
            "`split` must give a list of tokens for each string that it gets: it is called with an array of strings. "
            f"Received: {len(rows)} lists for {len(texts)} strings."
        )
    return rows


def ngrams(documents: list[list[str]], sizes: tuple[int, ...]) -> list[list[str]]:
    """For each size, the sequences of so many neighbouring tokens; a space is between them."""
    return [list(chain.from_iterable(_of_size(tokens, size) for size in sizes)) for tokens in documents]


def _of_size(tokens: list[str], size: int) -> list[str]:
    if size == 1:
        return tokens
    return [" ".join(group) for group in zip(*(tokens[i:] for i in range(size)), strict=False)]
