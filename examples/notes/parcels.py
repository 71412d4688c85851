"""Several labels at once: which of three fields need water? Each output is a probability of its own."""

import numpy as np

import hornbeam
from hornbeam.layers import Dense, Input

hornbeam.utils.set_random_seed(6)

# Twenty sensors see the moisture of three fields, each of which can be dry whatever the others are.
rng = np.random.default_rng(6)
moisture = rng.uniform(size=(1500, 3))
sensors = moisture @ rng.uniform(size=(3, 20)) + rng.normal(0, 0.05, (1500, 20))
is_dry = (moisture < 0.4).astype("float32")

model = hornbeam.Sequential([Input((20,)), Dense(64, activation="relu"), Dense(3, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(sensors[:1200], is_dry[:1200], epochs=30, validation_split=0.2, verbose=0)

probabilities = model.predict(sensors[1200:], verbose=0)
for field in range(3):
    right = (probabilities[:, field] > 0.5) == is_dry[1200:, field]
    print(f"Field {field + 1}: right in {right.mean():.0%} of new cases")
print("The first case:", probabilities[0].round(2), "where dry is", is_dry[1200])
