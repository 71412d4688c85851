"""`Attention`: means of values, weighted by how well keys fit queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops, random
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.attention.masks import as_bool, both, causal, check_mask
from hornbeam.layers.base.checks import check_choice, check_fraction, known_size
from hornbeam.layers.base.layer import Layer


class Attention(Layer):
    """y = softmax(s) V, with s = scale * Q K' ("dot") or w * sum(tanh(scale * (Q + K))) ("concat").

    Args:
        use_scale: whether a scale is learned; it is 1 otherwise.
        score_mode: "dot" or "concat", which learns w.
        dropout: the fraction of attention weights to drop in training.
        seed: an integer for the same dropout in every run.
        causal: `use_causal_mask` of every call, as in TensorFlow 2.

    Call arguments:
        inputs: a list of Q, V and, if it is not V, K: shapes (batch, targets, size), (batch, sources, size of V) and
            (batch, sources, size).
        mask: a list of masks (batch, targets), or `None`, and (batch, sources), or `None`. A source that is masked is
            not attended to; a target that is masked gets zeros.
        return_attention_scores: whether the weights (batch, targets, sources) follow the output.
        use_causal_mask: whether a target attends to sources up to its own place only.

    Output: (batch, targets, size of V). A target that may attend to nothing attends evenly.

    Source: Luong et al. 2015, Effective approaches to attention-based neural machine translation.

    >>> import hornbeam
    >>> x = hornbeam.ops.ones((1, 5, 8))
    >>> hornbeam.layers.Attention()([x, x]).shape == (1, 5, 8)
    True
    """

    supports_masking = True

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        causal: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.score_mode = check_choice(self, "score_mode", score_mode, ("dot", "concat"))
        if check_fraction(self, "dropout", dropout) > 0:
            self.seed_generator = SeedGenerator(seed)

    def config_arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().config_arguments().items() if value or name != "causal"}

    def build(self, input_shape: Any) -> None:
        self._size_of_keys(input_shape)
        self.scale = self.add_weight((), "ones", name="scale") if self.use_scale else None
        self.concat_score_weight = None
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones", name="concat_score_weight")

    def _size_of_keys(self, shapes: Any) -> int:
        """The last size of Q and K, which must be one.

        Raises:
            ValueError: unless the input is a list of two or three tensors that fit.
        """
        is_list = isinstance(shapes, list | tuple) and all(isinstance(shape, list | tuple) for shape in shapes)
        if not is_list or len(shapes) not in (2, 3):
            received = f"shapes {list(shapes)}" if is_list else f"one tensor of shape {shapes}"
            raise ValueError(
                f"Layer `{self.name}` ({type(self).__name__}) takes a list of a query and a value, and perhaps a key. "
                f"Received: {received}."
            )
        query, value, key = shapes[0], shapes[1], shapes[-1]
        if query[-1] != key[-1] or key[1:-1] != value[1:-1]:
            raise ValueError(
                f"Layer `{self.name}` ({type(self).__name__}) needs queries and keys of one last size, and a key for "
                f"each value. Received: query shape {query}, value shape {value}, key shape {key}."
            )
        return known_size(self, key, -1)

    def call(
        self,
        inputs: Sequence[Any],
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        query, value, key = inputs[0], inputs[1], inputs[-1]
        of_query, of_value = self._masks(mask, query, value)
        sources = None if of_value is None else of_value[..., None, :]
        before = causal(query.shape[-2], value.shape[-2]) if use_causal_mask or self.causal else None
        weights = self._weights(self._scores(query, key), both(sources, before))
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        y = weights @ value
        y = y if of_query is None else engine.where(of_query[..., None], y, 0)
        return (y, weights) if return_attention_scores else y

    def _masks(self, mask: Any, query: Any, value: Any) -> tuple[Any, Any]:
        """The masks of query and value."""
        if mask is None:
            return None, None
        if not isinstance(mask, list | tuple) or len(mask) not in (2, 3):
            received = f"a list of {len(mask)}" if isinstance(mask, list | tuple) else f"{type(mask).__name__}"
            raise ValueError(
                f"`mask` of layer `{self.name}` ({type(self).__name__}) must be a list of the masks of query and "
                f"value, either of which may be None. Received: {received}."
            )
        for name, one, x in zip(("mask[0]", "mask[1]"), mask, (query, value), strict=False):
            check_mask(self, name, one, x)
        of_query, of_value = (None if one is None else as_bool(one) for one in mask[:2])
        return of_query, of_value

    def _scores(self, query: Any, key: Any) -> Any:
        """How well each key fits each query: (batch, targets, sources)."""
        if self.score_mode == "dot":
            scores = query @ ops.swapaxes(key, -1, -2)
            return scores if self.scale is None else scores * self.scale
        both = query[..., :, None, :] + key[..., None, :, :]
        both = both if self.scale is None else both * self.scale
        return self.concat_score_weight * engine.sum(engine.tanh(both), -1)

    def _weights(self, scores: Any, mask: Any) -> Any:
        """The softmax of what the mask leaves."""
        if mask is not None:
            lowest = -3e4 if engine.dtype_name(scores) == "float16" else -1e9
            scores = engine.where(mask, scores, lowest)
        return ops.softmax(scores, -1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the query."""
        return mask[0] if isinstance(mask, list | tuple) else None
