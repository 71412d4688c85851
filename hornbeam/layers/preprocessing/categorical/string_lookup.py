"""`StringLookup`: an index for each string of a vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.layers.preprocessing.categorical.index_lookup import IndexLookup
from hornbeam.layers.preprocessing.categorical.inverse import inverted
from hornbeam.layers.preprocessing.categorical.strangers import Strangers
from hornbeam.layers.preprocessing.host_values import as_host_array, integers_of, texts_of


class StringLookup(IndexLookup):
    """y = the place of x in the vocabulary.

    Args:
        max_tokens: the most tokens that `adapt` takes, special ones included.
        num_oov_indices: how many indices strings outside of the vocabulary share; with 0 they are an error.
        mask_token: the string that means "nothing"; it has index 0, and leaves no trace in the modes but "int".
        oov_token: what stands for unknown strings in the vocabulary, and comes back with `invert`.
        vocabulary: the terms: a list, an array, or the path of a text file with a term in each line.
        idf_weights: a factor for each term, for "tf_idf".
        invert: from indices to strings instead.
        output_mode: "int" (indices), "one_hot", "multi_hot" (which terms a row has), "count" (how often), or "tf_idf"
            (how often, times `idf_weights`).
        pad_to_max_tokens: whether vectors have `max_tokens` numbers, however many terms there are.
        sparse: what comes out is dense in any case; as in Keras, not True with `output_mode="int"`.
        encoding: of strings that come as bytes.
        salt: one or two integers, for another hash of unknown strings.

    Input: strings of any shape. Output: int64 of the same shape; or vectors as long as the vocabulary.

    >>> import hornbeam
    >>> hornbeam.layers.StringLookup(vocabulary=["a", "b"])([["b", "z"]]).tolist()
    [[2, 0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.store({key: value for key, value in locals().items() if key != "name"})
        self.start()

    def call(self, inputs: Any) -> np.ndarray:
        vocabulary, array = self.known(), as_host_array(inputs, self._where)
        if self.invert:
            return inverted(integers_of(array, self._where), self.get_vocabulary(), self.oov_token, object)
        texts = texts_of(array, self._where, self.encoding)
        places = vocabulary.find(texts, len(texts))
        is_mask = None if self.mask_token is None else np.array([text == self.mask_token for text in texts], bool)
        return self._encoded(self._indices(places, is_mask, Strangers(texts, self._key)).reshape(array.shape))

    def _documents(self, data: Any) -> Sequence[Sequence[str]]:
        array = as_host_array(data, self._where)
        texts = texts_of(array, self._where, self.encoding)
        if self.output_mode != "tf_idf":  # then it does not matter which document a token is of
            return [texts]
        size = array.size // len(array) if array.ndim > 1 and len(array) else 1
        return [texts[i : i + size] for i in range(0, len(texts), size)]

    def _as_term(self, term: Any) -> str:
        if isinstance(term, bytes):
            return term.decode(self.encoding)
        if not isinstance(term, str):
            raise TypeError(
                f"The vocabulary of {self._where} must be strings. Received: {term!r} ({type(term).__name__}); "
                "use `IntegerLookup` for integers."
            )
        return str(term)

    @property
    def output_dtype(self) -> str:
        return "string" if self.invert else super().output_dtype

    @property
    def input_dtype(self) -> str:
        return "int64" if self.invert else "string"

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"oov_method": "floormod"}  # Keras's have it, though strings have no remainders

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return super().from_config({key: value for key, value in config.items() if key != "oov_method"})
