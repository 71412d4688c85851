"""How far is `fit` on PyTorch from the loop that one writes by hand in plain PyTorch?

    python benchmarks/questions/torch_loop.py [mlp] [tabular] [cnn] [lstm]

Both train in eager mode with Adam, shuffle each epoch, and count loss and accuracy; the hand-written convolutions are
in channels-last memory. Seconds of an epoch, alternatives in turn.
"""

import os
import sys

os.environ["HORNBEAM_ENGINE"] = "torch"

import numpy as np
import torch
from timing import compare
from torch import nn

import hornbeam
from hornbeam import layers

rng = np.random.default_rng(0)


def by_hand(net, x, y, batch, loss_fn, hits_of):
    """An epoch of the plain loop, as a function."""
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    optimizer = torch.optim.Adam(net.parameters())

    def epoch():
        order = torch.randperm(len(x))
        total, hits = torch.zeros(()), torch.zeros(())
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            xb, yb = x[rows], y[rows]
            z = net(xb)
            loss = loss_fn(z, yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
            hits += hits_of(z.detach(), yb)
        return float(total) / len(x), float(hits) / len(x)

    return epoch


def by_fit(model, x, y, batch, loss):
    model.compile(loss=loss, optimizer="adam", metrics=["accuracy"])
    return lambda: model.fit(x, y, batch_size=batch, verbose=0)


def classified(z, y):
    return (z.argmax(1) == y).sum()


def mlp():
    """2-8-4-1, 490 rows, batch 32."""
    x, y = rng.normal(size=(490, 2)).astype("float32"), rng.integers(0, 2, (490, 1)).astype("float32")
    net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1))
    model = hornbeam.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(4, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    hand = by_hand(net, x, y, 32, nn.BCEWithLogitsLoss(), lambda z, y: ((z > 0) == (y > 0.5)).sum())
    return hand, by_fit(model, x, y, 32, "binary_crossentropy")


def tabular():
    """32-128-64-10, batch 512."""
    x, y = rng.normal(size=(100_000, 32)).astype("float32"), rng.integers(0, 10, 100_000)
    net = nn.Sequential(nn.Linear(32, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    model = hornbeam.Sequential(
        [
            layers.Input((32,)),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    hand = by_hand(net, x, y, 512, nn.CrossEntropyLoss(), classified)
    return hand, by_fit(model, x, y, 512, "sparse_categorical_crossentropy")


def cnn():
    """28x28 grey images, two 3x3 convolutions of 32 and 8 filters, batch 32."""
    x, y = rng.normal(size=(1920, 28, 28, 1)).astype("float32"), rng.integers(0, 10, 1920)
    net = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 8, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))
    images = np.ascontiguousarray(x.transpose(0, 3, 1, 2))
    net(torch.from_numpy(images[:1]))
    net = net.to(memory_format=torch.channels_last)
    last = nn.Sequential(_ChannelsLast(), net)
    model = hornbeam.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    hand = by_hand(last, images, y, 32, nn.CrossEntropyLoss(), classified)
    return hand, by_fit(model, x, y, 32, "sparse_categorical_crossentropy")


class _ChannelsLast(nn.Module):
    def forward(self, x):
        return x.to(memory_format=torch.channels_last)


class _Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.lstm, self.out = nn.Embedding(2000, 32), nn.LSTM(32, 64, batch_first=True), nn.Linear(64, 2000)

    def forward(self, x):
        return self.out(self.lstm(self.embed(x))[0][:, -1])


def lstm():
    """Next word: embedding 32, LSTM 64, softmax over 2,000 words, 20 steps, batch 64."""
    x = rng.integers(1, 2000, size=(3200, 20))
    y = (x[:, -1] * 7 + 3) % 2000
    model = hornbeam.Sequential(
        [
            layers.Input((20,)),
            layers.Embedding(2000, 32),
            layers.LSTM(64),
            layers.Dense(2000, activation="softmax"),
        ]
    )
    hand = by_hand(_Text(), x, y, 64, nn.CrossEntropyLoss(), classified)
    return hand, by_fit(model, x, y, 64, "sparse_categorical_crossentropy")


def main() -> None:
    workloads = {fn.__name__: fn for fn in (mlp, tabular, cnn, lstm)}
    for name in sys.argv[1:] or workloads:
        hand, fit = workloads[name]()
        for _ in range(2):
            fit()
        print(f"{name}: {workloads[name].__doc__}")
        compare({"plain PyTorch": hand, "fit": fit}, rounds=9)


if __name__ == "__main__":
    main()
