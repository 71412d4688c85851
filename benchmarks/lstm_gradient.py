"""What does the LSTM with a backward pass of its own save beside the derivative of the loop over time?

A step on the next word: 20 times, 64 rows, 64 units, then one over 2,000 words. Run: python benchmarks/lstm_gradient.py
"""

import jax
import numpy as np
from timing import compare

import hornbeam
from hornbeam import layers

rng = np.random.default_rng(0)
x = rng.integers(1, 2000, size=(3200, 20))
y = x[:, -1] * 7 % 2000


def training(words, head, use_cudnn):
    model = hornbeam.Sequential(
        [
            layers.Input((20,)),
            layers.Embedding(words, 32, mask_zero=words < 2000),
            layers.LSTM(64, use_cudnn=use_cudnn),
            layers.Dense(head, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    return lambda: model.fit(x % words, y % head, batch_size=64, verbose=0)


print(f"jax {jax.__version__}, 50 steps")
for words, head in ((2000, 2000), (500, 2)):
    print("with a mask" if words < 2000 else "without a mask")
    compare(
        {"derivative of the loop": training(words, head, False), "own backward pass": training(words, head, "auto")}
    )
