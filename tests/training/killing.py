"""kill -9 at random moments of a run that is kept: `python tests/training/killing.py ENGINE KILLS`; by default 10 each.

A run is killed again and again, and gone on with by the same call in a new process, until it is through. Then its
weights, the optimizer's variables, the history and what callbacks wrote must be those of a run that was never stopped,
to the bit. Processes are forked off one that has imported everything and computed nothing.
"""

import os
import random
import signal
import sys
import tempfile
import time
import warnings

os.environ.setdefault("JAX_PLATFORMS", "cpu")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402

X = np.random.default_rng(0).normal(size=(22, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def run(folder, begun=None):
    """One process of the run; what has come out of it is written to `result.npz`."""
    import hornbeam
    from hornbeam import callbacks, layers

    class Slow(callbacks.Callback):
        def on_train_begin(self, logs=None):
            if begun is not None:
                os.write(begun, b"!")

        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.02)

    is_first = not os.path.exists(f"{folder}/run/training_metadata.json")
    hornbeam.utils.set_random_seed(1 if is_first else os.getpid())  # what goes on takes nothing from chance
    model = hornbeam.Sequential(
        [hornbeam.Input((3,)), layers.Dense(8), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(1)]
    )
    model.compile(hornbeam.optimizers.Adam(0.1, use_ema=True), "mse", metrics=["mae"])
    listening = [
        callbacks.EarlyStopping(patience=3, restore_best_weights=True),
        callbacks.ReduceLROnPlateau(patience=1, cooldown=1, min_delta=0.5),
        callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.95),
        callbacks.SwapEMAWeights(swap_on_epoch=True),
        callbacks.CSVLogger(f"{folder}/log.csv"),
        callbacks.ModelCheckpoint(f"{folder}/best.weights.h5", save_best_only=True, save_weights_only=True),
        Slow(),
    ]
    keeper = callbacks.BackupAndRestore(f"{folder}/run", save_freq=2, delete_checkpoint=False)
    options = {"epochs": 6, "batch_size": 4, "verbose": 0, "validation_data": (X[:7], Y[:7])}
    history = model.fit(X, Y, callbacks=listening, resume=keeper, **options)
    arrays = [*model.get_weights(), *(variable.numpy() for variable in model.optimizer.variables)]
    with open(f"{folder}/log.csv") as file:
        said = repr((history.epoch, history.history, file.read()))
    np.savez(f"{folder}/result.npz", *arrays, said=said)


def forked(folder):
    """The process, and what it says when training begins."""
    begins, begun = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            run(folder, begun)
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(begun)
    return pid, begins


def ended(pid):
    status = os.waitpid(pid, 0)[1]
    assert status in (0, signal.SIGKILL), f"the run failed: status {status}"
    return status == 0


def whole(folder):
    """A run that is never stopped; the seconds that its training took."""
    pid, begins = forked(folder)
    os.read(begins, 1)
    start = time.perf_counter()
    assert ended(pid)
    os.close(begins)
    return time.perf_counter() - start


def killed(folder, kills, seconds, r):
    """A run that is killed so many times, unless it comes to its end before; how many times it was."""
    count = 0
    while True:
        pid, begins = forked(folder)
        if r.random() < 0.8:  # else already while it starts
            os.read(begins, 1)
        time.sleep(r.uniform(0, 1.6 * seconds / kills))
        if count < kills:
            os.kill(pid, signal.SIGKILL)
        os.close(begins)
        if ended(pid):
            return count
        count += 1


def results(folder):
    with np.load(f"{folder}/result.npz") as found:
        return {name: found[name] for name in found.files}


def main(engine, kills, seed=0):
    os.environ["HORNBEAM_ENGINE"] = engine
    __import__(engine)
    import hornbeam
    import hornbeam.saving.hdf5  # noqa: F401

    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # a killed process leaves files there as on a disk
    with tempfile.TemporaryDirectory(dir=memory) as one, tempfile.TemporaryDirectory(dir=memory) as other:
        os.environ.setdefault("HORNBEAM_CACHE_DIR", f"{one}/cache")
        seconds = whole(one)
        count = killed(other, kills, seconds, random.Random(seed))
        expected, found = results(one), results(other)
        different = [name for name in expected if not np.array_equal(expected[name], found[name])]
        assert not different, f"{engine}: {different} differ after {count} kills: {found['said']} {expected['said']}"
    print(f"{engine}: killed {count} times, and the same to the bit as a run that was never stopped", flush=True)
    return count


if __name__ == "__main__":
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    if len(sys.argv) > 1:
        main(sys.argv[1], kills)
    else:
        for name in ("jax", "torch"):
            os.spawnv(os.P_WAIT, sys.executable, [sys.executable, __file__, name, str(kills)])
