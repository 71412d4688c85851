"""Run as a program: real Keras writes the weights of architectures, and what they predict, into a folder.

It is for Keras's PyTorch backend, which computes at once, with nothing to compile.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np


def random_weights(model, rng):
    """Values that no two layers share, and that neither fade nor explode on the way through the model."""
    for weight in model.weights:
        name, shape = weight.path.rpartition("/")[2], tuple(weight.shape)
        if name in ("gamma", "moving_variance", "variance"):
            weight.assign(rng.uniform(0.8, 1.2, shape))
        elif name in ("beta", "bias", "moving_mean", "mean"):
            weight.assign(rng.normal(0, 0.1, shape))


def write(folder, name, options):
    model = getattr(keras.applications, name)(weights=None, **options)
    rng = np.random.default_rng(len(name))
    random_weights(model, rng)
    x = rng.uniform(0, 255, (2, *model.input_shape[1:])).astype("float32")
    with_factor = x if "rescaling" in model.layers[1].name or "norm" in model.layers[1].name else x / 127.5 - 1
    np.savez(folder / f"{name}.npz", x=with_factor, y=keras.ops.convert_to_numpy(model(with_factor, training=False)))
    model.save_weights(folder / f"{name}.weights.h5")
    layers = [[layer.name, [list(weight.shape) for weight in layer.weights]] for layer in model.layers]
    (folder / f"{name}.json").write_text(json.dumps(layers))


if __name__ == "__main__":
    for name, options in json.loads(sys.argv[2]).items():
        keras.utils.clear_session()
        keras.utils.set_random_seed(0)
        write(Path(sys.argv[1]), name, options)
