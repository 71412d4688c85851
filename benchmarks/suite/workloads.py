"""The workloads in the Keras API, for any library that offers it. Each run is one fresh process.

    python benchmarks/suite/workloads.py mlp_small
    BENCH_LIBRARY=keras KERAS_BACKEND=jax python benchmarks/suite/workloads.py mlp_small

Prints one line of JSON (see `measure.py`). `compare.py` runs several libraries in turn and compares them.
"""

import measure

# isort: split
import importlib
import os

import numpy as np
import tasks
from measure import Result, timed, twice

library = importlib.import_module(os.environ.get("BENCH_LIBRARY", "hornbeam"))
IMPORT = measure.since_start()
layers, losses, metrics, optimizers = library.layers, library.losses, library.metrics, library.optimizers

SPARSE = {"loss": "sparse_categorical_crossentropy", "optimizer": "adam", "metrics": ["accuracy"]}


def mlp(sizes, activation):
    hidden = [layers.Dense(size, activation="relu") for size in sizes[1:-1]]
    return library.Sequential([layers.Input((sizes[0],)), *hidden, layers.Dense(sizes[-1], activation=activation)])


def train(model, task) -> Result:
    def fit():
        history = model.fit(
            task.x, task.y, batch_size=task.batch, epochs=task.epochs, validation_data=task.validation, verbose=0
        )
        return history.history["loss"][-1]

    return twice(fit)


def mlp_small(tiny: bool) -> Result:
    """65 weights, 490 rows, batch 32, 100 epochs, each validated."""
    task = tasks.mlp_small(tiny)
    model = mlp((2, 8, 4, 1), "sigmoid")
    model.compile(loss=losses.BinaryCrossentropy(), optimizer=optimizers.Adam(), metrics=[metrics.BinaryAccuracy()])
    result = train(model, task)
    return {**result, "accuracy": model.evaluate(*task.test, verbose=0)[1]}


def mlp_tabular(tiny: bool) -> Result:
    """400,000 rows of 32 columns, 128 and 64 hidden units, batch 512, 2 epochs."""
    model = mlp((32, 128, 64, 10), "softmax")
    model.compile(**SPARSE)
    return train(model, tasks.mlp_tabular(tiny))


def cnn_mnist(tiny: bool) -> Result:
    """6,000 grey images of 28x28, convolutions of 32 and 8 filters, batch 32, 2 epochs."""
    model = library.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(**SPARSE)
    return train(model, tasks.cnn_mnist(tiny))


def cnn_deep(tiny: bool) -> Result:
    """2,000 colour images of 32x32, six convolutions with batch normalization and dropout, batch 64."""
    model = library.Sequential([layers.Input((32, 32, 3))])
    for filters in (32, 64, 128):
        for _ in range(2):
            model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
            model.add(layers.BatchNormalization())
            model.add(layers.Activation("relu"))
        model.add(layers.MaxPooling2D())
        model.add(layers.Dropout(0.2))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(**SPARSE)
    return train(model, tasks.cnn_deep(tiny))


def autoencoder(tiny: bool) -> Result:
    """784 to 32 to 784, 20,000 rows, batch 128, 3 epochs."""
    model = mlp((784, 32, 784), "sigmoid")
    model.compile(loss="binary_crossentropy", optimizer="adam")
    return train(model, tasks.autoencoder(tiny))


def lstm_text(tiny: bool) -> Result:
    """Embedding 32, LSTM 64, softmax over 2,000 words, 10,000 rows of 20 words, batch 64, 2 epochs."""
    model = library.Sequential(
        [
            layers.Input((20,)),
            layers.Embedding(tasks.WORDS, 32),
            layers.LSTM(64),
            layers.Dense(tasks.WORDS, activation="softmax"),
        ]
    )
    model.compile(**SPARSE)
    return train(model, tasks.lstm_text(tiny))


def transformer(tiny: bool) -> Result:
    """Two attention blocks of 4 heads, width 128, 2,000 rows of 64 tokens, batch 32."""
    tokens = layers.Input((64,))
    h = layers.Embedding(tasks.TOKENS, 128)(tokens)
    for _ in range(2):
        normed = layers.LayerNormalization()(h)
        h = layers.Add()([h, layers.MultiHeadAttention(4, 32)(normed, normed)])
        wide = layers.Dense(256, activation="gelu")(layers.LayerNormalization()(h))
        h = layers.Add()([h, layers.Dense(128)(wide)])
    model = library.Model(tokens, layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling1D()(h)))
    model.compile(**SPARSE)
    return train(model, tasks.transformer(tiny))


def predict_one(tiny: bool) -> Result:
    """One row at a time through three dense layers; seconds of one call of `predict`, and of the model itself."""
    sizes = (30, 64, 64, 1)
    model, x = mlp(sizes, "sigmoid"), tasks.predict_one(tiny)
    model.set_weights(tasks.dense_weights(sizes))
    first, _ = timed(lambda: model.predict(x[0], verbose=0))
    total = measure.since_start()
    again, _ = timed(lambda: [model.predict(row, verbose=0) for row in x])
    as_numpy = library.ops.convert_to_numpy
    as_numpy(model(x[0]))
    call, y = timed(lambda: [as_numpy(model(row)) for row in x])
    return {"first": first, "again": again / len(x), "call": call / len(x), "total": total, "quality": np.mean(y)}


def predict_bulk(tiny: bool) -> Result:
    """`predict` of 200,000 rows of 64 columns, without a word about the batch size."""
    sizes = (64, 128, 128, 10)
    model, x = mlp(sizes, "softmax"), tasks.predict_bulk(tiny)
    model.set_weights(tasks.dense_weights(sizes))
    return twice(lambda: model.predict(x, verbose=0).max(1).mean())


def generator(tiny: bool) -> Result:
    """`fit` from a Python generator of ready batches: 300 steps of 64 rows."""
    task, steps = tasks.generator(tiny)
    model = mlp((32, 128, 64, 10), "softmax")
    model.compile(**SPARSE)
    return twice(lambda: model.fit(tasks.batches(task), steps_per_epoch=steps, verbose=0).history["loss"][-1])


def cross_validation(tiny: bool) -> Result:
    """4 learning rates x 5 folds: 20 new models, each 20 epochs on 456 rows of 30 columns, batch 16."""
    task, rates = tasks.cross_validation(tiny)

    def run():
        scores = []
        for rate in rates:
            for fold in tasks.folds(task):
                model = mlp((30, 16, 1), "sigmoid")
                optimizer = optimizers.Adam(learning_rate=rate)
                model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
                model.fit(fold.x, fold.y, batch_size=fold.batch, epochs=fold.epochs, verbose=0)
                scores.append(model.evaluate(*fold.test, verbose=0)[1])
        return np.mean(scores)

    return twice(run)


if __name__ == "__main__":
    everything = [mlp_small, mlp_tabular, cnn_mnist, cnn_deep, autoencoder, lstm_text, transformer]
    measure.main([*everything, predict_one, predict_bulk, generator, cross_validation], IMPORT)
