"""Reuters: 11,228 news of 46 topics."""

from __future__ import annotations

import numpy as np

from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.datasets import words
from hornbeam.datasets.fetching import fetched
from hornbeam.datasets.parts import check_split, divided, shuffled
from hornbeam.datasets.reading import arrays_of

Pair = tuple[np.ndarray, np.ndarray]

_TOPICS = """
cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass crude
nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi iron-steel rubber
heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead
"""


@takes_old_arguments("keras.datasets.reuters")
def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: news as lists of the words' numbers.

    Args:
        path, num_words, skip_top, maxlen, seed, start_char, oov_char, index_from: as for `imdb.load_data`.
        test_split: the share of the test.

    Returns:
        News as arrays of lists; topics as int64, which `get_label_names` names.
    """
    check_split(test_split)
    x, y = shuffled(seed, *arrays_of(fetched(path, "reuters.npz"), ("x", "y")))
    texts, labels = words.shorter(words.numbered(x, start_char, index_from), y, maxlen)
    return divided(words.as_array(words.frequent(texts, num_words, skip_top, oov_char)), labels, test_split)


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """The numbers of the words, before `index_from` is added.

    Args:
        path: what the file is called in `~/.keras/datasets`; or a file of yours, with its folder.
    """
    return words.word_index(path, "reuters_word_index.json")


def get_label_names() -> tuple[str, ...]:
    """The topics, in the order of their numbers.

    >>> get_label_names()[:3]
    ('cocoa', 'grain', 'veg-oil')
    """
    return tuple(_TOPICS.split())
