"""Layers of attention."""

import numpy as np
from layer_row import IMAGES, MASK, OTHER, PADDED, STEPS, row, together

DROPS = {"gradient": "its dropout is random in training"}
SWAMPED = {"step": "where a mask leaves nothing, Keras's gradient is of scores that made no difference"}

LAYERS = {
    "MultiHeadAttention": row(
        lambda k: k.MultiHeadAttention(2, 3, value_dim=2, output_shape=5),
        STEPS,
        PADDED,
        without={"keras": "Keras on JAX fails where `value_dim` is not `key_dim`"},
    ),
    "MultiHeadAttention sizes": row(
        lambda k: k.MultiHeadAttention(2, 3, 4, 0.1, output_shape=5), STEPS, PADDED, STEPS, without=DROPS
    ),
    "MultiHeadAttention causal": row(
        lambda k: k.MultiHeadAttention(2, 3, use_bias=False), STEPS, STEPS, kwargs={"use_causal_mask": True}
    ),
    "MultiHeadAttention scores": row(
        lambda k: k.MultiHeadAttention(2, 3, use_gate=True), STEPS, STEPS, kwargs={"return_attention_scores": True}
    ),
    "MultiHeadAttention window": row(
        lambda k: k.MultiHeadAttention(1, 2, sliding_window=2), STEPS, PADDED, free=(0, 1)
    ),
    "MultiHeadAttention mask": row(
        lambda k: k.MultiHeadAttention(2, 3), STEPS, STEPS, kwargs={"attention_mask": np.tri(5, dtype=bool)[None]}
    ),
    "MultiHeadAttention masks": row(
        lambda k: k.MultiHeadAttention(2, 3), STEPS, STEPS[:, :4], mask=(MASK, OTHER[:, :4] & MASK[:, 1:])
    ),
    "MultiHeadAttention empty": row(
        lambda k: k.MultiHeadAttention(2, 3, dropout=0.2),
        STEPS,
        PADDED,
        mask=(None, OTHER & ~OTHER[:, :1]),
        kwargs={"use_causal_mask": True},
        without=DROPS,
    ),
    "MultiHeadAttention axes": row(lambda k: k.MultiHeadAttention(2, 3, attention_axes=(2,)), IMAGES, IMAGES + 1),
    "Attention": row(
        lambda k: k.Attention(use_scale=True, score_mode="concat"), STEPS, PADDED, call=together, mask=(MASK, OTHER)
    ),
    "Attention plain": row(lambda k: k.Attention(), STEPS, PADDED, call=together, free=(0, 1)),
    "Attention key": row(
        lambda k: k.Attention(use_scale=True, dropout=0.3, seed=1),
        STEPS,
        IMAGES[:, 0, :, 1:],
        IMAGES[:, 1],
        call=together,
        mask=(MASK, None, None),
        without=DROPS,
    ),
    "Attention causal": row(
        lambda k: k.Attention(score_mode="concat"),
        STEPS,
        PADDED,
        call=together,
        mask=(None, ~MASK),
        kwargs={"use_causal_mask": True},
        without=SWAMPED,
    ),
    "Attention scores": row(
        lambda k: k.Attention(), STEPS, STEPS, call=together, kwargs={"return_attention_scores": True}
    ),
    "AdditiveAttention": row(lambda k: k.AdditiveAttention(), STEPS, PADDED, call=together, mask=(MASK, OTHER)),
    "AdditiveAttention key": row(
        lambda k: k.AdditiveAttention(dropout=0.2, seed=2),
        STEPS,
        IMAGES[:, 0, :, 1:],
        IMAGES[:, 1],
        call=together,
        kwargs={"return_attention_scores": True},
        without=DROPS,
    ),
    "AdditiveAttention plain": row(
        lambda k: k.AdditiveAttention(use_scale=False),
        STEPS,
        PADDED,
        call=together,
        mask=(None, ~MASK),
        kwargs={"use_causal_mask": True},
        free=(0, 1),
        without=SWAMPED,
    ),
    "GroupedQueryAttention": row(lambda k: k.GroupQueryAttention(3, 4, 2), STEPS, PADDED, mask=(MASK, OTHER)),
    "GroupedQueryAttention scores": row(
        lambda k: k.GroupQueryAttention(2, 4, 1, use_bias=False, use_gate=True),
        STEPS,
        STEPS[:, :3],
        STEPS[:, 1:4],
        kwargs={"return_attention_scores": True},
    ),
    "GroupedQueryAttention causal": row(
        lambda k: k.GroupQueryAttention(2, 2, 2, dropout=0.1, seed=3, kernel_regularizer="l2"),
        STEPS,
        PADDED,
        mask=(None, ~MASK),
        kwargs={"use_causal_mask": True},
        free=(0, 1),
        without=DROPS,
    ),
    "GroupedQueryAttention window": row(lambda k: k.GroupQueryAttention(2, 4, 2, sliding_window=2), STEPS, STEPS),
}
