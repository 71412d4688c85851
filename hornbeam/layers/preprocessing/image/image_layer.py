"""What all layers for images share: one image or a batch, where channels are, what goes along with the images."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.preprocessing.image.factors import Bounds, as_range, as_value_range
from hornbeam.ops.image.axes import channel_axis, spatial_axes


class ImageLayer(Layer):
    """Images changed by `change`, a batch at a time.

    The input is one image, a batch, or a dictionary with "images" and what belongs to them: "labels" and
    "segmentation_masks".

    Args:
        data_format: "channels_last" or "channels_first"; the global setting by default.
        bounding_box_format: is kept in configs.
        kwargs: `name`, `dtype`, ...
    """

    #: The arguments that are factors, which become ranges.
    bounds: ClassVar[dict[str, Bounds]] = {}
    #: Whether pixels move, so that segmentation masks must follow.
    moves = True
    #: How many channels an image may have; `None` for any number.
    channels: ClassVar[tuple[int, ...] | None] = None
    #: Whether images change at inference too.
    always = False

    def __init__(self, bounding_box_format: str | None = None, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())

    def resolve(self, name: str, value: Any) -> Any:
        if name == "data_format":
            return standardize_data_format(value)
        if name == "value_range":
            return as_value_range(self, value)
        if name in self.bounds and value is not None:
            return as_range(self, name, value, self.bounds[name])
        return super().resolve(name, value)

    def config_arguments(self) -> dict[str, Any]:
        config = super().config_arguments()
        return {k: v for k, v in config.items() if k != "bounding_box_format" or v is not None}

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        """A batch of images in floats, changed."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `change`.")

    def call(self, data: Any, training: bool = True) -> Any:
        transformation = self.get_random_transformation(data, training)
        if not isinstance(data, dict):
            return self.transform_images(data, transformation, training)
        if "bounding_boxes" in data:
            raise ValueError(
                f"`{type(self).__name__}` changes images, labels and segmentation masks; bounding boxes are not "
                f"supported. Received: a dictionary with {', '.join(map(repr, data))}."
            )
        known = {name: getattr(self, f"transform_{name}") for name in _TOGETHER if name in data}
        return data | {name: change(data[name], transformation, training) for name, change in known.items()}

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What will be done to each image of `data`; `None` where nothing is drawn."""
        return None

    def transform_images(self, images: Any, transformation: Any = None, training: bool = True) -> Any:
        """The images, changed by `transformation`."""
        check_images(self, images)
        if not (training or self.always):
            return engine.cast(images, self.compute_dtype)
        return self._changed(images, transformation)

    def _changed(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        x = engine.cast(images, "float64" if self.compute_dtype == "float64" else "float32")
        y = self.change(x if len(x.shape) == 4 else x[None], transformation, interpolation)
        return engine.cast(y if len(x.shape) == 4 else y[0], self.compute_dtype)

    def transform_labels(self, labels: Any, transformation: Any = None, training: bool = True) -> Any:
        """The labels that belong to the changed images."""
        return labels

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        """The masks that belong to the changed images: pixels move as theirs do, and keep their values."""
        if not self.moves or not (training or self.always):
            return segmentation_masks
        return engine.cast(
            self._changed(segmentation_masks, transformation, "nearest"), engine.dtype_name(segmentation_masks)
        )

    def transform_single_image(self, image: Any, transformation: Any, training: bool = True) -> Any:
        """One image, changed."""
        return self.transform_images(image, transformation, training)

    def transform_single_label(self, label: Any, transformation: Any, training: bool = True) -> Any:
        """The label of one changed image."""
        return self.transform_labels(label[None], transformation, training)[0]

    def transform_single_segmentation_mask(
        self, segmentation_mask: Any, transformation: Any, training: bool = True
    ) -> Any:
        """The mask of one changed image."""
        return self.transform_segmentation_masks(segmentation_mask, transformation, training)


_TOGETHER = ("images", "labels", "segmentation_masks")


def check_images(layer: ImageLayer, images: Any) -> None:
    """Raise unless `images` is one image or a batch of them, with as many channels as the layer takes."""
    shape = images.shape
    if len(shape) not in (3, 4):
        raise ValueError(
            f"Layer `{layer.name}` ({type(layer).__name__}) needs one image (3 axes) or a batch (4 axes). "
            f"Received: shape {symbolic.shown(shape)}."
        )
    axis = channel_axis(layer.data_format)
    if layer.channels is not None and shape[axis] not in layer.channels:
        expected = " or ".join(map(str, layer.channels))
        raise ValueError(
            f"Layer `{layer.name}` ({type(layer).__name__}) needs images with {expected} channels, in axis {axis} "
            f"(data_format={layer.data_format!r}). Received: shape {symbolic.shown(shape)}."
        )


def sizes(layer: ImageLayer, images: Any) -> tuple[int, int, int]:
    """How many images there are, their height and their width."""
    height, width = (images.shape[axis] for axis in spatial_axes(layer.data_format))
    return (images.shape[0] if len(images.shape) == 4 else 1), height, width
