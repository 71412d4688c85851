"""`ImageDataGenerator`: images changed at random and standardized, batch by batch."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any

import numpy as np

from hornbeam.core.dtypes import floatx
from hornbeam.core.renaming.arguments import takes_old_arguments
from hornbeam.core.settings import standardize_data_format
from hornbeam.preprocessing.image import draws, ranges, statistics
from hornbeam.preprocessing.image.applying import apply, apply_to_all
from hornbeam.preprocessing.image.from_arrays import NumpyArrayIterator
from hornbeam.preprocessing.image.from_dataframe import DataFrameIterator
from hornbeam.preprocessing.image.from_directory import DirectoryIterator


class ImageDataGenerator:
    """Images changed at random and standardized, batch by batch, for `fit`.

    What is drawn comes from NumPy's global generator, in Keras's order: with the same seeds, the same images.

    Args:
        featurewise_center: subtract the mean of the data, which `fit` finds.
        samplewise_center: subtract each image's own mean.
        featurewise_std_normalization: divide by the standard deviation of the data.
        samplewise_std_normalization: divide each image by its own.
        zca_whitening: ZCA whitening, of the data that `fit` got.
        zca_epsilon: added to the eigenvalues there.
        rotation_range: degrees by which images are turned at most.
        width_shift_range: how far they are moved at most: a part of the width below 1, or pixels; an integer is drawn
            from the whole numbers below it, a list gives the distances to choose from.
        height_shift_range: the same of the height.
        brightness_range: the least and the largest factor of the brightness.
        shear_range: degrees of shear at most.
        zoom_range: the least and the largest zoom; or a number z, for 1 - z to 1 + z.
        channel_shift_range: what is added to all values at most.
        fill_mode, cval: what lies beyond the borders, as for `apply_affine_transform`.
        horizontal_flip, vertical_flip: whether half of the images are mirrored.
        rescale: a factor for all values, after the changes.
        preprocessing_function: gets each changed image, of rank 3, and gives one of the same shape.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        validation_split: what part is for validation, between 0 and 1.
        interpolation_order: as `order` of `apply_affine_transform`.
        dtype: of the images; `floatx()` by default.
    """

    @takes_old_arguments("keras.preprocessing.image")
    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Any = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ):
        self.featurewise_center, self.samplewise_center = featurewise_center, samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.channel_shift_range = channel_shift_range
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, cval, interpolation_order
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.dtype = dtype or floatx()
        self.data_format = standardize_data_format(data_format)
        axes = (3, 1, 2) if self.data_format == "channels_last" else (1, 2, 3)
        self.channel_axis, self.row_axis, self.col_axis = axes
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(f"`validation_split` must be between 0 and 1. Received: {validation_split!r}.")
        self._validation_split = validation_split
        self.mean = self.std = self.zca_whitening_matrix = None
        ranges.check_limits(
            rotation_range=rotation_range, shear_range=shear_range, channel_shift_range=channel_shift_range, cval=cval
        )
        ranges.check_shifts(width_shift_range=width_shift_range, height_shift_range=height_shift_range)
        ranges.check_sampling(fill_mode, interpolation_order)
        ranges.check_function("preprocessing_function", preprocessing_function)
        if isinstance(zoom_range, Real):
            zoom_range = [1 - zoom_range, 1 + zoom_range]
        ranges.check_pair("zoom_range", zoom_range)
        self.zoom_range = [zoom_range[0], zoom_range[1]]
        if brightness_range is not None:
            ranges.check_pair("brightness_range", brightness_range)
        self.brightness_range = brightness_range
        self._settle()

    def _settle(self) -> None:
        """Some ways to standardize imply others, or leave no room for them."""
        if self.zca_whitening:
            self._set("featurewise_center", True, "zca_whitening")
            self._set("featurewise_std_normalization", False, "zca_whitening")
        if self.featurewise_std_normalization:
            self._set("featurewise_center", True, "featurewise_std_normalization")
        if self.samplewise_std_normalization:
            self._set("samplewise_center", True, "samplewise_std_normalization")

    def _set(self, name: str, value: bool, by: str) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            warnings.warn(f"`{by}=True` sets `{name}` to {value}.", stacklevel=4)

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of arrays; the arguments are those of `NumpyArrayIterator`."""
        return NumpyArrayIterator(
            x, y, self, batch_size, shuffle, sample_weight, seed, self.data_format, save_to_dir, save_prefix,
            save_format, subset, ignore_class_split, self.dtype,
        )  # fmt: skip

    def flow_from_directory(
        self,
        directory: Any,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        skip_broken: bool = False,
    ) -> DirectoryIterator:
        """Batches of image files in folders; the arguments are those of `DirectoryIterator`."""
        return DirectoryIterator(
            directory, self, target_size, color_mode, classes, class_mode, batch_size, shuffle, seed, self.data_format,
            save_to_dir, save_prefix, save_format, follow_links, subset, interpolation, keep_aspect_ratio, self.dtype,
            skip_broken,
        )  # fmt: skip

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        skip_broken: bool = False,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches of the image files in a column of a data frame; the arguments are those of `DataFrameIterator`.

        `kwargs` are those of older versions: `has_ext`, `drop_duplicates`, `sort`; class_mode="other" is now "raw".
        """
        unknown = set(kwargs) - {"has_ext", "drop_duplicates", "sort", "keep_aspect_ratio"}
        if unknown:
            raise TypeError(f"`flow_from_dataframe` has no argument {', '.join(f'`{name}`' for name in unknown)}.")
        if kwargs.get("has_ext") is False:
            raise ValueError(
                f"The files in the column `{x_col}` must be named with their endings. Received: has_ext=False."
            )
        if kwargs.get("drop_duplicates"):
            dataframe = dataframe.drop_duplicates(x_col)
        return DataFrameIterator(
            dataframe, directory, self, x_col, y_col, weight_col, target_size, color_mode, classes,
            "raw" if class_mode == "other" else class_mode, batch_size, shuffle, seed, self.data_format, save_to_dir,
            save_prefix, save_format, subset, interpolation, bool(kwargs.get("keep_aspect_ratio")), self.dtype,
            validate_filenames, skip_broken,
        )  # fmt: skip

    def standardize(self, x: Any) -> Any:
        """An image or a batch as the arguments of the constructor want it; an array of floats is written to."""
        return statistics.standardize(self, x)

    def get_random_transform(self, img_shape: Any, seed: int | None = None) -> dict[str, Any]:
        """What is to be changed in an image of this shape, drawn at random."""
        return draws.draw(self, img_shape, seed)

    def apply_transform(self, x: Any, transform_parameters: dict[str, Any]) -> Any:
        """An image of rank 3 changed as `get_random_transform` says: keys that are missing change nothing."""
        return apply(self, x, transform_parameters)

    def random_transform(self, x: Any, seed: int | None = None) -> Any:
        """An image of rank 3 changed at random."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Find mean, standard deviation and whitening matrix, for what is "featurewise", and for ZCA.

        Args:
            x: images, of rank 4.
            augment: whether they are changed at random before.
            rounds: how often, if so.
            seed: of NumPy's global generator.
        """
        statistics.fit(self, x, augment, rounds, seed)

    def _changed(self, images: np.ndarray) -> np.ndarray:
        """A batch, changed and standardized; it may be written to."""
        if self._has_own("apply_transform", "standardize") and self.preprocessing_function is None:
            shape = images.shape[1:]
            if self._has_own("get_random_transform"):
                return apply_to_all(self, images, draws.draw_all(self, shape, len(images)))
            return apply_to_all(self, images, draws.together([self.get_random_transform(shape) for _ in images]))
        for i, x in enumerate(images):  # in turn: functions may draw, and need not be made for threads
            images[i] = self.standardize(self.apply_transform(x, self.get_random_transform(x.shape)))
        return images

    def _has_own(self, *methods: str) -> bool:
        """Whether none of these is a subclass's, or was set."""
        kind = type(self)
        return all(getattr(kind, m) is getattr(ImageDataGenerator, m) and m not in vars(self) for m in methods)
