"""Optimizers, losses and metrics: by name, as objects, and all that there are of them."""

import keras
import numpy as np
from keras.layers import Dense
from keras.losses import CategoricalCrossentropy, SparseCategoricalCrossentropy
from keras.metrics import SparseCategoricalAccuracy
from keras.models import Sequential
from tensorflow.keras.optimizers import Adam

X = np.random.default_rng(0).normal(size=(32, 8)).astype("float32")
labels = X[:, :3].argmax(1)


def small(outputs=1, activation="sigmoid"):
    model = Sequential()
    model.add(Dense(8, activation="relu", input_shape=(8,)))
    model.add(Dense(outputs, activation=activation))
    return model


def test_objects_are_taken():
    model, optim = small(), Adam(learning_rate=0.2)
    model.compile(loss=CategoricalCrossentropy(), optimizer=optim)
    assert model.optimizer is optim and float(optim.learning_rate) == np.float32(0.2)
    model.compile(loss=SparseCategoricalCrossentropy(), optimizer=Adam())
    assert float(model.optimizer.learning_rate) == np.float32(0.001)


def test_labels_as_numbers_and_as_columns_have_the_same_loss():
    model = small(3, "softmax")
    model.compile(loss=SparseCategoricalCrossentropy(), optimizer=Adam(), metrics=[SparseCategoricalAccuracy()])
    loss, accuracy = model.evaluate(X, labels, verbose=0)
    predicted_classes = np.argmax(model.predict(X), axis=-1)
    np.testing.assert_allclose(accuracy, (predicted_classes == labels).mean(), rtol=1e-6)
    assert "sparse_categorical_accuracy" in model.fit(X, labels, epochs=2, verbose=0).history
    columns = keras.utils.to_categorical(labels)
    probabilities = model.predict(X)
    np.testing.assert_allclose(
        float(CategoricalCrossentropy()(columns, probabilities)),
        float(SparseCategoricalCrossentropy()(labels, probabilities)),
        rtol=1e-5,
    )
    assert loss > 0


def test_every_optimizer_of_the_list_lowers_the_loss():
    """By its class's name, with the rate that suits a few steps."""
    w = keras.backend.variable([3.0, -2.0])
    for name in "SGD RMSprop Adam Adadelta Adagrad Adamax Nadam Ftrl AdamW".split():
        w.assign([3.0, -2.0])
        optimizer = getattr(keras.optimizers, name)(learning_rate=0.1)
        for _ in range(3):
            optimizer.apply_gradients([(2 * w, w)])
        assert float(abs(keras.backend.get_value(w)).sum()) < 5, name
    assert Adam(amsgrad=True).amsgrad


def test_losses_serve_as_metrics():
    model = small()
    names = ["binary_crossentropy", "hinge", "kullback_leibler_divergence"]
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=names)
    values = model.evaluate(X, (labels > 0).astype("float32"), verbose=0)
    assert len(values) == 4 and abs(values[0] - values[1]) < 1e-5


def test_the_other_arguments():
    """`loss_weights`, `weighted_metrics` and `run_eagerly`, which beginners leave alone."""
    model = small()
    model.compile(
        loss="mse", optimizer="sgd", loss_weights=[2.0], metrics=["mae"], weighted_metrics=["mse"], run_eagerly=True
    )
    y = (labels > 0).astype("float32")
    values = model.evaluate(X, y, sample_weight=np.ones(32), verbose=0, return_dict=True)
    np.testing.assert_allclose(values["loss"], 2 * values["mse"], rtol=1e-5)
    assert "mae" in values
