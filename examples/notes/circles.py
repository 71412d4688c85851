"""Red or blue? Curves of a binary classifier: over epochs, over the size of the training set, for four activations."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import make_circles
from sklearn.model_selection import train_test_split

import hornbeam
from hornbeam.callbacks import EarlyStopping
from hornbeam.layers import BatchNormalization, Dense, Input

hornbeam.utils.set_random_seed(5)
x, y = make_circles(600, noise=0.1, factor=0.3, random_state=5)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=5)


def classifier(activation: str = "relu", normalized: bool = False) -> hornbeam.Sequential:
    between = [BatchNormalization()] if normalized else []
    model = hornbeam.Sequential(
        [Input((2,)), Dense(8, activation=activation), *between, Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.optimizer.learning_rate = 0.01
    return model


figure, (over_epochs, over_sizes, by_activation) = plt.subplots(1, 3, figsize=(15, 4))

# Loss and validation loss: apart, they tell of overfitting; together and high, of too small a network.
history = classifier(normalized=True).fit(x_train, y_train, epochs=40, validation_data=(x_test, y_test), verbose=0)
pd.DataFrame(history.history)[["loss", "val_loss"]].plot(
    ax=over_epochs, title="with batch normalization", xlabel="epoch"
)

# Would more data help? From the same weights each time, on more and more rows.
model, accuracies = classifier(), {}
first = model.get_weights()
for size in (20, 60, 200, 420):
    model.set_weights(first)
    stop = EarlyStopping(monitor="loss", patience=1, min_delta=1e-4)
    model.fit(x_train[:size], y_train[:size], epochs=60, callbacks=[stop], verbose=0)
    parts = {"train": (x_train[:size], y_train[:size]), "test": (x_test, y_test)}
    accuracies[size] = {name: model.evaluate(*part, verbose=0)[1] for name, part in parts.items()}
pd.DataFrame(accuracies).T.plot(ax=over_sizes, title="accuracy", xlabel="rows of training data")

# Which activation? There is no rule: compare.
losses = {
    activation: classifier(activation)
    .fit(x_train, y_train, epochs=40, validation_data=(x_test, y_test), verbose=0)
    .history["val_loss"]
    for activation in ("relu", "leaky_relu", "sigmoid", "tanh")
}
pd.DataFrame(losses).plot(ax=by_activation, title="validation loss", xlabel="epoch")
plt.show()

print(f"Accuracy on new points {np.max(history.history['val_accuracy']):.3f}")
print(pd.DataFrame(accuracies).T.round(3).to_string())
print("Lowest at the end:", min(losses, key=lambda activation: losses[activation][-1]))
