"""Layers that Keras 1 and 2 alone have; `tests/layers/test_old_layers.py` holds their values."""

from layer_row import FIRST, IMAGES, MASK, ROWS, STEPS, row

OLD = {"keras": "Keras 3 does not have it"}

LAYERS = {
    "LocallyConnected1D": row(
        lambda k: k.LocallyConnected1D(3, 2, strides=2, activation="tanh", kernel_regularizer="l2"), STEPS, without=OLD
    ),
    "LocallyConnected1D first": row(
        lambda k: k.LocallyConnected1D(2, 3, data_format="channels_first", use_bias=False), STEPS, without=OLD
    ),
    "LocallyConnected1D plain": row(lambda k: k.LocallyConnected1D(2, 1), STEPS, mask=MASK, without=OLD),
    "LocallyConnected2D": row(lambda k: k.LocallyConnected2D(2, (3, 2), strides=(2, 1)), IMAGES, without=OLD),
    "LocallyConnected2D first": row(
        lambda k: k.LocallyConnected2D(2, 2, data_format="channels_first"), FIRST, without=OLD
    ),
    "LocallyConnected2D plain": row(lambda k: k.LocallyConnected2D(2, 5, activation="relu"), IMAGES, without=OLD),
    "ThresholdedReLU": row(lambda k: k.ThresholdedReLU(0.4), STEPS, mask=MASK, masking="passed", without=OLD),
    "ThresholdedReLU zero": row(lambda k: k.ThresholdedReLU(theta=0), ROWS, without=OLD),
    "ThresholdedReLU one": row(lambda k: k.ThresholdedReLU(), ROWS, without=OLD),
    "Highway": row(lambda k: k.Highway(activation="tanh", init="he_normal", W_constraint="non_neg"), ROWS, without=OLD),
    "Highway linear": row(lambda k: k.Highway(input_dim=4), ROWS, without=OLD),
    "Highway plain": row(lambda k: k.Highway(bias=False, W_regularizer="l2"), ROWS, without=OLD),
    "MaxoutDense": row(lambda k: k.MaxoutDense(3, 2, init="normal", b_constraint="non_neg"), ROWS, without=OLD),
    "MaxoutDense linear": row(lambda k: k.MaxoutDense(2, input_dim=4), ROWS, without=OLD),
    "MaxoutDense plain": row(lambda k: k.MaxoutDense(3, nb_feature=1, bias=False), ROWS, without=OLD),
}
