"""Layers that prepare and vary images."""

import numpy as np
from layer_row import IMAGES, at_rest, row

COLOURS = (np.abs(IMAGES[..., :3]) * 60).astype("float32")
COLOURS_FIRST = np.ascontiguousarray(COLOURS.transpose(0, 3, 1, 2))
TRAINING = {"training": True}
NOISE = {"gradient": "its output in training is random, and it trains unless told otherwise"}


AFFINE = NOISE | {"keras": "Keras warns of the structure when it predicts with a file of it"}

LAYERS = {
    "Resizing": row(lambda k: k.Resizing(3, 9, "nearest", True, name="smaller"), IMAGES),
    "Resizing first": row(lambda k: k.Resizing(3, 9, data_format="channels_first", antialias=True), COLOURS_FIRST),
    "Resizing padded": row(lambda k: k.Resizing(5, 3, pad_to_aspect_ratio=True, fill_value=2.0), IMAGES),
    "CenterCrop": row(lambda k: k.CenterCrop(4, 3, name="middle"), IMAGES),
    "CenterCrop first": row(lambda k: k.CenterCrop(5, 4, data_format="channels_first"), COLOURS_FIRST),
    "CenterCrop larger": row(lambda k: k.CenterCrop(9, 4), IMAGES),
    "RandomFlip": row(lambda k: k.RandomFlip("vertical", seed=3, name="flip"), IMAGES, call=at_rest, without=NOISE),
    "RandomFlip first": row(
        lambda k: k.RandomFlip(data_format="channels_first"), COLOURS_FIRST, call=at_rest, without=NOISE
    ),
    "RandomFlip across": row(lambda k: k.RandomFlip("horizontal"), IMAGES[:, :, :1], kwargs=TRAINING),
    "RandomRotation": row(
        lambda k: k.RandomRotation(0.2, "nearest", seed=3, name="turn"), IMAGES, call=at_rest, without=AFFINE
    ),
    "RandomRotation quarter": row(lambda k: k.RandomRotation((0.25, 0.25)), IMAGES[:, :6], kwargs=TRAINING),
    "RandomRotation constant": row(
        lambda k: k.RandomRotation((-0.1, -0.1), "constant", fill_value=2.0, data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomTranslation": row(
        lambda k: k.RandomTranslation(0.2, (0.1, 0.3), seed=3), IMAGES, call=at_rest, without=AFFINE
    ),
    "RandomTranslation down": row(lambda k: k.RandomTranslation((0.3, 0.3), 0.0), IMAGES, kwargs=TRAINING),
    "RandomTranslation both": row(
        lambda k: k.RandomTranslation((-0.2, -0.2), (0.4, 0.4), "wrap", "nearest", data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomZoom": row(lambda k: k.RandomZoom(0.2, (0.1, 0.3), seed=3), IMAGES, call=at_rest, without=AFFINE),
    "RandomZoom in": row(lambda k: k.RandomZoom((-0.35, -0.35)), IMAGES, kwargs=TRAINING),
    "RandomZoom out": row(
        lambda k: k.RandomZoom((0.15, 0.15), (0.45, 0.45), "constant", data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomShear": row(lambda k: k.RandomShear((0.2, 0.2), (0.1, 0.3), seed=3), IMAGES, call=at_rest, without=AFFINE),
    "RandomShear none": row(lambda k: k.RandomShear(), IMAGES, kwargs=TRAINING),
    "RandomShear first": row(
        lambda k: k.RandomShear(0.0, (0.0, 0.0), fill_mode="wrap", data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
}
