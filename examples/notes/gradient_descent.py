"""Gradient descent by hand and by `SGD`: one step of it, rates that are too small and too large, nodes that die."""

import numpy as np

import hornbeam
from hornbeam.layers import Dense, Input

hornbeam.utils.set_random_seed(2)

# One weight of 2, one input of 3, and 10 is wanted. The slope of the squared error has three factors: its own slope at
# the output, the value that goes into the weight, and the slope of the activation, which is 1 without one.
x, weight, wanted, rate = 3.0, 2.0, 10.0, 0.01
slope = 2 * (x * weight - wanted) * x
print(f"By hand: slope {slope:.0f}, new weight {weight - rate * slope:.2f}")

model = hornbeam.Sequential([Input((1,)), Dense(1, use_bias=False)])
model.set_weights([np.array([[weight]])])
model.compile(hornbeam.optimizers.SGD(rate), "mean_squared_error")
model.fit(np.array([[x]]), np.array([wanted]), verbose=0)
print(f"By SGD:  new weight {model.get_weights()[0].item():.2f}")

# Points inside and outside of a circle, and the same network at three rates.
rng = np.random.default_rng(2)
points = rng.uniform(-1, 1, (400, 2)).astype("float32")
inside = (np.hypot(*points.T) < 0.7).astype("float32")


def network(rate: float) -> hornbeam.Sequential:
    model = hornbeam.Sequential([Input((2,)), Dense(32, activation="relu"), Dense(1, activation="sigmoid")])
    model.compile(hornbeam.optimizers.SGD(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


start = network(1.0).get_weights()
for rate in (0.0001, 0.3, 300.0):
    model = network(rate)
    model.set_weights(start)
    losses = model.fit(points, inside, epochs=40, verbose=0).history["loss"]
    hidden = np.maximum(points @ model.get_weights()[0] + model.get_weights()[1], 0)
    dead = int((hidden.max(0) == 0).sum())  # at no point above zero: the slope never reaches them again
    print(f"Rate {rate:<7g} loss {losses[0]:8.3f} -> {losses[-1]:8.3f}, dead nodes: {dead} of 32")
