"""Curves of learning, of activations, of sizes of batches: trained, compared and drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras.callbacks import EarlyStopping
from keras.layers import Dense
from keras.models import Sequential
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
X = rng.normal(size=(80, 2)).astype("float32")
y = (X.sum(1) > 0).astype("float32")
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)


def get_model(act_function="relu"):
    model = Sequential()
    model.add(Dense(4, input_shape=(2,), activation=act_function))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def plot_loss(loss, val_loss):
    plt.figure()
    plt.plot(loss)
    plt.plot(val_loss)
    plt.title("Model loss")
    plt.legend(["Train", "Test"], loc="upper right")
    plt.show()


def test_the_curve_over_sizes_of_the_training_set():
    """Each size begins with the same weights; `evaluate` gives the loss, then the accuracy."""
    model = get_model()
    initial_weights = model.get_weights()
    train_accs, test_accs = [], []
    for train_size in (0.5, 0.9):
        X_part, _, y_part, _ = train_test_split(X_train, y_train, train_size=train_size, random_state=0)
        model.set_weights(initial_weights)
        np.testing.assert_array_equal(model.get_weights()[0], initial_weights[0])
        model.fit(X_part, y_part, epochs=5, verbose=0, callbacks=[EarlyStopping(monitor="loss", patience=1)])
        train_accs.append(model.evaluate(X_part, y_part, verbose=0)[1])
        test_accs.append(model.evaluate(X_test, y_test, verbose=0)[1])
    assert len(train_accs) == len(test_accs) == 2 and all(0 <= acc <= 1 for acc in train_accs + test_accs)


def test_the_curve_over_epochs():
    h_callback = get_model().fit(X_train, y_train, epochs=4, validation_data=(X_test, y_test), verbose=0)
    plot_loss(h_callback.history["loss"], h_callback.history["val_loss"])
    drawn = [list(line.get_ydata()) for line in plt.gca().get_lines()]
    assert drawn == [h_callback.history["loss"], h_callback.history["val_loss"]] and len(drawn[0]) == 4
    plt.close("all")


def test_activations_compared():
    np.random.seed(1)
    activation_results = {}
    for func in ["relu", "leaky_relu", "sigmoid", "tanh"]:
        model = get_model(act_function=func)
        activation_results[func] = model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=2, verbose=0)
    val_loss_per_func = {k: v.history["val_loss"] for k, v in activation_results.items()}
    val_loss_curves = pd.DataFrame(val_loss_per_func)
    axes = val_loss_curves.plot(title="Loss per Activation function")
    assert val_loss_curves.shape == (2, 4) and len(axes.get_lines()) == 4
    plt.close("all")


def test_small_batches_update_more_often():
    updates = {}
    for batch_size in (10, 60):
        model = get_model()
        model.fit(X_train, y_train, batch_size=batch_size, verbose=0)
        updates[batch_size] = int(model.optimizer.iterations)
    assert updates == {10: 6, 60: 1}
