"""Words as numbers: `Tokenizer`, and hashing of words.

This is how Keras 1 and 2 did it; `layers.TextVectorization` does it inside a model.
"""

from __future__ import annotations

import collections
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from hornbeam.core.renaming.arguments import takes_old_arguments

__all__ = ["Tokenizer", "hashing_trick", "one_hot", "text_to_word_sequence", "tokenizer_from_json"]

PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(text: str, filters: str = PUNCTUATION, lower: bool = True, split: str = " ") -> list[str]:
    """The words of a text.

    Args:
        text: the text.
        filters: characters that separate words, as `split` does.
        lower: whether to make it lower case.
        split: what separates words.

    >>> text_to_word_sequence("It's late, isn't it?")
    ["it's", 'late', "isn't", 'it']
    """
    text = text.lower() if lower else text
    separators: dict[str, str | int | None] = dict.fromkeys(filters, split)
    return [word for word in text.translate(str.maketrans(separators)).split(split) if word]


def one_hot(
    text: str,
    n: int,
    filters: str = PUNCTUATION,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], Iterable[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers from 1 to n - 1, by Python's `hash`, which differs from process to process.

    `hashing_trick` with `hash_function="md5"` gives the same numbers everywhere.
    """
    return hashing_trick(text, n, hash, filters, lower, split, analyzer)


def hashing_trick(
    text: str,
    n: int,
    hash_function: Callable[[str], int] | str | None = None,
    filters: str = PUNCTUATION,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], Iterable[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers hash(word) mod (n - 1) + 1; several words may have one number.

    Args:
        text: the text.
        n: one more than the largest number.
        hash_function: takes a word, returns an integer; "md5" for one that is the same everywhere, by default `hash`.
        filters, lower, split: as for `text_to_word_sequence`.
        analyzer: takes the text and returns its words; by default `text_to_word_sequence`.

    Raises:
        ValueError: when `n` is less than 2.

    >>> hashing_trick("the cat and the dog", 10, "md5")
    [6, 3, 6, 6, 6]
    """
    if n < 2:
        raise ValueError(f"`n` must be at least 2: the words get numbers from 1 to n - 1. Received: n={n}.")
    hashed = _md5 if hash_function == "md5" else hash if hash_function is None else hash_function
    if not callable(hashed):
        raise ValueError(f'`hash_function` must be "md5" or a function of a word. Received: {hash_function!r}.')
    words = analyzer(text) if analyzer is not None else text_to_word_sequence(text, filters, lower, split)
    return [hashed(word) % (n - 1) + 1 for word in words]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


class Tokenizer:
    """Numbers the words of texts, the most frequent first, from 1 on; 0 is left for padding.

    Args:
        num_words: only words with smaller numbers are used; by default all.
        filters: characters that separate words, as `split` does.
        lower: whether words are lower case.
        split: what separates words.
        char_level: whether each character is a word.
        oov_token: a word that stands for those that are not known; it is number 1. By default these are left out.
        analyzer: takes a text and returns its words; by default `text_to_word_sequence`.
        document_count: how many texts have been seen already.

    Attributes:
        word_counts: how often each word was seen, in the order of appearance.
        word_docs: in how many texts.
        word_index, index_word: the numbers of words, and the words of numbers.
        index_docs: `word_docs` by the numbers.
        document_count: how many texts were seen.

    >>> tokenizer = Tokenizer(oov_token="?")
    >>> tokenizer.fit_on_texts(["the cat sat", "the dog"])
    >>> tokenizer.texts_to_sequences(["The bird sat."])
    [[2, 1, 4]]
    """

    @takes_old_arguments("keras.preprocessing.text")
    def __init__(
        self,
        num_words: int | None = None,
        filters: str = PUNCTUATION,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], Iterable[str]] | None = None,
        document_count: int = 0,
    ):
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.analyzer = analyzer
        self.document_count = document_count
        self.word_counts: collections.OrderedDict[str, int] = collections.OrderedDict()
        self.word_docs: dict[str, int] = collections.defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}
        self.index_docs: dict[int, int] = collections.defaultdict(int)

    def _words(self, text: Any) -> Any:
        """The words of a text, which may be a list of them already."""
        if not isinstance(text, str):
            return [word.lower() for word in text] if self.lower else text
        if self.char_level:
            return text.lower() if self.lower else text
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Count the words of more texts, and number all words anew.

        Args:
            texts: strings, or lists of words.
        """
        for text in texts:
            self.document_count += 1
            words = list(self._words(text))
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        found = sorted(self.word_counts, key=lambda word: -self.word_counts[word])
        known = found if self.oov_token is None else [self.oov_token, *found]
        self.word_index = {word: i for i, word in enumerate(known, 1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Iterable[int]]) -> None:
        """Count in how many sequences each number is, for `sequences_to_matrix(mode="tfidf")` without texts."""
        for sequence in sequences:
            self.document_count += 1
            for i in set(sequence):
                self.index_docs[i] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """Each text as the list of its words' numbers."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """The same, one by one."""
        unknown = self._unknown()
        for text in texts:
            numbers = (self._limited(self.word_index.get(word), unknown) for word in self._words(text))
            yield [i for i in numbers if i is not None]

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """The words of numbers, with spaces between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """The same, one by one."""
        unknown = self._unknown()
        for sequence in sequences:
            numbers = (self._limited(i if i in self.index_word else None, unknown) for i in sequence)
            yield " ".join(self.index_word[i] for i in numbers if i is not None)

    def _unknown(self) -> int | None:
        return None if self.oov_token is None else self.word_index.get(self.oov_token)

    def _limited(self, i: int | None, unknown: int | None) -> int | None:
        """A word's number; that of unknown words for one that is not used."""
        return unknown if i is None or (self.num_words and i >= self.num_words) else i

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """A row for each text and a column for each word's number: see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: Iterable[Iterable[int]], mode: str = "binary") -> np.ndarray:
        """A row for each sequence and a column for each number.

        Args:
            sequences: lists of numbers.
            mode: what stands there of a number with count c among the n of a sequence:
                "binary": 1; "count": c; "freq": c / n;
                "tfidf": (1 + log c) log(1 + texts / (1 + texts with this word)).

        Raises:
            ValueError: for another mode, and when it is not known how many words there are.
        """
        if not self.num_words and not self.word_index:
            raise ValueError("A matrix needs `num_words`, or `fit_on_texts` first, to know how many columns it has.")
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ValueError(f'`mode` must be "binary", "count", "freq" or "tfidf". Received: {mode!r}.')
        if mode == "tfidf" and not self.document_count:
            raise ValueError('`mode="tfidf"` needs `fit_on_texts` or `fit_on_sequences` first, which count texts.')
        sequences = list(sequences)
        columns = self.num_words or len(self.word_index) + 1
        matrix = np.zeros((len(sequences), columns))
        for row, sequence in zip(matrix, sequences, strict=True):
            numbers = list(sequence)
            for i, count in collections.Counter(numbers).items():
                if i < columns:
                    row[i] = self._weight(i, count, len(numbers), mode)
        return matrix

    def _weight(self, i: int, count: int, length: int, mode: str) -> float:
        if mode == "tfidf":
            return (1 + np.log(count)) * np.log(1 + self.document_count / (1 + self.index_docs.get(i, 0)))
        return {"binary": 1.0, "count": count, "freq": count / length}[mode]

    def get_config(self) -> dict[str, Any]:
        """The arguments and what was counted, as Keras writes it: the tables are JSON texts."""
        counted = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        names = ("num_words", "filters", "lower", "split", "char_level", "oov_token", "document_count")
        config = {name: getattr(self, name) for name in names}
        return config | {name: json.dumps(getattr(self, name)) for name in counted}

    def to_json(self, **kwargs: Any) -> str:
        """All of it as a text for `tokenizer_from_json`, or for Keras's; `kwargs` are `json.dumps`'s."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The tokenizer that `to_json` wrote, here or in Keras.

    Raises:
        ValueError: when the text is no tokenizer.
    """
    try:
        config = dict(json.loads(json_string)["config"])
        counted = {name: json.loads(config.pop(name)) for name in ("word_counts", "word_docs", "word_index")}
        by_index = {name: json.loads(config.pop(name)) for name in ("index_docs", "index_word")}
        tokenizer = Tokenizer(**config)
        for name, table in counted.items():
            getattr(tokenizer, name).update(table)
        for name, table in by_index.items():
            getattr(tokenizer, name).update({int(i): value for i, value in table.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"The text must be what `Tokenizer.to_json` gives. Received: {json_string[:60]!r}.") from error
    return tokenizer
