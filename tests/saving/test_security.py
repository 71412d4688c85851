"""Sizes that a config claims are believed only as far as the weights in the file bear them out."""

import copy
import json
import zipfile

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving

HUGE = 10**9


@pytest.fixture
def model():
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, name="d"), layers.Dense(1, name="e")])
    model.compile("adam", "mse")
    return model


def crafted(model, path, change):
    """The file of `model` with a changed config."""
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config["config"]["layers"])
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return config


def set_units(listed):
    next(layer for layer in listed if layer["class_name"] == "Dense")["config"]["units"] = HUGE


def set_embedding(listed):
    config = {"input_dim": HUGE, "output_dim": 64, "name": "x"}
    listed[1:] = [{"module": "keras.layers", "class_name": "Embedding", "config": config, "registered_name": None}]


@pytest.fixture
def no_memory(monkeypatch):
    """No initializer gives more than a megabyte."""
    for name in ("GlorotUniform", "RandomUniform", "Zeros"):
        cls = getattr(hornbeam.initializers, name)

        def sample(self, shape, dtype, real=cls.sample):
            assert np.prod(shape, dtype=float) < 2**20, f"memory for {shape}"
            return real(self, shape, dtype)

        monkeypatch.setattr(cls, "sample", sample)


@pytest.mark.parametrize("change", [set_units, set_embedding])
def test_huge_layers_get_no_memory(model, tmp_path, change, no_memory, engine):
    config = crafted(model, tmp_path / "m.keras", change)
    with pytest.raises(ValueError, match=r"is refused|do not fit"):
        saving.load_model(tmp_path / "m.keras")
    text = copy.deepcopy(config)
    text["config"]["layers"][1]["config"] |= {"units": HUGE * 1000} if change is set_units else {"input_dim": HUGE**2}
    for read in (
        lambda: hornbeam.models.model_from_json(json.dumps(text)),
        lambda: hornbeam.Sequential.from_config(text["config"]),
        lambda: saving.deserialize_keras_object(text),
    ):
        with pytest.raises(ValueError, match=r"memory allows.*is refused"):
            read()


def test_what_a_file_has_no_values_for_is_drawn(model, tmp_path, engine):
    """The state of a seed, of metrics, and of an optimizer that was saved without its slots."""
    model.add(layers.Dropout(0.5))
    model.save(tmp_path / "m.keras")
    loaded = saving.load_model(tmp_path / "m.keras")
    x, y = np.ones((4, 3), "float32"), np.ones((4, 1), "float32")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)
    loaded.fit(x, y, verbose=0)
    copied = hornbeam.models.model_from_json(model.to_json())
    assert np.ptp(copied.get_weights()[0]) > 0


def test_a_dataset_larger_than_what_is_stored(model, tmp_path):
    """Even where the model is as large as the dataset claims to be."""
    import h5py

    wide = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2**20, use_bias=False)])
    path = tmp_path / "w.weights.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("layers/dense/vars/0", (3, 2**20), "f4", chunks=(1, 1024), compression="gzip")
    with pytest.raises(ValueError, match="larger than what is stored"):
        wide.load_weights(path)


LAYERS = {
    "unrolled steps": ([None, 10**6, 3], "LSTM", {"units": 2, "unroll": True}),
    "pixels to resize by": ([None, 3, 3, 1], "UpSampling2D", {"size": HUGE, "interpolation": "bilinear"}),
    "pixels to resize to": ([None, 3, 3, 1], "Resizing", {"height": HUGE, "width": 3, "interpolation": "nearest"}),
    "pixels to blur by": ([None, 3, 3, 1], "RandomGaussianBlur", {"kernel_size": HUGE}),
    "numbers of a window": ([None, 100], "MelSpectrogram", {"fft_length": 2**28}),
    "shares of frequencies": ([None, 4096], "MelSpectrogram", {"num_mel_bins": HUGE}),
    "indices of unknown tokens": ([None, 1], "StringLookup", {"num_oov_indices": HUGE, "vocabulary": ["a"]}),
    "lengths of n-grams": ([None, 1], "TextVectorization", {"ngrams": HUGE, "vocabulary": ["a"]}),
}


@pytest.mark.parametrize("what", LAYERS)
def test_sizes_that_are_no_variables(what):
    """What a layer computes with, besides weights, as large as a config says: before any of it is made."""
    shape, layer, arguments = LAYERS[what]
    dtype = "string" if "vocabulary" in arguments else "float32"
    start = {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": shape, "dtype": dtype}}
    made = {"module": "keras.layers", "class_name": layer, "config": {"name": "x", **arguments}}
    config = {"class_name": "Sequential", "module": "keras", "config": {"name": "m", "layers": [start, made]}}
    with pytest.raises(ValueError, match=f"asks for .* {what}, far more"):
        saving.deserialize_keras_object(config)


@pytest.mark.parametrize("suffix", [".h5", ".weights.h5"])
def test_datasets_of_nothing(model, tmp_path, suffix):
    import h5py

    path = tmp_path / f"m{suffix}"
    (model.save if suffix == ".h5" else model.save_weights)(path)
    with h5py.File(path, "r+") as file:
        names = []
        file.visititems(lambda name, item: names.append(name) if getattr(item, "shape", ()) else None)
        del file[names[0]]
        file[names[0]] = h5py.Empty("f4")
    with pytest.raises(ValueError, match=r"must hold numbers. Received: nothing"):
        saving.load_model(path) if suffix == ".h5" else model.load_weights(path)
