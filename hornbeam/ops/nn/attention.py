"""Attention: means of values, weighted by how well keys fit queries."""

from __future__ import annotations

import math

import numpy as np

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops import arrays
from hornbeam.ops.dispatch import Array, floating, fused, op


@op
def dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None = None,
    mask: Array | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Array:
    """`softmax(query @ key.T * scale + bias) @ value` for every head (Vaswani et al., 2017).

    Args:
        query: shape (batch, targets, heads, size).
        key: shape (batch, sources, key heads, size); every key head serves heads / key heads query heads.
        value: like `key`.
        bias: added to the logits; broadcasts to (batch, heads, targets, sources).
        mask: what may be attended to; booleans that broadcast to (batch, heads, targets, sources).
        scale: `1 / sqrt(size)` by default.
        is_causal: a target attends to sources up to its own place only.
        flash_attention: accepted for compatibility; the engine chooses its kernel.
        attn_logits_soft_cap: `cap * tanh(logits / cap)` keeps logits within it.
    """
    if not len(query.shape) == len(key.shape) == len(value.shape) == 4:
        raise ValueError(
            "`query`, `key` and `value` must have the shape (batch, length, heads, size). "
            f"Received: {shown_shape(query.shape)}, {shown_shape(key.shape)}, {shown_shape(value.shape)}."
        )
    if len({engine.dtype_name(x) for x in (query, key, value)}) > 1:
        common = engine.result_type(query, key, value)
        query, key, value = (engine.cast(x, common) for x in (query, key, value))
    query = floating(query)
    dtype, (_, targets, heads, depth), sources = engine.dtype_name(query), query.shape, key.shape[1]
    if key.shape[2] != heads:
        key, value = (arrays.repeat(x, heads // key.shape[2], 2) for x in (key, value))
    scale = 1 / math.sqrt(depth) if scale is None else scale
    if is_causal:
        causal = arrays.tri(targets, sources, 0, "bool")[None, None]
        mask = causal if mask is None else engine.logical_and(mask, causal)
    if (kernel := fused("attention")) is not None and bias is None and attn_logits_soft_cap is None:
        return kernel(query, key, value, mask, scale)
    scores = engine.cast(engine.einsum("btnh,bsnh->bnts", query, key), "float32") * scale
    if attn_logits_soft_cap is not None:
        scores = attn_logits_soft_cap * engine.tanh(scores / attn_logits_soft_cap)
    scores = scores if bias is None else scores + bias
    if mask is not None:
        scores = engine.where(engine.cast(mask, "bool"), scores, -0.7 * float(np.finfo(np.float32).max))
    return _mean(scores, value) if dtype == "float32" else _attended(engine.softmax(scores, 3), value)


def _mean(scores: Array, value: Array) -> Array:
    """softmax(scores) values, divided last: a quotient for each sum, not for each weight, in 0.5 to 0.7 of the time.

    Numbers of 16 bits could overflow before they are divided.
    """
    weights = engine.exp(scores - engine.stop_gradient(engine.max(scores, 3, keepdims=True)))
    return _attended(weights, value) / engine.transpose(engine.sum(weights, 3, keepdims=True), (0, 2, 1, 3))


def _attended(weights: Array, value: Array) -> Array:
    return engine.einsum("bnts,bsnh->btnh", engine.cast(weights, engine.dtype_name(value)), value)
