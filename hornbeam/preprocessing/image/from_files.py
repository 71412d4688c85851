"""What the iterators over image files have in common."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.integers import is_integer
from hornbeam.core.settings import standardize_data_format
from hornbeam.data import lent
from hornbeam.data.folders.decoding import COLOURS, opened, raw
from hornbeam.data.folders.kept import Kept
from hornbeam.preprocessing.image.applying import plain
from hornbeam.preprocessing.image.arrays import img_to_array
from hornbeam.preprocessing.image.files import check_interpolation, in_mode, in_size
from hornbeam.preprocessing.image.from_arrays import changed, check_subset, save
from hornbeam.preprocessing.image.iterator import Iterator
from hornbeam.preprocessing.image.reading import Ahead, Coming, in_parts, in_threads


class FilesIterator(Iterator):
    """Batches of image files, with `filepaths`, `labels` and `sample_weight` as subclasses have them.

    Threads read and decode a batch's files side by side, and those of the next batch while this one is used. What was
    decoded is kept, as bytes, for the next pass, as far as memory allows: a file is decoded again if it has changed.
    """

    filenames: list[str]
    class_mode: str | None
    class_indices: dict[str, int]
    dtype: Any

    @property
    def filepaths(self) -> Sequence[str]:
        """The paths of the files."""
        raise NotImplementedError(f"`{type(self).__name__}` must have `filepaths`.")

    @property
    def labels(self) -> Any:
        """A label for each file."""
        raise NotImplementedError(f"`{type(self).__name__}` must have `labels`.")

    @property
    def sample_weight(self) -> Any:
        """A weight for each file, or `None`."""
        return None

    def set_processing_attrs(
        self,
        image_data_generator: Any,
        target_size: tuple[int, int],
        color_mode: str,
        data_format: str | None,
        save_to_dir: Any,
        save_prefix: str,
        save_format: str,
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        """Keep how files become arrays."""
        if color_mode not in COLOURS:
            raise ValueError(f"`color_mode` must be one of {', '.join(map(repr, COLOURS))}. Received: {color_mode!r}.")
        check_interpolation(interpolation)
        is_pair = isinstance(target_size, list | tuple) and len(target_size) == 2
        if not is_pair or not all(is_integer(n, 1) for n in target_size):
            raise ValueError(
                f"`target_size` must be (height, width), positive integers. Received: target_size={target_size!r}."
            )
        self.image_data_generator = image_data_generator
        self.target_size, self.color_mode = (target_size[0], target_size[1]), color_mode
        self.data_format = standardize_data_format(data_format)
        channels = {"rgb": 3, "rgba": 4, "grayscale": 1}[color_mode]
        last = self.data_format == "channels_last"
        self.image_shape = (*self.target_size, channels) if last else (channels, *self.target_size)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        self.subset, self.interpolation, self.keep_aspect_ratio = subset, interpolation, keep_aspect_ratio
        self.split = None if subset is None else _split(subset, image_data_generator)
        how = self.target_size, self.color_mode, self.data_format, interpolation, keep_aspect_ratio
        self._ahead = Ahead(Kept(functools.partial(_decoded, how)))

    def __next__(self) -> Any:
        with self.lock:
            numbers = next(self.index_generator)
            follow = self._numbers(self.batch_index) if self.batch_index else ()
        return self._batch(numbers, follow)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        return self._batch(index_array, ())

    def _batch(self, numbers: Any, follow: Any) -> Any:
        images = lent.empty((len(numbers), *self.image_shape), self.dtype)
        paths = self.filepaths
        coming = self._ahead.take([paths[i] for i in numbers], [paths[i] for i in follow])
        changes = plain(self.image_data_generator, len(numbers), self.dtype)

        def fill(part: slice) -> None:
            for i in range(part.start, part.stop):
                x = coming[i].result() if isinstance(coming[i], Coming) else coming[i]
                if changes is None:
                    images[i] = x
                else:
                    changes.put(i, x, images[i])

        in_parts(fill, len(coming), images.size)
        images = changed(self.image_data_generator, images) if changes is None else images
        if self.save_to_dir:
            for number, x in zip(numbers, images):
                save(x, self, int(number), 10_000_000)
        return self._with_targets(images, numbers)

    def _with_targets(self, images: np.ndarray, numbers: Any) -> Any:
        if self.class_mode is None:
            return images
        weights = self.sample_weight
        y = images.copy() if self.class_mode == "input" else self._targets(numbers)
        return (images, y) if weights is None else (images, y, weights[numbers])

    def _targets(self, numbers: Any) -> Any:
        labels = self.labels
        if self.class_mode == "multi_output":
            return [column[numbers] for column in labels]
        if self.class_mode == "raw":
            return labels[numbers]
        if self.class_mode != "categorical":
            return np.array([labels[i] for i in numbers], self.dtype)
        y = np.zeros((len(numbers), len(self.class_indices)), self.dtype)
        for row, i in zip(y, numbers):
            row[labels[i]] = 1
        return y

    def _broken(self) -> list[int]:
        """The numbers of the files that are no images."""
        waiting = [in_threads(self._is_broken, i) for i in range(len(self.filepaths))]
        return [i for i, future in enumerate(waiting) if future.result()]

    def _is_broken(self, number: int) -> bool:
        try:
            self._ahead.kept(self.filepaths[number])
        except ValueError:
            return True
        return False


def _decoded(how: tuple[Any, ...], path: str) -> np.ndarray:
    """The image in a file as an iterator wants it; no method of one, which would keep it alive, and all it has read."""
    target_size, color_mode, data_format, interpolation, keep_aspect_ratio = how
    try:
        image = opened(path, color_mode)
        has_colours = image.mode == "RGBX" and color_mode == "rgb"
        image = image if has_colours else in_mode(image, color_mode)
        image = in_size(image, target_size, interpolation, keep_aspect_ratio)
    except FileNotFoundError:
        raise
    except Exception as error:  # Pillow's decoders raise errors of many kinds
        raise ValueError(f"`{path}` cannot be read as an image ({error}): remove it, or replace it.") from error
    if image.mode not in COLOURS.values() and not has_colours:  # greys of more than 8 bits
        return img_to_array(image, data_format, "int32")
    return img_to_array(raw(image, COLOURS[color_mode]), data_format, "uint8")


def _split(subset: str, generator: Any) -> tuple[float, float]:
    check_subset(subset)
    first = generator._validation_split
    return (0, first) if subset == "validation" else (first, 1)
