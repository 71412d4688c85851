"""What layers of images share: one image or many, in either order of axes, and what belongs to the images."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.preprocessing.data_layer import DataLayer
from hornbeam.layers.preprocessing.image.boxes import check_boxes, moved_boxes
from hornbeam.layers.preprocessing.image.compiled import computed, draw
from hornbeam.layers.preprocessing.image.factors import Bounds, as_range, as_value_range
from hornbeam.ops import arrays
from hornbeam.ops.boxes.formats import format_of
from hornbeam.ops.dispatch import as_array
from hornbeam.ops.image.axes import channel_axis, spatial_axes

#: What a dictionary may hold; the method `transform_...` of each says what becomes of it.
PARTS = ("images", "labels", "bounding_boxes", "segmentation_masks")


class Transformation(NamedTuple):
    """What is done to images: what a layer has `drawn`, one for each of them, and the size that they have."""

    drawn: Any
    height: int
    width: int


class ImageLayer(DataLayer):
    """y = change(x, t) for a batch of images x, where t is what is done to each of them.

    Input: one image, a batch of images, or a dictionary with "images" and, if there are any, their "labels",
    "segmentation_masks" and "bounding_boxes", which are a dictionary with "boxes" and "labels". Output: the same,
    changed together.

    Args:
        bounding_box_format: how boxes are written, such as "xyxy", "xywh" or "rel_xyxy".
        data_format: "channels_last" or "channels_first"; the global setting by default.
        kwargs: `name`, `dtype`, ...
    """

    #: Arguments that become ranges, and between what their ends lie.
    bounds: ClassVar[dict[str, Bounds]] = {}
    #: Whether pixels go to other places, where their masks have to follow.
    moves = True
    #: The numbers of channels that an image may have; `None` for any.
    channels: tuple[int, ...] | None = None
    #: Whether images are changed at inference as well.
    always = False

    def __init__(self, bounding_box_format: str | None = None, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.autocast = False  # pixels, and the corners of boxes, must not be rounded to 16 bits

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        """The formula of the layer, on a batch in floats; `interpolation`, if given, goes before the layer's own."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `change`.")

    def move_corners(self, corners: Any, transformation: Any, height: int, width: int) -> Any:
        """Where the corners (x0, y0, x1, y1) of boxes come to lie, in pixels; of shape (batch, boxes, 4)."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `move_corners`.")

    def size_after(self, height: int, width: int) -> tuple[int, int]:
        """The size of images that had this one."""
        return height, width

    def call(self, data: Any, training: bool = True) -> Any:
        if isinstance(data, dict):
            _check_parts(self, data)
        transformation = self.get_random_transformation(data, training)
        if not isinstance(data, dict):
            return self.transform_images(data, transformation, training)
        changed = {part: self._transformed(part, data, transformation, training) for part in PARTS if part in data}
        return {**data, **changed}

    def _transformed(self, part: str, data: dict[str, Any], transformation: Any, training: bool) -> Any:
        transform, value = getattr(self, f"transform_{part}"), data[part]
        if part != "segmentation_masks" or len(value.shape) == len(data["images"].shape):
            return transform(value, transformation, training)
        axis = channel_axis(self.data_format)  # masks may come without one
        return arrays.squeeze(transform(arrays.expand_dims(value, axis), transformation, training), axis)

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        """What is to be done to each image of a batch."""
        return None

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is to be done to each of the images, for the methods `transform_...`."""
        images = data["images"] if isinstance(data, dict) else data
        check_images(self, images)
        size = sizes(self, images)
        return Transformation(draw(self, images, size, seed) if training else None, *size[1:])

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
        return engine.cast(moved, engine.dtype_name(as_array(segmentation_masks)))

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any = None, training: bool = True) -> Any:
        """Boxes of the images after `transformation`; the label of one that nothing is left of becomes -1."""
        if not self.moves or not self._acts(training) or transformation is None:
            return bounding_boxes
        drawn, height, width = transformation
        return moved_boxes(
            bounding_boxes,
            self.bounding_box_format,
            (height, width),
            self.size_after(height, width),
            lambda corners: self.move_corners(corners, drawn, height, width),
        )

    def transform_labels(self, labels: Any, transformation: Any = None, training: bool = True) -> Any:
        """Labels of the images after `transformation`: most changes leave them as they are."""
        return labels

    def _changed(self, x: Any, transformation: Any, training: bool, interpolation: str | None = None) -> Any:
        if not self._acts(training):
            return as_array(x)
        drawn = None if transformation is None else transformation.drawn
        return computed(self, self._formula, as_array(x), drawn, interpolation)

    def _formula(self, x: Any, drawn: Any, interpolation: str | None) -> Any:
        x = engine.cast(x, "float64" if self.compute_dtype == "float64" else "float32")
        if len(x.shape) == 4:
            return self.change(x, drawn, interpolation)
        return self.change(x[None], drawn, interpolation)[0]

    def _acts(self, training: bool) -> bool:
        return training or self.always

    # one image

    def transform_single_image(self, image: Any, transformation: Any, training: bool = True) -> Any:
        """`transform_images` of one image."""
        return self.transform_images(image, transformation, training)

    def transform_single_segmentation_mask(
        self, segmentation_mask: Any, transformation: Any, training: bool = True
    ) -> Any:
        """`transform_segmentation_masks` of the mask of one image."""
        return self.transform_segmentation_masks(segmentation_mask, transformation, training)

    def transform_single_bounding_box(self, bounding_box: Any, transformation: Any, training: bool = True) -> Any:
        """`transform_bounding_boxes` of the boxes of one image."""
        return self.transform_bounding_boxes(bounding_box, transformation, training)

    def transform_single_label(self, label: Any, transformation: Any, training: bool = True) -> Any:
        """`transform_labels` of the label of one image."""
        return self.transform_labels(label[None], transformation, training)[0]

    # arguments

    def resolve(self, name: str, value: Any) -> Any:
        if name in self.bounds and value is not None:
            return as_range(self, name, value, self.bounds[name])
        if name == "bounding_box_format" and value is not None:
            format_of(value)
        if name == "value_range":
            return as_value_range(self, value)
        return standardize_data_format(value) if name == "data_format" else super().resolve(name, value)

    def config_arguments(self) -> dict[str, Any]:
        config = super().config_arguments()
        if config.get("bounding_box_format") is None:
            config.pop("bounding_box_format", None)
        return config


def _check_parts(layer: ImageLayer, data: dict[str, Any]) -> None:
    """Raise unless there are images, and what belongs to them can go along."""
    if "images" not in data:
        raise ValueError(
            f'Layer `{layer.name}` ({type(layer).__name__}) needs images, or a dictionary with "images". '
            f"Received: a dictionary with {', '.join(map(repr, data)) or 'nothing in it'}."
        )
    check_images(layer, data["images"])
    if "bounding_boxes" not in data:
        return
    if layer.moves and layer.bounding_box_format is None:
        raise ValueError(
            f"Layer `{layer.name}` ({type(layer).__name__}) needs to know how bounding boxes are written: pass "
            f'`bounding_box_format`, such as "xyxy", to its constructor. Received: a dictionary with '
            f"{', '.join(map(repr, data))}."
        )
    check_boxes(layer, data)


def check_images(layer: ImageLayer, images: Any) -> None:
    """Raise unless `images` is one image or a batch, of as many channels as the layer can do with."""
    shape, who = images.shape, f"Layer `{layer.name}` ({type(layer).__name__})"
    if len(shape) not in (3, 4):
        raise ValueError(f"{who} needs one image (3 axes) or a batch (4 axes). Received: shape {shown_shape(shape)}.")
    axis = channel_axis(layer.data_format)
    if layer.channels is not None and shape[axis] not in layer.channels:
        raise ValueError(
            f"{who} needs images with {' or '.join(map(str, layer.channels))} channels, in axis {axis} "
            f"(data_format={layer.data_format!r}). Received: shape {shown_shape(shape)}."
        )


def sizes(layer: ImageLayer, images: Any) -> tuple[int, int, int]:
    """The number of images, their height and their width."""
    height, width = (images.shape[axis] for axis in spatial_axes(layer.data_format))
    return (1 if len(images.shape) == 3 else images.shape[0]), height, width
