"""Every layer once: how to make it, what to call it on, and which properties do not apply to it, with the reason."""

import numpy as np
import rows_of_attention
import rows_of_audio
import rows_of_categories
import rows_of_images
import rows_of_numbers
import rows_of_old_layers
import rows_of_recurrence
import rows_of_scales
import rows_of_shapes
from layer_row import IDS, IMAGES, MASK, OTHER, PADDED, ROWS, STEPS, Row, row, together

NOT_CALLED = {"forward": "it is where a graph begins, not something to call"}
OF_A_LAMBDA = {
    "config": "a lambda has no name; named functions have a test of their own",
    "model": "a lambda cannot be saved",
    "copies": "a lambda cannot be pickled",
    "declared": "what its function does is not known",
}

LAYERS: dict[str, Row] = {
    # core
    "InputLayer": row(
        lambda k: k.InputLayer(shape=(4,), name="start"),
        ROWS,
        without=NOT_CALLED,
    ),
    "InputLayer batch": row(
        lambda k: k.InputLayer(batch_shape=(8, 4), dtype="float32", optional=True), ROWS, without=NOT_CALLED
    ),
    "InputLayer ids": row(lambda k: k.InputLayer((None,), 8, "int32", name="ids"), IDS, without=NOT_CALLED),
    "Dense": row(lambda k: k.Dense(3, activation="tanh", kernel_regularizer="l2", bias_constraint="non_neg"), ROWS),
    "Dense steps": row(
        lambda k: k.Dense(3, activation="relu", kernel_constraint="non_neg"), STEPS, mask=MASK, free=(0, 1)
    ),
    "Dense images": row(
        lambda k: k.Dense(2, use_bias=False, kernel_regularizer="l2", activity_regularizer="l2"), IMAGES
    ),
    "EinsumDense": row(
        lambda k: k.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", activation="relu"), STEPS, free=(0, 1)
    ),
    "EinsumDense axes": row(lambda k: k.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"), STEPS, free=(0, 1)),
    "EinsumDense before": row(lambda k: k.EinsumDense("...b,bc->...c", 3, "tanh", "c"), IMAGES, free=(0, 1, 2)),
    "EinsumDense after": row(lambda k: k.EinsumDense("ab...,bc->ac...", 3, bias_axes="c"), STEPS),
    "Embedding": row(lambda k: k.Embedding(7, 3, mask_zero=True), IDS, free=(0, 1)),
    "Embedding floats": row(lambda k: k.Embedding(5, 3), IDS.astype("float32")),
    "Embedding images": row(
        lambda k: k.Embedding(4, 2, "ones", "l2", "unit_norm", weights=[np.arange(8.0).reshape(4, 2)]), IDS[:, None]
    ),
    "Activation": row(lambda k: k.Activation("softplus"), STEPS, mask=MASK, free=(0, 1), masking="passed"),
    "Activation vectors": row(lambda k: k.Activation("softmax"), ROWS),
    "Activation images": row(lambda k: k.Activation("relu6"), 4 * IMAGES, free=(0, 1, 2)),
    "Masking": row(lambda k: k.Masking(0.5), np.where(MASK[..., None], STEPS, np.float32(0.5))),
    "Masking zeros": row(lambda k: k.Masking(), PADDED, free=(0, 1)),
    "Masking images": row(
        lambda k: k.Masking(-1.0), np.where(MASK[:, :, None, None], IMAGES[:, :5], -1).astype("float32")
    ),
    "Lambda": row(lambda k: k.Lambda(lambda x: x * 2 + 1), ROWS, without=OF_A_LAMBDA),
    "Lambda arguments": row(
        lambda k: k.Lambda(lambda x, by: x[:, 1:] * by, arguments={"by": 3.0}), STEPS, mask=MASK, without=OF_A_LAMBDA
    ),
    "Lambda shape": row(
        lambda k: k.Lambda(lambda x, mask: x[..., 0] * 2, (5,), lambda x, mask: mask),
        STEPS,
        mask=MASK,
        without=OF_A_LAMBDA,
    ),
    "Identity": row(lambda k: k.Identity(), STEPS, mask=MASK, masking="passed"),
    "Identity ids": row(lambda k: k.Identity(), IDS, free=(0, 1)),
    "Identity images": row(lambda k: k.Identity(name="same"), IMAGES),
    "ActivityRegularization": row(lambda k: k.ActivityRegularization(l1=0.1, l2=0.2), ROWS, masking="passed"),
    "ActivityRegularization l1": row(lambda k: k.ActivityRegularization(0.3), STEPS, mask=MASK),
    "ActivityRegularization none": row(lambda k: k.ActivityRegularization(), IMAGES),
    # activations
    "ReLU": row(lambda k: k.ReLU(max_value=0.8, negative_slope=0.1, threshold=0.1), STEPS, mask=MASK, masking="passed"),
    "ReLU plain": row(lambda k: k.ReLU(), IMAGES, free=(0, 1, 2)),
    "ReLU six": row(lambda k: k.ReLU(6, threshold=1.5), 4 * ROWS),
    "LeakyReLU": row(lambda k: k.LeakyReLU(negative_slope=0.2), ROWS, masking="passed"),
    "LeakyReLU plain": row(lambda k: k.LeakyReLU(), STEPS, mask=MASK),
    "LeakyReLU zero": row(lambda k: k.LeakyReLU(0), IMAGES),
    "PReLU": row(lambda k: k.PReLU(alpha_initializer="ones", shared_axes=[1]), STEPS, masking="passed"),
    "PReLU alone": row(lambda k: k.PReLU(), STEPS),
    "PReLU images": row(lambda k: k.PReLU(shared_axes=[1, 2]), IMAGES, free=(0, 1, 2)),
    "ELU": row(lambda k: k.ELU(alpha=0.5), ROWS, masking="passed"),
    "ELU plain": row(lambda k: k.ELU(), STEPS, mask=MASK, free=(0, 1)),
    "ELU steep": row(lambda k: k.ELU(2.5), IMAGES),
    "Softmax": row(lambda k: k.Softmax(axis=-2), STEPS),
    "Softmax axes": row(lambda k: k.Softmax(axis=(1, 2)), STEPS),
    "Softmax mask": row(lambda k: k.Softmax(), STEPS, kwargs={"mask": STEPS > 0}),
    # merging
    "Add": row(lambda k: k.Add(), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Add rows": row(lambda k: k.Add(), STEPS, STEPS, ROWS, call=together, mask=(MASK, OTHER, None)),
    "Add column": row(lambda k: k.Add(), IMAGES[:, :, :1], IMAGES, call=together),
    "Subtract": row(lambda k: k.Subtract(), STEPS, PADDED, call=together),
    "Subtract masks": row(lambda k: k.Subtract(), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Subtract rows": row(lambda k: k.Subtract(), ROWS, STEPS, call=together),
    "Multiply": row(lambda k: k.Multiply(), STEPS, STEPS[..., :1], PADDED, call=together, mask=(MASK, OTHER)),
    "Multiply rows": row(lambda k: k.Multiply(), STEPS, ROWS, call=together),
    "Multiply images": row(lambda k: k.Multiply(), IMAGES, IMAGES[:, :1], IMAGES[:, :, :1], call=together),
    "Average": row(lambda k: k.Average(), STEPS, PADDED, STEPS, call=together),
    "Average masks": row(lambda k: k.Average(), STEPS, PADDED, call=together, mask=(None, OTHER), free=(0, 1)),
    "Average rows": row(lambda k: k.Average(), ROWS, STEPS, call=together),
    "Maximum": row(lambda k: k.Maximum(), STEPS, -STEPS, call=together, mask=(MASK, OTHER)),
    "Maximum three": row(lambda k: k.Maximum(), IMAGES, IMAGES[:, ::-1], 0.1 * IMAGES, call=together),
    "Maximum rows": row(lambda k: k.Maximum(), STEPS, ROWS, call=together),
    "Minimum": row(lambda k: k.Minimum(), STEPS, -STEPS, STEPS + 1, call=together, mask=(OTHER, None, MASK)),
    "Minimum images": row(lambda k: k.Minimum(), IMAGES, IMAGES[:, :, :1], call=together),
    "Minimum rows": row(lambda k: k.Minimum(), ROWS, STEPS, call=together),
    "Concatenate": row(lambda k: k.Concatenate(axis=1), STEPS, PADDED, call=together, mask=(MASK, OTHER), free=(0, 1)),
    "Concatenate last": row(
        lambda k: k.Concatenate(), STEPS, STEPS[..., :2], call=together, mask=(MASK, None), free=(0, 1)
    ),
    "Concatenate images": row(lambda k: k.Concatenate(-2), IMAGES, IMAGES[:, :, :1], IMAGES[:, :, 2:], call=together),
    "Dot": row(lambda k: k.Dot(axes=(1, 2), normalize=True), STEPS, STEPS.transpose(0, 2, 1), call=together),
    "Dot both": row(lambda k: k.Dot(axes=(2, 1)), STEPS, ROWS, call=together),
    "Dot rows": row(lambda k: k.Dot(axes=1, normalize=True), ROWS, ROWS + 1, call=together),
    "Dot steps": row(lambda k: k.Dot(axes=-1), STEPS, PADDED, call=together, mask=(MASK, OTHER)),
}
LAYERS |= rows_of_audio.LAYERS
LAYERS |= rows_of_recurrence.LAYERS | rows_of_attention.LAYERS | rows_of_old_layers.LAYERS
LAYERS |= rows_of_categories.LAYERS | rows_of_numbers.LAYERS | rows_of_shapes.LAYERS | rows_of_scales.LAYERS
LAYERS |= rows_of_images.LAYERS


def rows_with(*properties: str) -> list[str]:
    """The names of the rows to which all of these properties apply."""
    return [name for name, row in LAYERS.items() if not any(p in row.without for p in properties)]


def layers_with(*properties: str) -> list[str]:
    """The same, one row a class, for tests that compile each."""
    return [name for name in rows_with(*properties) if " " not in name]
