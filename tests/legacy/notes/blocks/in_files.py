"""A whole model in a file, its architecture alone, its weights alone."""

import keras
import numpy as np
from keras.models import load_model

X = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")


def trained():
    model = keras.Sequential([keras.layers.Dense(4, activation="relu", input_shape=(2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    return model


def test_the_whole_model_and_the_state_of_its_training():
    model = trained()
    model.save("my_model.h5")
    recreated = load_model("my_model.h5")
    recreated.summary(print_fn=lambda line: None)
    np.testing.assert_array_equal(recreated.predict(X), model.predict(X))
    assert int(recreated.optimizer.iterations) == 2 and recreated.loss == "mean_squared_error"
    losses = [m.fit(X, X[:, :1], shuffle=False, verbose=0).history["loss"] for m in (model, recreated)]
    assert losses[0] == losses[1]


def test_a_place_without_an_ending():
    model = trained()
    model.save("path/to/location")
    for copy in (load_model("path/to/location"), model.load_model("path/to/location")):
        np.testing.assert_array_equal(copy.predict(X), model.predict(X))


def test_the_architecture_of_a_layer():
    layer = keras.layers.Dense(20, activation="relu", input_shape=(10,))
    new_layer = keras.layers.Dense.from_config(layer.get_config())
    assert (new_layer.units, new_layer.activation, new_layer.built) == (20, layer.activation, False)


def test_the_architecture_of_a_stack():
    model = keras.Sequential([keras.Input((32,)), keras.layers.Dense(1)])
    new_model = keras.Sequential.from_config(model.get_config())
    assert new_model.input_shape == (None, 32) and new_model.count_params() == 33


def test_the_architecture_of_a_graph():
    x = keras.Input((50,))
    model = keras.Model(x, keras.layers.Dense(1, activation="sigmoid")(x))
    new_model = keras.Model.from_config(model.get_config())
    assert new_model.output_shape == (None, 1)
    assert not np.array_equal(new_model.get_weights()[0], model.get_weights()[0])  # drawn anew
    new_model.set_weights(model.get_weights())
    np.testing.assert_array_equal(new_model.predict(np.ones((2, 50))), model.predict(np.ones((2, 50))))


def test_the_weights():
    model = trained()
    model.save_weights("pretrained_checkpoint")
    other = keras.Sequential.from_config(model.get_config())
    assert not np.array_equal(other.predict(X), model.predict(X))
    other.load_weights("pretrained_checkpoint")
    np.testing.assert_array_equal(other.predict(X), model.predict(X))
