"""Files that real Keras writes fit, and the models predict the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hornbeam
from hornbeam import applications

# Small images where the family allows, and few classes.
SMALL = {"input_shape": (32, 32, 3), "classes": 5}
CASES = {
    "ResNet50": SMALL,
    "ResNet50V2": SMALL,
    "VGG16": {"input_shape": (32, 32, 3), "include_top": False, "pooling": "max"},
    "DenseNet121": SMALL,
    "Xception": SMALL | {"input_shape": (71, 71, 3)},
    "InceptionV3": SMALL | {"input_shape": (75, 75, 3)},
    "InceptionResNetV2": SMALL | {"input_shape": (75, 75, 3)},
    "MobileNet": SMALL | {"alpha": 0.25},
    "MobileNetV2": SMALL | {"alpha": 0.35},
    "MobileNetV3Small": SMALL,
    "MobileNetV3Large": SMALL | {"minimalistic": True, "alpha": 0.75},
    "EfficientNetB0": SMALL,
    "EfficientNetV2B0": SMALL,
    "ConvNeXtTiny": {"input_shape": (32, 32, 3), "include_top": False, "pooling": "avg"},
}


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("applications")
    command = [sys.executable, str(Path(__file__).parent / "keras_oracle.py"), str(folder), json.dumps(CASES)]
    on_torch = os.environ | {"KERAS_BACKEND": "torch"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=on_torch)
    assert done.returncode == 0, done.stderr[-2000:]
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", CASES)
def test_weights_of_keras_fit_and_predict_the_same(name, oracle, on_torch):
    hornbeam.utils.clear_session()
    path = oracle / f"{name}.weights.h5"
    model = getattr(applications, name)(weights=path, **CASES[name])
    theirs = json.loads((oracle / f"{name}.json").read_text())
    mine = [[layer.name, [list(weight.shape) for weight in layer.weights]] for layer in model.layers]
    assert mine == theirs
    data = np.load(oracle / f"{name}.npz")
    y = np.asarray(hornbeam.ops.convert_to_numpy(model(data["x"])))
    np.testing.assert_allclose(y, data["y"], rtol=1e-3, atol=1e-4)
    assert np.ptp(data["y"]) > 1e-3, "the oracle tells nothing apart"
    path.unlink()
