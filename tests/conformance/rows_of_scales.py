"""Layers that normalize, and those that act in training only."""

import numpy as np
from layer_row import FIRST, IDS, IMAGES, MASK, NOISE, ROWS, STEPS, VOLUMES, row

LAYERS = {
    # noise
    "Dropout": row(
        lambda k: k.Dropout(0.4, noise_shape=[None, 1, 4], seed=3), STEPS, mask=MASK, masking="passed", without=NOISE
    ),
    "Dropout images": row(lambda k: k.Dropout(0.5, (None, 1, None, 4)), IMAGES, free=(0, 1, 2), without=NOISE),
    "Dropout none": row(lambda k: k.Dropout(0), ROWS, kwargs={"training": True}),
    "SpatialDropout1D": row(lambda k: k.SpatialDropout1D(0.4, seed=3), STEPS, masking="passed", without=NOISE),
    "SpatialDropout1D half": row(lambda k: k.SpatialDropout1D(0.5), STEPS, mask=MASK, free=(0, 1), without=NOISE),
    "SpatialDropout1D none": row(lambda k: k.SpatialDropout1D(0.0), STEPS, kwargs={"training": True}),
    "SpatialDropout2D": row(lambda k: k.SpatialDropout2D(0.4, seed=3), IMAGES, masking="passed", without=NOISE),
    "SpatialDropout2D first": row(
        lambda k: k.SpatialDropout2D(0.5, data_format="channels_first"), FIRST, without=NOISE
    ),
    "SpatialDropout2D none": row(lambda k: k.SpatialDropout2D(0.0), IMAGES, kwargs={"training": True}),
    "SpatialDropout3D": row(lambda k: k.SpatialDropout3D(0.4, seed=3), VOLUMES, masking="passed", without=NOISE),
    "SpatialDropout3D first": row(
        lambda k: k.SpatialDropout3D(0.4, "channels_first", name="drop"), VOLUMES, without=NOISE
    ),
    "SpatialDropout3D none": row(lambda k: k.SpatialDropout3D(0), VOLUMES, kwargs={"training": True}),
    "AlphaDropout": row(
        lambda k: k.AlphaDropout(0.4, noise_shape=[None, 1, 4], seed=3),
        STEPS,
        mask=MASK,
        masking="passed",
        without=NOISE,
    ),
    "AlphaDropout images": row(lambda k: k.AlphaDropout(0.1), IMAGES, free=(0, 1, 2), without=NOISE),
    "AlphaDropout none": row(lambda k: k.AlphaDropout(0.0), ROWS, kwargs={"training": True}),
    "GaussianNoise": row(lambda k: k.GaussianNoise(0.3, seed=3), ROWS, masking="passed", without=NOISE),
    "GaussianNoise images": row(lambda k: k.GaussianNoise(0.9), IMAGES, free=(0, 1, 2), without=NOISE),
    "GaussianNoise none": row(lambda k: k.GaussianNoise(0), STEPS, mask=MASK, kwargs={"training": True}),
    "GaussianDropout": row(lambda k: k.GaussianDropout(0.3, seed=3), ROWS, masking="passed", without=NOISE),
    "GaussianDropout images": row(lambda k: k.GaussianDropout(0.5), IMAGES, free=(0, 1, 2), without=NOISE),
    "GaussianDropout none": row(lambda k: k.GaussianDropout(0.0), STEPS, mask=MASK, kwargs={"training": True}),
    # normalization
    "BatchNormalization": row(
        lambda k: k.BatchNormalization(momentum=0.8, epsilon=0.01, gamma_initializer="ones"),
        STEPS,
        mask=MASK,
        free=(0, 1),
        masking="passed",
    ),
    "BatchNormalization training": row(lambda k: k.BatchNormalization(momentum=0.5), IMAGES, kwargs={"training": True}),
    "BatchNormalization mask": row(lambda k: k.BatchNormalization(), STEPS, mask=MASK, kwargs={"training": True}),
    "BatchNormalization axis": row(
        lambda k: k.BatchNormalization(axis=1, center=False, scale=False), FIRST, kwargs={"training": True}
    ),
    "LayerNormalization": row(lambda k: k.LayerNormalization(axis=[1, 2], epsilon=0.01), STEPS, masking="passed"),
    "LayerNormalization last": row(lambda k: k.LayerNormalization(center=False), STEPS, mask=MASK, free=(0, 1)),
    "RMSNormalization": row(lambda k: k.RMSNormalization(axis=-1, epsilon=0.01), STEPS, free=(0, 1)),
    "RMSNormalization axes": row(lambda k: k.RMSNormalization(axis=[2, 1]), STEPS),
    "RMSNormalization images": row(lambda k: k.RMSNormalization(name="rms"), IMAGES, free=(0, 1, 2)),
    "BatchNormalization renorm": row(
        lambda k: k.BatchNormalization(momentum=0.6, epsilon=0.01, renorm=True, renorm_momentum=0.8),
        STEPS,
        kwargs={"training": True},
    ),
    "BatchNormalization clipped": row(
        lambda k: k.BatchNormalization(
            renorm=True, renorm_clipping={"rmin": 0.8, "rmax": 1.1, "dmax": 0.2}, scale=False
        ),
        STEPS,
        mask=MASK,
        kwargs={"training": True},
    ),
    "BatchNormalization frozen": row(
        lambda k: k.BatchNormalization(trainable=False), IMAGES, kwargs={"training": True}, free=(0, 1, 2)
    ),
    "LayerNormalization order": row(lambda k: k.LayerNormalization(axis=(2, 1)), STEPS),
    "GroupNormalization": row(
        lambda k: k.GroupNormalization(2, epsilon=0.01, center=False), STEPS, mask=MASK, free=(0, 1)
    ),
    "GroupNormalization first": row(lambda k: k.GroupNormalization(2, axis=1), FIRST),
    "GroupNormalization each": row(lambda k: k.GroupNormalization(-1, scale=False), IMAGES),
    "GroupNormalization rows": row(lambda k: k.GroupNormalization(2), ROWS),
    "UnitNormalization": row(lambda k: k.UnitNormalization(axis=[2, 1]), STEPS),
    "UnitNormalization last": row(lambda k: k.UnitNormalization(), STEPS, mask=MASK, free=(0, 1), masking="passed"),
    "UnitNormalization zeros": row(
        lambda k: k.UnitNormalization(axis=1),
        np.where(ROWS > 0, ROWS, 0)[:, :2] * 0,
        without={"step": "Keras's gradient is not a number"},
    ),
    "SpectralNormalization": row(
        lambda k: k.SpectralNormalization(k.Dense(3, activation="tanh"), power_iterations=2),
        ROWS,
        without={"declared": "the kernel changes with every call in training"},
    ),
    "SpectralNormalization training": row(
        lambda k: k.SpectralNormalization(k.Conv1D(3, 2)), STEPS, kwargs={"training": True}, free=(0, 1)
    ),
    "SpectralNormalization embedding": row(
        lambda k: k.SpectralNormalization(k.Embedding(5, 3)),
        IDS,
        kwargs={"training": True},
        without={"keras": "Keras rounds the kernel to integers, which the inputs are"},
    ),
}
