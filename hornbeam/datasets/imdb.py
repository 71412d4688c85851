"""IMDB: 50,000 reviews of films, half of them good."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.datasets import words
from hornbeam.datasets.fetching import fetched
from hornbeam.datasets.reading import arrays_of

Pair = tuple[np.ndarray, np.ndarray]


@takes_old_arguments("keras.datasets.imdb")
def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: Any,
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 25,000 reviews each, as lists of the words' numbers.

    Words are numbered by how often they come: 1 is the most frequent one, to which `index_from` is added.

    Args:
        path: what the file is called in `~/.keras/datasets`; or a file of yours, with its folder.
        num_words: numbers from here on are replaced; by default only the largest of all, as in Keras.
        skip_top: numbers below are replaced too.
        maxlen: only reviews of fewer numbers are taken.
        seed: of the order.
        start_char: the number that every review begins with, if any.
        oov_char: the number in place of those that are replaced; they are left out for `None`.
        index_from: what is added to all numbers of words.
        kwargs: there are no more arguments.

    Returns:
        Reviews as arrays of lists; labels as int64, 1 for a good one.
    """
    if kwargs:
        raise TypeError(f"`imdb.load_data` does not take these arguments. Received: {', '.join(kwargs)}.")
    x_train, y_train, x_test, y_test = arrays_of(fetched(path, "imdb.npz"), ("x_train", "y_train", "x_test", "y_test"))
    generator = np.random.RandomState(seed)
    texts, labels = [], []
    for x, y in ((x_train, y_train), (x_test, y_test)):
        order = generator.permutation(len(x))
        part, kept = words.shorter(words.numbered(x[order], start_char, index_from), y[order], maxlen)
        texts += part
        labels.append(kept)
    count = len(labels[0])
    texts = words.frequent(texts, num_words, skip_top, oov_char)
    return (words.as_array(texts[:count]), labels[0]), (words.as_array(texts[count:]), labels[1])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """The numbers of the words, before `index_from` is added.

    Args:
        path: what the file is called in `~/.keras/datasets`; or a file of yours, with its folder.
    """
    return words.word_index(path, "imdb_word_index.json")
