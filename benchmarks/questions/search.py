"""What does a search cost beside Keras's own wrapper in scikit-learn's searches, and what do threads bring?

    python benchmarks/questions/search.py            # all, in less than six minutes
    python benchmarks/questions/search.py --part 5   # every fifth candidate of Keras's, whose time is multiplied

Each contestant is a process of its own that begins with nothing compiled, on disk neither. Times are those of the whole
search, with the compilation, without the imports.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time

import numpy as np

ROWS, COLUMNS, EPOCHS = 456, 30, 10
RATES = np.random.default_rng(1).permutation(np.geomspace(1e-4, 1e-1, 20)).tolist()
GRID = list(itertools.product((8, 16, 32), (1, 2, 3), ("relu", "tanh")))


def rows_of(count, columns=COLUMNS):
    """Two classes that overlap a little."""
    random = np.random.default_rng(0)
    x = random.normal(size=(count, columns)).astype("float32")
    return x, (x[:, :5].sum(axis=1) + random.normal(size=count) > 0).astype(int)


def network(library, rate=0.01, units=16, depth=1, activation="relu"):
    """The same for both: a few dense layers and two classes."""
    hidden = [library.layers.Dense(units, activation=activation) for _ in range(depth)]
    model = library.Sequential([library.Input((COLUMNS,)), *hidden, library.layers.Dense(2, activation="softmax")])
    model.compile(library.optimizers.Adam(rate), "categorical_crossentropy", metrics=["accuracy"])
    return model


def timed(work):
    began, cpu = time.perf_counter(), time.process_time()
    score = work()
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "score": score}


def keras_search(candidates, folds):
    """Keras's SKLearnClassifier in RandomizedSearchCV: all of the candidates, in one process, as it is meant to run."""
    import keras
    from sklearn.model_selection import RandomizedSearchCV

    x, y = rows_of(ROWS)
    model = keras.wrappers.SKLearnClassifier(lambda X, y, **parameters: network(keras, **parameters), model_kwargs={})
    how = {"epochs": EPOCHS, "batch_size": 32, "verbose": 0}
    search = RandomizedSearchCV(model, {"model_kwargs": candidates}, n_iter=len(candidates), cv=folds, refit=False)
    keras.utils.set_random_seed(0)
    return timed(lambda: float(search.fit(x, y, **how).best_score_))


def hornbeam_search(space, folds, n_jobs):
    import hornbeam
    from hornbeam import engine, search

    engine.devices()  # the engine is imported
    x, y = rows_of(ROWS)
    find = search.random if len(space) == 1 else search.grid
    return timed(
        lambda: (
            find(
                lambda **parameters: network(hornbeam, **parameters),
                space,
                x,
                np.eye(2, dtype="float32")[y],
                folds=folds,
                epochs=EPOCHS,
                batch_size=32,
                objective="accuracy",
                n_jobs=n_jobs,
                refit=False,
            ).best_score
        )
    )


def threads():
    """One thread and two in turn, the programs compiled: fits of ten milliseconds, and of some hundred."""
    import hornbeam
    from hornbeam import search

    found = {}
    for name, rows, units, epochs in (("456 rows, 16 units", 456, 16, 10), ("8000 rows, 128 units", 8000, 128, 20)):
        x, y = rows_of(rows)
        targets = np.eye(2, dtype="float32")[y]

        def run(n_jobs, units=units, x=x, targets=targets, epochs=epochs):
            began = time.perf_counter()
            search.random(
                lambda rate: network(hornbeam, rate, units),
                {"rate": RATES[:8]},
                x,
                targets,
                n=8,
                folds=2,
                epochs=epochs,
                n_jobs=n_jobs,
                refit=False,
            )
            return time.perf_counter() - began

        run(2)
        found[name] = [min(times) for times in zip(*([run(1), run(2)] for _ in range(3)))]
    return found


SPACES = {
    "random": ({"rate": RATES}, [{"rate": rate} for rate in RATES], 5),
    "grid": (
        {"units": [8, 16, 32], "depth": [1, 2, 3], "activation": ["relu", "tanh"]},
        [{"units": units, "depth": depth, "activation": activation} for units, depth, activation in GRID],
        3,
    ),
}


def play(role, what, part):
    space, candidates, folds = SPACES.get(what, (None, None, None))
    if role == "keras":
        return keras_search(candidates[::part], folds)
    return threads() if role == "threads" else hornbeam_search(space, folds, int(role))


def asked(*role):
    environment = {**os.environ, "HORNBEAM_CACHE_DIR": "off", "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-W", "ignore", __file__, "--play", *map(str, role)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--play", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--part", type=int, default=1)
    given = parser.parse_args()
    if given.play:
        print(json.dumps(play(given.play[0], given.play[1], int(given.play[2]))))
        return
    for what, (_, candidates, folds) in SPACES.items():
        print(f"{what}: {len(candidates)} candidates x {folds} folds")
        ours = {f"Hornbeam, {n} threads": asked(n, what, 1) for n in (1, 2)}
        theirs = asked("keras", what, given.part)
        times = len(candidates) / len(candidates[:: given.part])
        for name, found in ours.items():
            ratio, cpu = times * theirs["seconds"] / found["seconds"], times * theirs["cpu"] / found["cpu"]
            print(
                f"  {name}: {found['seconds']:.2f} s (CPU {found['cpu']:.2f} s), best accuracy {found['score']:.3f}: "
                f"1/{ratio:.0f} of Keras's time, 1/{cpu:.0f} of its CPU time"
            )
        print(
            f"  Keras: {times * theirs['seconds']:.1f} s (CPU {times * theirs['cpu']:.1f} s), "
            f"best accuracy {theirs['score']:.3f}{f', of a part times {times:.1f}' if given.part > 1 else ''}"
        )
    for name, (one, two) in asked("threads", "-", 1).items():
        print(f"threads, {name}: one {one:.3f} s, two {two:.3f} s: {one / two:.2f} times the speed")


if __name__ == "__main__":
    main()
