"""Training steps of small recurrent models: Hornbeam's kernels, its loop over any cell, and Keras, all on JAX, in turn.

Embedding of 32, the layer, Dense(1); batch 64. The loop is asked for with an activation of one's own.

    python benchmarks/questions/recurrent_layers.py                 # every case, 32 units and 20 steps of time
    python benchmarks/questions/recurrent_layers.py --size 128x100 gru "lstm masked"
"""

import argparse
import os
import statistics
import time

os.environ |= {"KERAS_BACKEND": "jax", "HORNBEAM_ENGINE": "jax"}

import jax
import keras
import numpy as np

import hornbeam

STEPS, BATCH = 20, 64
SEQUENCES = {"return_sequences": True}

# name: (layer, its arguments, whether the sequences have a mask, whether it is bidirectional)
CASES = {
    "simple_rnn": ("SimpleRNN", {}, False, False),
    "gru": ("GRU", {}, False, False),
    "gru reset before": ("GRU", {"reset_after": False}, False, False),
    "lstm": ("LSTM", {}, False, False),
    "lstm dropout": ("LSTM", {"dropout": 0.2}, False, False),
    "lstm recurrent dropout": ("LSTM", {"dropout": 0.2, "recurrent_dropout": 0.2}, False, False),
    "gru dropouts": ("GRU", {"dropout": 0.2, "recurrent_dropout": 0.2}, False, False),
    "lstm sequences": ("LSTM", SEQUENCES, False, False),
    "gru sequences": ("GRU", SEQUENCES, False, False),
    "lstm backwards": ("LSTM", {"go_backwards": True}, False, False),
    "lstm stateful": ("LSTM", {"stateful": True}, False, False),
    "simple_rnn masked": ("SimpleRNN", {}, True, False),
    "gru masked": ("GRU", {}, True, False),
    "lstm masked": ("LSTM", {}, True, False),
    "gru bidirectional": ("GRU", {}, False, True),
    "lstm bidirectional": ("LSTM", {}, False, True),
    "lstm bidirectional masked": ("LSTM", SEQUENCES, True, True),
}


@hornbeam.saving.register_keras_serializable()
def own_tanh(x):
    return hornbeam.ops.tanh(x)


def training(library, case, units, times, own_activation):
    """A function that trains for STEPS steps."""
    name, arguments, masked, bidirectional = CASES[case]
    layers = library.layers
    if own_activation:
        arguments = {**arguments, "activation": own_tanh}
    layer = getattr(layers, name)(units, **arguments)
    model = library.Sequential(
        [
            layers.Input((times,), batch_size=BATCH if "stateful" in arguments else None),
            layers.Embedding(500, 32, mask_zero=masked),
            layers.Bidirectional(layer) if bidirectional else layer,
            *([layers.GlobalAveragePooling1D()] if "return_sequences" in arguments else []),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam")
    rng = np.random.default_rng(0)
    x = rng.integers(1, 500, size=(STEPS * BATCH, times))
    if masked:
        x[np.arange(times) >= rng.integers(times // 2, times + 1, size=(len(x), 1))] = 0
    y = x[:, :1] % 2
    return lambda: model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[])
    parser.add_argument("--size", default="32x20", help="units x steps of time")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    units, times = map(int, options.size.split("x"))
    print(f"jax {jax.__version__}, keras {keras.__version__}; {units} units, {times} times; milliseconds per step")
    print(f"{'':28}{'kernel':>9}{'loop':>9}{'keras':>9}{'loop/kernel':>13}{'keras/kernel':>13}")
    for case in options.cases or CASES:
        runs = [
            training(hornbeam, case, units, times, own_activation=False),
            training(hornbeam, case, units, times, own_activation=True),
            training(keras, case, units, times, own_activation=False),
        ]
        for run in runs:
            run()
        found = [[] for _ in runs]
        for _ in range(options.rounds):
            for run, seconds in zip(runs, found, strict=True):
                start = time.perf_counter()
                run()
                seconds.append(time.perf_counter() - start)
        kernel, loop, other = (statistics.median(seconds) / STEPS * 1e3 for seconds in found)
        print(f"{case:28}{kernel:9.2f}{loop:9.2f}{other:9.2f}{loop / kernel:13.2f}{other / kernel:13.2f}", flush=True)


if __name__ == "__main__":
    main()
