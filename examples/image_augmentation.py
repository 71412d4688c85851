"""Rings and crosses: a small image classifier that varies its images as it trains, inside the model."""

import numpy as np

import hornbeam
from hornbeam import layers

hornbeam.utils.set_random_seed(1)


def pictures(n, moved):
    """Rings (0) and crosses (1) of 16 x 16 pixels, up to `moved` pixels off the middle, on a noisy ground."""
    draw = np.random.default_rng(n)
    labels = draw.integers(2, size=n)
    x, y = np.meshgrid(np.arange(16), np.arange(16))
    dx, dy = draw.integers(-moved, moved + 1, size=(2, n, 1, 1))
    x, y = x - 7.5 - dx, y - 7.5 - dy
    ring = abs(np.hypot(x, y) - 3.5) < 1
    cross = (abs(abs(x) - abs(y)) < 1) & (np.hypot(x, y) < 5)
    shape = np.where(labels[:, None, None] == 0, ring, cross)
    noisy = 150 * shape + draw.uniform(0, 100, size=shape.shape)
    return noisy[..., None].astype("float32"), labels


x_train, y_train = pictures(200, moved=0)  # all in the middle
x_test, y_test = pictures(400, moved=3)  # anywhere


def trained(augmentation):
    model = hornbeam.Sequential(
        [
            layers.Input((16, 16, 1)),
            *augmentation,  # acts in `fit` alone
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(hornbeam.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=50, epochs=40, verbose=0)
    return model.evaluate(x_test, y_test, verbose=0)[1]


plain = trained([])
varied = trained(
    [
        layers.RandomFlip(),
        layers.RandomTranslation(0.2, 0.2, fill_mode="nearest"),
        layers.RandomRotation(0.05, fill_mode="nearest"),
        layers.RandomContrast(0.2),
    ]
)
print(f"Shapes that are off the middle: accuracy {plain:.2f} as they are, {varied:.2f} with augmentation")
