"""Run as a program: every architecture beside real Keras, by the layers and by what they predict; about 20 minutes.

    python tests/applications/all_architectures.py [name ...]

The tests have one of each family; these differ from it in numbers of layers and units. With random weights the numbers
in the two largest EfficientNets grow until the last digit of single precision decides: their layers alone are compared.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import hornbeam
from hornbeam import applications

SIZES = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
ALL = [name for name in applications.__all__ if name[0].isupper()]
BY_LAYERS = ["EfficientNetV2M", "EfficientNetV2L"]
ON_JAX = ["NASNetMobile"]  # which Keras does not build on PyTorch


def compared(name, folder):
    """The largest difference between predictions, relative to their range."""
    size = SIZES.get(name, 32)
    options = {"input_shape": (size, size, 3), "include_top": False, "pooling": "avg"}
    oracle = [sys.executable, str(Path(__file__).parent / "keras_oracle.py"), folder, json.dumps({name: options})]
    environment = os.environ | {"KERAS_BACKEND": "jax" if name in ON_JAX else "torch"}
    subprocess.run(oracle, env=environment, check=True, capture_output=True)
    weights = Path(folder, f"{name}.weights.h5")
    model = getattr(applications, name)(weights=weights, **options)
    weights.unlink()
    mine = [[layer.name, [list(weight.shape) for weight in layer.weights]] for layer in model.layers]
    assert [shapes for _, shapes in mine] == [
        shapes for _, shapes in json.loads(Path(folder, f"{name}.json").read_text())
    ]
    data = np.load(Path(folder, f"{name}.npz"))
    y = np.asarray(hornbeam.ops.convert_to_numpy(model(data["x"])))
    return float(abs(y - data["y"]).max() / np.ptp(data["y"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=ALL, help="of architectures")
    hornbeam.config.set_backend("torch")
    with tempfile.TemporaryDirectory() as place:
        for each in parser.parse_args().names:
            hornbeam.utils.clear_session()
            difference = compared(each, place)
            print(f"{each:20} {'layers alone' if each in BY_LAYERS else f'{difference:.1e} of the range'}", flush=True)
            assert each in BY_LAYERS or difference < 1e-4, each
