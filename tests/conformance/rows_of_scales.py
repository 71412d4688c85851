"""Layers that normalize, and those that act in training only."""

from layer_row import FIRST, IMAGES, MASK, NOISE, ROWS, STEPS, VOLUMES, row

LAYERS = {
    # noise
    "Dropout": row(
        lambda k: k.Dropout(0.4, noise_shape=[None, 1, 4], seed=3), STEPS, mask=MASK, masking="passed", without=NOISE
    ),
    "SpatialDropout1D": row(lambda k: k.SpatialDropout1D(0.4, seed=3), STEPS, masking="passed", without=NOISE),
    "SpatialDropout2D": row(lambda k: k.SpatialDropout2D(0.4, seed=3), IMAGES, masking="passed", without=NOISE),
    "SpatialDropout2D first": row(
        lambda k: k.SpatialDropout2D(0.5, data_format="channels_first"), FIRST, without=NOISE
    ),
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
    "GaussianDropout": row(lambda k: k.GaussianDropout(0.3, seed=3), ROWS, masking="passed", without=NOISE),
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
}
