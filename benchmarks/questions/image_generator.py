"""How many images a second does `ImageDataGenerator` give, beside Keras's?

Both in one process and in turn, each pass from the first batch to the last one by `next`; the loop does nothing with
the batches. Keras is that of `keras.src.legacy`, which `keras.preprocessing` no longer shows.

    python benchmarks/questions/image_generator.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import tempfile
import warnings

import numpy as np
from PIL import Image
from timing import compare

os.environ.setdefault("KERAS_BACKEND", "jax")
warnings.simplefilter("ignore")

CHANGES = {
    "rotation_range": 20,
    "width_shift_range": 0.1,
    "height_shift_range": 0.1,
    "shear_range": 10,
    "zoom_range": 0.2,
    "horizontal_flip": True,
    "rescale": 1 / 255,
}


def folder_of(count: int, size: tuple[int, int], ending: str, into: str) -> str:
    """A folder of photographs of two classes: smooth, with some noise."""
    random = np.random.RandomState(0)
    for i in range(count):
        coarse = random.randint(0, 255, (9, 9, 3), "uint8")
        smooth = np.asarray(Image.fromarray(coarse).resize(size[::-1], Image.Resampling.BICUBIC), "int16")
        pixels = np.clip(smooth + random.randint(-12, 12, smooth.shape), 0, 255).astype("uint8")
        os.makedirs(os.path.join(into, "ab"[i % 2]), exist_ok=True)
        Image.fromarray(pixels).save(os.path.join(into, "ab"[i % 2], f"{i}.{ending}"))
    return into


def run(flow):
    """One pass over the batches."""
    for _ in range(len(flow)):
        next(flow)


def quiet(make, *args, **kwargs):
    """What a call gives, without what it prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return make(*args, **kwargs)


def main() -> None:
    """Print the medians of each case."""
    from keras.src.legacy.preprocessing import image as keras

    from hornbeam.preprocessing import image as hornbeam

    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    both = {"Keras": keras, "Hornbeam": hornbeam}
    random = np.random.RandomState(0)
    with tempfile.TemporaryDirectory() as temporary:
        jpeg = folder_of(96, (256, 256), "jpg", os.path.join(temporary, "jpeg"))
        png = folder_of(96, (256, 256), "png", os.path.join(temporary, "png"))
        digits, colour, photos = (
            random.uniform(0, 255, shape).astype("float32")
            for shape in ((2048, 28, 28, 1), (1024, 32, 32, 3), (96, 224, 224, 3))
        )
        cases = {
            "flow, 28 x 28 grey": lambda g: g(**CHANGES).flow(digits, batch_size=32),
            "flow, 32 x 32": lambda g: g(**CHANGES).flow(colour, batch_size=32),
            "flow, 224 x 224": lambda g: g(**CHANGES).flow(photos, batch_size=32),
            "flow, 224 x 224, rescale alone": lambda g: g(rescale=1 / 255).flow(photos, batch_size=32),
            "folders, JPEG, changes": lambda g: quiet(
                g(**CHANGES).flow_from_directory, jpeg, target_size=(224, 224), batch_size=32
            ),
            "folders, JPEG, rescale alone": lambda g: quiet(
                g(rescale=1 / 255).flow_from_directory, jpeg, target_size=(224, 224), batch_size=32
            ),
            "folders, PNG, rescale alone": lambda g: quiet(
                g(rescale=1 / 255).flow_from_directory, png, target_size=(224, 224), batch_size=32
            ),
        }
        for title, make in cases.items():
            flows = {name: make(module.ImageDataGenerator) for name, module in both.items()}
            print(title)
            medians = compare({name: lambda flow=flow: run(flow) for name, flow in flows.items()}, rounds)
            n = next(iter(flows.values())).n
            keras_rate, ours = (n / seconds for seconds in medians.values())
            print(
                f"    images a second: Keras {keras_rate:,.0f}, Hornbeam {ours:,.0f}: {ours / keras_rate:.1f} times\n"
            )


if __name__ == "__main__":
    main()
