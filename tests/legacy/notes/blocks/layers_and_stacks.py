"""Layers, stacks of them in both styles, graphs of them, and what `compile` takes."""

import keras
import numpy as np
from keras.layers import Dense, Input, concatenate
from keras.models import Model, Sequential
from keras.optimizers import SGD

OF_TODAY = """
    Activation ActivityRegularization Add AlphaDropout Average AveragePooling1D AvgPool2D BatchNormalization
    Bidirectional Concatenate Conv1D Conv2DTranspose ConvLSTM2D ConvLSTM2DCell Convolution2D Cropping3D Dense
    DepthwiseConv2D Dot Dropout ELU Embedding Flatten GRU GRUCell GaussianNoise GlobalAvgPool1D GlobalMaxPooling3D
    Highway
""".split()
OF_OLD = "AtrousConvolution1D AtrousConvolution2D ConvRecurrent2D CuDNNGRU CuDNNLSTM Deconvolution2D Deconvolution3D"


def stacked():
    network = Sequential()
    network.add(Dense(32, input_dim=784, activation="sigmoid"))
    network.add(Dense(10, activation="sigmoid"))
    network.add(Dense(1, activation="sigmoid"))
    return network


def test_all_layers_are_listed():
    listed = dir(keras.layers)
    assert [name for name in OF_TODAY if name not in listed] == []
    for name in OF_OLD.split():
        assert issubclass(getattr(keras.layers, name), keras.layers.Layer)
        assert name in listed or keras.__name__.startswith("horn")  # whose users want the names of today


def test_a_dense_layer_is_its_formula():
    """The activation of the product with the weights, which are drawn at first, plus a bias, which is zero."""
    layer1 = Dense(units=32, activation="sigmoid")
    x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    output = np.asarray(layer1(x))
    W, b = layer1.get_weights()
    assert W.shape == (4, 32) and W.std() > 0 and not b.any()
    np.testing.assert_allclose(output, 1 / (1 + np.exp(-(x @ W + b))), rtol=1e-5)


def test_a_list_of_layers():
    model = Sequential(
        [
            Dense(32, input_shape=(784,), activation="sigmoid"),
            Dense(10, activation="sigmoid"),
            Dense(9, activation="sigmoid"),
            Dense(1, activation="sigmoid"),
        ]
    )
    assert model.input_shape == (None, 784) and model.output_shape == (None, 1) and len(model.layers) == 4


def test_the_summary_counts_weights():
    lines = []
    stacked().summary(print_fn=lines.append)
    text = "\n".join(lines)
    for part in ("(None, 32)", "25,120", "(None, 10)", "330", "Total params: 25,461", "Non-trainable params: 0"):
        assert part in text


def test_optimizers_by_name_and_made_to_measure():
    network = stacked()
    customized_optimizer = SGD(lr=0.0001)
    network.compile(loss="binary_crossentropy", optimizer="sgd", metrics=["accuracy"])
    assert isinstance(network.optimizer, SGD) and float(network.optimizer.learning_rate) == np.float32(0.01)
    network.compile(loss="binary_crossentropy", optimizer=customized_optimizer, metrics=["accuracy"])
    assert network.optimizer is customized_optimizer
    np.testing.assert_allclose(float(customized_optimizer.lr), 0.0001)


def test_an_epoch_is_all_batches_once():
    network = stacked()
    network.compile(loss="binary_crossentropy", optimizer="sgd")
    network.fit(np.ones((10, 784)), np.ones(10), batch_size=4, epochs=2, verbose=0)
    assert int(network.optimizer.iterations) == 2 * 3


def test_a_graph_of_two_inputs():
    pixels, words = Input((6,)), Input((3,))
    both = concatenate([Dense(4, activation="relu")(pixels), Dense(4, activation="relu")(words)])
    model = Model([pixels, words], Dense(1)(both))
    model.compile(loss="mse", optimizer="sgd")
    model.fit([np.ones((8, 6)), np.ones((8, 3))], np.ones(8), verbose=0)
    assert model.predict([np.ones((2, 6)), np.ones((2, 3))]).shape == (2, 1)
