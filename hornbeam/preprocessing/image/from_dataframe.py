"""`DataFrameIterator`: batches of images that a data frame lists."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.dtypes import floatx
from hornbeam.data.folders.dataset import warn_of_broken
from hornbeam.preprocessing.image.from_directory import check_mode
from hornbeam.preprocessing.image.from_files import FilesIterator
from hornbeam.preprocessing.image.iterator import Iterator

_WITHOUT_CLASSES = ("input", "multi_output", "raw", None)


class DataFrameIterator(FilesIterator):
    """Batches of the image files in a column of a data frame of pandas, changed by an `ImageDataGenerator`.

    Args:
        dataframe: has a row for each file.
        directory: where the files are; `None` where the column has whole paths.
        image_data_generator: changes the images.
        x_col: the column with the files.
        y_col: the column with the targets, or a list of several.
        weight_col: the column with the weights.
        class_mode: what the targets are: "binary", "sparse" (numbers) or "categorical" (one-hot; of several classes,
            for lists of them) of strings; "raw", the columns' values; "multi_output", an array for each column;
            "input", the images themselves; or `None` for none.
        classes: those to take, in the order of their numbers; by default all, in the order of the alphabet.
        target_size, color_mode, batch_size, shuffle, seed, data_format, save_to_dir, save_prefix, save_format, subset,
            interpolation, keep_aspect_ratio, dtype, skip_broken: as for `DirectoryIterator`; the parts are of the rows.
        validate_filenames: whether rows are left out, with a warning, that name no file that ends like an image.
    """

    allowed_class_modes = frozenset({"binary", "categorical", "input", "multi_output", "raw", "sparse", None})

    def __init__(
        self,
        dataframe: Any,
        directory: Any = None,
        image_data_generator: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = "channels_last",
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
        validate_filenames: bool = True,
        skip_broken: bool = False,
    ):
        check_mode(class_mode, self.allowed_class_modes)
        self.set_processing_attrs(
            image_data_generator, target_size, color_mode, data_format, save_to_dir, save_prefix, save_format, subset,
            interpolation, keep_aspect_ratio,
        )  # fmt: skip
        self.directory, self.class_mode, self.dtype = directory or "", class_mode, dtype or floatx()
        _check_columns(dataframe, x_col, y_col if class_mode not in ("input", None) else [], weight_col)
        frame = dataframe.copy()
        _check_values(frame, x_col, y_col, class_mode, weight_col)
        if validate_filenames:
            frame = self._with_files(frame, x_col)
        if class_mode not in _WITHOUT_CLASSES:
            frame = self._with_classes(frame, y_col, classes)
        first, last = self.split or (0, 1)
        frame = frame.iloc[int(first * len(frame)) : int(last * len(frame))]
        self._keep(frame, x_col, y_col, weight_col)
        if skip_broken:
            broken = set(self._broken())
            warn_of_broken("image", [self._filepaths[i] for i in sorted(broken)])
            self._keep(frame.iloc[[i for i in range(len(frame)) if i not in broken]], x_col, y_col, weight_col)
        kind = "validated" if validate_filenames else "non-validated"
        of = "" if class_mode in _WITHOUT_CLASSES else f" belonging to {len(self.class_indices)} classes"
        print(f"Found {self.samples} {kind} image filenames{of}.")
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    @property
    def filepaths(self) -> Sequence[str]:
        return self._filepaths

    @property
    def labels(self) -> Any:
        return self._targets_of_rows if self.class_mode in ("raw", "multi_output") else self.classes

    @property
    def sample_weight(self) -> Any:
        return self._sample_weight

    def get_classes(self, df: Any, y_col: str) -> list[Any]:
        """The numbers of the classes in a column of a data frame."""
        of = self.class_indices
        return [[of[y] for y in ys] if isinstance(ys, list | tuple) else of[ys] for ys in df[y_col]]

    def _with_files(self, frame: Any, x_col: str) -> Any:
        """The rows whose files are there."""
        paths = frame[x_col].map(lambda name: os.path.join(self.directory, name))
        endings = tuple(f".{ending}" for ending in self.white_list_formats)
        good = np.array([path.lower().endswith(endings) and os.path.isfile(path) for path in paths], bool)
        if not good.all():
            bad = int((~good).sum())
            example = paths.iloc[int(np.flatnonzero(~good)[0])]
            warnings.warn(
                f"The column `{x_col}` names {bad} files that are not there or do not end like images, such as "
                f"`{example}`: they are left out.",
                stacklevel=5,
            )
        return frame[good]

    def _with_classes(self, frame: Any, y_col: str, classes: Sequence[str] | None) -> Any:
        """The rows of classes that count; what numbers these have is kept."""
        if classes is not None:
            known = set(classes)
            if not known:
                raise ValueError("`classes` must name at least one class. Received: none.")
            there = sorted({y for ys in frame[y_col] for y in _as_list(ys)})
            frame = frame.copy()
            frame[y_col] = frame[y_col].map(lambda y: _among(y, known))
            frame = frame[frame[y_col].notna()]
            if there and not len(frame):
                raise ValueError(
                    f"`classes` must be some of those in the column `{y_col}`. Received: {list(classes)}; there are "
                    f"{there[:20]}."
                )
        names = list(classes) if classes is not None else sorted({y for ys in frame[y_col] for y in _as_list(ys)})
        if self.class_mode == "binary" and len(names) != 2:
            raise ValueError(
                f'`class_mode="binary"` needs two classes in the column `{y_col}`. Received: {names[:10]}.'
            )
        self.class_indices = {name: i for i, name in enumerate(names)}
        return frame

    def _keep(self, frame: Any, x_col: str, y_col: Any, weight_col: str | None) -> None:
        self.filenames, self.samples = frame[x_col].tolist(), len(frame)
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        self._sample_weight = None if weight_col is None else frame[weight_col].values
        if not self.samples:
            raise ValueError(
                f"The column `{x_col}` must name image files in `{self.directory or os.curdir}`. Received: none that "
                f"is there{f', for {self.subset}, with the validation_split of the generator' if self.subset else ''}."
            )
        if self.class_mode == "raw":
            self._targets_of_rows = frame[y_col].values
        elif self.class_mode == "multi_output":
            self._targets_of_rows = [np.array(frame[column].tolist()) for column in y_col]
        elif self.class_mode not in _WITHOUT_CLASSES:
            self.classes = self.get_classes(frame, y_col)


def _as_list(ys: Any) -> Any:
    return ys if isinstance(ys, list | tuple) else [ys]


def _among(ys: Any, known: set[str]) -> Any:
    """A class if it counts, or those of several that do; `None` for none."""
    if isinstance(ys, list | tuple):
        return [y for y in ys if y in known] or None
    return ys if ys in known else None


def _check_columns(frame: Any, x_col: str, y_col: Any, weight_col: str | None) -> None:
    if not hasattr(frame, "columns"):
        raise TypeError(f"`dataframe` must be a data frame of pandas. Received: {type(frame).__name__}.")
    named = [x_col, *_as_list(y_col), *([weight_col] if weight_col is not None else [])]
    missing = [name for name in named if name not in frame.columns]
    if missing:
        raise ValueError(
            f"`x_col`, `y_col` and `weight_col` must be columns of the data frame. Received: {missing}; there are "
            f"{list(frame.columns)[:20]}."
        )


def _check_values(frame: Any, x_col: str, y_col: Any, class_mode: str | None, weight_col: str | None) -> None:
    _check_kinds(frame, x_col, str, "paths")
    if isinstance(y_col, list | tuple) and class_mode not in (*_WITHOUT_CLASSES, "multi_output"):
        raise TypeError(f'`y_col` must be one column with class_mode="{class_mode}". Received: {y_col!r}.')
    if class_mode in ("binary", "sparse"):
        _check_kinds(frame, y_col, str, f'strings with class_mode="{class_mode}"; `.astype(str)` makes them')
    elif class_mode == "categorical":
        _check_kinds(frame, y_col, (str, list, tuple), 'strings, or lists of them, with class_mode="categorical"')
    elif class_mode == "multi_output" and not isinstance(y_col, list | tuple):
        raise TypeError(f'`y_col` must be a list of columns with class_mode="multi_output". Received: {y_col!r}.')
    if weight_col is not None and frame[weight_col].dtype.kind not in "iufb":
        raise TypeError(f"The column `{weight_col}` must have numbers. Received: {frame[weight_col].dtype}.")


def _check_kinds(frame: Any, column: str, kinds: Any, wanted: str) -> None:
    wrong = next((value for value in frame[column] if not isinstance(value, kinds)), None)
    if wrong is not None:
        raise TypeError(
            f"The column `{column}` must have {wanted}. Received: {wrong!r}, of type {type(wrong).__name__}."
        )
