"""What is inside a model: its layers, their tensors, functions between them, and the half of an autoencoder."""

import keras.backend as K
import numpy as np
from keras.layers import Dense
from keras.models import Sequential

rng = np.random.default_rng(0)
X_train = rng.random((6, 2), "float32")


def test_a_layer_has_inputs_outputs_and_weights():
    model = Sequential([Dense(3, input_shape=(2,), activation="relu"), Dense(1)])
    first_layer = model.layers[0]
    assert first_layer.input.shape == (None, 2) and first_layer.output.shape == (None, 3)
    assert [tuple(w.shape) for w in first_layer.weights] == [(2, 3), (3,)]
    shown = f"{first_layer.input} {first_layer.output} {first_layer.weights}"
    assert "(None, 2)" in shown and "(None, 3)" in shown and "kernel" in shown


def test_a_function_from_inputs_to_outputs():
    model = Sequential([Dense(3, input_shape=(2,), activation="relu"), Dense(1)])
    inp, out = model.layers[0].input, model.layers[0].output
    inp_to_out = K.function([inp], [out])
    (found,) = inp_to_out([X_train])
    W, b = model.layers[0].get_weights()
    np.testing.assert_allclose(found, np.maximum(X_train @ W + b, 0), rtol=1e-5, atol=1e-6)


def test_an_autoencoder_and_its_encoder():
    """It learns its own input through four numbers; the first layer in a stack of its own gives these."""
    x = np.repeat(rng.integers(0, 2, (16, 4)), 25, axis=1).astype("float32")
    autoencoder = Sequential()
    autoencoder.add(Dense(4, input_shape=(100,), activation="relu"))
    autoencoder.add(Dense(100, activation="sigmoid"))
    autoencoder.compile(optimizer="adam", loss="binary_crossentropy")
    losses = autoencoder.fit(x, x, epochs=6, batch_size=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    encoder = Sequential()
    encoder.add(autoencoder.layers[0])
    codes = encoder.predict(x)
    W, b = autoencoder.layers[0].get_weights()
    np.testing.assert_allclose(codes, np.maximum(x @ W + b, 0), rtol=1e-4, atol=1e-5)
    assert codes.shape == (16, 4) and autoencoder.predict(x).shape == x.shape
