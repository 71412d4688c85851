"""Every layer once: how to make it, what to call it on, and which properties do not apply to it, with the reason."""

import numpy as np
import rows_of_categories
import rows_of_scales
import rows_of_shapes
from layer_row import IDS, IMAGES, MASK, OTHER, PADDED, ROWS, STEPS, Row, as_cell, row, together

LAYERS: dict[str, Row] = {
    # core
    "InputLayer": row(
        lambda k: k.InputLayer(shape=(4,), name="start"),
        ROWS,
        without={"forward": "it is where a graph begins, not something to call"},
    ),
    "Dense": row(lambda k: k.Dense(3, activation="tanh", kernel_regularizer="l2", bias_constraint="non_neg"), ROWS),
    "Dense steps": row(
        lambda k: k.Dense(3, activation="relu", kernel_constraint="non_neg"), STEPS, mask=MASK, free=(0, 1)
    ),
    "EinsumDense": row(
        lambda k: k.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", activation="relu"), STEPS, free=(0, 1)
    ),
    "EinsumDense axes": row(lambda k: k.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"), STEPS, free=(0, 1)),
    "EinsumDense before": row(lambda k: k.EinsumDense("...b,bc->...c", 3, "tanh", "c"), IMAGES, free=(0, 1, 2)),
    "EinsumDense after": row(lambda k: k.EinsumDense("ab...,bc->ac...", 3, bias_axes="c"), STEPS),
    "Embedding": row(lambda k: k.Embedding(7, 3, mask_zero=True), IDS, free=(0, 1)),
    "Embedding floats": row(lambda k: k.Embedding(5, 3), IDS.astype("float32")),
    "Activation": row(lambda k: k.Activation("softplus"), STEPS, mask=MASK, free=(0, 1), masking="passed"),
    "Masking": row(lambda k: k.Masking(0.5), np.where(MASK[..., None], STEPS, np.float32(0.5))),
    "Masking zeros": row(lambda k: k.Masking(), PADDED, free=(0, 1)),
    "Lambda": row(
        lambda k: k.Lambda(lambda x: x * 2 + 1),
        ROWS,
        without={
            "config": "a lambda has no name; named functions have a test of their own",
            "model": "a lambda cannot be saved",
            "copies": "a lambda cannot be pickled",
            "declared": "what its function does is not known",
        },
    ),
    "Identity": row(lambda k: k.Identity(), STEPS, mask=MASK, masking="passed"),
    "ActivityRegularization": row(lambda k: k.ActivityRegularization(l1=0.1, l2=0.2), ROWS, masking="passed"),
    # activations
    "ReLU": row(lambda k: k.ReLU(max_value=0.8, negative_slope=0.1, threshold=0.1), STEPS, mask=MASK, masking="passed"),
    "LeakyReLU": row(lambda k: k.LeakyReLU(negative_slope=0.2), ROWS, masking="passed"),
    "PReLU": row(lambda k: k.PReLU(alpha_initializer="ones", shared_axes=[1]), STEPS, masking="passed"),
    "PReLU alone": row(lambda k: k.PReLU(), STEPS),
    "PReLU images": row(lambda k: k.PReLU(shared_axes=[1, 2]), IMAGES, free=(0, 1, 2)),
    "ELU": row(lambda k: k.ELU(alpha=0.5), ROWS, masking="passed"),
    "Softmax": row(lambda k: k.Softmax(axis=-2), STEPS),
    "Softmax axes": row(lambda k: k.Softmax(axis=(1, 2)), STEPS),
    "Softmax mask": row(lambda k: k.Softmax(), STEPS, kwargs={"mask": STEPS > 0}),
    # merging
    "Add": row(lambda k: k.Add(), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Add rows": row(lambda k: k.Add(), STEPS, STEPS, ROWS, call=together, mask=(MASK, OTHER, None)),
    "Subtract": row(lambda k: k.Subtract(), STEPS, PADDED, call=together),
    "Multiply": row(lambda k: k.Multiply(), STEPS, STEPS[..., :1], PADDED, call=together, mask=(MASK, OTHER)),
    "Average": row(lambda k: k.Average(), STEPS, PADDED, STEPS, call=together),
    "Maximum": row(lambda k: k.Maximum(), STEPS, -STEPS, call=together, mask=(MASK, OTHER)),
    "Minimum": row(lambda k: k.Minimum(), STEPS, -STEPS, STEPS + 1, call=together, mask=(OTHER, None, MASK)),
    "Concatenate": row(lambda k: k.Concatenate(axis=1), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Concatenate last": row(
        lambda k: k.Concatenate(), STEPS, STEPS[..., :2], call=together, mask=(MASK, None), free=(0, 1)
    ),
    "Dot": row(lambda k: k.Dot(axes=(1, 2), normalize=True), STEPS, STEPS.transpose(0, 2, 1), call=together),
    "Dot both": row(lambda k: k.Dot(axes=(2, 1)), STEPS, ROWS, call=together),
    "Dot rows": row(lambda k: k.Dot(axes=1, normalize=True), ROWS, ROWS + 1, call=together),
    "Dot steps": row(lambda k: k.Dot(axes=-1), STEPS, PADDED, call=together, mask=(MASK, OTHER)),
    # recurrence
    "SimpleRNN": row(
        lambda k: k.SimpleRNN(3, activation="relu", go_backwards=True), STEPS, free=(0, 1), masking="steps"
    ),
    "SimpleRNN mask": row(lambda k: k.SimpleRNN(3, return_sequences=True), STEPS, mask=MASK),
    "LSTM": row(
        lambda k: k.LSTM(3, return_sequences=True, return_state=True, unit_forget_bias=False, recurrent_dropout=0.0),
        STEPS,
        mask=MASK,
        masking="steps",
    ),
    "LSTM last": row(lambda k: k.LSTM(3), STEPS, free=(0, 1)),
    "LSTM zeros": row(lambda k: k.LSTM(3, return_sequences=True, zero_output_for_mask=True), STEPS, mask=MASK),
    "LSTM backwards": row(lambda k: k.LSTM(3, go_backwards=True, return_sequences=True), STEPS),
    "LSTM other": row(lambda k: k.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid"), STEPS),
    "LSTM states": row(lambda k: k.LSTM(4), STEPS, kwargs={"initial_state": [ROWS, ROWS + 1]}),
    "GRU": row(lambda k: k.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"), STEPS, masking="steps"),
    "GRU state": row(lambda k: k.GRU(3, return_state=True), STEPS, mask=MASK, free=(0, 1)),
    "GRU before": row(lambda k: k.GRU(3, reset_after=False, use_bias=False, return_sequences=True), STEPS),
    "GRU backwards": row(lambda k: k.GRU(3, go_backwards=True, return_sequences=True), STEPS, mask=MASK),
    "GRU unrolled": row(lambda k: k.GRU(2, unroll=True, activation="relu"), STEPS, mask=MASK),
    "RNN": row(
        lambda k: k.RNN([k.LSTMCell(3), k.SimpleRNNCell(2)], return_sequences=True, zero_output_for_mask=True),
        STEPS,
        mask=MASK,
        masking="steps",
    ),
    "RNN mask": row(lambda k: k.RNN(k.GRUCell(3), return_sequences=True), STEPS, mask=MASK),
    "RNN states": row(lambda k: k.RNN([k.LSTMCell(3), k.GRUCell(2)], return_state=True), STEPS, mask=MASK),
    "RNN backwards": row(
        lambda k: k.RNN([k.SimpleRNNCell(3), k.GRUCell(2)], go_backwards=True, return_sequences=True), STEPS, mask=MASK
    ),
    "SimpleRNNCell": row(lambda k: k.SimpleRNNCell(4, use_bias=False), ROWS, ROWS, call=as_cell),
    "LSTMCell": row(lambda k: k.LSTMCell(4, kernel_initializer="he_normal"), ROWS, ROWS, ROWS + 1, call=as_cell),
    "GRUCell": row(lambda k: k.GRUCell(4, activation="sigmoid"), ROWS, ROWS, call=as_cell),
    "StackedRNNCells": row(
        lambda k: k.StackedRNNCells([k.GRUCell(4), k.SimpleRNNCell(2)]), ROWS, ROWS, ROWS[:, :2], call=as_cell
    ),
    # wrappers
    "Bidirectional": row(
        lambda k: k.Bidirectional(k.GRU(3, return_sequences=True), merge_mode="mul"), STEPS, masking="steps"
    ),
    "Bidirectional last": row(lambda k: k.Bidirectional(k.LSTM(3)), STEPS, free=(0, 1)),
    "Bidirectional sum": row(lambda k: k.Bidirectional(k.GRU(3, return_sequences=True), "sum"), STEPS, mask=MASK),
    "Bidirectional ave": row(lambda k: k.Bidirectional(k.GRU(3), "ave"), STEPS, mask=MASK),
    "Bidirectional both": row(lambda k: k.Bidirectional(k.SimpleRNN(3, return_sequences=True), None), STEPS, mask=MASK),
    "Bidirectional states": row(lambda k: k.Bidirectional(k.LSTM(2, return_state=True), "mul"), STEPS),
    "Bidirectional own": row(lambda k: k.Bidirectional(k.LSTM(3), backward_layer=k.GRU(3, go_backwards=True)), STEPS),
    "TimeDistributed": row(
        lambda k: k.TimeDistributed(k.Dense(3, activation="relu")), STEPS, mask=MASK, free=(0, 1), masking="passed"
    ),
    "TimeDistributed images": row(lambda k: k.TimeDistributed(k.Conv1D(2, 2)), IMAGES),
    # attention
    "MultiHeadAttention": row(
        lambda k: k.MultiHeadAttention(2, 3, value_dim=2, output_shape=5),
        STEPS,
        PADDED,
        without={"keras": "Keras on JAX fails where `value_dim` is not `key_dim`"},
    ),
    "MultiHeadAttention sizes": row(lambda k: k.MultiHeadAttention(2, 3, 4, 0.1, output_shape=5), STEPS, PADDED, STEPS),
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
    ),
    "Attention causal": row(
        lambda k: k.Attention(score_mode="concat"),
        STEPS,
        PADDED,
        call=together,
        mask=(None, ~MASK),
        kwargs={"use_causal_mask": True},
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
    ),
    "AdditiveAttention plain": row(
        lambda k: k.AdditiveAttention(use_scale=False),
        STEPS,
        PADDED,
        call=together,
        mask=(None, ~MASK),
        kwargs={"use_causal_mask": True},
        free=(0, 1),
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
    ),
    "GroupedQueryAttention window": row(lambda k: k.GroupQueryAttention(2, 4, 2, sliding_window=2), STEPS, STEPS),
}
LAYERS |= rows_of_categories.LAYERS | rows_of_shapes.LAYERS | rows_of_scales.LAYERS


def rows_with(*properties: str) -> list[str]:
    """The names of the rows to which all of these properties apply."""
    return [name for name, row in LAYERS.items() if not any(p in row.without for p in properties)]


def layers_with(*properties: str) -> list[str]:
    """The same, one row a class, for tests that compile each."""
    return [name for name in rows_with(*properties) if " " not in name]
