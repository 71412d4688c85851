"""Four steps: say what the network looks like, compile, fit, predict; and what one step of gradient descent does."""

import numpy as np
from keras.activations import relu
from keras.layers import Dense
from keras.models import Sequential, load_model
from keras.optimizers import SGD
from keras.utils import to_categorical

rng = np.random.default_rng(0)
predictors = rng.normal(size=(64, 5)).astype("float32")
target = predictors @ [2.0, -1.0, 0.5, 0.0, 1.0]


def regressor():
    n_cols = predictors.shape[1]
    model = Sequential()
    model.add(Dense(16, activation="relu", input_shape=(n_cols,)))
    model.add(Dense(16, activation="relu"))
    model.add(Dense(1))
    return model


def classifier(optimizer):
    model = Sequential()
    model.add(Dense(16, activation="relu", input_shape=(5,)))
    model.add(Dense(2, activation="softmax"))
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def test_the_rectifier_keeps_what_is_positive():
    assert relu(3) == 3 and relu(-3) == 0


def test_the_four_steps():
    model = regressor()
    assert [layer.output_shape for layer in model.layers] == [(None, 16), (None, 16), (None, 1)]
    model.compile(optimizer="adam", loss="mean_squared_error")
    losses = [model.fit(predictors, target, verbose=0).history["loss"][0] for _ in range(3)]
    assert losses[2] < losses[0]
    assert model.predict(predictors).shape == (64, 1)


def test_one_step_down_the_slope():
    """3 times the weight 2 is 6, and 10 was wanted: the slope is 2 * -4 * 3, and a hundredth of it is taken off."""
    model = Sequential([Dense(1, use_bias=False, input_shape=(1,))])
    model.compile(optimizer=SGD(0.01), loss="mean_squared_error")
    model.set_weights([np.array([[2.0]])])
    model.fit(np.array([[3.0]]), np.array([10.0]), verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], 2.24, rtol=1e-6)


def test_classes_are_columns_and_outputs_probabilities():
    classes = to_categorical(target > 0)
    assert classes.shape == (64, 2) and classes.sum(1).tolist() == [1] * 64
    model = classifier(SGD(0.2))
    history = model.fit(predictors, classes, epochs=15, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] and history["accuracy"][-1] > history["accuracy"][0]
    probabilities = model.predict(predictors)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    probability_true = probabilities[:, 1]
    assert ((probability_true > 0.5) == (target > 0)).mean() > 0.7


def test_rates_of_learning():
    """A tiny rate hardly moves the loss, a sensible one does."""
    classes, falls = to_categorical(target > 0), {}
    start = classifier("sgd").get_weights()
    for lr in [0.000001, 0.1]:
        model = classifier(SGD(lr=lr))
        model.set_weights(start)
        losses = model.fit(predictors, classes, epochs=5, verbose=0).history["loss"]
        falls[lr] = losses[0] - losses[-1]
    assert abs(falls[0.000001]) < 0.001 < 0.05 < falls[0.1]


def test_a_dead_node_is_not_trained_any_more():
    """Below zero a rectifier is flat: no slope reaches the weights of a node that always is."""
    model = regressor()
    model.compile(optimizer=SGD(0.01), loss="mse")
    weights = model.get_weights()
    weights[1][:4] = -100
    model.set_weights(weights)
    model.fit(predictors, target, epochs=2, verbose=0)
    kernel, bias = model.layers[0].get_weights()
    np.testing.assert_array_equal(kernel[:, :4], weights[0][:, :4])
    assert bias[:4].tolist() == [-100] * 4 and (kernel[:, 4:] != weights[0][:, 4:]).any()


def test_slopes_vanish_in_deep_networks_of_small_slopes():
    """The first layer of six sigmoids moves far less than their last."""
    model = Sequential([Dense(4, activation="sigmoid", input_shape=(5,))])
    for _ in range(5):
        model.add(Dense(4, activation="sigmoid"))
    model.add(Dense(1))
    model.compile(optimizer=SGD(0.1), loss="mse")
    before = [layer.get_weights()[0] for layer in model.layers]
    model.fit(predictors, target, verbose=0)
    moved = [abs(layer.get_weights()[0] - kernel).max() for layer, kernel in zip(model.layers, before)]
    assert moved[0] < moved[-1] / 100


def test_saved_and_read_again():
    model = classifier("adam")
    model.save("my_model.h5")
    my_model = load_model("my_model.h5")
    np.testing.assert_array_equal(my_model.predict(predictors), model.predict(predictors))
    lines = []
    my_model.summary(print_fn=lines.append)
    assert "130" in "\n".join(lines)  # weights: 5 * 16 + 16 and 16 * 2 + 2
    model.save("my_model.hf")  # under any name
    np.testing.assert_array_equal(load_model("my_model.hf").predict(predictors), model.predict(predictors))


def test_experiments_with_the_architecture():
    """More layers, fewer, wider, narrower: all run with the same lines."""
    for widths in [(4,), (8, 4), (16, 16, 16)]:
        model = Sequential()
        model.add(Dense(widths[0], activation="relu", input_shape=(5,)))
        for width in widths[1:]:
            model.add(Dense(width, activation="relu"))
        model.add(Dense(1))
        assert [layer.units for layer in model.layers] == [*widths, 1]
        assert model.predict(predictors[:2]).shape == (2, 1)
