"""Images varied at random: Hornbeam and Keras, on JAX, in turn. Milliseconds for a batch of 64 images of 224 x 224 x 3.

"called" is `layer(images, training=True)`, as in a script or a loop over data; "compiled" is what a training step has
in it: the layer's `stateless_call` in a function that is compiled as each library compiles its steps. Each library has
a process of its own, since Hornbeam's settings for memory would help Keras as well; they run in turn.

    python benchmarks/questions/augmentation.py                     # every layer
    python benchmarks/questions/augmentation.py --size 8x32 RandomFlip RandomRotation
"""

import argparse
import functools
import importlib
import os
import statistics
import subprocess
import sys
import time

LAYERS = {
    "RandomFlip": lambda k: [k.RandomFlip()],
    "RandomRotation": lambda k: [k.RandomRotation(0.1)],
    "RandomTranslation": lambda k: [k.RandomTranslation(0.1, 0.1)],
    "RandomZoom": lambda k: [k.RandomZoom(0.2, 0.2)],
    "RandomShear": lambda k: [k.RandomShear(0.2, 0.2)],
    "RandomCrop": lambda k: [k.RandomCrop(200, 200)],
    "RandomBrightness": lambda k: [k.RandomBrightness(0.2)],
    "RandomContrast": lambda k: [k.RandomContrast(0.2)],
    "RandomSaturation": lambda k: [k.RandomSaturation(0.4)],
    "RandomHue": lambda k: [k.RandomHue(0.2)],
    "RandomSharpness": lambda k: [k.RandomSharpness(0.4)],
    "RandomColorDegeneration": lambda k: [k.RandomColorDegeneration(0.4)],
    "RandomGrayscale": lambda k: [k.RandomGrayscale(0.5)],
    "RandomInvert": lambda k: [k.RandomInvert(0.5)],
    "RandomPosterization": lambda k: [k.RandomPosterization(4)],
    "RandomGaussianBlur": lambda k: [k.RandomGaussianBlur()],
    "Solarization": lambda k: [k.Solarization(0.2, 0.2)],
    "AutoContrast": lambda k: [k.AutoContrast()],
    "MixUp": lambda k: [k.MixUp()],
    "CutMix": lambda k: [k.CutMix()],
    "RandomErasing": lambda k: [k.RandomErasing()],
    "RandomPerspective": lambda k: [k.RandomPerspective()],
    "RandomColorJitter": lambda k: [k.RandomColorJitter((0, 255), 0.2, 0.2, 0.4, 0.1)],
    "Equalization": lambda k: [k.Equalization()],
    "CenterCrop": lambda k: [k.CenterCrop(200, 200)],
    "Resizing": lambda k: [k.Resizing(160, 160)],
    "flip, rotation, zoom": lambda k: [k.RandomFlip(), k.RandomRotation(0.1), k.RandomZoom(0.2)],
    "flip, crop, colours": lambda k: [
        k.RandomFlip("horizontal"),
        k.RandomCrop(200, 200),
        k.RandomBrightness(0.1),
        k.RandomContrast(0.1),
    ],
}


class Contestant:
    """A library in a process of its own, which runs what it is told and says how long it took."""

    def __init__(self, library, size):
        command = [sys.executable, __file__, "--serve", library, "--size", size]
        settings = {"KERAS_BACKEND": "jax", "HORNBEAM_ENGINE": "jax", "TF_CPP_MIN_LOG_LEVEL": "3"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        self.process = subprocess.Popen(command, env=os.environ | settings, **pipes)

    def milliseconds(self, way, name):
        self.process.stdin.write(f"{way};{name}\n")
        return float(self.process.stdout.readline()) * 1e3


def serve(library, size):
    """Do what is asked on standard input: a line "way;name" each."""
    import jax
    import numpy as np

    batch, side = map(int, size.split("x"))
    x = jax.numpy.asarray(np.random.default_rng(0).uniform(0, 255, (batch, side, side, 3)).astype("float32"))
    module = importlib.import_module(library)

    @functools.cache
    def prepared(way, name):
        layers = LAYERS[name](module.layers)
        run = called(layers, x)
        jax.block_until_ready(run())  # they have their variables then
        return run if way == "called" else compiled(library, layers, x)

    for line in sys.stdin:
        try:
            run = prepared(*line.strip().split(";"))
            start = time.perf_counter()
            jax.block_until_ready(run())
            print(time.perf_counter() - start, flush=True)
        except Exception:  # a layer that cannot be compiled
            print("nan", flush=True)


def called(layers, x):
    def run():
        y = x
        for layer in layers:
            y = layer(y, training=True)
        return y

    return run


def compiled(library, layers, x):
    states = [[variable.value for variable in layer.non_trainable_variables] for layer in layers]

    def step(states, y):
        after = []
        for layer, state in zip(layers, states, strict=True):
            y, state = layer.stateless_call([], state, y, training=True)
            after.append(state)
        return y, after

    step = compiler(library)(step)

    def run():
        nonlocal states
        y, states = step(states, x)
        return y

    return run


def compiler(library):
    return importlib.import_module("hornbeam.engine" if library == "hornbeam" else "jax").jit


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layers", nargs="*", default=[])
    parser.add_argument("--size", default="64x224", help="images x pixels of a side")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.serve, options.size)
    contestants = [Contestant(library, options.size) for library in ("hornbeam", "keras")]
    print(f"{'':28}{'called':>9}{'keras':>9}{'':>8}{'compiled':>11}{'keras':>9}")
    for name in options.layers or LAYERS:
        line = f"{name:28}"
        for way in ("called", "compiled"):
            ours, theirs = in_turn(contestants, way, name, options.rounds)
            line += f"{ours:9.1f}{theirs:9.1f}{theirs / ours:7.1f}x  "
        print(line, flush=True)
    for contestant in contestants:
        contestant.process.communicate()


def in_turn(contestants, way, name, rounds):
    """The median milliseconds of each, after two rounds that are not counted."""
    found = [[contestant.milliseconds(way, name) for contestant in contestants] for _ in range(rounds + 2)]
    return [statistics.median(times) for times in zip(*found[2:], strict=True)]


if __name__ == "__main__":
    main()
