"""Attention: means of values, weighted by how well keys fit queries."""

from __future__ import annotations

import math

import numpy as np

from hornbeam import engine
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
            f"Received: {tuple(query.shape)}, {tuple(key.shape)}, {tuple(value.shape)}."
        )
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
    weights = engine.cast(engine.softmax(scores, 3), dtype)
    return engine.einsum("bnts,bsnh->btnh", weights, value)
