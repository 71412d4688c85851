"""`ReversibleEmbedding`: a vector for each integer, and a score for each integer from a vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers.base.weights import configured_weight
from hornbeam.layers.core.embedding import Embedding


class ReversibleEmbedding(Embedding):
    """y = E[x]; `layer(y, reverse=True)` gives y E', or y R with `tie_weights=False`: a logit for each integer.

    Args:
        input_dim: the number of integers, one more than the largest.
        output_dim: the length of a vector.
        tie_weights: whether the way back has the same weights; else it has R, shape (output_dim, input_dim).
        embeddings_initializer: of E, shape (input_dim, output_dim), and R.
        embeddings_regularizer: a function of E, added to the loss.
        embeddings_constraint: a function that maps E to an allowed value after each update.
        mask_zero: whether 0 is padding, to be masked; then the other integers start at 1.
        reverse_dtype: in which the logits are computed, such as "float32"; the compute dtype by default.
        logit_soft_cap: logits become cap tanh(logits / cap), so that none is larger than this.

    Input: integers of any shape. Output: (*input shape, output_dim). Back: (..., output_dim) to (..., input_dim).

    Source: Press and Wolf 2017, Using the output embedding to improve language models.

    >>> import hornbeam
    >>> layer = hornbeam.layers.ReversibleEmbedding(10, 4)
    >>> layer(layer([[1, 2, 3]]), reverse=True).shape == (1, 3, 10)
    True
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.store({"tie_weights": tie_weights, "reverse_dtype": reverse_dtype, "logit_soft_cap": logit_soft_cap})
        self.reverse_dtype = None if reverse_dtype is None else dtypes.standardize(reverse_dtype)
        if logit_soft_cap is not None and not logit_soft_cap > 0:
            raise ValueError(
                "`logit_soft_cap` of `ReversibleEmbedding` must be positive, or None. "
                f"Received: logit_soft_cap={logit_soft_cap!r}."
            )

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        if not self.tie_weights:
            shape = (self.output_dim, self.input_dim)
            self.reverse_embeddings = configured_weight(
                self, "reverse_embeddings", shape, initializer=self.embeddings_initializer
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        if not reverse:
            return super().call(inputs)
        if inputs.shape[-1] != self.output_dim:
            raise ValueError(
                f"Layer `{self.name}` (ReversibleEmbedding) gives logits for vectors of length `output_dim`. "
                f"Received: output_dim={self.output_dim}, input of shape {tuple(inputs.shape)}."
            )
        dtype = self.reverse_dtype or self.compute_dtype
        back = engine.transpose(self.embeddings.value, (1, 0)) if self.tie_weights else self.reverse_embeddings.value
        logits = engine.cast(inputs, dtype) @ engine.cast(back, dtype)
        cap = self.logit_soft_cap
        return logits if cap is None else engine.tanh(logits / cap) * cap

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        is_vectors = dtypes.is_float(engine.dtype_name(inputs)) and inputs.shape[-1:] == (self.output_dim,)
        return None if is_vectors else super().compute_mask(inputs, mask)

    def compute_output_shape(self, input_shape: Sequence[int | None], reverse: bool = False) -> tuple[int | None, ...]:
        """The shape of the vectors for integers of `input_shape`, or of the logits for vectors of that shape."""
        return (*input_shape[:-1], self.input_dim) if reverse else (*input_shape, self.output_dim)

    def compute_output_spec(self, inputs: Any, reverse: bool = False) -> Any:
        """The output as a symbolic tensor."""
        dtype = (self.reverse_dtype if reverse else None) or self.compute_dtype
        return SymbolicTensor(self.compute_output_shape(inputs.shape, reverse), dtype)
