"""What layers of images share: one image or many, in either order of axes, and what belongs to the images."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.preprocessing.data_layer import DataLayer
from hornbeam.layers.preprocessing.image.factors import Bounds, as_range, as_value_range
from hornbeam.ops.image.axes import channel_axis, spatial_axes

#: What a dictionary may hold; the method `transform_...` of each says what becomes of it.
PARTS = ("images", "labels", "segmentation_masks")


class ImageLayer(DataLayer):
    """y = change(x, t) for a batch of images x, where t is what is done to each of them.

    Input: one image, a batch of images, or a dictionary with "images" and, if there are any, their "labels" and
    "segmentation_masks". Output: the same, changed together.

    Args:
        bounding_box_format: is kept in configs.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        kwargs: `name`, `dtype`, ...
    """

    #: Arguments that become ranges, and between what their ends lie.
    bounds: ClassVar[dict[str, Bounds]] = {}
    #: Whether pixels go to other places, where their masks have to follow.
    moves = True
    #: The numbers of channels that an image may have; `None` for any.
    channels: ClassVar[tuple[int, ...] | None] = None
    #: Whether images are changed at inference as well.
    always = False

    def __init__(self, bounding_box_format: str | None = None, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        """The formula of the layer, on a batch in floats; `interpolation`, if given, goes before the layer's own."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `change`.")

    def call(self, data: Any, training: bool = True) -> Any:
        transformation = self.get_random_transformation(data, training)
        if not isinstance(data, dict):
            return self.transform_images(data, transformation, training)
        _check_parts(self, data)
        changed = {
            part: getattr(self, f"transform_{part}")(data[part], transformation, training)
            for part in PARTS
            if part in data
        }
        return {**data, **changed}

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is to be done to each of the images, for the methods `transform_...`; `None` if nothing is drawn."""
        return None

    # what belongs together

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images after `transformation`, in the compute dtype."""
        check_images(self, images)
        return engine.cast(self._changed(images, transformation, training), self.compute_dtype)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        """Masks of the images after `transformation`: each pixel has the value of the nearest one."""
        if not self.moves:
            return segmentation_masks
        moved = self._changed(segmentation_masks, transformation, training, "nearest")
        return engine.cast(moved, engine.dtype_name(segmentation_masks))

    def transform_labels(self, labels: Any, transformation: Any = None, training: bool = True) -> Any:
        """Labels of the images after `transformation`: most changes leave them as they are."""
        return labels

    def _changed(self, x: Any, transformation: Any, training: bool, interpolation: str | None = None) -> Any:
        if not (training or self.always):
            return x
        precise = engine.cast(x, "float64" if self.compute_dtype == "float64" else "float32")
        if len(x.shape) == 4:
            return self.change(precise, transformation, interpolation)
        return self.change(precise[None], transformation, interpolation)[0]

    # one image

    def transform_single_image(self, image: Any, transformation: Any, training: bool = True) -> Any:
        """`transform_images` of one image."""
        return self.transform_images(image, transformation, training)

    def transform_single_segmentation_mask(
        self, segmentation_mask: Any, transformation: Any, training: bool = True
    ) -> Any:
        """`transform_segmentation_masks` of the mask of one image."""
        return self.transform_segmentation_masks(segmentation_mask, transformation, training)

    def transform_single_label(self, label: Any, transformation: Any, training: bool = True) -> Any:
        """`transform_labels` of the label of one image."""
        return self.transform_labels(label[None], transformation, training)[0]

    # arguments

    def resolve(self, name: str, value: Any) -> Any:
        if name in self.bounds and value is not None:
            return as_range(self, name, value, self.bounds[name])
        if name == "value_range":
            return as_value_range(self, value)
        return standardize_data_format(value) if name == "data_format" else super().resolve(name, value)

    def config_arguments(self) -> dict[str, Any]:
        config = super().config_arguments()
        if config.get("bounding_box_format") is None:
            config.pop("bounding_box_format", None)
        return config


def _check_parts(layer: ImageLayer, data: dict[str, Any]) -> None:
    """Raise if something belongs to the images that cannot go along with them."""
    if "bounding_boxes" in data:
        raise ValueError(
            f"`{type(layer).__name__}` changes images, labels and segmentation masks; bounding boxes are not "
            f"supported. Received: a dictionary with {', '.join(map(repr, data))}."
        )


def check_images(layer: ImageLayer, images: Any) -> None:
    """Raise unless `images` is one image or a batch, of as many channels as the layer can do with."""
    shape, who = images.shape, f"Layer `{layer.name}` ({type(layer).__name__})"
    if len(shape) not in (3, 4):
        raise ValueError(
            f"{who} needs one image (3 axes) or a batch (4 axes). Received: shape {symbolic.shown(shape)}."
        )
    axis = channel_axis(layer.data_format)
    if layer.channels is not None and shape[axis] not in layer.channels:
        raise ValueError(
            f"{who} needs images with {' or '.join(map(str, layer.channels))} channels, in axis {axis} "
            f"(data_format={layer.data_format!r}). Received: shape {symbolic.shown(shape)}."
        )


def sizes(layer: ImageLayer, images: Any) -> tuple[int, int, int]:
    """The number of images, their height and their width."""
    height, width = (images.shape[axis] for axis in spatial_axes(layer.data_format))
    return (1 if len(images.shape) == 3 else images.shape[0]), height, width
