"""`MultiHeadAttention`: every query takes from the values what their keys promise."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from string import ascii_lowercase as letters
from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.activations.softmax import Softmax
from hornbeam.layers.attention.masks import as_bool, band, both, zero_unattended
from hornbeam.layers.base.checks import check_fraction, check_positive
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.core.einsum_dense import EinsumDense
from hornbeam.layers.regularization.dropout import Dropout


class MultiHeadAttention(Layer):
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
        query_mask, value_mask, key_mask: booleans of shape (batch, targets) or (batch, sources).
        attention_mask: booleans of shape (batch, targets, sources), or with a head axis after the batch.
        return_attention_scores: whether the attention weights follow the output.
        use_causal_mask: whether a target attends to sources up to its own place only.

    Output: (batch, targets, output size). A target that may attend to nothing gets the bias of the output.

    Source: Vaswani et al. 2017, Attention is all you need.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 5, 8))
    >>> hornbeam.layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x).shape == (1, 5, 8)
    True
    """

    supports_masking = True

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
        self._projection_activity = self.activity_regularizer
        self.activity_regularizer = None  # it is for the projections, not for the output
        check_positive(self, "num_heads", num_heads)
        check_positive(self, "key_dim", key_dim)
        check_fraction(self, "dropout", dropout)
        self.value_dim = key_dim if value_dim is None else check_positive(self, "value_dim", value_dim)
        self.output_shape = (output_shape,) if isinstance(output_shape, int) else output_shape and tuple(output_shape)
        if sliding_window is not None:
            check_positive(self, "sliding_window", sliding_window)

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        key_shape = value_shape if key_shape is None else key_shape
        if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ValueError(
                f"`value` and `key` of layer `{self.name}` must have the same sizes but for the last axis. "
                f"Received: value shape {tuple(value_shape)}, key shape {tuple(key_shape)}."
            )
        rank = len(query_shape)
        self._axes = self._attended(rank)
        keys, values = (self.num_heads, self.key_dim), (self.num_heads, self.value_dim)
        self.query_dense = self._projection("query", rank, 1, keys)
        self.query_dense.build(query_shape)
        self.key_dense = self._projection("key", len(key_shape), 1, keys)
        self.key_dense.build(key_shape)
        if self.use_gate:
            self._gate_dense = self._projection("gate", rank, 1, values, activation="sigmoid")
            self._gate_dense.build(query_shape)
        self.value_dense = self._projection("value", len(value_shape), 1, values)
        self.value_dense.build(value_shape)
        self._softmax = Softmax(axis=tuple(range(-len(self._axes), 0)), dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)
        self.output_dense = self._projection("attention_output", rank + 1, 2, self.output_shape or (query_shape[-1],))
        self.output_dense.build((*query_shape[:-1], *values))

    def _attended(self, rank: int) -> tuple[int, ...]:
        axes = self.attention_axes
        axes = range(1, rank - 1) if axes is None else (axes,) if isinstance(axes, int) else axes
        return tuple(axis % rank for axis in axes)

    def _projection(self, name: str, rank: int, bound: int, sizes: Sequence[int], **kwargs: Any) -> EinsumDense:
        """A layer that maps the last `bound` axes of an input of `rank` axes to `sizes`."""
        free, used, made = letters[: rank - bound], letters[rank - bound : rank], letters[rank : rank + len(sizes)]
        return EinsumDense(
            f"{free}{used},{used}{made}->{free}{made}",
            output_shape=(None,) * (len(free) - 1) + tuple(sizes),
            bias_axes=made if self.use_bias else None,
            kernel_initializer=self.kernel_initializer,
            bias_initializer=self.bias_initializer,
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=self._projection_activity,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            dtype=self.dtype_policy,
            name=name,
            **kwargs,
        )

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        key = value if key is None else key
        lengths = query.shape[1], value.shape[1]
        masks = [
            None if query_mask is None else as_bool(query_mask)[..., :, None],
            None if value_mask is None else as_bool(value_mask)[..., None, :],
            None if key_mask is None else as_bool(key_mask)[..., None, :],
            None if attention_mask is None else as_bool(attention_mask),
            ops.tri(*lengths, dtype="bool")[None] if use_causal_mask else None,
            None if self.sliding_window is None else band(*lengths, self.sliding_window),
        ]
        y, scores = self._attend(
            self.query_dense(query),
            self.key_dense(key),
            self.value_dense(value),
            functools.reduce(both, masks),
            return_attention_scores or (bool(training) and self.dropout > 0),
        )
        if self.use_gate:
            y = y * self._gate_dense(query)
        y = self.output_dense(y)
        return (y, scores) if return_attention_scores else y

    def _attend(self, query: Any, key: Any, value: Any, mask: Any, need_scores: bool) -> tuple[Any, Any]:
        """What every query gets, and the attention weights if they are needed on the way."""
        count, rank = len(self._axes), query.ndim
        if mask is not None:
            missing = rank - 1 + count - mask.ndim
            place = mask.ndim - 2 * count
            mask = engine.reshape(mask, (*mask.shape[:place], *(1,) * missing, *mask.shape[place:]))
        scale = 1 / math.sqrt(self.key_dim)
        if rank == 4 and not need_scores:
            y = ops.dot_product_attention(query, key, value, mask=mask, scale=scale)
            return (y if mask is None else zero_unattended(y, mask)), None
        q = letters[:rank]
        k = "".join(letters[rank + i] if i in self._axes else letter for i, letter in enumerate(q))
        batch = "".join(letter for i, letter in enumerate(q[:-1]) if i not in self._axes)
        weights = batch + "".join(q[i] for i in self._axes) + "".join(k[i] for i in self._axes)
        scores = self._softmax(engine.einsum(f"{q},{k}->{weights}", query * scale, key), mask=mask)
        return engine.einsum(f"{weights},{k}->{q}", self._dropout_layer(scores), value), scores

    def config_arguments(self) -> dict[str, Any]:
        config = {key: value for key, value in super().config_arguments().items() if key != "flash_attention"}
        activity = self._projection_activity
        return config if activity is None else {**config, "activity_regularizer": activity}
