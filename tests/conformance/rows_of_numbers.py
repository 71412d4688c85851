"""Layers that prepare numbers, and the embedding that goes both ways."""

import numpy as np
from layer_row import IDS, IMAGES, MASK, ROWS, STEPS, VOLUMES, backwards, row

NUMBERS = np.concatenate([ROWS, np.array([[0, 1, -1, 2]] * 8, "float32")], 1)
ADAPTED = {"keras": "Keras keeps to the moments of before `set_weights`; `adapt` has a test of its own"}

LAYERS = {
    "Rescaling": row(lambda k: k.Rescaling(2.0, offset=0.5), STEPS, mask=MASK, free=(0, 1), masking="passed"),
    "Rescaling channels": row(lambda k: k.Rescaling([1.0, 2.0, 0.5, -1.0], offset=[0.0, 1.0, 2.0, 3.0]), IMAGES),
    "Rescaling integers": row(lambda k: k.Rescaling(1 / 255, -1), IDS),
    "Normalization": row(
        lambda k: k.Normalization(axis=-1, mean=[1.0, 2.0, 3.0, 4.0], variance=[4.0, 1.0, 0.25, 9.0], invert=True),
        STEPS,
        mask=MASK,
        free=(0, 1),
        masking="passed",
    ),
    "Normalization adapted": row(lambda k: k.Normalization(), ROWS, without=ADAPTED),
    "Normalization axes": row(lambda k: k.Normalization(axis=(2, 1)), STEPS, without=ADAPTED),
    "Normalization one": row(lambda k: k.Normalization(axis=None), VOLUMES, free=(0, 1, 2), without=ADAPTED),
    "Normalization images": row(lambda k: k.Normalization(axis=3, mean=0.5, variance=2.0), IMAGES, free=(0, 1, 2)),
    "Discretization": row(lambda k: k.Discretization([-1.0, 0.0, 1.0], output_mode="count"), ROWS),
    "Discretization bins": row(lambda k: k.Discretization([-1.0, 0.0, 1.0]), NUMBERS),
    "Discretization vectors": row(lambda k: k.Discretization([-1.0, 0.0, 1.0], output_mode="one_hot"), STEPS),
    "Discretization which": row(lambda k: k.Discretization([-1.0, 0.0], output_mode="multi_hot", name="bins"), ROWS),
    "CategoryEncoding": row(lambda k: k.CategoryEncoding(4, output_mode="count"), IDS),
    "CategoryEncoding which": row(lambda k: k.CategoryEncoding(5), IDS),
    "CategoryEncoding vectors": row(lambda k: k.CategoryEncoding(3, "one_hot"), IDS - 1, free=(0, 1)),
    "CategoryEncoding one": row(lambda k: k.CategoryEncoding(3, "one_hot"), IDS[:, :1] - 1),
    "CategoryEncoding floats": row(lambda k: k.CategoryEncoding(3), IDS.astype("float32") - 1),
    "CategoryEncoding weights": row(
        lambda k: k.CategoryEncoding(4, output_mode="count"), IDS, kwargs={"count_weights": ROWS[:, :3]}
    ),
    "ReversibleEmbedding": row(
        lambda k: k.ReversibleEmbedding(7, 3, tie_weights=False, mask_zero=True, logit_soft_cap=2.0), IDS, free=(0, 1)
    ),
    "ReversibleEmbedding back": row(
        lambda k: k.ReversibleEmbedding(7, 4, mask_zero=True), STEPS, call=backwards, mask=MASK, free=(0, 1)
    ),
    "ReversibleEmbedding capped": row(
        lambda k: k.ReversibleEmbedding(7, 4, False, logit_soft_cap=0.5), STEPS, call=backwards
    ),
}
