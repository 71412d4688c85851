"""`GroupedQueryAttention`: heads of queries share heads of keys and values."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.attention.headed_attention import HeadedAttention
from hornbeam.layers.base.checks import check_positive


class GroupedQueryAttention(HeadedAttention):
    """y = concat over query heads of softmax(Q K' / sqrt(head_dim)) V, times W; heads of Q in groups share K and V.

    Args:
        head_dim: the size of a head.
        num_query_heads: the number of heads of Q.
        num_key_value_heads: the number of heads of K and V, which divides that of Q.
        dropout: the fraction of attention weights to drop in training.
        use_bias: whether the projections have biases.
        sliding_window: a query attends to keys less than this many steps away only.
        flash_attention: accepted; the engine chooses its kernel.
        kernel_initializer, bias_initializer: of the projections.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions of the projections, added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
        use_gate: whether the attended values are multiplied by a sigmoid of a projection of the query.
        seed: an integer for the same dropout in every run.

    Call arguments and output: those of `MultiHeadAttention`; the output has the size of the query.

    Source: Ainslie et al. 2023, GQA: Training generalized multi-query transformer models from multi-head checkpoints.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 5, 8))
    >>> hornbeam.layers.GroupQueryAttention(4, num_query_heads=4, num_key_value_heads=2)(x, x).shape == (1, 5, 8)
    True
    """

    name_in_files = "GroupQueryAttention"
    prefix = "_"

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
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
        check_positive(self, "head_dim", head_dim)
        check_positive(self, "num_query_heads", num_query_heads)
        check_positive(self, "num_key_value_heads", num_key_value_heads)
        if num_query_heads % num_key_value_heads:
            raise ValueError(
                "`num_key_value_heads` of `GroupQueryAttention` must divide `num_query_heads`. "
                f"Received: num_query_heads={num_query_heads}, num_key_value_heads={num_key_value_heads}."
            )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        key_shape = value_shape if key_shape is None else key_shape
        heads, few, size = self.num_query_heads, self.num_key_value_heads, self.head_dim
        self.make(query_shape, value_shape, key_shape, heads, few, size, size, (query_shape[-1],))
