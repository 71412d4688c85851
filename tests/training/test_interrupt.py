"""Ctrl-C: the last complete step stays, every `on_train_end` runs, and the caller hears of it."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks


class Witness(callbacks.Callback):
    """Counts steps by the optimizer's own counter when the run ends."""

    def __init__(self):
        self.ended = 0

    def on_train_end(self, logs=None):
        self.ended += 1
        self.steps = int(self.model.optimizer.iterations.numpy())
        self.weights = self.model.get_weights()


class PressAfter(callbacks.Callback):
    """Ctrl-C in the hook of a batch."""

    def __init__(self, batch, epoch=0):
        self.batch, self.epoch = batch, epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.now, batch) == (self.epoch, self.batch):
            raise KeyboardInterrupt


def stream(data):
    while True:
        yield data.x[:4], data.y[:4]


@pytest.mark.parametrize("kind", ["arrays", "generator"])
def test_in_a_hook_between_batches(kind, data, regressor):
    other = hornbeam.models.clone_model(regressor)
    other.set_weights(regressor.get_weights())
    other.compile(hornbeam.optimizers.SGD(0.1), "mse")
    if kind == "arrays":
        other.fit(data.x[:12], data.y[:12], batch_size=4, shuffle=False, verbose=0)
        run = {"x": data.x, "y": data.y, "batch_size": 4, "shuffle": False}
    else:
        other.fit(stream(data), steps_per_epoch=3, verbose=0)
        run = {"x": stream(data), "steps_per_epoch": 5}
    witnesses = [Witness(), Witness()]
    with pytest.raises(KeyboardInterrupt):
        regressor.fit(**run, epochs=9, verbose=0, callbacks=[witnesses[0], PressAfter(2), witnesses[1]])
    assert [(w.ended, w.steps) for w in witnesses] == [(1, 3), (1, 3)]
    for interrupted, three_steps in zip(regressor.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(interrupted, three_steps, rtol=1e-6, atol=1e-7)
    assert regressor.history.epoch == []
    assert np.isfinite(regressor.fit(data.x, data.y, verbose=0).history["loss"]).all()


def test_early_stopping_restores_the_best_weights(data, regressor):
    class Remember(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 0:
                self.best = self.model.get_weights()
                self.model.optimizer.learning_rate = -0.5  # from here on it gets worse

    remember = Remember()
    stopping = callbacks.EarlyStopping("loss", patience=50, restore_best_weights=True)
    with pytest.raises(KeyboardInterrupt):
        regressor.fit(
            data.x, data.y, epochs=9, verbose=0, shuffle=False, callbacks=[remember, stopping, PressAfter(0, epoch=4)]
        )
    # the loss of epoch 1 is measured before its step, with the weights of epoch 0
    assert stopping.best_epoch == 1
    assert regressor.history.epoch == [0, 1, 2, 3]
    for restored, best in zip(regressor.get_weights(), stopping.best_weights, strict=True):
        np.testing.assert_array_equal(restored, best)


def press_ctrl_c(when):
    """Send SIGINT to this process once `when()` is true."""

    def wait_and_press():
        until = time.monotonic() + 60
        while not when() and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait_and_press)
    thread.start()
    return thread


@pytest.mark.skipif(os.name != "posix", reason="sends a signal to its own process")
@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="Ctrl-C is switched off for this process")
@pytest.mark.parametrize("kind", ["arrays", "generator"])
@pytest.mark.parametrize("watched", [False, True], ids=["nobody watches", "batches are watched"])
def test_the_key_itself(kind, watched, data, regressor):
    class Count(callbacks.Callback):
        epochs = 0

        def on_epoch_end(self, epoch, logs=None):
            self.epochs += 1

    if watched:
        Count.on_train_batch_end = lambda self, batch, logs=None: None
    count, witness = Count(), Witness()
    run = {"x": data.x, "y": data.y, "batch_size": 4}
    if kind == "generator":
        run = {"x": stream(data), "steps_per_epoch": 5}
    handler = signal.getsignal(signal.SIGINT)
    thread = press_ctrl_c(lambda: count.epochs >= 3)
    try:
        with pytest.raises(KeyboardInterrupt):
            regressor.fit(**run, epochs=10**6, verbose=0, callbacks=[count, witness])
    finally:
        thread.join()
    assert signal.getsignal(signal.SIGINT) is handler
    assert witness.ended == 1
    assert int(regressor.optimizer.iterations.numpy()) == witness.steps > 0
    for now, at_the_end in zip(regressor.get_weights(), witness.weights, strict=True):
        np.testing.assert_array_equal(now, at_the_end)
    assert np.isfinite(regressor.predict(data.x, verbose=0)).all()
    assert regressor.fit(data.x, data.y, verbose=0).epoch == [0]


def test_a_handler_of_the_program_stays_in_place(data, regressor):
    heard = []

    def own(number, frame):
        heard.append(number)

    previous = signal.signal(signal.SIGINT, own)
    try:
        regressor.fit(data.x, data.y, verbose=0, callbacks=[Checks(lambda: signal.getsignal(signal.SIGINT) is own)])
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, previous)
    assert heard == []


class Checks(callbacks.Callback):
    def __init__(self, condition):
        self.condition = condition

    def on_epoch_end(self, epoch, logs=None):
        assert self.condition()


def test_training_in_a_thread(data, regressor):
    histories = []
    thread = threading.Thread(target=lambda: histories.append(regressor.fit(data.x, data.y, verbose=0)))
    thread.start()
    thread.join()
    assert histories[0].epoch == [0]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal to its own process")
@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="Ctrl-C is switched off for this process")
@pytest.mark.parametrize("workers", [1, 2])
def test_while_data_is_awaited(workers, data, regressor):
    class Stuck(hornbeam.utils.PyDataset):
        asked = 0

        def __len__(self):
            return 10

        def __getitem__(self, index):
            if index >= 4:
                self.asked += 1
                time.sleep(60)
            return data.x, data.y

    regressor.train_on_batch(data.x, data.y)  # compiles
    stuck, witness = Stuck(workers=workers), Witness()
    thread = press_ctrl_c(lambda: stuck.asked and time.sleep(0.3) is None)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        regressor.fit(stuck, shuffle=False, verbose=0, callbacks=[witness])
    thread.join()
    assert time.monotonic() - began < 40
    assert (witness.ended, witness.steps) == (1, 1 + 4)
