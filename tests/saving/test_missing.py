"""What a file needs of the user's: one message about all of it, with a line to paste, whichever way a file is read."""

import json
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving

sys.path.insert(0, str(Path(__file__).parent))
import hostile

LAMBDAS = {"keras3": hostile.LAMBDA, "keras2": hostile.OLD_LAMBDA}


def graph(code):
    """x -> d -> lambda_3 -> sum; d -> lambda_4 -> sum."""
    x = hornbeam.Input((3,), name="x")
    h = layers.Dense(2, name="d")(x)
    double = layers.Lambda(hornbeam.activations.relu, name="lambda_3")
    y = layers.Add(name="sum")([double(h), layers.Lambda(hornbeam.activations.relu, name="lambda_4")(h)])
    model = hornbeam.Model(x, layers.Dense(1, name="out")(y), name="graph")
    config = json.loads(model.to_json())
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "Lambda":
            layer["config"]["function"] = code
    return model, config


def ways(model, config, folder):
    """Every way to read a config."""
    model.save(folder / "m.keras")
    path = hostile.keras_file(folder, config, hostile.zipfile.ZipFile(folder / "m.keras").read("model.weights.h5"))
    model.save(folder / "m.h5")
    with h5py.File(folder / "m.h5", "r+") as file:
        file.attrs["model_config"] = json.dumps(config)
    return {
        "keras": lambda **k: saving.load_model(path, **k),
        "h5": lambda **k: saving.load_model(folder / "m.h5", **k),
        "json": lambda **k: hornbeam.models.model_from_json(json.dumps(config), **k),
        "object": lambda **k: saving.deserialize_keras_object(config, **k),
    }


@pytest.mark.parametrize("code", LAMBDAS)
@pytest.mark.parametrize("way", ["keras", "h5", "json", "object"])
def test_lambdas_and_their_places(tmp_path, way, code, nothing_runs):
    model, config = graph(LAMBDAS[code])
    read = ways(model, config, tmp_path)[way]
    said = (
        r"Python lambdas as compiled code, which Hornbeam never runs: in layer `lambda_3` \(after `d`, in `graph`\), "
        r"in layer `lambda_4` \(after `d`, in `graph`\)\. Pass what is yours: "
        r"`custom_objects=\{'lambda_3': f1, 'lambda_4': f2\}`"
    )
    with pytest.raises(ValueError, match=said):
        read()
    with pytest.raises(ValueError, match=r"a Python lambda .*: in layer `lambda_4` .*custom_objects=\{'lambda_4': f\}"):
        read(custom_objects={"lambda_3": abs})
    found = read(custom_objects={"lambda_3": lambda x: 2 * x, "lambda_4": lambda x: -x})
    if way in ("keras", "h5"):
        x = np.ones((2, 3), "float32")
        w, b, v, c = model.get_weights()
        np.testing.assert_allclose(found.predict(x, verbose=0), (x @ w + b) @ v + c, rtol=1e-5)


@pytest.mark.parametrize("way", ["keras", "h5", "json", "object"])
def test_everything_at_once(tmp_path, way):
    model, config = graph(hostile.LAMBDA)
    dense = config["config"]["layers"][1]
    dense["config"]["activation"] = "swirl"
    dense["config"]["kernel_initializer"] = hostile.entry("mine", "Start", {}, "pkg>Start")
    config["config"]["layers"][-1] |= {"class_name": "Mine", "module": None, "registered_name": "Mine"}
    said = (
        r"names the classes or functions `swirl`, `Start`, `Mine`, unknown to Hornbeam, and holds Python lambdas .*"
        r"`custom_objects=\{'swirl': swirl, 'Start': Start, 'Mine': Mine, 'lambda_3': f1, 'lambda_4': f2\}`"
    )
    with pytest.raises(ValueError, match=said):
        ways(model, config, tmp_path)[way]()


def test_the_line_can_be_pasted(tmp_path):
    class Mine(layers.Dense):
        pass

    model = hornbeam.Sequential([hornbeam.Input((3,)), Mine(2)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError) as caught:
        saving.load_model(tmp_path / "m.keras")
    line = str(caught.value).split("`custom_objects=")[1].split("`")[0]
    loaded = saving.load_model(tmp_path / "m.keras", custom_objects=eval(line, {"Mine": Mine}))
    np.testing.assert_array_equal(loaded.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("named", ["my_loss", "config"])
def test_a_missing_loss_stops_no_model_from_predicting(tmp_path, ending, named):
    def my_loss(y_true, y_pred):
        return hornbeam.ops.mean((y_true - y_pred) ** 2, axis=-1)

    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2)])
    model.compile("sgd", my_loss)
    path = tmp_path / f"m.{ending}"
    model.save(path)
    if named == "my_loss" and ending == "h5":  # as Keras 2 has it: the name alone
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["training_config"])
            file.attrs["training_config"] = json.dumps(config | {"loss": "my_loss"})
    with pytest.warns(UserWarning, match=r"is loaded, but must be compiled anew.*my_loss"):
        loaded = saving.load_model(path)
    x = np.ones((2, 3), "float32")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)


def unknown(config, *names):
    for layer, name in zip(config["layers"][1:], names, strict=True):
        layer.update(module="mine", class_name=name, registered_name=f"mine>{name}")
    return config


def test_plain_configs_list_all_that_is_missing():
    said = r"`One`, `Two`, unknown to Hornbeam. Pass what is yours: `custom_objects=\{'One': One, 'Two': Two\}`"
    x = hornbeam.Input((2,))
    stack = hornbeam.Sequential([x, layers.Dense(2), layers.Dense(1)])
    graph = hornbeam.Model(x, layers.Dense(1)(layers.Dense(2)(x)))
    for cls, config in ((hornbeam.Sequential, stack.get_config()), (hornbeam.Model, graph.get_config())):
        with pytest.raises(ValueError, match=said):
            cls.from_config(unknown(config, "One", "Two"))
    both = layers.Bidirectional(layers.LSTM(2)).get_config()
    for key, name in (("layer", "One"), ("backward_layer", "Two")):
        both[key].update(module="mine", class_name=name, registered_name=f"mine>{name}")
    with pytest.raises(ValueError, match=said):
        layers.Bidirectional.from_config(both)
