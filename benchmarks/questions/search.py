"""What does a search cost beside Keras's own wrapper in scikit-learn's searches, and what do threads bring?

    python benchmarks/questions/search.py            # all, in less than nine minutes
    python benchmarks/questions/search.py --part 2   # every second candidate of Keras's, whose time is multiplied

Each contestant is a process of its own that begins with nothing compiled, on disk neither. Times are those of the whole
search, with the compilation, without the imports. What is printed are the tables of `docs/performance.md`.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import threading
import time

import numpy as np

ROWS, COLUMNS, EPOCHS, SEEDS = 456, 30, 10, 5
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
    """Seconds, and the score of each candidate."""
    began, cpu = time.perf_counter(), time.process_time()
    scores = work()
    seconds = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    return seconds | {"scores": {json.dumps(params, sort_keys=True): float(score) for params, score in scores}}


def keras_search(candidates, folds):
    """Keras's SKLearnClassifier in RandomizedSearchCV: all of the candidates, in one process, as it is meant to run."""
    import keras
    from sklearn.model_selection import RandomizedSearchCV

    x, y = rows_of(ROWS)
    model = keras.wrappers.SKLearnClassifier(lambda X, y, **parameters: network(keras, **parameters), model_kwargs={})
    how = {"epochs": EPOCHS, "batch_size": 32, "verbose": 0}
    search = RandomizedSearchCV(model, {"model_kwargs": candidates}, n_iter=len(candidates), cv=folds, refit=False)
    keras.utils.set_random_seed(0)

    def scores():
        found = search.fit(x, y, **how).cv_results_
        return zip((params["model_kwargs"] for params in found["params"]), found["mean_test_score"])

    return timed(scores)


def hornbeam_search(space, folds, n_jobs, seed=0):
    import hornbeam
    from hornbeam import engine, search

    engine.devices()  # the engine is imported
    x, y = rows_of(ROWS)
    find = search.random if len(space) == 1 else search.grid
    y = np.eye(2, dtype="float32")[y]
    how = {"folds": folds, "epochs": EPOCHS, "batch_size": 32, "objective": "accuracy", "refit": False, "seed": seed}

    def scores():
        found = find(lambda **parameters: network(hornbeam, **parameters), space, x, y, n_jobs=n_jobs, **how)
        return [(one.params, one.score) for one in found.candidates]

    return timed(scores)


FITS = {
    "456 rows, 16 units, 10 epochs": (456, 16, 10),
    "456 rows, 16 units, 100 epochs": (456, 16, 100),
    "2000 rows, 64 units, 20 epochs": (2000, 64, 20),
    "8000 rows, 128 units, 20 epochs": (8000, 128, 20),
}


def threads():
    """One thread, two, as many as by default, and one that computes all at once, in turn, the programs compiled."""
    import hornbeam
    from hornbeam import search

    found = {}
    for name, (rows, units, epochs) in FITS.items():
        x, y = rows_of(rows)
        targets = np.eye(2, dtype="float32")[y]

        def run(n_jobs, together=False, units=units, x=x, targets=targets, epochs=epochs):
            began = time.perf_counter()
            search.random(
                lambda rate: network(hornbeam, rate, units),
                {"rate": RATES[:16]},
                x,
                targets,
                n=16,
                folds=2,
                epochs=epochs,
                n_jobs=n_jobs,
                together=together,
                refit=False,
            )
            return time.perf_counter() - began

        run(2), run(1, True)
        rounds = [[run(1), run(2), run(None), run(1, True), *two_loops()] for _ in range(5)]
        found[name] = [statistics.median(times) for times in zip(*rounds)]
    return found


def two_loops(calls=16):
    """Seconds for a loop that JAX has compiled, called by one thread and by two: what this machine gives to threads."""
    import jax

    loop = jax.jit(lambda x: jax.lax.fori_loop(0, 3000, lambda _, x: jax.numpy.tanh(x) * 0.5, x))
    x = jax.numpy.ones((16, 64))

    def call(times):
        for _ in range(times):
            loop(x).block_until_ready()

    def seconds(threads):
        workers = [threading.Thread(target=call, args=(calls // threads,)) for _ in range(threads)]
        began = time.perf_counter()
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]
        return time.perf_counter() - began

    call(1)
    return seconds(1), seconds(2)


SPACES = {
    "random": ({"rate": RATES}, [{"rate": rate} for rate in RATES], 5),
    "grid": (
        {"units": [8, 16, 32], "depth": [1, 2, 3], "activation": ["relu", "tanh"]},
        [{"units": units, "depth": depth, "activation": activation} for units, depth, activation in GRID],
        3,
    ),
}


def seeds(space, candidates, folds):
    """The mean accuracy of some candidates, with other folds, initial weights and orders each time."""
    names = [json.dumps(candidate, sort_keys=True) for candidate in candidates]
    runs = [hornbeam_search(space, folds, 2, seed)["scores"] for seed in range(SEEDS)]
    return {"means": [float(np.mean([scores[name] for name in names])) for scores in runs]}


def play(role, what, part):
    space, candidates, folds = SPACES.get(what, (None, None, None))
    if role == "seeds":
        return seeds(space, candidates[::part], folds)
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
    print(
        "| search | | seconds | of processors | best accuracy | beside Keras |\n| :-- | :-- | --: | --: | --: | --: |"
    )
    for what, (_, candidates, folds) in SPACES.items():
        against_keras(f"{what}, {len(candidates)} × {folds} fits", what, candidates, given.part)
    print("\n| 32 fits | each | two threads | by default | at once | JAX alone, two threads |")
    print("| :-- | --: | --: | --: | --: | --: |")
    for name, (one, two, default, at_once, loop, loops) in asked("threads", "-", 1).items():
        ratios = (one / two, one / default, one / at_once, loop / loops)
        print(f"| {name} | {one / 32 * 1e3:.0f} ms | {' | '.join(f'{ratio:.2f}x' for ratio in ratios)} |")


def against_keras(title, what, candidates, part):
    """Rows of a table; the last says how far seeds alone move the mean accuracy of Keras's candidates."""
    ours = {f"Hornbeam, {n} thread{'s' * (n > 1)}": asked(n, what, 1) for n in (1, 2)}
    theirs = asked("keras", what, part)
    times = len(candidates) / len(candidates[::part])
    for name, found in ours.items():
        ratio, cpu = times * theirs["seconds"] / found["seconds"], times * theirs["cpu"] / found["cpu"]
        took = f"{found['seconds']:.2f} | {found['cpu']:.2f}"
        print(f"| {title} | {name} | {took} | {max(found['scores'].values()):.3f} | 1/{ratio:.0f}, 1/{cpu:.0f} |")
    of_part = f", {part} times those of a part" if part > 1 else ""
    seconds, cpu, best = times * theirs["seconds"], times * theirs["cpu"], max(theirs["scores"].values())
    print(f"| {title} | Keras{of_part} | {seconds:.1f} | {cpu:.1f} | {best:.3f} | |")
    means, its = asked("seeds", what, part)["means"], np.mean([*theirs["scores"].values()])
    spread = f"{np.mean(means):.3f} ± {np.std(means, ddof=1):.3f} over {len(means)} seeds"
    print(f"| {title} | mean of the candidates that Keras trained | | | {spread}, Keras {its:.3f} | |")


if __name__ == "__main__":
    main()
