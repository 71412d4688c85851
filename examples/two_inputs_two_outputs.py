"""One model, two inputs, two outputs: from a flat's numbers and its district, the rent and whether it lets quickly."""

import numpy as np

import hornbeam
from hornbeam.layers import Concatenate, Dense, Embedding, Flatten, Input

hornbeam.utils.set_random_seed(5)

# An invented town: the rent grows with size, falls with distance, and has a level for each of five districts.
rng = np.random.default_rng(5)
rows = 2000
size, distance = rng.uniform(20, 120, rows), rng.uniform(0, 10, rows)
district = rng.integers(0, 5, rows)
level = np.array([3.0, 5.0, 4.0, 8.0, 6.0])[district]
rent = size * (8 + level - 0.5 * distance) / 1000 + rng.normal(0, 0.02, rows)  # in thousands
quick = (level + rng.normal(0, 0.5, rows) > distance).astype("float32")

numbers = Input((2,), name="numbers")
place = Input((1,), name="district", dtype="int32")
features = Concatenate()([numbers, Flatten()(Embedding(5, 3)(place))])
shared = Dense(32, activation="relu")(Dense(32, activation="relu")(features))
model = hornbeam.Model(
    inputs={"numbers": numbers, "district": place},
    outputs={"rent": Dense(1, name="rent")(shared), "quick": Dense(1, activation="sigmoid", name="quick")(shared)},
)
model.summary()

x = {"numbers": np.stack([size / 100, distance / 10], axis=1), "district": district[:, None]}
y = {"rent": rent, "quick": quick}
train, test = slice(0, 1600), slice(1600, rows)


def part(data, rows):
    return {name: values[rows] for name, values in data.items()}


model.compile(
    optimizer=hornbeam.optimizers.Adam(0.005),
    loss={"rent": "mse", "quick": "binary_crossentropy"},
    loss_weights={"rent": 5.0, "quick": 1.0},
    metrics={"rent": ["mae"], "quick": ["accuracy"]},
)
model.fit(part(x, train), part(y, train), epochs=40, batch_size=64, verbose=0)

scores = model.evaluate(part(x, test), part(y, test), verbose=0, return_dict=True)
print(f"Rent: off by {1000 * scores['rent_mae']:.0f} on average, of {1000 * rent.mean():.0f}")
print(f"Lets quickly: accuracy {scores['quick_accuracy']:.3f}")

flat = {"numbers": np.array([[0.6, 0.2]]), "district": np.array([[3]])}
print({name: round(float(value[0, 0]), 2) for name, value in model.predict(flat, verbose=0).items()})
