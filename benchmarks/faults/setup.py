"""`Setup`: a training that can be broken and repaired, piece by piece."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import hornbeam
from faults import bodies, data
from hornbeam import layers, optimizers
from hornbeam.callbacks import Doctor


@dataclass
class Setup:
    """All of one training. Faults and repairs change it in place.

    `parts` has the rows of training, validation and test; what is judged is the test, in inference mode.
    """

    name: str
    seed: int
    parts: dict[str, tuple[Any, Any]]
    kind: str  # of the task: "classes" or "numbers"
    units: int = 1
    hidden: tuple[int, ...] = (16, 16)
    relu: Any = "relu"
    body: str = "dense"
    last: Any = None
    loss: Any = "mse"
    loss_weights: Any = None
    metrics: Any = None
    optimizer: str = "Adam"
    rate: Any = 0.01
    options: dict[str, Any] = field(default_factory=dict)  # of the optimizer
    kernel: Any = "glorot_uniform"
    bias: Any = "zeros"
    l2: float = 0.0
    dropout: float = 0.0
    momentum: float | None = None  # of BatchNormalization
    epochs: int = 40
    batch: int = 32
    shuffle: bool = True
    split: float = 0.0
    class_weight: Any = None
    balanced: bool = False  # whether it is judged by the mean of the classes
    honest: bool = False  # whether it is judged by how near the validation is to the test
    frozen: bool = False
    stops: bool = False
    patience: int | None = None
    mask: bool = True
    scale: float = 1.0  # that `Rescaling` divides by
    streamed: bool = False  # whether rows come batch by batch
    sample_weight: Any = None
    words: int = 0  # of sentences
    clean: dict[str, Any] = field(default_factory=dict)  # what repairs put back

    def copy(self) -> Setup:
        made = copy.copy(self)
        made.parts, made.options, made.clean = dict(self.parts), dict(self.options), dict(self.clean)
        return made

    def map_x(self, change: Any) -> None:
        self.parts = {key: (change(x), y) for key, (x, y) in self.parts.items()}

    def map_y(self, change: Any) -> None:
        self.parts = {key: (x, change(y)) for key, (x, y) in self.parts.items()}

    def model(self) -> Any:
        hornbeam.utils.set_random_seed(1000 + self.seed)
        model = BODIES[self.body](self)
        if self.frozen:
            for layer in [layer for layer in model.layers if layer.weights][: 1 if self.frozen is True else None]:
                layer.trainable = False
        optimizer = getattr(optimizers, self.optimizer)(self.rate, **self.options)
        model.compile(optimizer, self.loss, metrics=self.metrics, loss_weights=self.loss_weights)
        return model

    def train(self, doctor: bool = True) -> tuple[Any, Any, list[Any]]:
        """The model, the history, and what the doctor found; after an error of `fit`, what `check` finds."""
        model = self.model()
        x, y = self.parts["train"]
        kwargs: dict[str, Any] = {"batch_size": self.batch, "shuffle": self.shuffle, "class_weight": self.class_weight}
        if self.split:
            kwargs["validation_split"] = self.split
        elif "val" in self.parts:
            kwargs["validation_data"] = self.parts["val"]
        if self.sample_weight is not None:
            kwargs["sample_weight"] = self.sample_weight
        watcher = _watcher()
        calls = [watcher] if doctor else []
        if self.patience:
            calls.append(hornbeam.callbacks.EarlyStopping(patience=self.patience, restore_best_weights=True))
        if self.streamed:
            x, y, kwargs = self._stream(kwargs)
        began = time.perf_counter()
        try:
            history = model.fit(x, y, epochs=self.epochs, verbose=0, callbacks=calls, **kwargs)
        except ValueError:
            return model, None, list(model.check(x, y, **kwargs))
        model.seconds = {"fit": time.perf_counter() - began, "doctor": watcher.seconds}
        return model, history, list(watcher.findings)

    def _stream(self, kwargs: dict[str, Any]) -> tuple[Any, None, dict[str, Any]]:
        """The training's rows from a generator that does not end, in another order each time."""
        x, y = self.parts["train"]
        steps, rng = len(x) // self.batch, np.random.default_rng(self.seed)

        def batches() -> Any:
            while True:
                order = rng.permutation(len(x))
                for i in range(steps):
                    rows = order[i * self.batch : (i + 1) * self.batch]
                    yield x[rows], y[rows]

        return batches(), None, {"steps_per_epoch": steps, "validation_data": kwargs.get("validation_data")}

    def quality(self, model: Any, history: Any) -> float:
        """Skill on the test, from -1 to 1; or minus the distance of the validation from it."""
        if history is None:
            return -1.0
        test = self._skill(model, self.parts["test"])
        if self.honest:
            return -abs(self._skill(model, self.parts["val"]) - test)
        return test

    def _skill(self, model: Any, rows: tuple[Any, Any]) -> float:
        x, y = rows
        predicted = model.predict(x, verbose=0)
        if isinstance(y, list):
            return float(
                np.mean(
                    [
                        _one_skill(p, t, k, self.balanced)
                        for p, t, k in zip(predicted, y, self.kind.split(), strict=True)
                    ]
                )
            )
        return _one_skill(predicted, y, self.kind, self.balanced)


def _watcher() -> Any:
    """A doctor that knows how long it took."""
    watcher: Any = Doctor(verbose=0)
    watcher.seconds = 0.0

    def timed(method: Any) -> Any:
        def call(*args: Any) -> None:
            began = time.perf_counter()
            try:
                method(*args)
            finally:
                watcher.seconds += time.perf_counter() - began

        return call

    for name in ("set_run_data", "on_train_begin", "on_epoch_end", "on_train_end"):
        setattr(watcher, name, timed(getattr(watcher, name)))
    return watcher


def _one_skill(predicted: Any, y: Any, kind: str, balanced: bool) -> float:
    if not np.isfinite(predicted).all():
        return -1.0
    if kind == "numbers":
        y = np.asarray(y, float).reshape(len(y), -1)
        return float(np.clip(1 - np.mean((predicted.reshape(y.shape) - y) ** 2) / y.var(0).mean(), -1, 1))
    labels = y.argmax(-1) if np.ndim(y) == 2 and y.shape[1] > 1 else np.ravel(y).astype(int)
    said = predicted.argmax(-1) if predicted.shape[-1] > 1 else (predicted[:, 0] > 0.5).astype(int)
    classes = np.unique(labels)
    if balanced:
        right = np.mean([np.mean(said[labels == c] == c) for c in classes])
        return float((right - 1 / len(classes)) / (1 - 1 / len(classes)))
    common = np.bincount(labels).max() / len(labels)
    return float((np.mean(said == labels) - common) / (1 - common))


def _dense(s: Setup) -> Any:
    x = s.parts["train"][0]
    stack: list[Any] = [hornbeam.Input(x.shape[1:])]
    if x.ndim > 2:
        stack.append(layers.Flatten())
    for units in s.hidden:
        penalty = hornbeam.regularizers.L2(s.l2) if s.l2 else None
        stack.append(
            layers.Dense(units, kernel_initializer=s.kernel, bias_initializer=s.bias, kernel_regularizer=penalty)
        )
        if s.momentum is not None:
            stack.append(layers.BatchNormalization(momentum=s.momentum))
        if s.relu is not None:
            stack.append(layers.Activation(s.relu) if s.momentum is not None else stack.pop())
            if s.momentum is None:
                stack[-1] = layers.Dense(
                    units,
                    activation=s.relu,
                    kernel_initializer=s.kernel,
                    bias_initializer=s.bias,
                    kernel_regularizer=penalty,
                )
        if s.stops:
            stack.append(layers.Lambda(hornbeam.ops.stop_gradient))
            s = copy.copy(s)
            s.stops = False
        if s.dropout:
            stack.append(layers.Dropout(s.dropout))
    stack.append(
        layers.Dense(
            s.units, activation=s.last, kernel_initializer=s.kernel if s.kernel == "zeros" else "glorot_uniform"
        )
    )
    return hornbeam.Sequential(stack)


def _conv(s: Setup) -> Any:
    return hornbeam.Sequential(
        [
            hornbeam.Input(s.parts["train"][0].shape[1:]),
            layers.Conv2D(8, 3, activation=s.relu, kernel_initializer=s.kernel, bias_initializer=s.bias),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(16, activation=s.relu, kernel_initializer=s.kernel, bias_initializer=s.bias),
            layers.Dense(s.units, activation=s.last),
        ]
    )


def _recurrent(s: Setup) -> Any:
    return hornbeam.Sequential(
        [hornbeam.Input(s.parts["train"][0].shape[1:]), layers.GRU(12), layers.Dense(s.units, activation=s.last)]
    )


def _words(s: Setup) -> Any:
    return hornbeam.Sequential(
        [
            hornbeam.Input((40,), dtype="int32"),
            layers.Embedding(s.words, 8, mask_zero=s.mask),
            layers.SimpleRNN(12),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def _two_inputs(s: Setup) -> Any:
    """Half of the columns in each input; a fault leaves the second one out."""
    a, b = s.parts["train"][0]
    first, second = hornbeam.Input(a.shape[1:], name="first"), hornbeam.Input(b.shape[1:], name="second")
    both = first if s.clean.get("unconnected") else layers.Concatenate()([first, second])
    hidden = layers.Dense(16, activation="relu")(both)
    return hornbeam.Model([first, second], layers.Dense(s.units, activation=s.last)(hidden))


def _two_outputs(s: Setup) -> Any:
    """Classes, and the mean of the columns, from one body."""
    start = hornbeam.Input(s.parts["train"][0].shape[1:])
    hidden = layers.Dense(16, activation="relu")(start)
    outputs = [
        layers.Dense(s.units, activation="softmax", name="classes")(layers.Dense(8, activation="relu")(hidden)),
        layers.Dense(1, name="number")(layers.Dense(8, activation="relu")(hidden)),
    ]
    return hornbeam.Model(start, outputs)


def _normalized(s: Setup) -> Any:
    """Raw columns behind a BatchNormalization."""
    first = [hornbeam.Input(s.parts["train"][0].shape[1:]), layers.BatchNormalization(momentum=0.9)]
    hidden = [layers.Dense(n, activation=s.relu) for n in s.hidden]
    return hornbeam.Sequential([*first, *hidden, layers.Dense(s.units, activation=s.last)])


def _pretrained(s: Setup) -> Any:
    """A first layer that was trained on the same data."""
    model = _dense(s)
    model.compile("adam", s.loss)
    model.fit(*s.parts["train"], epochs=25, verbose=0)
    kept = model.layers[0].get_weights()
    model = _dense(s)
    model.layers[0].set_weights(kept)
    return model


BODIES = bodies.BODIES | {
    "normalized": _normalized, "pretrained": _pretrained,
    "dense": _dense, "conv": _conv, "recurrent": _recurrent, "words": _words, "two_inputs": _two_inputs,
    "two_outputs": _two_outputs,
}  # fmt: skip


def healthy(name: str, seed: int, **changes: Any) -> Setup:
    """The healthy setup of a data set."""
    rng = np.random.default_rng(seed)
    body = "dense"
    if name == "airline":
        x, y = data.airline()
        kind, body = "numbers", "recurrent"
        x = x[..., None]
    elif name in ("sentences", "other_sentences"):
        x, y = data.sentences() if name == "sentences" else data.sentences(("digits", "diabetes"))
        kind, body = "classes", "words"
    elif name in ("digit_images", "mnist_images"):
        x, y, kind = data.load("digits" if name == "digit_images" else "mnist")
        side = int(np.sqrt(x.shape[1]))
        x, body = x.reshape(-1, side, side, 1) / x.max(), "conv"
    else:
        x, y, kind = data.load(name)
    words, rows = int(x.max()) + 1, rng.permutation(len(x))[:700]
    x, y = x[rows], y[rows]
    cut = [int(0.55 * len(x)), int(0.7 * len(x))]
    if body == "dense":
        mean, deviation = x[: cut[0]].mean(0), x[: cut[0]].std(0) + 1e-9
        x = np.clip((x - mean) / deviation, -10, 10)
    if kind == "numbers":
        y = (y - y[: cut[0]].mean()) / y[: cut[0]].std()
        y = y.astype("float32")
    x = x if body == "words" else x.astype("float32")
    parts = {
        key: (x[part], y[part])
        for key, part in zip(("train", "val", "test"), np.split(np.arange(len(x)), cut), strict=True)
    }
    setup = Setup(name, seed, parts, kind, body=body, words=words)
    if kind == "classes":
        many = int(y.max()) + 1
        if many == 2:
            setup.units, setup.last, setup.loss = 1, "sigmoid", "binary_crossentropy"
        else:
            setup.units, setup.last, setup.loss = many, "softmax", "sparse_categorical_crossentropy"
        setup.metrics = ["accuracy"]
    # Few rows that are hard to predict are learnt by heart before long.
    setup.epochs = {"diabetes": 12, "wages": 15, "pima": 20, "titanic": 25, "mnist": 6}.get(name, 40)
    for key, value in changes.items():
        setattr(setup, key, value)
    return setup
