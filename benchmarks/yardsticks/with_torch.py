"""The workloads written by hand in PyTorch, images channels-last: operation by operation, or with torch.compile.

    PYTHONPATH=benchmarks/suite python benchmarks/yardsticks/with_torch.py mlp_small
    BENCH_COMPILE=1 PYTHONPATH=benchmarks/suite python benchmarks/yardsticks/with_torch.py mlp_small

The data lies in memory as tensors, Adam is PyTorch's fused one. Losses, metrics and validation are those of
`workloads.py`; numbers leave the tensors once an epoch.
"""

import measure

# isort: split
import itertools
import os

import numpy as np
import tasks
import torch
from measure import Result, timed, twice
from torch import nn
from torch.nn import functional as F

IMPORT = measure.since_start()
COMPILE = bool(os.environ.get("BENCH_COMPILE"))


# Mean losses, from logits, and how many predictions are right.
def softmax_loss(logits, y):
    return F.cross_entropy(logits, y), (logits.argmax(-1) == y).sum()


def sigmoid_loss(logits, y):
    return F.binary_cross_entropy_with_logits(logits, y), ((logits > 0) == (y > 0.5)).all(-1).sum()


def tensors(data):
    """Images and columns as they are, labels as 64-bit integers."""
    return data and tuple(torch.from_numpy(a).long() if a.dtype.kind == "i" else torch.from_numpy(a) for a in data)


def column(task):
    """Labels as a column of floats, for one output."""

    def pair(data):
        return data and (data[0], data[1].astype("float32")[:, None])

    x, y = pair((task.x, task.y))
    return task._replace(x=x, y=y, validation=pair(task.validation), test=pair(task.test))


class Trainer:
    def __init__(self, task, model, loss, rate=1e-3):
        self.task, self.loss = task, loss
        self.x, self.y = tensors((task.x, task.y))
        self.optimizer = torch.optim.Adam(model.parameters(), rate, eps=1e-7, fused=True)
        self.module, self.model = model, torch.compile(model) if COMPILE else model

    def step(self, x, y):
        """The loss and the number of hits, each summed over the rows."""
        loss, hits = self.loss(self.model(x), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return torch.stack([loss.detach() * len(x), hits])

    def fit(self):
        """Train for the task's epochs from where things stand; the last epoch's mean loss."""
        self.model.train()
        for _ in range(self.task.epochs):
            sums = torch.zeros(2)
            for rows in torch.randperm(len(self.x)).split(self.task.batch):
                sums += self.step(self.x[rows], self.y[rows])
            if self.task.validation:
                self.evaluate(self.task.validation)
            loss, _accuracy = (sums / len(self.x)).tolist()
        return loss

    def evaluate(self, data):
        x, y = tensors(data)
        self.model.eval()
        with torch.inference_mode():
            loss, hits = self.loss(self.model(x), y)
        self.model.train()
        return loss.item(), hits.item() / len(x)

    def run(self) -> Result:
        return twice(self.fit)


def glorot(module):
    """Keras's initial weights for dense layers and convolutions."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def mlp(*sizes):
    layers = []
    for a, b in itertools.pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1]).apply(glorot)


class ChannelsLast(nn.Module):
    """Images come as (rows, height, width, channels), which is how channels-last tensors lie in memory."""

    def forward(self, x):
        return x.permute(0, 3, 1, 2)


def images(*layers):
    return nn.Sequential(ChannelsLast(), *layers).apply(glorot).to(memory_format=torch.channels_last)


def mlp_small(tiny: bool) -> Result:
    task = column(tasks.mlp_small(tiny))
    trainer = Trainer(task, mlp(2, 8, 4, 1), sigmoid_loss)
    return {**trainer.run(), "accuracy": trainer.evaluate(task.test)[1]}


def mlp_tabular(tiny: bool) -> Result:
    return Trainer(tasks.mlp_tabular(tiny), mlp(32, 128, 64, 10), softmax_loss).run()


def autoencoder(tiny: bool) -> Result:
    return Trainer(tasks.autoencoder(tiny), mlp(784, 32, 784), sigmoid_loss).run()


def cnn_mnist(tiny: bool) -> Result:
    model = images(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 8, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(24 * 24 * 8, 10),
    )
    return Trainer(tasks.cnn_mnist(tiny), model, softmax_loss).run()


def cnn_deep(tiny: bool) -> Result:
    layers, channels = [], 3
    for filters in (32, 64, 128):
        for _ in range(2):
            norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)
            layers += [nn.Conv2d(channels, filters, 3, padding=1, bias=False), norm, nn.ReLU()]
            channels = filters
        layers += [nn.MaxPool2d(2), nn.Dropout(0.2)]
    model = images(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10))
    return Trainer(tasks.cnn_deep(tiny), model, softmax_loss).run()


class LastHidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(32, 64, batch_first=True)
        nn.init.xavier_uniform_(self.lstm.weight_ih_l0)
        nn.init.orthogonal_(self.lstm.weight_hh_l0)
        with torch.no_grad():
            self.lstm.bias_ih_l0.zero_()[64:128] = 1
            self.lstm.bias_hh_l0.zero_()

    def forward(self, x):
        return self.lstm(x)[1][0][0]


def embedding(words, width):
    layer = nn.Embedding(words, width)
    nn.init.uniform_(layer.weight, -0.05, 0.05)
    return layer


def lstm_text(tiny: bool) -> Result:
    model = nn.Sequential(embedding(tasks.WORDS, 32), LastHidden(), mlp(64, tasks.WORDS))
    return Trainer(tasks.lstm_text(tiny), model, softmax_loss).run()


class Block(nn.Module):
    """Pre-norm self-attention of 4 heads of width 32, then two dense layers."""

    def __init__(self):
        super().__init__()
        self.norm, self.wide_norm = nn.LayerNorm(128, eps=1e-3), nn.LayerNorm(128, eps=1e-3)
        self.heads, self.out = nn.Linear(128, 384), nn.Linear(128, 128)
        self.wide = nn.Sequential(nn.Linear(128, 256), nn.GELU(), nn.Linear(256, 128))
        self.apply(glorot)

    def forward(self, h):
        rows, time, width = h.shape
        q, k, v = self.heads(self.norm(h)).view(rows, time, 3, 4, 32).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(rows, time, width)
        h = h + self.out(attended)
        return h + self.wide(self.wide_norm(h))


class Mean(nn.Module):
    def forward(self, h):
        return h.mean(1)


def transformer(tiny: bool) -> Result:
    model = nn.Sequential(embedding(tasks.TOKENS, 128), Block(), Block(), Mean(), mlp(128, 2))
    return Trainer(tasks.transformer(tiny), model, softmax_loss).run()


def with_weights(*sizes):
    model = mlp(*sizes)
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), tasks.dense_weights(sizes)):
            parameter.copy_(torch.from_numpy(value.T))
    return torch.compile(model) if COMPILE else model


@torch.inference_mode()
def predict_one(tiny: bool) -> Result:
    x, model = tasks.predict_one(tiny), with_weights(30, 64, 64, 1)

    def predict(row):
        return model(torch.from_numpy(row)).sigmoid().numpy()

    first, _ = timed(lambda: predict(x[0]))
    total = measure.since_start()
    again, y = timed(lambda: [predict(row) for row in x])
    again /= len(x)
    return {"first": first, "again": again, "call": again, "total": total, "quality": np.mean(y)}


@torch.inference_mode()
def predict_bulk(tiny: bool) -> Result:
    x, model = torch.from_numpy(tasks.predict_bulk(tiny)), with_weights(64, 128, 128, 10)

    def run():
        return np.concatenate([model(chunk).softmax(-1).numpy() for chunk in x.split(10_000)]).max(1).mean()

    return twice(run)


def generator(tiny: bool) -> Result:
    task, steps = tasks.generator(tiny)
    trainer = Trainer(task, mlp(32, 128, 64, 10), softmax_loss)

    def run():
        sums = torch.zeros(2)
        for batch, _ in zip(tasks.batches(task), range(steps)):
            sums += trainer.step(*tensors(batch))
        return sums[0].item() / (steps * task.batch)

    return twice(run)


def cross_validation(tiny: bool) -> Result:
    task, rates = tasks.cross_validation(tiny)
    all_folds = [column(fold) for fold in tasks.folds(task)]

    def fit(fold, rate):
        trainer = Trainer(fold, mlp(30, 16, 1), sigmoid_loss, rate)
        trainer.fit()
        return trainer.evaluate(fold.test)[1]

    return twice(lambda: np.mean([fit(fold, rate) for rate in rates for fold in all_folds]))


if __name__ == "__main__":
    torch.manual_seed(0)
    everything = [mlp_small, mlp_tabular, cnn_mnist, cnn_deep, autoencoder, lstm_text, transformer]
    measure.main([*everything, predict_one, predict_bulk, generator, cross_validation], IMPORT)
