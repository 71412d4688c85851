"""`NumpyArrayIterator`: batches of images that are in memory."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from hornbeam.core.dtypes import floatx
from hornbeam.core.settings import standardize_data_format
from hornbeam.data import lent
from hornbeam.preprocessing.image.applying import plain
from hornbeam.preprocessing.image.arrays import array_to_img
from hornbeam.preprocessing.image.iterator import Iterator
from hornbeam.preprocessing.image.reading import in_parts

_IN_CACHE = 2**17  # bytes that are read and changed at once


class NumpyArrayIterator(Iterator):
    """Batches of arrays, with images changed by an `ImageDataGenerator`.

    Args:
        x: images, of rank 4; or a pair of these and a list of other arrays, which are passed on as they are.
        y: their targets.
        image_data_generator: changes the images.
        batch_size, shuffle, seed: as for `Iterator`.
        sample_weight: a weight for each image.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        save_to_dir, save_prefix, save_format: a folder where changed images are saved, and what the files' names begin
            with and end in.
        subset: "training" or "validation": the last or the first part, as `validation_split` of the generator has it.
        ignore_class_split: whether a class may be in one of the two parts only.
        dtype: of the images; `floatx()` by default.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ):
        self.dtype = dtype or floatx()
        x, others = x if isinstance(x, tuple | list) else (x, [])
        x = np.asarray(x)
        others = [np.asarray(other) for other in (others if isinstance(others, list) else [others])]
        y = None if y is None else np.asarray(y)
        sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        for name, array in (("y", y), ("sample_weight", sample_weight), *(("x", other) for other in others)):
            if array is not None and len(array) != len(x):
                raise ValueError(f"`{name}` must have one entry for each of {len(x)} images. Received: {len(array)}.")
        if subset is not None:
            part = _part(len(x), subset, image_data_generator._validation_split)
            if y is not None and not ignore_class_split:
                _check_classes(y, len(x), image_data_generator._validation_split)
            x, others = x[part], [other[part] for other in others]
            y, sample_weight = (None if array is None else array[part] for array in (y, sample_weight))
        self.x = np.asarray(x, dtype=self.dtype)
        self.x_misc, self.y, self.sample_weight = others, y, sample_weight
        self.image_data_generator = image_data_generator
        self.data_format = standardize_data_format(data_format)
        _check_images(self.x, self.data_format)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        super().__init__(len(x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        batch = _batch(self.image_data_generator, self.x, index_array)
        if self.save_to_dir:
            for number, x in zip(index_array, batch):
                save(x, self, int(number), 10_000)
        first = [batch, *(other[index_array] for other in self.x_misc)] if self.x_misc else batch
        if self.y is None:
            return first
        rest = (self.y,) if self.sample_weight is None else (self.y, self.sample_weight)
        return (first, *(array[index_array] for array in rest))


def _batch(generator: Any, x: np.ndarray, index: np.ndarray) -> np.ndarray:
    """These images, as a generator changes them."""
    changes = plain(generator, len(index), x.dtype)
    if changes is None:
        return changed(generator, x[index])
    batch = lent.empty((len(index), *x.shape[1:]), x.dtype)
    several = max(1, _IN_CACHE // max(x[0].nbytes, 1))

    def work(part: slice) -> None:
        for start in range(part.start, part.stop, several):
            if several == 1:
                changes.put(start, x[index[start]], batch[start])
            else:
                rows = slice(start, min(start + several, part.stop))
                x.take(index[rows], 0, batch[rows], "clip")
                changes.put_all(rows, batch[rows])

    in_parts(work, len(index), batch.size)
    return batch


def changed(generator: Any, images: np.ndarray) -> np.ndarray:
    """A batch that may be written to, as a generator changes it."""
    if generator is None:
        return images
    if hasattr(generator, "_changed"):
        return generator._changed(images)
    for i, x in enumerate(images):
        images[i] = generator.standardize(generator.apply_transform(x, generator.get_random_transform(x.shape)))
    return images


def save(x: np.ndarray, to: Any, number: int, kinds: int) -> None:
    """An image as a file in `to.save_to_dir`, with a random number in its name."""
    name = f"{to.save_prefix}_{number}_{np.random.randint(kinds)}.{to.save_format}"
    array_to_img(x, to.data_format, scale=True).save(os.path.join(to.save_to_dir, name))


def check_subset(subset: str) -> None:
    """Raise unless it is one of the two."""
    if subset not in ("training", "validation"):
        raise ValueError(f'`subset` must be "training" or "validation". Received: subset={subset!r}.')


def _part(n: int, subset: str, split: float) -> slice:
    check_subset(subset)
    first = int(n * split)
    return slice(first) if subset == "validation" else slice(first, None)


def _check_classes(y: np.ndarray, n: int, split: float) -> None:
    first = int(n * split)
    if not np.array_equal(np.unique(y[:first]), np.unique(y[first:])):
        raise ValueError(
            f"The first {first} of {n} targets, for validation, must have the same classes as the others. Received: "
            "different ones; shuffle the arrays, which may be in the order of their classes, or pass "
            "`ignore_class_split=True`."
        )


def _check_images(x: np.ndarray, data_format: str) -> None:
    if x.ndim != 4:
        raise ValueError(f"`x` must be images of rank 4, (samples, height, width, channels). Received: {x.shape}.")
    axis = 3 if data_format == "channels_last" else 1
    if x.shape[axis] not in (1, 3, 4):
        warnings.warn(
            f"Images have 1, 3 or 4 channels, in axis {axis} with data_format={data_format!r}. Received: "
            f"{x.shape[axis]}, in shape {x.shape}.",
            stacklevel=4,
        )
