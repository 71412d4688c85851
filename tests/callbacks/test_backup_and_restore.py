"""BackupAndRestore and `fit(resume=...)`: a run that was interrupted goes on as if it had not been."""

import json
import random

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks, layers
from hornbeam.callbacks import BackupAndRestore, LambdaCallback
from hornbeam.data import memory
from hornbeam.data.pipeline import Dataset

X = np.random.default_rng(0).normal(size=(10, 3)).astype("float32")
Y = X.sum(1, keepdims=True)
LIST = "training_metadata.json"


def compiled(seed=1, units=4, optimizer=None):
    hornbeam.utils.set_random_seed(seed)
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(units), layers.Dropout(0.5), layers.Dense(1)])
    model.compile(optimizer or hornbeam.optimizers.Adam(0.1, use_ema=True), "mse", metrics=["mae", "r2_score"])
    return model


def fit(model, *listening, x=X, y=Y, epochs=3, batch_size=4, **options):
    options = {"verbose": 0, "validation_data": (X[:4], Y[:4])} | options
    return model.fit(x, y, epochs=epochs, batch_size=batch_size, callbacks=list(listening), **options)


class Power(callbacks.Callback):
    """Fails after so many batches."""

    def __init__(self, batches):
        self.left = batches

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            raise OSError("power")

    def state_dict(self):
        return {}


def interrupted(after, *args, **options):
    with pytest.raises(OSError, match="power"):
        fit(compiled(), Power(after), *args, **options)


def state(model):
    return [*model.get_weights(), *(variable.numpy() for variable in model.optimizer.variables)]


def assert_same(model, other):
    for value, expected in zip(state(model), state(other), strict=True):
        np.testing.assert_array_equal(value, expected)


def listening(folder):
    folder.mkdir()
    return [
        callbacks.EarlyStopping("loss", patience=5, restore_best_weights=True),
        callbacks.ReduceLROnPlateau(patience=1, cooldown=1, min_delta=1.0),
        callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9),
        callbacks.SwapEMAWeights(swap_on_epoch=True),
        callbacks.CSVLogger(folder / "log.csv"),
        callbacks.ModelCheckpoint(str(folder / "best-{epoch}.weights.h5"), save_best_only=True, save_weights_only=True),
    ]


@pytest.mark.parametrize("save_freq", [1, "epoch"])
def test_goes_on_to_the_bit_with_all_callbacks(engine, save_freq, tmp_path):
    whole = compiled()
    history = fit(whole, *listening(tmp_path / "whole"))
    parts = listening(tmp_path / "parts")
    interrupted(3, BackupAndRestore(tmp_path / "b", save_freq), *parts)  # in the first epoch
    interrupted(2, BackupAndRestore(tmp_path / "b", save_freq), *parts)
    interrupted(5, BackupAndRestore(tmp_path / "b", save_freq), *parts)
    again = compiled(seed=random.randrange(2**31))
    found = fit(again, BackupAndRestore(tmp_path / "b", save_freq), *parts)
    assert_same(again, whole)
    assert (found.history, found.epoch) == (history.history, history.epoch)
    assert len(found.history["loss"]) == 3
    for file in (tmp_path / "whole").iterdir():
        if file.suffix == ".csv":
            assert (tmp_path / "parts" / file.name).read_bytes() == file.read_bytes()
    names = [sorted(file.name for file in (tmp_path / kind).iterdir()) for kind in ("whole", "parts")]
    assert names[0] == names[1]
    assert not (tmp_path / "b").exists()  # the run has come to its end


class Shuffled(hornbeam.utils.PyDataset):
    """Shuffles its rows at each end of a pass and adds noise, both from NumPy's global numbers."""

    def __init__(self):
        super().__init__()
        self.rows = np.arange(len(X))

    def __len__(self):
        return 3

    def __getitem__(self, index):
        rows = self.rows[4 * index : 4 * index + 4]
        return X[rows] + np.random.normal(), Y[rows]

    def on_epoch_end(self):
        np.random.shuffle(self.rows)


class Counting(Shuffled):
    """Says itself where it is."""

    def state_dict(self):
        return {"rows": self.rows.copy()}

    def load_state_dict(self, state):
        self.rows = state["rows"]


def generated():
    while True:
        rows = np.random.randint(0, len(X), 4)
        yield X[rows], Y[rows]


def loader():
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    return torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)


def memory_map(tmp_path):
    np.save(tmp_path / "x.npy", X)
    return np.load(tmp_path / "x.npy", mmap_mode="r")


def rows():
    return Dataset.from_tensor_slices((X, Y))


def images():
    images = np.repeat(X[:, None, :, None], 3, 1)
    changes = hornbeam.preprocessing.image.ImageDataGenerator(horizontal_flip=True, width_shift_range=0.4)
    for x, y in (batches := changes.flow(images, Y, batch_size=4)):
        assert x.shape[1:] == (3, 3, 1) and len(y)
        break
    return batches


DATA = {
    "rows that go on": lambda _: {"steps_per_epoch": 2},
    "batches": lambda _: {"shuffle": "batch"},
    "windows": lambda _: {},
    "windows that go on": lambda _: {"steps_per_epoch": 2},
    "a memory map": lambda tmp: {"x": memory_map(tmp)},
    "a memory map that goes on": lambda tmp: {"x": memory_map(tmp), "steps_per_epoch": 2},
    "a dataset by number": lambda _: {"x": Shuffled(), "y": None},
    "one that goes on": lambda _: {"x": Shuffled(), "y": None, "steps_per_epoch": 2},
    "one that says where it is": lambda _: {"x": Counting(), "y": None},
    "a generator": lambda _: {"x": generated(), "y": None, "steps_per_epoch": 3},
    "a loader": lambda _: {"x": loader(), "y": None},
    "a Dataset": lambda _: {"x": rows().shuffle(10).batch(4), "y": None},
    "a Dataset with a buffer": lambda _: {"x": rows().shuffle(3).batch(4), "y": None},
    "a Dataset that goes on": lambda _: {"x": rows().shuffle(10).repeat().batch(4), "y": None, "steps_per_epoch": 2},
    "two Datasets": lambda _: {"x": rows().concatenate(rows().shuffle(10)).batch(8), "y": None},
}


@pytest.mark.parametrize("kind", DATA)
def test_every_kind_of_data_goes_on_at_its_batch(kind, tmp_path, monkeypatch):
    if kind.startswith(("windows", "a memory map")):
        monkeypatch.setattr(memory, "DEVICE_BYTES", 0)
        monkeypatch.setattr(memory, "WINDOW_BYTES", 4 * 16)
    compiled().fit(X, Y, verbose=0)  # the first import of an engine draws from NumPy's global numbers

    def train(model, *listening):
        return fit(model, *listening, **DATA[kind](tmp_path)).history

    whole = compiled()
    history = train(whole)
    for after in (3, 2):  # the first one at the end of an epoch, where one has three batches
        with pytest.raises(OSError, match="power"):
            train(compiled(), Power(after), BackupAndRestore(tmp_path / "b", 1))
    again = compiled(seed=5)
    assert train(again, BackupAndRestore(tmp_path / "b", 1)) == history
    assert_same(again, whole)


def test_batches_of_images_go_on(tmp_path):
    def made(seed):
        hornbeam.utils.set_random_seed(seed)
        model = hornbeam.Sequential([hornbeam.Input((3, 3, 1)), layers.Flatten(), layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    whole = made(1)
    whole.fit(images(), epochs=3, verbose=0)
    for after in (4, 3):
        with pytest.raises(OSError, match="power"):
            made(1).fit(images(), epochs=3, verbose=0, callbacks=[Power(after), BackupAndRestore(tmp_path / "b", 1)])
    again = made(7)
    again.fit(images(), epochs=3, verbose=0, callbacks=BackupAndRestore(tmp_path / "b", 1))
    assert_same(again, whole)


def test_draws_without_a_seed_and_states_of_layers_go_on(tmp_path):
    class Noisy(layers.Layer):
        def call(self, inputs, training=False):
            return inputs + hornbeam.random.normal(hornbeam.ops.shape(inputs)) if training else inputs

    def made(seed):
        hornbeam.utils.set_random_seed(seed)
        inputs = hornbeam.Input((2, 1), batch_size=5)
        outputs = layers.Dense(1)(layers.SimpleRNN(2, stateful=True)(Noisy()(inputs)))
        model = hornbeam.Model(inputs, outputs)
        model.compile("sgd", "mse")
        return model

    def train(model, *listening):
        options = {"epochs": 3, "batch_size": 5, "verbose": 0, "shuffle": False}
        model.fit(X[:, :2, None], Y, callbacks=list(listening), **options)

    whole = made(1)
    train(whole)
    with pytest.raises(OSError, match="power"):
        train(made(1), Power(4), BackupAndRestore(tmp_path / "b", 1))
    again = made(2)
    train(again, BackupAndRestore(tmp_path / "b", 1))
    assert_same(again, whole)


def test_a_callback_of_the_users_own_goes_on(tmp_path):
    class Best(keras.callbacks.Callback):
        def __init__(self, name):
            super().__init__()
            self.name, self.seen, self.when = name, [], {"first": None, 1: (np.zeros(2), True)}

        def on_epoch_end(self, epoch, logs=None):
            self.seen.append(logs["loss"])
            self.when["first"] = self.when["first"] or epoch

    interrupted(8, Best("a"), BackupAndRestore(tmp_path / "b", 1))
    again = Best("another name")
    history = fit(compiled(), BackupAndRestore(tmp_path / "b", 1), again)
    assert again.seen == history.history["loss"] and len(again.seen) == 3
    assert again.when["first"] == 1 and isinstance(again.when[1], tuple)
    assert again.name == "another name"  # an argument that nothing has changed


# fit(resume=...)


def test_resume_starts_goes_on_and_ends(tmp_path, capsys):
    whole = compiled()
    stopping = {"monitor": "loss", "patience": 9, "restore_best_weights": True}
    history = fit(whole, callbacks.EarlyStopping(**stopping))
    interrupted(5, resume=tmp_path / "run")
    again = compiled(3)
    found = fit(again, callbacks.EarlyStopping(**stopping), resume=tmp_path / "run", verbose=2)
    assert (found.history, found.epoch) == (history.history, [0, 1, 2])
    assert_same(again, whole)
    assert "finished" not in capsys.readouterr().out
    once_more = compiled(4)
    seen = []
    spy = LambdaCallback(on_train_begin=seen.append, on_epoch_begin=lambda epoch, logs: seen.append(epoch))
    found = fit(once_more, spy, resume=tmp_path / "run", verbose=2)
    assert f"The run in {tmp_path / 'run'} is finished, after 3 epochs: nothing is left" in capsys.readouterr().out
    assert (found.history, found.epoch, seen) == (history.history, [0, 1, 2], [])
    assert_same(once_more, whole)
    expected = compiled()
    history = fit(expected, callbacks.EarlyStopping(**stopping), epochs=4)
    longer = compiled(5)
    found = fit(longer, callbacks.EarlyStopping(**stopping), resume=str(tmp_path / "run"), epochs=4)
    assert found.history == history.history
    assert_same(longer, expected)


def test_a_run_that_a_callback_has_ended_stays_ended(tmp_path, capsys):
    def stop(epoch, logs):
        model.stop_training = epoch == 1

    model = first = compiled()
    fit(model, LambdaCallback(on_epoch_end=stop), resume=tmp_path / "run", epochs=9)
    model = compiled(2)
    assert len(fit(model, resume=tmp_path / "run", epochs=9, verbose=2).epoch) == 2
    assert "after 2 epochs" in capsys.readouterr().out
    entries = json.loads((tmp_path / "run" / LIST).read_text())
    (tmp_path / "run" / LIST).write_text(json.dumps(entries[1:]))  # killed between the epoch and the end
    model = compiled(2)
    assert len(fit(model, resume=tmp_path / "run", epochs=9).epoch) == 2
    assert_same(model, first)


def test_bad_arguments(tmp_path):
    with pytest.raises(ValueError, match=r'`save_freq` must be "epoch", a positive integer or False. Received: .*=-1'):
        BackupAndRestore("b", save_freq=-1)
    with pytest.raises(ValueError, match="`backup_dir` must name a folder"):
        BackupAndRestore("")
    with pytest.raises(TypeError, match=r"`resume` must be a folder, or a `BackupAndRestore`. Received: resume=True"):
        fit(compiled(), resume=True)
    with pytest.raises(ValueError, match=r"A run is kept in one folder. Received: 2 `BackupAndRestore`"):
        fit(compiled(), BackupAndRestore(tmp_path), resume=tmp_path / "other")


# another run, and damage


@pytest.mark.parametrize(
    ("options", "model", "said"),
    [
        ({"batch_size": 5}, {}, "batch_size=5 where it was 4"),
        ({"x": X[:8], "y": Y[:8]}, {}, "rows=8 where it was 10"),
        ({"x": -X}, {}, "other values of `x`"),
        ({"shuffle": False}, {}, "shuffle=False where it was True"),
        ({}, {"units": 5}, r"weight 0 of the model, `kernel`, of shape \(3, 5\) where it was \(3, 4\)"),
        ({}, {"optimizer": "sgd"}, "optimizer='SGD' where it was 'Adam'"),
    ],
)
def test_another_run(options, model, said, tmp_path):
    interrupted(4, resume=tmp_path)
    with pytest.raises(
        ValueError, match=rf"A run that goes on must have the model .*Received: .*{said}.*another folder"
    ):
        fit(compiled(**model), resume=tmp_path, **options)


def test_the_state_before_where_the_last_one_is_damaged(tmp_path):
    whole = compiled()
    history = fit(whole)
    interrupted(8, BackupAndRestore(tmp_path, double_checkpoint=True))
    assert sorted(p.name for p in tmp_path.glob("*.h5")) == ["3.weights.h5", "6.weights.h5"]
    damaged = bytearray((tmp_path / "6.weights.h5").read_bytes())
    damaged[len(damaged) // 2] ^= 1  # one bit
    (tmp_path / "6.weights.h5").write_bytes(damaged)
    again = compiled()
    with pytest.warns(
        UserWarning, match=r"6.weights.h5` is not as it was written\): the run goes on from the one b.* 2"
    ):
        assert fit(again, BackupAndRestore(tmp_path, double_checkpoint=True)).history == history.history
    assert_same(again, whole)
    interrupted(4, BackupAndRestore(tmp_path))
    (tmp_path / "3.weights.h5").write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"The last state in `.*` is damaged .*: remove the folder to begin anew"):
        fit(compiled(), BackupAndRestore(tmp_path))


@pytest.mark.parametrize("text", ["nonsense", '[{"epoch": "2", "weights": "a"}]', '{"batch": 1}', "3"])
def test_a_damaged_list_of_states(tmp_path, text):
    (tmp_path / LIST).write_text(text)
    with pytest.raises(ValueError, match="must be what `BackupAndRestore` has written: remove the folder to begin"):
        fit(compiled(), BackupAndRestore(tmp_path), epochs=1)


def test_a_run_of_keras_goes_on(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse")
    backup = keras.callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
    model.fit(X, Y, epochs=2, batch_size=5, shuffle=False, verbose=0, callbacks=[backup])
    ours = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1)])
    ours.compile(hornbeam.optimizers.SGD(0.01, momentum=0.9), "mse")
    options = {"epochs": 3, "batch_size": 5, "shuffle": False, "verbose": 0}
    (loss,) = ours.fit(X, Y, callbacks=[BackupAndRestore(tmp_path)], **options).history["loss"]
    (expected,) = model.fit(X, Y, initial_epoch=2, **options).history["loss"]
    assert loss == pytest.approx(expected, rel=1e-5)


def test_a_loop_of_the_users_own(tmp_path):
    def train(model, epochs):
        keeper = BackupAndRestore(tmp_path / "b", delete_checkpoint=False)
        hooks = callbacks.CallbackList([keeper], model=model, epochs=epochs)
        hooks.on_train_begin()
        for epoch in range(hooks.first_epoch(0), epochs):
            hooks.on_epoch_begin(epoch)
            logs = {"loss": model.train_on_batch(X, Y)[0]}
            hooks.on_epoch_end(epoch, logs)
        hooks.on_train_end()
        return hooks.history.epoch

    assert train(compiled(), 1) == [0]
    again = compiled(2)
    assert train(again, 3) == [1, 2] and int(again.optimizer.iterations) == 3
