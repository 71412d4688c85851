"""`IntegerLookup`: an index for each integer of a vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.preprocessing.categorical.index_lookup import IndexLookup
from hornbeam.layers.preprocessing.categorical.inverse import inverted
from hornbeam.layers.preprocessing.categorical.strangers import IntegerStrangers
from hornbeam.layers.preprocessing.host_values import as_host_array, integers_of


class IntegerLookup(IndexLookup):
    """y = the place of x in the vocabulary.

    Args:
        max_tokens: the most tokens that `adapt` takes, special ones included.
        num_oov_indices: how many indices integers outside of the vocabulary share; with 0 they are an error.
        mask_token: the integer that means "nothing"; it has index 0, and leaves no trace in the modes but "int".
        oov_token: what stands for unknown integers in the vocabulary, and comes back with `invert`.
        vocabulary: the terms: a list, an array, or the path of a text file with a term in each line.
        vocabulary_dtype: "int64".
        idf_weights: a factor for each term, for "tf_idf".
        invert: from indices to terms instead.
        output_mode: "int" (indices), "one_hot", "multi_hot" (which terms a row has), "count" (how often), or "tf_idf"
            (how often, times `idf_weights`).
        sparse: what comes out is dense in any case; as in Keras, not True with `output_mode="int"`.
        pad_to_max_tokens: whether vectors have `max_tokens` numbers, however many terms there are.
        oov_method: how unknown integers share several indices: "floormod" (their remainder) or "farmhash".
        salt: one or two integers, for another hash, with "farmhash".

    Input: integers of any shape. Output: int64 of the same shape; or vectors as long as the vocabulary.

    >>> import hornbeam
    >>> hornbeam.layers.IntegerLookup(vocabulary=[12, 36])([[36, 7]]).tolist()
    [[2, 0]]
    """

    input_dtype = "int64"

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.store({key: value for key, value in locals().items() if key != "name"})
        if vocabulary_dtype != "int64":
            raise ValueError(
                '`vocabulary_dtype` of `IntegerLookup` must be "int64". '
                f"Received: vocabulary_dtype={vocabulary_dtype!r}."
            )
        self.oov_method = check_choice(self, "oov_method", oov_method, ("floormod", "farmhash"))
        if salt is not None and self.oov_method != "farmhash":
            raise ValueError(
                f'`salt` of `IntegerLookup` needs `oov_method="farmhash"`. Received: oov_method={oov_method!r}.'
            )
        self.start()

    def call(self, inputs: Any) -> np.ndarray:
        vocabulary = self.known()
        array = integers_of(as_host_array(inputs, self._where), self._where)
        if self.invert:
            return inverted(array, self.get_vocabulary(), self.oov_token, np.int64)
        values = array.reshape(-1)
        places = vocabulary.find_integers(values)
        is_mask = None if self.mask_token is None else values == self.mask_token
        strangers = IntegerStrangers(values, self.oov_method, self._key)
        return self._encoded(self._indices(places, is_mask, strangers).reshape(array.shape))

    @property
    def compute_dtype(self) -> str:
        return "int64"

    @property
    def variable_dtype(self) -> str:
        return "int64"

    def _documents(self, data: Any) -> Sequence[Sequence[int]]:
        array = integers_of(as_host_array(data, self._where), self._where)
        if self.output_mode != "tf_idf":  # then it does not matter which document a token is of
            return [array.reshape(-1).tolist()]
        return array.reshape(len(array), -1).tolist()

    def _as_term(self, term: Any) -> int:
        try:
            if isinstance(term, bool) or int(term) != (term if not isinstance(term, str | bytes) else int(term)):
                raise ValueError
            return int(term)
        except (TypeError, ValueError):
            raise TypeError(
                f"The vocabulary of {self._where} must be integers. Received: {term!r} ({type(term).__name__}); "
                "use `StringLookup` for strings."
            ) from None
