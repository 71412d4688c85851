"""Whole models as `.h5`: those of Keras 2 and 3 are read, and Keras 3 reads Hornbeam's; training goes on in both."""

import json

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = np.eye(2, dtype="float32")[[0, 1] * 4]
MODELS = ["sequential", "functional", "operations", "image", "nested", "recurrent", "sequence"]


def same_weights(model, other):
    for mine, theirs in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())


@pytest.mark.parametrize("name", MODELS)
def test_keras_reads_a_model(name, build, keras, tmp_path, data, outputs):
    mine = build(name, hornbeam)
    mine.save(tmp_path / "m.h5")
    theirs = keras.saving.load_model(tmp_path / "m.h5")
    same_weights(mine, theirs)
    x = data(mine)
    for a, b in zip(outputs(theirs, x), outputs(mine, x), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in MODELS if name != "operations"])
def test_a_model_of_keras_is_read(name, build, keras, tmp_path, data, outputs):
    theirs = build(name, keras)
    theirs.save(tmp_path / "m.h5")
    mine = saving.load_model(tmp_path / "m.h5")
    same_weights(mine, theirs)
    x = data(theirs)
    for a, b in zip(outputs(mine, x), outputs(theirs, x), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("frozen", ["in the file", "in the model"])
def test_names_say_which_weight_is_which_where_some_are_frozen(keras, tmp_path, frozen):
    """Trained ones come first in this layout: gamma and beta, as long as each other, change places."""
    theirs = keras.Sequential([keras.Input((2,)), keras.layers.BatchNormalization()])
    theirs.set_weights([np.full(2, i, "float32") for i in range(4)])
    theirs.layers[0].gamma.trainable = frozen != "in the file"
    theirs.save(tmp_path / "m.h5")
    mine = saving.load_model(tmp_path / "m.h5")
    mine.layers[0].gamma.trainable = frozen != "in the model"
    mine.load_weights(tmp_path / "m.h5")
    np.testing.assert_array_equal([float(w[0]) for w in mine.get_weights()], range(4))
    mine.save(tmp_path / "mine.h5")
    theirs = keras.saving.load_model(tmp_path / "mine.h5")
    np.testing.assert_array_equal([float(w[0]) for w in theirs.get_weights()], range(4))


def in_half_and_nested(k):
    """One sequence in another; numbers that HDF5 has no type for; a loss by its short name."""
    inner = k.Sequential([k.layers.Dense(3, dtype="bfloat16")], name="inner")
    return k.Sequential([k.Input((3,)), inner, k.layers.Dense(1, dtype="mixed_float16")])


def test_sequences_in_sequences_half_precision_and_short_names(keras, tmp_path):
    mine, theirs = in_half_and_nested(hornbeam), in_half_and_nested(keras)
    mine.compile("adam", "mse", metrics=["mae"])
    mine.save(tmp_path / "mine.h5")
    theirs.save(tmp_path / "theirs.h5")
    loaded = keras.saving.load_model(tmp_path / "mine.h5")
    assert loaded.compiled
    same_weights(loaded, mine)
    for model, name in ((mine, "mine.h5"), (theirs, "theirs.h5")):
        loaded = saving.load_model(tmp_path / name)
        assert [weight.dtype for weight in loaded.weights] == [weight.dtype for weight in mine.weights]
        same_weights(loaded, model)


def test_a_round_trip_keeps_everything(zoo, tmp_path, data, outputs, engine):
    model = zoo(hornbeam)
    model.save(tmp_path / "m.h5")
    copy = saving.load_model(tmp_path / "m.h5")
    same_weights(copy, model)


def compiled(k, optimizer, noise=False):
    inner = [k.layers.Dense(4, activation="tanh"), *([k.layers.Dropout(0.5)] if noise else []), k.layers.Dense(2)]
    model = k.Sequential([k.Input((3,)), *inner])
    model.compile(optimizer, loss=k.losses.MeanSquaredError(), metrics=["mae"])
    return model


def fit(model, epochs):
    return model.fit(X, Y, batch_size=4, epochs=epochs, shuffle=False, verbose=0).history["loss"]


@pytest.mark.parametrize("suffix", ["h5", "keras"])
def test_twice_k_epochs_are_2k_epochs_with_noise(suffix, tmp_path, engine):
    optimizer = lambda: hornbeam.optimizers.Adam(0.05, use_ema=True)  # noqa: E731
    model = compiled(hornbeam, optimizer(), noise=True)
    fit(model, 1)
    model.save(tmp_path / f"m.{suffix}")
    resumed = saving.load_model(tmp_path / f"m.{suffix}")
    fit(model, 1)
    fit(resumed, 1)
    same_weights(model, resumed)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_training_goes_on_from_a_file_of_keras(name, keras, tmp_path):
    options = {"momentum": 0.9} if name == "SGD" else {}
    theirs = compiled(keras, getattr(keras.optimizers, name)(0.05, **options))
    fit(theirs, 1)
    theirs.save(tmp_path / "m.h5")
    mine = saving.load_model(tmp_path / "m.h5")
    assert mine.optimizer.iterations == 2
    np.testing.assert_allclose(fit(mine, 2), fit(theirs, 2), rtol=1e-4)


def test_keras_takes_the_same_next_step(keras, tmp_path):
    mine = compiled(hornbeam, "adam")
    fit(mine, 1)
    mine.save(tmp_path / "m.h5")
    theirs = keras.saving.load_model(tmp_path / "m.h5")
    assert theirs.optimizer.iterations == 2
    for model, k in ((mine, hornbeam), (theirs, keras)):  # Keras 3.15 trains no model from `.h5`, its own either, as is
        model.compile(k.optimizers.SGD(0.05), loss=k.losses.MeanSquaredError())
    np.testing.assert_allclose(fit(theirs, 2), fit(mine, 2), rtol=1e-4)


def test_an_optimizer_that_keras_saved_without_slots_starts_with_zeros(keras, tmp_path):
    mine = compiled(hornbeam, hornbeam.optimizers.Adam(0.05))
    fit(mine, 1)
    mine.save(tmp_path / "m.h5")
    keras.saving.load_model(tmp_path / "m.h5").save(tmp_path / "back.h5")
    back = saving.load_model(tmp_path / "back.h5")
    assert back.optimizer.iterations == 2 and len(fit(back, 1)) == 1


def test_without_the_optimizer_a_model_comes_uncompiled(tmp_path):
    model = compiled(hornbeam, "adam")
    model.save(tmp_path / "m.h5", include_optimizer=False)
    assert not saving.load_model(tmp_path / "m.h5").compiled
    model.save(tmp_path / "m.h5")
    assert not saving.load_model(tmp_path / "m.h5", compile=False).compiled


def test_many_layers_have_a_list_of_names_in_parts(tmp_path):
    from hornbeam.saving.h5 import attributes

    names = [f"{i:04}" + "x" * 60 for i in range(3000)]
    with h5py.File(tmp_path / "f.h5", "w") as file:
        attributes.write_names(file, "layer_names", names)
        assert "layer_names0" in file.attrs and attributes.names(file, "layer_names") == names


@pytest.mark.parametrize("name", ["seq", "fn"])
def test_samples_of_keras_3(name, shared, outputs):
    with np.load(shared / "api" / "samples" / "k3_expected.npz") as arrays:
        expected = dict(arrays)
    model = saving.load_model(shared / "api" / "samples" / f"k3_{name}.h5")
    wanted = [expected[key] for key in sorted(expected) if key.startswith(f"{name}_y")]
    for a, b in zip(outputs(model, expected[f"{name}_x"]), wanted, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    assert model.compiled


@pytest.mark.parametrize("name", ["seq", "fn"])
def test_samples_of_keras_2(name, shared):
    path = shared / "api" / "samples" / f"k2_{name}.h5"
    model = saving.load_model(path)
    with h5py.File(path) as file:
        stored = file["optimizer_weights/training/Adam/v_0:0"][()]
        kernel = file["model_weights/dense_1/dense_1/kernel:0"][()]
    np.testing.assert_array_equal(model.get_layer("dense_1").get_weights()[0], kernel)
    state = {v.name: v.numpy() for v in model.optimizer.variables}
    assert any(value.shape == stored.shape and np.array_equal(value, stored) for value in state.values())
    assert model.predict(X, verbose=0).shape == (8, 2) and len(fit(model, 1)) == 1


class TestOldWeights:
    """Weights-only files, as Keras 1 and 2 laid them out."""

    def write(self, path, stored, version="2.3.1", backend="tensorflow"):
        with h5py.File(path, "w") as file:
            file.attrs["layer_names"] = [name.encode() for name in stored]
            if version:
                file.attrs["keras_version"] = version.encode()
            file.attrs["backend"] = backend.encode()
            for name, arrays in stored.items():
                group = file.create_group(name)
                group.attrs["weight_names"] = [f"{name}/w{i}:0".encode() for i in range(len(arrays))]
                for i, array in enumerate(arrays):
                    group[f"{name}/w{i}:0"] = array

    def test_by_name_leaves_the_others_alone(self, tmp_path):
        model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, name="a"), layers.Dense(1, name="b")])
        before = model.get_weights()
        self.write(tmp_path / "w.h5", {"other": [np.ones((9, 9))], "b": [np.ones((2, 1)), np.ones(1)]})
        report = model.load_weights(tmp_path / "w.h5", by_name=True)
        np.testing.assert_array_equal(model.get_weights()[0], before[0])
        np.testing.assert_array_equal(model.get_weights()[2], np.ones((2, 1)))
        assert report.unexpected == ["other"] and len(report.loaded) == 2 and len(report.missing) == 2
        assert "2 weights loaded, 2 missing, 1 unexpected" in str(report)

    def test_what_does_not_fit_leaves_all_as_it_was(self, tmp_path):
        model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, name="a"), layers.Dense(1, name="b")])
        before = model.get_weights()
        stored = {"a": [np.ones((3, 2)), np.ones(2)], "b": [np.ones((5, 1)), np.ones(1)]}
        self.write(tmp_path / "w.h5", stored)
        with pytest.raises(ValueError, match=r"`b`.*the model has 2 weights"):
            model.load_weights(tmp_path / "w.h5")
        for a, b in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(a, b)
        with pytest.warns(UserWarning, match=r"(?s)w\.h5`: these layers keep their weights.*`b` \(Dense\)"):
            report = model.load_weights(tmp_path / "w.h5", skip_mismatch=True)
        assert len(report.mismatched) == 1
        np.testing.assert_array_equal(model.get_weights()[0], np.ones((3, 2)))

    def test_gates_of_keras_1_are_joined(self, tmp_path):
        lstm = layers.LSTM(2, recurrent_activation="keras2_hard_sigmoid")
        model = hornbeam.Sequential([hornbeam.Input((4, 3)), lstm])
        rng = np.random.default_rng(0)
        gates = [[rng.normal(size=s) for s in ((3, 2), (2, 2), (2,))] for _ in range(4)]  # i, c, f, o
        self.write(tmp_path / "w.h5", {"lstm_1": [array for gate in gates for array in gate]}, version=None)
        model.load_weights(tmp_path / "w.h5")
        wanted = np.concatenate([gates[i][0] for i in (0, 2, 1, 3)], axis=1)
        np.testing.assert_allclose(model.get_weights()[0], wanted, rtol=1e-6)

    def test_theano_computed_true_convolutions(self, tmp_path):
        model = hornbeam.Sequential([hornbeam.Input((5, 5, 2)), layers.Conv2D(3, (2, 3))])
        kernel = np.random.default_rng(0).normal(size=(2, 3, 2, 3)).astype("float32")
        self.write(tmp_path / "w.h5", {"c": [kernel, np.zeros(3, "float32")]}, backend="theano")
        model.load_weights(tmp_path / "w.h5")
        np.testing.assert_array_equal(model.get_weights()[0], kernel[::-1, ::-1])

    def test_weights_of_a_cudnn_layer(self, tmp_path):
        model = hornbeam.Sequential([hornbeam.Input((4, 3)), layers.Bidirectional(layers.LSTM(2))])
        one = [np.ones((3, 8)), np.ones((2, 8)), np.ones(16)]
        self.write(tmp_path / "w.h5", {"b": [*one, *one]}, version="2.15.0")
        model.load_weights(tmp_path / "w.h5")
        np.testing.assert_array_equal(model.get_weights()[2], np.full(8, 2.0))


def test_a_name_without_a_suffix_gets_one(tmp_path):
    model = compiled(hornbeam, "sgd")
    model.save_weights(tmp_path / "pretrained_checkpoint")
    other = compiled(hornbeam, "sgd")
    report = other.load_weights(tmp_path / "pretrained_checkpoint")
    same_weights(model, other)
    assert len(report.loaded) >= 4


def test_the_content_decides_what_a_file_is(tmp_path):
    model = compiled(hornbeam, "sgd")
    model.save(tmp_path / "m.keras")
    (tmp_path / "m.keras").rename(tmp_path / "zip.h5")
    model.save(tmp_path / "m.h5")
    (tmp_path / "m.h5").rename(tmp_path / "hdf5.keras")
    for name in ("zip.h5", "hdf5.keras"):
        same_weights(saving.load_model(tmp_path / name), model)


def test_values_that_a_file_replaces_are_not_drawn(tmp_path, monkeypatch):
    model = compiled(hornbeam, "adam")
    fit(model, 1)
    drawn = []
    first = hornbeam.Variable._drawn
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        monkeypatch.setattr(hornbeam.Variable, "_drawn", lambda self, *a: drawn.append(self.path) or first(self, *a))
        saving.load_model(tmp_path / name)
        monkeypatch.undo()
    assert not [path for path in drawn if "dense" in path]


@pytest.mark.parametrize("group", ["optimizer_weights", "model_weights/top_level_model_weights"])
def test_a_weight_that_is_listed_and_missing_is_told(group, tmp_path):
    model = compiled(hornbeam, "adam")
    fit(model, 1)
    model.own = hornbeam.Variable([1.0], name="own")
    model.save(tmp_path / "m.h5")
    loaded = model if "top" in group else None
    with h5py.File(tmp_path / "m.h5", "a") as file:
        file[group].attrs["weight_names"] = [b"gone"]
    with pytest.raises(ValueError, match=f"{group}` lists the weight `gone`, which is missing"):
        loaded.load_weights(tmp_path / "m.h5") if loaded is not None else saving.load_model(tmp_path / "m.h5")


def test_a_model_laid_out_as_tf_keras_does(tmp_path):
    """Built by hand: tf.keras 2.15 is not at hand."""
    policy = {"module": "keras", "class_name": "Policy", "config": {"name": "float32"}, "registered_name": None}
    start = {"batch_input_shape": [None, 4, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "i"}
    lstm = {"name": "lstm", "trainable": True, "dtype": policy, "return_sequences": False, "time_major": False}
    lstm |= {"units": 2, "activation": "tanh", "recurrent_activation": "sigmoid", "implementation": 2}
    dense = {"name": "out", "trainable": True, "dtype": policy, "units": 1, "activation": "linear"}
    entries = [("InputLayer", start), ("LSTM", lstm), ("Dense", dense)]
    entries = [
        {"module": "keras.layers", "class_name": name, "config": config, "registered_name": None}
        for name, config in entries
    ]
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": entries}}
    rng = np.random.default_rng(0)
    stored = {
        "lstm": {"lstm_cell/kernel:0": (3, 8), "lstm_cell/recurrent_kernel:0": (2, 8), "lstm_cell/bias:0": (8,)},
        "out": {"kernel:0": (2, 1), "bias:0": (1,)},
    }
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"], file.attrs["keras_version"] = json.dumps(config), "2.15.0"
        group = file.create_group("model_weights")
        group.attrs["layer_names"], group.attrs["keras_version"] = [b"lstm", b"out"], "2.15.0"
        for name, weights in stored.items():
            group.create_group(name).attrs["weight_names"] = [f"{name}/{weight}".encode() for weight in weights]
            for weight, shape in weights.items():
                group[name][f"{name}/{weight}"] = rng.normal(size=shape).astype("float32")
        values = [group[name][f"{name}/{weight}"][()] for name, weights in stored.items() for weight in weights]
    model = saving.load_model(tmp_path / "m.h5")
    for mine, value in zip(model.get_weights(), values, strict=True):
        np.testing.assert_array_equal(mine, value)
    assert model.layers[0].recurrent_activation.__name__ == "sigmoid" and model.output_shape == (None, 1)


@pytest.mark.parametrize("mode", ["int", "tf_idf"])
def test_a_vocabulary_that_was_learned_is_in_the_file(mode, tmp_path):
    """An archive has a file of its own for it, and this layout only the config."""
    layer = hornbeam.layers.StringLookup(output_mode=mode)
    layer.adapt(np.array([["a", "b"], ["a", "a"]], dtype=object))
    model = hornbeam.Sequential([hornbeam.Input((2,), dtype="string"), layer])
    model.save(tmp_path / "m.h5")
    x = np.array([["b", "zz"], ["a", "a"]], dtype=object)
    copy = hornbeam.saving.load_model(tmp_path / "m.h5")
    np.testing.assert_array_equal(copy.predict(x, verbose=0), model.predict(x, verbose=0))
