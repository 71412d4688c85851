"""Real Keras 3 reads what Hornbeam writes and the other way round, and the files have the same layout."""

import json
import zipfile

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import saving


def layout(file):
    """Every group and dataset of an HDF5 file: shapes, dtypes and attributes, without names of objects and seeds."""
    found = {}

    def visit(path, item):
        attributes = {key: value if key != "name" else "" for key, value in item.attrs.items()}
        found[path] = (attributes, *((item.shape, str(item.dtype)) if isinstance(item, h5py.Dataset) else ()))

    with h5py.File(file) as opened:
        opened.visititems(visit)
    return {path: what for path, what in found.items() if not path.startswith("hornbeam_seeds")}


def same_weights(model, other):
    for mine, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(mine.numpy(), "float32"), np.asarray(theirs.numpy(), "float32"))


def close(found, expected, name):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, **({"rtol": 0.02, "atol": 0.02} if name == "_mixed" else {"atol": 1e-5}))


def test_weights_have_the_layout_of_keras(zoo, keras, tmp_path):
    theirs, mine = zoo(keras), zoo(hornbeam)
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    mine.save_weights(tmp_path / "mine.weights.h5")
    assert layout(tmp_path / "mine.weights.h5") == layout(tmp_path / "theirs.weights.h5")


def test_keras_reads_a_model(zoo, keras, tmp_path, data, outputs):
    mine = zoo(hornbeam)
    mine.save(tmp_path / "m.keras")
    theirs = keras.saving.load_model(tmp_path / "m.keras")
    x = data(mine)
    same_weights(mine, theirs)
    close(outputs(theirs, x), outputs(mine, x), zoo.__name__)


def test_a_model_of_keras_is_read(zoo, keras, tmp_path, data, outputs):
    theirs = zoo(keras)
    theirs.save(tmp_path / "m.keras")
    mine = saving.load_model(tmp_path / "m.keras")
    x = data(theirs)
    same_weights(mine, theirs)
    close(outputs(mine, x), outputs(theirs, x), zoo.__name__)


def test_a_round_trip_keeps_everything(zoo, tmp_path, data, outputs, engine):
    model = zoo(hornbeam)
    model.save(tmp_path / "m.keras")
    copy = saving.load_model(tmp_path / "m.keras")
    assert copy.get_config() == model.get_config()
    x = data(model)
    for a, b in zip(outputs(copy, x), outputs(model, x), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_members_of_an_archive(build, tmp_path):
    model = build("sequential", hornbeam)
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        assert all(member.compress_type == zipfile.ZIP_STORED for member in archive.infolist())
        metadata = json.loads(archive.read("metadata.json"))
        config = json.loads(archive.read("config.json"))
    assert metadata["keras_version"] == "3.15.1" and len(metadata["date_saved"]) == 19
    assert list(config)[:4] == ["module", "class_name", "config", "registered_name"]


def _config(package, build, name, tmp_path):
    """The config in a saved file, without what differs from one program to the next."""
    model = build(name, package)
    model.save(tmp_path / "c.keras")
    with zipfile.ZipFile(tmp_path / "c.keras") as archive:
        return json.loads(archive.read("config.json"))


def _without(value, *keys):
    if isinstance(value, dict):
        return {key: _without(item, *keys) for key, item in value.items() if key not in keys}
    return [_without(item, *keys) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["functional", "nested"])
def test_graphs_have_the_config_of_keras(name, build, keras):
    graphs = []
    for package in (hornbeam, keras):
        config = build(name, package).get_config()
        names = [layer["name"] for layer in config["layers"]]
        calls = [layer["inbound_nodes"] for layer in config["layers"]]
        text = json.dumps([calls, config["input_layers"], config["output_layers"]]).replace('"mask": null', "")
        for i, layer in enumerate(names):  # names count on from test to test
            text = text.replace(f'"{layer}"', f'"{i}"')
        graphs.append(text)
    assert graphs[0] == graphs[1]


class TestTraining:
    """A compiled model continues as if it had never been saved."""

    x = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
    y = np.eye(2, dtype="float32")[[0, 1] * 4]

    def compiled(self, k, optimizer):
        layers = k.layers
        model = k.Sequential([k.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(2)])
        model.compile(optimizer, loss=k.losses.MeanSquaredError(), metrics=["mae", k.metrics.MeanSquaredError("m")])
        return model

    def fit(self, model, epochs):
        return model.fit(self.x, self.y, batch_size=4, epochs=epochs, shuffle=False, verbose=0)

    @pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop"])
    def test_twice_k_steps_are_2k_steps(self, name, tmp_path, engine):
        optimizer = getattr(hornbeam.optimizers, name)
        model = self.compiled(hornbeam, optimizer(0.05))
        straight = hornbeam.models.clone_model(model)
        straight.set_weights(model.get_weights())
        straight.compile(optimizer(0.05), "mse")
        self.fit(model, 2)
        model.save(tmp_path / "m.keras")
        resumed = saving.load_model(tmp_path / "m.keras")
        self.fit(resumed, 2)
        self.fit(straight, 4)
        for a, b in zip(resumed.get_weights(), straight.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)

    OPTIMIZERS = {
        "SGD": {"momentum": 0.9, "use_ema": True},
        "Adam": {"amsgrad": True},
        "Nadam": {},
        "Adamax": {},
        "RMSprop": {"momentum": 0.5, "centered": True},
        "Adagrad": {},
        "Adadelta": {},
        "Ftrl": {},
        "Lion": {"gradient_accumulation_steps": 2},
    }

    @pytest.mark.parametrize("name", OPTIMIZERS)
    def test_keras_knows_the_state_of_an_optimizer(self, name, keras, tmp_path):
        mine = self.compiled(hornbeam, getattr(hornbeam.optimizers, name)(0.01, **self.OPTIMIZERS[name]))
        theirs = self.compiled(keras, getattr(keras.optimizers, name)(0.01, **self.OPTIMIZERS[name]))
        for model in (mine, theirs):
            model.optimizer.build(model.trainable_variables)
        mine.save_weights(tmp_path / "mine.weights.h5")
        theirs.save_weights(tmp_path / "theirs.weights.h5")
        assert layout(tmp_path / "mine.weights.h5") == layout(tmp_path / "theirs.weights.h5")
        for variable in mine.optimizer.variables:
            variable.assign(np.full(variable.shape, 3, variable.dtype))
        mine.save(tmp_path / "m.keras")
        loaded = keras.saving.load_model(tmp_path / "m.keras")
        assert len(loaded.optimizer.variables) == len(mine.optimizer.variables)
        assert all(np.all(v.numpy() == 3) for v in loaded.optimizer.variables)
        back = tmp_path / "back.keras"
        loaded.save(back)
        assert all(np.all(v.numpy() == 3) for v in saving.load_model(back).optimizer.variables)

    def test_a_schedule_takes_the_place_of_the_rate(self, keras, tmp_path):
        schedule = hornbeam.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
        self.compiled(hornbeam, hornbeam.optimizers.SGD(schedule)).save(tmp_path / "m.keras")
        for package in (keras, hornbeam):
            loaded = package.saving.load_model(tmp_path / "m.keras")
            assert type(loaded.optimizer._learning_rate).__name__ == "ExponentialDecay"

    def test_keras_goes_on_training(self, keras, tmp_path):
        mine = self.compiled(hornbeam, "adam")
        self.fit(mine, 2)
        mine.save(tmp_path / "m.keras")
        theirs = keras.saving.load_model(tmp_path / "m.keras")
        assert theirs.optimizer.iterations == 4
        a, b = self.fit(mine, 2).history, self.fit(theirs, 2).history
        np.testing.assert_allclose(a["loss"], b["loss"], rtol=1e-4)
        assert set(a) == set(b)

    def test_without_compile_there_is_no_optimizer(self, tmp_path):
        model = self.compiled(hornbeam, "adam")
        self.fit(model, 1)
        model.save(tmp_path / "m.keras")
        loaded = saving.load_model(tmp_path / "m.keras", compile=False)
        assert not loaded.compiled
        np.testing.assert_array_equal(loaded.predict(self.x, verbose=0), model.predict(self.x, verbose=0))

    def test_an_unknown_loss_does_not_keep_a_model_from_predicting(self, tmp_path):
        def my_loss(y_true, y_pred):
            return hornbeam.ops.mean((y_true - y_pred) ** 2)

        model = self.compiled(hornbeam, "adam")
        model.compile("adam", my_loss)
        model.save(tmp_path / "m.keras")
        with pytest.warns(UserWarning, match="compiled anew.*my_loss"):
            assert not saving.load_model(tmp_path / "m.keras").compiled
        loaded = saving.load_model(tmp_path / "m.keras", custom_objects={"my_loss": my_loss})
        assert loaded.loss is my_loss


@pytest.mark.parametrize("name", ["seq", "fn"])
def test_samples_give_the_outputs_of_keras(name, shared, outputs):
    folder = shared / "api" / "samples"
    with np.load(folder / "k3_expected.npz") as arrays:
        expected = dict(arrays)
    model = saving.load_model(folder / f"k3_{name}.keras", compile=False)
    wanted = [expected[key] for key in sorted(expected) if key.startswith(f"{name}_y")]
    close(outputs(model, expected[f"{name}_x"]), wanted, name)
    copy = hornbeam.models.clone_model(model)
    copy.load_weights(folder / f"k3_{name}.weights.h5")
    close(outputs(copy, expected[f"{name}_x"]), wanted, name)


def with_noise(k, **given):
    x = k.Input((50,), name="x")
    inside = k.Input((50,))
    h = k.Model(inside, k.layers.Dropout(0.5)(inside, **given))(x)
    return k.Model(x, k.layers.Concatenate()([h, k.layers.GaussianNoise(1.0)(x, **given)]))


def test_the_flag_that_keras_writes_of_itself_was_not_given(keras):
    """Keras 3 writes `training=False` for a call of a dropout that nobody gave a flag."""
    text = with_noise(keras).to_json()
    assert '"training": false' in text
    model, x = hornbeam.models.model_from_json(text), np.ones((4, 50), "float32")
    trained, still = (hornbeam.ops.convert_to_numpy(model(x, training=flag)) for flag in (True, False))
    assert (still == 1).all() and (trained[:, :50] == 0).any() and (trained[:, 50:] != 1).all()


@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_that_was_given_is_kept(flag, keras, tmp_path):
    with_noise(hornbeam, training=flag).save(tmp_path / "m.keras")
    model, x = saving.load_model(tmp_path / "m.keras"), np.ones((4, 50), "float32")
    for training in (True, False):
        y = hornbeam.ops.convert_to_numpy(model(x, training=training))
        assert (y[:, :50] == 0).any() == (y != 1).any() == flag
    assert len(keras.saving.load_model(tmp_path / "m.keras").layers) == 4


OTHERS = {
    "empty": b"",
    "Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "web page": b"\n<!doctype html>",
    "model_from_json": b'{"class_name": "Sequential"}',
    "pickle": b"\x80\x04\x95",
    "TensorFlow Lite": b"\x1c\0\0\0TFL3",
}


@pytest.mark.parametrize("name", ["m.h5", "m.keras"])
@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_model_is_named(kind, name, tmp_path):
    (tmp_path / name).write_bytes(OTHERS[kind])
    with pytest.raises(ValueError, match=f"is not a.*{kind}"):
        saving.load_model(tmp_path / name)


def test_what_tensorflow_alone_reads_is_named(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    with pytest.raises(ValueError, match="SavedModel"):
        saving.load_model(tmp_path / "saved_model.pb")
    (tmp_path / "run.index").touch()
    with pytest.raises(FileNotFoundError, match="TensorFlow's checkpoints"):
        hornbeam.Sequential().load_weights(tmp_path / "run")


def test_an_architecture_of_tensorflow_js():
    layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 3]}}
    model = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
    topology = {"keras_version": "2.4.0", "backend": "tensorflow", "model_config": model}
    text = json.dumps({"format": "layers-model", "modelTopology": topology, "weightsManifest": []})
    assert hornbeam.models.model_from_json(text).output_shape == (None, 2)
