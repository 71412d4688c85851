"""`HashedCrossing`: a bin for each combination of features."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import dtypes
from hornbeam.layers.base.checks import check_choice, check_positive
from hornbeam.layers.preprocessing.categorical.encoding import encoded, encoded_shape
from hornbeam.layers.preprocessing.categorical.farmhash import fingerprint_cat
from hornbeam.layers.preprocessing.categorical.hashing import check_sparse, hashes
from hornbeam.layers.preprocessing.host_layer import HostLayer
from hornbeam.layers.preprocessing.host_values import as_host_array, integers_of, is_text, texts_of

_START = 0xDECAFCAFFE


class HashedCrossing(HostLayer):
    """y = hash(a, b, ...) mod num_bins, for features a, b, ... of a row.

    Args:
        num_bins: the number of bins.
        output_mode: "int" or "one_hot".
        sparse: what comes out is dense in any case; as in Keras, not True with `output_mode="int"`.

    Inputs: a list of two or more features, strings or integers, of shape (batch,) or (batch, 1), or all of them
    scalars. Output: bins of the same shape; or vectors of `num_bins` numbers.

    >>> import hornbeam
    >>> hornbeam.layers.HashedCrossing(num_bins=5)((["A", "B", "A"], [101, 101, 101])).tolist()
    [1, 4, 1]
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, dtype="int64" if dtype is None and output_mode == "int" else dtype, **kwargs)
        self.store({key: value for key, value in locals().items() if key not in ("name", "dtype")})
        self.num_bins = check_positive(self, "num_bins", num_bins)
        self.output_mode = check_choice(self, "output_mode", output_mode, ("int", "one_hot"))
        check_sparse(self, sparse, output_mode)

    def call(self, inputs: Any) -> np.ndarray:
        features = [as_host_array(feature, self._where) for feature in self._several(inputs)]
        shapes = [feature.shape for feature in features]
        self._check(shapes)
        crossed: Any = np.full(features[0].size, _START, np.uint64)
        for feature in features:
            crossed = fingerprint_cat(crossed, self._fingerprints(feature))
        indices = (crossed % np.uint64(self.num_bins)).astype(np.int64).reshape(shapes[0])
        dtype = dtypes.numpy_dtype(self.output_dtype)
        if self.output_mode == "int":
            return indices.astype(dtype)
        return encoded(indices, self.output_mode, self.num_bins, dtype)

    def _fingerprints(self, feature: np.ndarray) -> np.ndarray:
        if is_text(feature):
            return hashes(texts_of(feature, self._where), None)
        return integers_of(feature, self._where).reshape(-1).view(np.uint64)

    def _several(self, inputs: Any) -> Any:
        if not isinstance(inputs, list | tuple) or len(inputs) < 2:
            count = len(inputs) if isinstance(inputs, list | tuple) else 1
            raise ValueError(f"{self._where} crosses a list of at least two features. Received: {count}.")
        return inputs

    def _check(self, shapes: list[Any]) -> None:
        first = tuple(shapes[0])
        is_column = len(first) < 2 or (len(first) == 2 and first[1] == 1)
        if not is_column or any(tuple(shape)[1:] != first[1:] or len(shape) != len(first) for shape in shapes):
            raise ValueError(
                f"{self._where} crosses features that all have shape (batch,) or (batch, 1). "
                f"Received: shapes {', '.join(str(tuple(shape)) for shape in shapes)}."
            )

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        self._check(list(self._several(input_shape)))
        return encoded_shape(tuple(input_shape[0]), self.output_mode, self.num_bins)

    @property
    def output_dtype(self) -> str:
        return self.dtype_policy.compute_dtype

    def get_config(self) -> dict[str, Any]:
        config = super().get_config() | {"dtype": self.dtype}
        del config["trainable"]  # Keras's has none
        return config
