"""Weights as Keras 1, 2 and other backends stored them, in the form of today."""

import json
import warnings

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving

pytestmark = pytest.mark.filterwarnings("ignore:.*had other defaults than today")


def write(path, stored, version="2.3.1", backend="tensorflow", **more):
    """A file with the arrays of each layer, and whatever else as JSON attributes."""
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights") if more else file
        group.attrs["layer_names"] = [name.encode() for name in stored]
        for one in (group, file):
            if version:
                one.attrs["keras_version"] = version.encode()
            one.attrs["backend"] = backend.encode()
        for key, value in more.items():
            file.attrs[key] = json.dumps(value).encode()
        for name, arrays in stored.items():
            inner = group.create_group(name)
            inner.attrs["weight_names"] = [f"{name}/w{i}:0".encode() for i in range(len(arrays))]
            for i, array in enumerate(arrays):
                inner[f"{name}/w{i}:0"] = array
    return path


def loaded(layer, shape, arrays, path, **options):
    model = hornbeam.Sequential([hornbeam.Input(shape), layer])
    model.load_weights(write(path, {"x": arrays}, **options))
    return [np.asarray(value, "float32") for value in model.get_weights()]


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


KERNELS = {  # layer, size, input, stored kernel, order of its axes today
    "2D": (layers.Conv2D, (2, 1), (2, 5, 5), (3, 2, 2, 1), (2, 3, 1, 0)),
    "3D": (layers.Conv3D, (2, 1, 3), (2, 5, 5, 5), (3, 2, 2, 1, 3), (2, 3, 4, 1, 0)),
    "transposed": (layers.Conv2DTranspose, (2, 1), (2, 5, 5), (3, 2, 2, 1), (2, 3, 0, 1)),
}


@pytest.mark.parametrize(("cls", "size", "shape", "stored", "axes"), KERNELS.values(), ids=KERNELS)
def test_kernels_of_keras_1_with_channels_first(cls, size, shape, stored, axes, tmp_path):
    kernel, layer = numbers(*stored), cls(3, size, data_format="channels_first")
    found = loaded(layer, shape, [kernel, numbers(3)], tmp_path / "w.h5", version=None)
    np.testing.assert_array_equal(found[0], kernel.transpose(axes))


def test_transposed_convolutions_of_keras_1(tmp_path):
    kernel = numbers(2, 1, 2, 3)  # rows, columns, inputs, filters
    layer = layers.Conv2DTranspose(3, (2, 1))
    found = loaded(layer, (5, 5, 2), [kernel, numbers(3)], tmp_path / "w.h5", version=None)
    np.testing.assert_array_equal(found[0], kernel.swapaxes(2, 3))


@pytest.mark.parametrize("stored", [(2, 1, 2, 3), (3, 2, 2, 1)], ids=["of 1.2", "of 1.1"])
def test_lines_of_keras_1_were_planes(stored, tmp_path):
    kernel = numbers(*stored)
    found = loaded(layers.Conv1D(3, 2), (5, 2), [kernel, numbers(3)], tmp_path / "w.h5", version=None)
    wanted = kernel[:, 0] if stored[0] == 2 else kernel.transpose(2, 3, 1, 0)[:, 0]
    np.testing.assert_array_equal(found[0], wanted)


def test_gates_of_a_gru_of_keras_1(tmp_path):
    gates = [[numbers(*shape, seed=i) for shape in ((3, 2), (2, 2), (2,))] for i in range(3)]  # z, r, h
    stored = [array for gate in gates for array in gate]
    found = loaded(layers.GRU(2, reset_after=False), (4, 3), stored, tmp_path / "w.h5", version=None)
    for i in range(3):
        np.testing.assert_array_equal(found[i], np.concatenate([gate[i] for gate in gates], axis=-1))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_theano_computed_true_convolutions(rank, tmp_path):
    kernel = numbers(*(2, 3, 2)[:rank], 2, 3)
    layer = (layers.Conv1D, layers.Conv2D, layers.Conv3D)[rank - 1](3, (2, 3, 2)[:rank])
    found = loaded(layer, (5,) * rank + (2,), [kernel, numbers(3)], tmp_path / "w.h5", backend="theano")
    np.testing.assert_array_equal(found[0], np.flip(kernel, tuple(range(rank))))


def test_weights_of_a_gru_for_cudnn(tmp_path):
    stored = [numbers(3, 6), numbers(2, 6), numbers(12)]
    found = loaded(layers.GRU(2), (4, 3), stored, tmp_path / "w.h5")
    np.testing.assert_array_equal(found[2], stored[2].reshape(2, 6))
    np.testing.assert_array_equal(found[1][:, :2], stored[1][:, :2].T)


def test_reshape(tmp_path):
    kernel = numbers(1, 1, 3, 2)
    path = write(tmp_path / "w.h5", {"x": [kernel, numbers(2)]})
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2)])
    with pytest.raises(ValueError, match="do not fit"):
        model.load_weights(path)
    model.load_weights(path, reshape=True)
    np.testing.assert_array_equal(model.get_weights()[0], kernel.reshape(3, 2))


@pytest.mark.parametrize("name", ["m.h5", "m.keras", "w.weights.h5", "w.weights.json", "w.safetensors"])
def test_bfloat16(name, tmp_path, engine):
    def build():
        return hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, dtype="bfloat16"), layers.Dense(1)])

    model, other = build(), build()
    (model.save if name.startswith("m") else model.save_weights)(tmp_path / name)
    other.load_weights(tmp_path / name)
    assert other.weights[0].dtype == "bfloat16"
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(np.asarray(mine, "float32"), np.asarray(theirs, "float32"))


class TestOptimizers:
    """The state that Keras 2 wrote, and what 2.2.4 left out of it."""

    def file(self, path, name, config, states, version):
        dense = {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3]}}
        training = {
            "optimizer_config": {"class_name": name, "config": config},
            "loss": "mse",
            "metrics": [],
            "loss_weights": None,
        }
        write(
            path,
            {"d": [numbers(3, 2), numbers(2)]},
            version,
            model_config={"class_name": "Sequential", "config": {"name": "s", "layers": [dense]}},
            training_config=training,
        )
        with h5py.File(path, "a") as file:
            group = file.create_group("optimizer_weights")
            group.attrs["weight_names"] = [f"w{i}".encode() for i in range(len(states))]
            for i, value in enumerate(states):
                group[f"w{i}"] = value
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return saving.load_model(path)

    SLOTS = {"RMSprop": 1, "Adagrad": 1, "Adadelta": 2, "Adam": 2, "Adamax": 2, "Nadam": 2}

    @pytest.mark.parametrize("is_old", [False, True], ids=["2.3.1", "2.2.4"])
    @pytest.mark.parametrize("name", SLOTS)
    def test_the_state(self, name, is_old, tmp_path):
        columns = [[numbers(3, 2, seed=i), numbers(2, seed=i)] for i in range(self.SLOTS[name])]
        steps = [] if is_old and name in ("RMSprop", "Adagrad", "Adadelta") else [np.int64(7)]
        schedule = [np.float32(0.5)] if name == "Nadam" and not is_old else []
        states = [*steps, *schedule, *(array for column in columns for array in column)]
        config = {"lr" if is_old else "learning_rate": 0.25}
        optimizer = self.file(tmp_path / "m.h5", name, config, states, "2.2.4" if is_old else "2.3.1").optimizer
        assert float(optimizer.learning_rate) == 0.25
        assert int(optimizer.iterations) == (7 if steps else 0)
        kept = [variable.numpy() for variable in optimizer.variables]
        for array in (array for column in columns for array in column):
            assert any(one.shape == array.shape and np.array_equal(one, array) for one in kept)

    def test_momentum(self, tmp_path):
        states = [np.int64(3), numbers(3, 2), numbers(2)]
        optimizer = self.file(
            tmp_path / "m.h5", "SGD", {"lr": 0.1, "momentum": 0.9, "decay": 0.0}, states, "2.2.4"
        ).optimizer
        assert int(optimizer.iterations) == 3 and float(optimizer.momentum) == pytest.approx(0.9)


class TestLambda:
    """A layer of a function, in `.h5`: by its name, never its code."""

    def config(self, function, kind):
        inner = {"name": "twice", "function": function, "function_type": kind, "output_shape": None, "arguments": {}}
        start = {"batch_input_shape": [None, 3], "output_shape_type": "raw"}
        listed = [{"class_name": "Lambda", "config": {**inner, **start}}]
        return {"class_name": "Sequential", "config": {"name": "s", "layers": listed}}

    def test_by_name(self, tmp_path):
        path = write(tmp_path / "m.h5", {}, model_config=self.config("twice_as_much", "function"))
        with pytest.raises(ValueError, match="`twice_as_much`"):
            saving.load_model(path)
        model = saving.load_model(path, custom_objects={"twice_as_much": lambda x: 2 * x})
        np.testing.assert_array_equal(model.predict(np.ones((1, 3)), verbose=0), np.full((1, 3), 2.0))

    def test_as_code(self, tmp_path):
        path = write(tmp_path / "m.h5", {}, model_config=self.config(["4wEAAAA=\n", None, None], "lambda"))
        with pytest.raises(ValueError, match=r"`twice`.*custom_objects"):
            saving.load_model(path)
        model = saving.load_model(path, custom_objects={"twice": lambda x: 2 * x})
        np.testing.assert_array_equal(model.predict(np.ones((1, 3)), verbose=0), np.full((1, 3), 2.0))

    def test_both_ways_with_keras(self, keras, tmp_path):
        def halved(x):
            return x / 2

        objects = {"halved": halved}
        for one, other in ((hornbeam, keras), (keras, hornbeam)):
            one.Sequential([one.Input((3,)), one.layers.Lambda(halved, output_shape=(3,))]).save(tmp_path / "m.h5")
            model = other.saving.load_model(tmp_path / "m.h5", custom_objects=objects)
            found = np.asarray(model.predict(np.ones((1, 3)), verbose=0))
            np.testing.assert_array_equal(found, np.full((1, 3), 0.5))
