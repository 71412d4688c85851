"""Against overfitting: early stopping, penalties, dropout, batch normalization."""

import keras
import numpy as np
from keras.layers import BatchNormalization, Dense, Dropout
from keras.models import Sequential
from keras.regularizers import l1, l2

rng = np.random.default_rng(0)
X = rng.normal(3, 5, size=(64, 2)).astype("float32")
y = (X[:, 0] > 3).astype("float32")


def test_the_weights_of_the_best_epoch_are_selected():
    model = Sequential([Dense(8, activation="relu", input_shape=(2,)), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    model.optimizer.learning_rate = 0.2
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)
    noise = rng.integers(0, 2, 64).astype("float32")
    held_out = X[40:], noise[40:]
    losses = model.fit(X[:40], noise[:40], epochs=30, validation_data=held_out, callbacks=[stop], verbose=0)
    np.testing.assert_allclose(model.evaluate(*held_out, verbose=0), min(losses.history["val_loss"]), rtol=1e-5)


def test_penalties_are_part_of_the_loss():
    model = Sequential([Dense(3, kernel_regularizer=l1(0.1), input_shape=(2,)), Dense(1, kernel_regularizer=l2(0.1))])
    model.compile("sgd", "mse")
    first, second = (layer.get_weights()[0] for layer in model.layers)
    error = ((model.predict(X).ravel() - y) ** 2).mean()
    penalty = 0.1 * abs(first).sum() + 0.1 * (second**2).sum()
    np.testing.assert_allclose(model.evaluate(X, y, verbose=0), error + penalty, rtol=1e-4)


def test_dropout_acts_in_training_alone():
    layer, ones = Dropout(0.5), np.ones((1, 1000), "float32")
    np.testing.assert_array_equal(np.asarray(layer(ones)), ones)
    dropped = np.asarray(layer(ones, training=True))
    assert 400 < (dropped == 0).sum() < 600 and set(np.unique(dropped)) == {0, 2}


def test_batch_normalization_between_layers():
    model = Sequential()
    model.add(Dense(3, input_shape=(2,), activation="relu"))
    model.add(BatchNormalization())
    model.add(Dense(1, activation="sigmoid"))
    assert [w.shape for w in model.layers[1].get_weights()] == [(3,)] * 4
    assert model.count_params() == 9 + 12 + 4
    model.compile("adam", "binary_crossentropy")
    model.fit(X, y, epochs=2, verbose=0)
    assert model.layers[1].get_weights()[2].any()  # the mean that moved


def test_batch_normalization_fixes_what_it_has_averaged():
    """In training it is the batch's own mean and variance that count; afterwards the moving averages."""
    layer = BatchNormalization(momentum=0.0)
    trained = np.asarray(layer(X, training=True))
    np.testing.assert_allclose(trained.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(trained.std(0), 1, atol=1e-3)
    np.testing.assert_allclose(np.asarray(layer(X[:3])), trained[:3], atol=1e-4)
