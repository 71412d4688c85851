"""`DirectoryIterator`: batches of images in folders, one for each class."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.dtypes import floatx
from hornbeam.data.folders.dataset import warn_of_broken
from hornbeam.data.folders.finding import files_in, folder_of, folders_in, warn_of_empty
from hornbeam.preprocessing.image.from_files import FilesIterator
from hornbeam.preprocessing.image.iterator import Iterator


class DirectoryIterator(FilesIterator):
    """Batches of image files in folders, changed by an `ImageDataGenerator`.

    Its attributes: `class_indices`, the number of each class by its name; `classes`, the number of the class of each
    file; `filenames`, their paths from `directory` on; `filepaths`, the whole ones; `samples`, how many there are;
    `num_classes`; `image_shape`.

    Args:
        directory: has a folder for each class; files may lie in folders further down. What ends in .png, .jpg, .jpeg,
            .bmp, .ppm, .tif or .tiff counts.
        image_data_generator: changes the images.
        target_size: the (height, width) that all get.
        color_mode: "rgb", "rgba" or "grayscale".
        classes: names of the folders to take, in the order of their numbers; by default all but hidden ones, in the
            order of the alphabet.
        class_mode: what the targets are: "categorical" (one-hot), "binary" and "sparse" (numbers), "input" (the images
            themselves), or `None` for none.
        batch_size, shuffle, seed: as for `Iterator`.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        save_to_dir, save_prefix, save_format: a folder where changed images are saved, and what the files' names begin
            with and end in.
        follow_links: whether folders are entered that are symbolic links.
        subset: "training" or "validation": the last or the first part of each class, as `validation_split` of the
            generator has it.
        interpolation: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos".
        keep_aspect_ratio: cut off what does not fit instead of changing the aspect ratio.
        dtype: of images and targets; `floatx()` by default.
        skip_broken: read all files at first, and leave out those that are no images, with a warning.

    Raises:
        ValueError: for a folder without images; while batches are read, for a damaged file, by its path.
    """

    allowed_class_modes = frozenset({"categorical", "binary", "sparse", "input", None})

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
        skip_broken: bool = False,
    ):
        check_mode(class_mode, self.allowed_class_modes)
        self.directory, self.class_mode, self.dtype = folder_of(directory), class_mode, dtype or floatx()
        self.set_processing_attrs(
            image_data_generator, target_size, color_mode, data_format, save_to_dir, save_prefix, save_format, subset,
            interpolation, keep_aspect_ratio,
        )  # fmt: skip
        names = folders_in(self.directory, classes or None, "classes")
        found = [self._files_of(name, follow_links) for name in names]
        self.class_indices = {name: i for i, name in enumerate(names)}
        self.num_classes = len(names)
        paths = [os.path.relpath(path, self.directory) for files in found for path in files]
        numbers = np.repeat(np.arange(len(names), dtype=np.int32), [len(files) for files in found])
        self._keep(paths, numbers)
        if skip_broken:
            self._without(set(self._broken()))
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    def _files_of(self, name: str, follow_links: bool) -> list[str]:
        endings = [f".{ending}" for ending in self.white_list_formats]
        files = list(files_in(os.path.join(self.directory, name), endings, follow_links))
        if not files:
            warn_of_empty(os.path.join(self.directory, name), endings)
        first, last = self.split or (0, 1)
        return files[int(first * len(files)) : int(last * len(files))]

    def _keep(self, filenames: list[str], classes: np.ndarray) -> None:
        if not filenames:
            part = f" for {self.subset}" if self.subset else ""
            raise ValueError(
                f"`{self.directory}` must have a folder for each class with images in it. "
                f"Received: none{part}, in {self.num_classes} folders; {self._advice()}."
            )
        self.filenames, self.classes, self.samples = filenames, classes, len(filenames)
        self._filepaths = [os.path.join(self.directory, name) for name in filenames]

    def _advice(self) -> str:
        if self.split and self.split[0] == self.split[1]:
            return "the generator must be made with a `validation_split`"
        endings = tuple(f".{ending}" for ending in self.white_list_formats)
        if any(name.lower().endswith(endings) for name in os.listdir(self.directory)):
            return "the images lie in it themselves, so pass the folder above it, with `classes` to choose this one"
        return f"images end in {', '.join(endings)}"

    def _without(self, broken: set[int]) -> None:
        warn_of_broken("image", [self._filepaths[i] for i in sorted(broken)])
        kept = [i for i in range(self.samples) if i not in broken]
        self._keep([self.filenames[i] for i in kept], self.classes[kept])

    @property
    def filepaths(self) -> Sequence[str]:
        return self._filepaths

    @property
    def labels(self) -> Any:
        return self.classes


def check_mode(class_mode: str | None, allowed: frozenset[str | None]) -> None:
    """Raise unless a class mode is one of those."""
    if class_mode not in allowed:
        names = ", ".join(sorted(repr(mode) for mode in allowed))
        raise ValueError(f"`class_mode` must be one of {names}. Received: {class_mode!r}.")
