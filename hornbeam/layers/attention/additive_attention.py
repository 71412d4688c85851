"""`AdditiveAttention`: attention whose scores are a small network of query and key."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.attention.attention import Attention


class AdditiveAttention(Attention):
    """y = softmax(s) V, with s = sum(scale * tanh(Q + K)) over the last axis.

    Args:
        use_scale: whether scale, shape (size,), is learned; it is 1 otherwise.
        dropout: the fraction of attention weights to drop in training.
        seed: an integer for the same dropout in every run.

    Call arguments and output: those of `Attention`.

    Source: Bahdanau et al. 2014, Neural machine translation by jointly learning to align and translate.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 5, 8))
    >>> hornbeam.layers.AdditiveAttention()([x, x]).shape == (1, 5, 8)
    True
    """

    row_independent = True

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any):
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        size = self._size_of_keys(input_shape)
        self.scale = self.add_weight((size,), "glorot_uniform", name="scale") if self.use_scale else None

    def _scores(self, query: Any, key: Any) -> Any:
        scores = engine.tanh(query[..., :, None, :] + key[..., None, :, :])
        return engine.sum(scores if self.scale is None else scores * self.scale, -1)

    def config_arguments(self) -> dict[str, Any]:
        return {key: value for key, value in super().config_arguments().items() if key != "score_mode"}
