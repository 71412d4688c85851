"""`MultiHeadAttention`: every query takes from the values what their keys promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import masking
from hornbeam.layers.attention.headed_attention import HeadedAttention
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.core.einsum_dense import EinsumDense


class MultiHeadAttention(HeadedAttention):
    """y = concat over heads of softmax(Q K' / sqrt(key_dim)) V, times W, with Q, K, V projections of query, key, value.

    Args:
        num_heads: the number of heads.
        key_dim: the size of Q and K per head.
        value_dim: the size of V per head; `key_dim` by default.
        dropout: the fraction of attention weights to drop in training.
        use_bias: whether the projections have biases.
        output_shape: the size of the output, or several; that of the query by default.
        attention_axes: the axes that are attended over; all but the first and the last by default.
        sliding_window: a query attends to keys less than this many steps away only.
        flash_attention: accepted; the engine chooses its kernel.
        kernel_initializer, bias_initializer: of the projections.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions of the projections, added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
        use_gate: whether the attended values are multiplied by a sigmoid of a projection of the query.
        seed: an integer for the same dropout in every run.

    Call arguments:
        query: shape (batch, targets, size).
        value: shape (batch, sources, size).
        key: like `value`, which it is by default.
        value_mask, key_mask: booleans of shape (batch, sources); a source that is masked is not attended to.
        query_mask: not used, as in Keras: it is the mask which the query itself carries that counts.
        attention_mask: booleans of shape (batch, targets, sources), or with a head axis after the batch.
        return_attention_scores: whether the attention weights follow the output.
        use_causal_mask: whether a target attends to sources up to its own place only.

    Output: (batch, targets, output size). A target that may attend to nothing attends evenly; where the attention
    weights are asked for, or `dropout` is set, it gets the bias of the output.

    Source: Vaswani et al. 2017, Attention is all you need.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 5, 8))
    >>> hornbeam.layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x).shape == (1, 5, 8)
    True
    """

    num_heads: int
    key_dim: int
    value_dim: int
    dropout: float
    use_bias: bool
    attention_axes: Any
    query_dense: EinsumDense
    key_dense: EinsumDense
    value_dense: EinsumDense
    output_dense: EinsumDense

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.check()
        check_positive(self, "num_heads", num_heads)
        check_positive(self, "key_dim", key_dim)
        self.value_dim = key_dim if value_dim is None else check_positive(self, "value_dim", value_dim)
        sizes = output_shape if isinstance(output_shape, tuple | list) else [output_shape]
        self.output_shape = (
            None if output_shape is None else tuple(check_positive(self, "output_shape", n) for n in sizes)
        )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        rank, axes = len(query_shape), self.attention_axes
        axes = range(1, rank - 1) if axes is None else (axes,) if isinstance(axes, int) else axes
        self.attention_axes = tuple(axis % rank for axis in axes)
        key_shape = value_shape if key_shape is None else key_shape
        heads, size = self.num_heads, self.output_shape or (query_shape[-1],)
        self.make(query_shape, value_shape, key_shape, heads, heads, self.key_dim, self.value_dim, size)

    def mask_of_query(self, query: Any, given: Any) -> Any:
        return masking.get_mask(query)

    @property
    def axes(self) -> tuple[int, ...]:
        return self.attention_axes
