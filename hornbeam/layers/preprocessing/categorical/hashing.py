"""`Hashing`: a bin for each string or integer, without a vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import dtypes
from hornbeam.layers.base.checks import check_choice, check_positive
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.preprocessing.categorical.encoding import MODES, encoded, encoded_shape
from hornbeam.layers.preprocessing.categorical.farmhash import farmhash64
from hornbeam.layers.preprocessing.categorical.salt import salt_key
from hornbeam.layers.preprocessing.categorical.siphash import siphash24
from hornbeam.layers.preprocessing.host_layer import HostLayer
from hornbeam.layers.preprocessing.host_values import as_host_array, integers_of, is_text, texts_of


class Hashing(HostLayer):
    """y = hash(x) mod num_bins.

    Args:
        num_bins: the number of bins, the one for `mask_value` among them.
        mask_value: a value that has bin 0 for itself; the others share the bins from 1 on.
        salt: one or two integers, a key that makes another hash of it; with one, SipHash-2-4 instead of FarmHash.
        output_mode: "int", "one_hot", "multi_hot" or "count".
        sparse: what comes out is dense in any case; as in Keras, not True with `output_mode="int"`.

    Input: strings, or integers, which are hashed as the strings that write them. Output: bins of the same shape; or
    vectors of `num_bins` numbers.
    Source: FarmHash `Fingerprint64`; SipHash-2-4 (Aumasson and Bernstein, 2012).

    >>> import hornbeam
    >>> hornbeam.layers.Hashing(num_bins=3)([["a"], ["apple"], ["hello world"]]).tolist()
    [[0], [1], [0]]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**_with_dtype(kwargs, output_mode))
        self.store(locals())
        self.num_bins = check_positive(self, "num_bins", num_bins)
        self.output_mode = check_choice(self, "output_mode", output_mode, MODES)
        check_sparse(self, sparse, output_mode)
        if output_mode == "int" and "int" not in self.output_dtype:
            raise ValueError(
                f'`dtype` of `Hashing` must be one of integers with `output_mode="int"`. Received: {self.output_dtype}.'
            )
        self._key = salt_key(self, salt)
        if mask_value is not None and num_bins < 2:
            raise ValueError(
                "`num_bins` of `Hashing` must be at least 2 with a `mask_value`, which has one for itself. "
                f"Received: num_bins={num_bins}."
            )

    def call(self, inputs: Any) -> np.ndarray:
        array = as_host_array(inputs, self._where)
        texts, is_masked = self._texts(array)
        bins = self.num_bins if self.mask_value is None else self.num_bins - 1
        indices = (hashes(texts, self._key) % np.uint64(bins)).astype(np.int64)
        if self.mask_value is not None:
            indices = np.where(is_masked, 0, indices + 1)
        indices = indices.reshape(array.shape)
        dtype = dtypes.numpy_dtype(self.output_dtype)
        if self.output_mode == "int":
            return indices.astype(dtype)
        return encoded(indices, self.output_mode, self.num_bins, dtype)

    def _texts(self, array: np.ndarray) -> tuple[list[str], Any]:
        """The values as strings, and which of them are the mask."""
        if is_text(array):
            texts = texts_of(array, self._where)
            return texts, np.array([text == self.mask_value for text in texts], bool)
        numbers = integers_of(array, self._where).reshape(-1)
        return list(map(str, numbers.tolist())), numbers == (0 if self.mask_value is None else self.mask_value)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        return encoded_shape(tuple(input_shape), self.output_mode, self.num_bins)

    @property
    def output_dtype(self) -> str:
        return self.dtype_policy.compute_dtype


def hashes(texts: list[str], key: tuple[int, int] | None) -> np.ndarray:
    """A 64-bit hash of each string: FarmHash, or SipHash with a key."""
    strings = [text.encode("utf-8", "surrogatepass") for text in texts]
    return farmhash64(strings) if key is None else siphash24(strings, key)


def check_sparse(layer: Layer, sparse: Any, output_mode: str) -> None:
    """Outputs are dense; who asks for sparse ones is told, as by Keras, where there cannot be any."""
    if sparse and output_mode == "int":
        raise ValueError(
            f'`sparse` of `{type(layer).__name__}` must be False where `output_mode="int"`. Received: {sparse!r}.'
        )


def _with_dtype(kwargs: dict[str, Any], output_mode: str) -> dict[str, Any]:
    if kwargs.get("dtype") is None and output_mode == "int":
        return kwargs | {"dtype": "int64"}
    return kwargs
