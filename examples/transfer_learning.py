"""Stars and moons: forty photos in a folder, and a body that has learnt to see from other shapes.

The body is trained here, on shapes that are easily had by the thousand. With a network around, it would be
`hornbeam.applications.MobileNetV2(weights="imagenet", include_top=False, pooling="avg")`; the rest stays.
"""

import tempfile
from pathlib import Path

import numpy as np

import hornbeam
from hornbeam import layers
from hornbeam.optimizers import Adam, MultiOptimizer
from hornbeam.utils import array_to_img, image_dataset_from_directory

hornbeam.utils.set_random_seed(4)
draw = np.random.default_rng(4)

SHAPES = {
    "disk": lambda x, y: np.hypot(x, y) < 1,
    "square": lambda x, y: np.maximum(abs(x), abs(y)) < 0.9,
    "triangle": lambda x, y: (y < 0.8) & (abs(x) < (y + 1) / 1.8),
    "bar": lambda x, y: (abs(x) < 0.35) & (abs(y) < 1),
    "ring": lambda x, y: abs(np.hypot(x, y) - 0.8) < 0.2,
    "cross": lambda x, y: (np.maximum(abs(x), abs(y)) < 1) & (np.minimum(abs(x), abs(y)) < 0.3),
    "star": lambda x, y: np.hypot(x, y) < 0.65 + 0.35 * np.cos(5 * np.arctan2(y, x)),
    "moon": lambda x, y: (np.hypot(x, y) < 1) & (np.hypot(x - 0.5, y) > 0.8),
}


def photos(shape, n):
    """Shapes anywhere, of any size and colours, a little turned, on noisy ground: (n, 32, 32, 3), from 0 to 255."""
    rows, columns = np.mgrid[:32, :32]
    (middle_y, middle_x), size = draw.uniform(10, 22, (2, n, 1, 1)), draw.uniform(5, 9, (n, 1, 1))
    turn = np.exp(1j * draw.uniform(-0.3, 0.3, (n, 1, 1)))
    place = (columns - middle_x + 1j * (rows - middle_y)) * turn / size
    inside = SHAPES[shape](place.real, place.imag)[..., None]
    shape_colour, ground = draw.uniform(0, 255, (2, n, 1, 1, 3))
    return (np.where(inside, shape_colour, ground) + draw.normal(0, 12, (n, 32, 32, 3))).clip(0, 255)


def new_body():
    """Four blocks from photos to 64 features."""
    x = photo = layers.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for number, filters in enumerate((16, 32, 48, 64), start=1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"block{number}_conv")(x)
        x = layers.BatchNormalization(name=f"block{number}_norm")(x)
        x = layers.ReLU(name=f"block{number}_relu")(x)
        x = layers.MaxPooling2D(name=f"block{number}_pool")(x)
    return hornbeam.Model(photo, layers.GlobalAveragePooling2D()(x), name="body")


def compiled(model, optimizer):
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


folder = Path(tempfile.mkdtemp())

# A body learns from six shapes, 300 photos each; its weights are a file.
names = list(SHAPES)[:6]
x, y = np.concatenate([photos(name, 300) for name in names]), np.repeat(np.arange(6), 300)
body = new_body()
compiled(hornbeam.Sequential([body, layers.Dense(6, activation="softmax")]), Adam(3e-3)).fit(x, y, epochs=12, verbose=0)
body.save_weights(folder / "body.weights.h5")

# Twenty photos of each of two other shapes, as files in a folder; and many more to judge by.
for name in ("moon", "star"):
    (folder / "photos" / name).mkdir(parents=True)
    for number, photo in enumerate(photos(name, 20)):
        array_to_img(photo, scale=False).save(folder / "photos" / name / f"{number}.png")
few = image_dataset_from_directory(folder / "photos", image_size=(32, 32), batch_size=40, seed=0)
x, y = next(iter(few))
x_test, y_test = np.concatenate([photos("moon", 200), photos("star", 200)]), np.repeat([0, 1], 200)

# From nothing, forty photos do not go far.
scratch = compiled(hornbeam.Sequential([new_body(), layers.Dense(2, activation="softmax")]), Adam(3e-3))
scratch.fit(x, y, batch_size=8, epochs=30, verbose=0)

# 1. The body's features, computed once and kept in a folder, and a head on them: seconds, however large the body.
body = new_body()
body.load_weights(folder / "body.weights.h5")
features = body.predict(x, cache=folder / "features", verbose=0)
head = compiled(hornbeam.Sequential([layers.Input((64,)), layers.Dense(2, activation="softmax")]), Adam(1e-2))
head.fit(features, y, epochs=100, verbose=0)
accuracy_of_head = head.evaluate(body.predict(x_test, verbose=0), y_test, verbose=0)[1]

# 2. One model of both, of whose body the last blocks learn too, at a tenth of the head's rate.
body.freeze()
body.unfreeze("block[34]_conv")  # normalization keeps the averages of all the shapes it has seen
model = compiled(hornbeam.Sequential([body, head]), MultiOptimizer({"block*": 1e-4}, default=Adam(1e-3)))
model.fit(x, y, batch_size=8, epochs=20, verbose=0)

print(f"From forty photos alone: accuracy {scratch.evaluate(x_test, y_test, verbose=0)[1]:.2f}")
print(f"A head on the body's features: {accuracy_of_head:.2f}")
print(f"With its last blocks trained too: {model.evaluate(x_test, y_test, verbose=0)[1]:.2f}")
