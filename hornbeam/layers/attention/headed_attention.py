"""What attention layers with heads share: projections, masks, and the attention between them."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from string import ascii_lowercase as letters
from typing import Any

from hornbeam import engine, ops
from hornbeam.layers.activations.softmax import Softmax
from hornbeam.layers.attention.masks import (
    as_bool,
    band,
    both,
    causal,
    check_attention_mask,
    check_mask,
    with_heads,
    zero_unattended,
)
from hornbeam.layers.base.checks import check_fraction, check_positive
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.core.einsum_dense import EinsumDense
from hornbeam.layers.regularization.dropout import Dropout


class HeadedAttention(Layer):
    """Base of layers that project query, key and value to heads, attend in each, and project the result.

    A subclass makes the projections, and says how large a head is and which axes are attended over.
    """

    none_in_configs = ("activity_regularizer",)
    supports_masking = True
    #: What the attributes that hold the projections begin with: they are so called in files.
    prefix = ""

    def check(self) -> None:
        """The checks of a constructor; the activity regularizer is for the projections, not for the output."""
        self._projection_activity = self.activity_regularizer
        self.activity_regularizer = None
        check_fraction(self, "dropout", self.dropout)
        if self.flash_attention and self.dropout > 0:
            raise ValueError(
                f"Dropout is not supported with flash attention: `{type(self).__name__}` needs `dropout=0`. "
                f"Received: dropout={self.dropout}, flash_attention={self.flash_attention!r}."
            )
        if self.sliding_window is not None:
            check_positive(self, "sliding_window", self.sliding_window)

    def make(self, query: Any, value: Any, key: Any, heads: int, few: int, size: int, of_value: int, out: Any) -> None:
        """The projections for these shapes.

        Args:
            query, value, key: shapes.
            heads, few: how many heads there are of queries, and of keys and values.
            size, of_value: of a head of queries and keys, and of values.
            out: the sizes of the output.
        """
        if tuple(value[1:-1]) != tuple(key[1:-1]):
            raise ValueError(
                f"`value` and `key` of layer `{self.name}` must have the same sizes but for the last axis. "
                f"Received: value shape {tuple(value)}, key shape {tuple(key)}."
            )
        self._keep("query", self._projection("query", query, 1, (heads, size)))
        self._keep("key", self._projection("key", key, 1, (few, size)))
        if self.use_gate:
            self._gate_dense = self._projection("gate", query, 1, (heads, of_value), activation="sigmoid")
        self._keep("value", self._projection("value", value, 1, (few, of_value)))
        self._softmax = Softmax(axis=tuple(range(-len(self.axes), 0)), dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)
        self._keep("output", self._projection("attention_output", (*query[:-1], heads, of_value), 2, out))

    def _keep(self, name: str, projection: EinsumDense) -> None:
        setattr(self, f"{self.prefix}{name}_dense", projection)

    def _kept(self, name: str) -> Any:
        return getattr(self, f"{self.prefix}{name}_dense")

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes that are attended over."""
        return (1,)

    def _projection(self, name: str, shape: Any, bound: int, sizes: Sequence[int], **kwargs: Any) -> EinsumDense:
        """A layer that maps the last `bound` axes of an input of `shape` to `sizes`."""
        rank = len(shape)
        free, used, made = letters[: rank - bound], letters[rank - bound : rank], letters[rank : rank + len(sizes)]
        layer = EinsumDense(
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
        layer.build(shape)
        return layer

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
        query_mask = self.mask_of_query(query, query_mask)
        for name, mask, x in (
            ("query_mask", query_mask, query),
            ("value_mask", value_mask, value),
            ("key_mask", key_mask, key),
        ):
            check_mask(self, name, mask, x)
        check_attention_mask(self, attention_mask, query, value)
        lengths = query.shape[1], value.shape[1]
        masks = [
            None if query_mask is None else as_bool(query_mask)[..., :, None],
            None if value_mask is None else as_bool(value_mask)[..., None, :],
            None if key_mask is None else as_bool(key_mask)[..., None, :],
            None if attention_mask is None else as_bool(attention_mask),
            causal(*lengths) if use_causal_mask else None,
            None if self.sliding_window is None else band(*lengths, self.sliding_window),
        ]
        count, rank = len(self.axes), query.ndim + len(self.axes)
        mask = functools.reduce(both, (with_heads(mask, rank, count) for mask in masks))
        is_training = bool(training) and self.dropout > 0
        y, scores = self._attend(
            self._kept("query")(query),
            self._kept("key")(key),
            self._kept("value")(value),
            mask,
            return_attention_scores or is_training,
        )
        if self.use_gate:
            y = y * self._gate_dense(query)
        y = self._kept("output")(y)
        return (y, scores) if return_attention_scores else y

    def mask_of_query(self, query: Any, given: Any) -> Any:
        """Which targets may attend to anything."""
        return given

    def _attend(self, query: Any, key: Any, value: Any, mask: Any, need_scores: bool) -> tuple[Any, Any]:
        """What every query gets, and the attention weights if they are needed on the way."""
        rank, scale = query.ndim, 1 / math.sqrt(query.shape[-1])
        if rank == 4 and not need_scores:
            y = ops.dot_product_attention(query, key, value, mask=mask, scale=scale)
            return (y if mask is None or self.dropout == 0 else zero_unattended(y, mask)), None
        key, value = (self._for_each_query(x, query.shape[-2]) for x in (key, value))
        q = letters[:rank]
        k = "".join(letters[rank + i] if i in self.axes else letter for i, letter in enumerate(q))
        batch = "".join(letter for i, letter in enumerate(q[:-1]) if i not in self.axes)
        weights = batch + "".join(q[i] for i in self.axes) + "".join(k[i] for i in self.axes)
        scores = self._softmax(engine.einsum(f"{q},{k}->{weights}", query * scale, key), mask=mask)
        return engine.einsum(f"{weights},{k}->{q}", self._dropout_layer(scores), value), scores

    def _for_each_query(self, x: Any, heads: int) -> Any:
        """Keys or values with as many heads as the queries have."""
        return x if x.shape[-2] == heads else ops.repeat(x, heads // x.shape[-2], -2)

    def config_arguments(self) -> dict[str, Any]:
        config = {key: value for key, value in super().config_arguments().items() if key != "flash_attention"}
        activity = self._projection_activity
        return config if activity is None else {**config, "activity_regularizer": activity}
