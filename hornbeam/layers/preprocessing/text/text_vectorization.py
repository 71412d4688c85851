"""`TextVectorization`: text as indices of its words, or as counts of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from hornbeam.core import allowance
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.categorical.index_lookup import IndexLookup
from hornbeam.layers.preprocessing.categorical.strangers import Strangers
from hornbeam.layers.preprocessing.categorical.string_lookup import StringLookup
from hornbeam.layers.preprocessing.categorical.vocabulary import Vocabulary
from hornbeam.layers.preprocessing.host_values import as_host_array, texts_of
from hornbeam.layers.preprocessing.text import splitting, standardizing


class TextVectorization(IndexLookup):
    """y = the places of the words of x in the vocabulary, after x was standardized and split.

    Args:
        max_tokens: the most tokens that `adapt` takes, padding and unknown words included.
        standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", `None`, or a function from an array of
            strings to one of the same length.
        split: "whitespace", "character", `None`, or a function from an array of strings to a list of lists of tokens.
        ngrams: sequences of how many words are tokens, too: 2 for single words and pairs; a tuple for just these sizes.
        output_mode: "int" (indices, in the order of the words), "multi_hot" (which words a text has), "count" (how
            often), or "tf_idf" (how often, times a factor that is larger for rare words).
        output_sequence_length: in mode "int", the number of indices: longer texts are cut, shorter ones padded with 0.
            By default as many as the longest text of the batch has.
        pad_to_max_tokens: whether vectors have `max_tokens` numbers, however many words there are.
        vocabulary: the terms: a list, an array, or the path of a text file with a term in each line.
        idf_weights: a factor for each term, for "tf_idf".
        sparse: what comes out is dense in any case; as in Keras, not True with `output_mode="int"`.
        ragged: must be False: Hornbeam computes with dense arrays.
        encoding: of strings that come as bytes.

    Only the letters, the punctuation and the white space of ASCII are changed or separate words.
    Input: strings, of shape (batch,) or (batch, 1). Output: int64 of shape (batch, length), 0 for padding and 1 for
    unknown words; or vectors as long as the vocabulary.

    >>> import hornbeam
    >>> layer = hornbeam.layers.TextVectorization()
    >>> layer.adapt(["the cat sat on the mat"])
    >>> layer.get_vocabulary()[:3]
    ['', '[UNK]', 'the']
    >>> layer(["The dog!"]).tolist()
    [[2, 1]]
    """

    mask_token: str | None = ""
    oov_token = "[UNK]"
    num_oov_indices = 1
    invert = False

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.store({key: value for key, value in locals().items() if key != "name"})
        self._check_choices()
        self._sizes = self._sizes_of(ngrams)
        self._lookup_layer = StringLookup(mask_token="", output_mode=output_mode)  # as files have it
        self.start()
        self._lookup_layer.vocabulary = self.vocabulary

    def _check_choices(self) -> None:
        for argument, names in (("standardize", standardizing.NAMES), ("split", splitting.NAMES)):
            value = getattr(self, argument)
            if value is not None and not callable(value) and value not in names:
                raise ValueError(
                    f"`{argument}` of `TextVectorization` must be one of {', '.join(map(repr, names))}, None, or a "
                    f"function of an array of strings. Received: {argument}={value!r}."
                )
        if self.ragged:
            raise ValueError(
                "`ragged` of `TextVectorization` must be False: Hornbeam computes with dense arrays, in which 0 fills "
                "up short rows. Received: ragged=True."
            )
        if self.output_mode == "one_hot":
            raise ValueError(
                '`output_mode` of `TextVectorization` must be one of "int", "multi_hot", "count", "tf_idf". '
                "Received: 'one_hot'."
            )
        if self.output_sequence_length is not None:
            check_positive(self, "output_sequence_length", self.output_sequence_length)
            if self.output_mode != "int":
                raise ValueError(
                    '`output_sequence_length` of `TextVectorization` needs `output_mode="int"`. '
                    f"Received: output_mode={self.output_mode!r}."
                )

    def _sizes_of(self, ngrams: Any) -> tuple[int, ...]:
        if ngrams is None:
            return ()
        if isinstance(ngrams, int):
            allowance.charge(ngrams, 2**14, "lengths of n-grams")
        sizes = tuple(range(1, ngrams + 1)) if isinstance(ngrams, int) else ngrams
        if not isinstance(sizes, list | tuple) or not sizes or any(not isinstance(n, int) or n < 1 for n in sizes):
            raise ValueError(
                "`ngrams` of `TextVectorization` must be a positive integer or a tuple of them. "
                f"Received: ngrams={ngrams!r}."
            )
        return tuple(sizes)

    @property
    def _learned(self) -> Vocabulary | None:
        return self._lookup_layer._learned

    @_learned.setter
    def _learned(self, value: Vocabulary | None) -> None:
        self._lookup_layer._learned = value

    @property
    def _idf(self) -> np.ndarray | None:
        return self._lookup_layer._idf

    @_idf.setter
    def _idf(self, value: np.ndarray | None) -> None:
        self._lookup_layer._idf = value

    def call(self, inputs: Any) -> np.ndarray:
        vocabulary, array = self.known(), as_host_array(inputs, self._where)
        documents = self._documents_of(array)
        lengths = np.fromiter(map(len, documents), np.int64, len(documents))
        tokens = list(chain.from_iterable(documents))
        places = vocabulary.find(tokens, len(tokens))
        is_mask = np.array([not token for token in tokens], bool) if "" in tokens else None
        indices = self._indices(places, is_mask, Strangers(tokens, self._key))
        if self.split is None:
            return self._encoded(indices.reshape(array.shape))
        padding = 0 if self.output_mode == "int" else -1
        encoded = self._encoded(in_rows(indices, lengths, self.output_sequence_length, padding))
        return encoded if array.ndim else encoded[0]

    def _documents(self, data: Any) -> Sequence[Sequence[str]]:
        return self._documents_of(as_host_array(data, self._where))

    def _documents_of(self, array: np.ndarray) -> list[list[str]]:
        if array.ndim > 1 and self.split is not None and array.size != len(array):
            raise ValueError(
                f"{self._where} splits texts of shape (batch,) or (batch, 1). Received: shape {array.shape}; give each "
                "column to a layer of its own."
            )
        texts = standardizing.standardized(texts_of(array, self._where, self.encoding), self.standardize)
        documents = splitting.split(texts, self.split)
        return splitting.ngrams(documents, self._sizes) if self._sizes else documents

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the vocabulary: the words of `data`, the most frequent first.

        Args:
            data: an array, a list, a column of a DataFrame; a `pathlib.Path` or an open file, by lines; or what gives
                batches. Of the data, one batch is in memory at a time; of the vocabulary, all of it.
            batch_size: how many texts are counted at once.
            steps: how many batches; all of them by default.
        """
        self._adapt(data, batch_size, steps)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        if self.split is None:
            return super().compute_output_shape(input_shape)
        if self.output_mode == "int":
            return (*input_shape[:1], self.output_sequence_length)
        self._check_width()
        return (*input_shape[:1], self._depth())

    def _as_term(self, term: Any) -> str:
        if isinstance(term, bytes):
            return term.decode(self.encoding)
        if not isinstance(term, str):
            raise TypeError(f"The vocabulary of {self._where} must be strings. Received: {term!r}.")
        return str(term)


def in_rows(indices: np.ndarray, lengths: np.ndarray, length: int | None, padding: int) -> np.ndarray:
    """Indices of one text after another as a row for each, cut or padded to `length`, or to the longest."""
    length = int(lengths.max(initial=0)) if length is None else length
    rows = np.full((len(lengths), length), padding, np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    column = np.arange(len(indices)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    is_kept = column < length
    rows[row[is_kept], column[is_kept]] = indices[is_kept]
    return rows
