"""How many images a second do `ImageDataGenerator` and `image_dataset_from_directory` give, beside Keras's?

Both in one process and in turn, each pass from the first batch to the last one; the loop does nothing with the batches.
The first pass of an iterator and its next one are timed apart, for Hornbeam keeps what it has decoded; "five passes"
are one of the first kind and four of the other, a short training. Beside seconds of the clock stand seconds of the
processor, which other work on the machine changes less. Keras's generator is that of
`keras.src.legacy`, which `keras.preprocessing` no longer shows; its dataset needs TensorFlow, and is left out without.

    python benchmarks/questions/image_generator.py [--rounds 7] [--only folders]
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import os
import tempfile
import time
import warnings

import numpy as np
from PIL import Image

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
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


def run(batches):
    """One pass over the batches; an iterator of images has no end."""
    for _ in itertools.islice(batches, len(batches)):
        pass


def quiet(make, *args, **kwargs):
    """What a call gives, without what it prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return make(*args, **kwargs)


def timed(call):
    """Seconds of the clock and of the processor, of all threads."""
    clock, processor = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - clock, time.process_time() - processor


def compare_passes(title, count, make, rounds):
    """Print, for the kinds of passes, images per second of both, and how many times as many Hornbeam gives."""
    times = {(name, kind): [] for name in make for kind in ("first pass", "next pass")}
    for i in range(rounds + 1):
        for name, new in make.items():
            batches = new()
            for kind in ("first pass", "next pass"):
                seconds = timed(lambda batches=batches: run(batches))
                if i:
                    times[name, kind].append(seconds)
    medians = {key: np.median(some, 0) for key, some in times.items()}
    for name in make:
        medians[name, "five passes"] = (medians[name, "first pass"] + 4 * medians[name, "next pass"]) / 5
    for kind in ("first pass", "next pass", "five passes"):
        keras, ours = (medians[name, kind] for name in make)
        (clock, processor), (keras_clock, _) = count / ours, count / keras
        times_clock, times_processor = keras / ours
        print(
            f"{title:38} {kind:11}: Keras {keras_clock:7,.0f} a second, Hornbeam {clock:7,.0f}: "
            f"{times_clock:5.1f} times; {processor:7,.0f} a second of processor: {times_processor:5.1f} times",
            flush=True,
        )


def arrays_and_folders(temporary):
    """For each case how many images, and what makes the iterators: Keras's, Hornbeam's."""
    from keras.src.legacy.preprocessing import image as keras

    from hornbeam.preprocessing import image as hornbeam

    random = np.random.RandomState(0)
    sizes = {"28 x 28 grey": (2048, 28, 28, 1), "32 x 32": (1024, 32, 32, 3), "224 x 224": (96, 224, 224, 3)}
    arrays = {name: random.uniform(0, 255, shape).astype("float32") for name, shape in sizes.items()}
    settings = {
        "changes": CHANGES,
        "rescale alone": {"rescale": 1 / 255},
        "rescale, flips": {"rescale": 1 / 255, "horizontal_flip": True},
    }
    for (size, x), (what, kwargs) in itertools.product(arrays.items(), settings.items()):
        yield (
            f"arrays, {size}, {what}",
            len(x),
            [lambda k=k, kw=kwargs, x=x: k.ImageDataGenerator(**kw).flow(x) for k in (keras, hornbeam)],
        )
    for (folder, count), (what, kwargs) in itertools.product(temporary.items(), settings.items()):
        yield (
            f"folders, {os.path.basename(folder)}, {what}",
            count,
            [
                lambda k=k, kw=kwargs, f=folder: quiet(
                    k.ImageDataGenerator(**kw).flow_from_directory, f, target_size=(224, 224)
                )
                for k in (keras, hornbeam)
            ],
        )


def datasets(temporary):
    """The same for `image_dataset_from_directory`."""
    try:
        import tensorflow  # noqa: F401
    except ImportError:
        print("TensorFlow is not installed, which Keras's `image_dataset_from_directory` needs.")
        return
    import keras

    from hornbeam import utils

    for (folder, count), how in itertools.product(temporary.items(), ("bilinear", "nearest")):
        yield (
            f"dataset, {os.path.basename(folder)}, {how}",
            count,
            [
                lambda k=k, f=folder, how=how: k.image_dataset_from_directory(
                    f, image_size=(224, 224), interpolation=how, verbose=False
                )
                for k in (keras.utils, utils)
            ],
        )


def main() -> None:
    """Print the medians of each case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="cases with this in their names")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folders = {
            folder_of(512, (256, 256), "jpg", os.path.join(temporary, "JPEG")): 512,
            folder_of(256, (256, 256), "png", os.path.join(temporary, "PNG")): 256,
            folder_of(128, (600, 800), "jpg", os.path.join(temporary, "large JPEG")): 128,
        }
        for title, count, (keras, hornbeam) in itertools.chain(arrays_and_folders(folders), datasets(folders)):
            if arguments.only in title:
                compare_passes(title, count, {"Keras": keras, "Hornbeam": hornbeam}, arguments.rounds)


if __name__ == "__main__":
    main()
