"""Handwritten digits: a convolutional network on scikit-learn's 1,797 images of 8 x 8 pixels."""

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import hornbeam
from hornbeam.layers import BatchNormalization, Conv2D, Dense, Dropout, GlobalAveragePooling2D, Input, MaxPooling2D

hornbeam.utils.set_random_seed(1)

images, digits = load_digits(return_X_y=True)
images = images.reshape(-1, 8, 8, 1) / 16.0  # grey values from 0 to 1, one channel
x_train, x_test, y_train, y_test = train_test_split(images, digits, test_size=0.25, stratify=digits, random_state=1)

# With 19 steps an epoch the moving averages must follow faster than their default momentum, 0.99, lets them.
model = hornbeam.Sequential(
    [
        Input((8, 8, 1)),
        Conv2D(16, 3, padding="same", activation="relu"),
        BatchNormalization(momentum=0.9),
        MaxPooling2D(),
        Conv2D(32, 3, padding="same", activation="relu"),
        BatchNormalization(momentum=0.9),
        GlobalAveragePooling2D(),
        Dropout(0.2),
        Dense(10, activation="softmax"),
    ]
)
# The targets are class indices, hence "sparse"; one-hot vectors would take "categorical_crossentropy".
model.compile(optimizer=hornbeam.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=12, validation_split=0.1, verbose=2)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test accuracy {accuracy:.3f}")

# Where is the model least sure of itself?
probabilities = model.predict(x_test, verbose=0)
hardest = probabilities.max(axis=1).argmin()
print(f"Least sure of a {y_test[hardest]}: {probabilities[hardest].max():.0%} for {probabilities[hardest].argmax()}")
