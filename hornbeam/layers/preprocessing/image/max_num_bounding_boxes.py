"""`MaxNumBoundingBoxes`: as many boxes for each image."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.factors import check_number
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer


class MaxNumBoundingBoxes(ImageLayer):
    """The first `max_number` boxes of each image; where there are fewer, `fill_value` stands for the missing ones.

    Args:
        max_number: how many boxes each image has afterwards.
        fill_value: of the boxes and labels that are missing.

    Input: a dictionary of "images" and "bounding_boxes", which are a dictionary of "boxes", of shape (batch, boxes, 4),
    and their "labels". Output: the same with max_number boxes.

    >>> import hornbeam
    >>> boxes = {"boxes": hornbeam.ops.ones((1, 1, 4)), "labels": hornbeam.ops.ones((1, 1))}
    >>> data = {"images": hornbeam.ops.ones((1, 4, 4, 3)), "bounding_boxes": boxes}
    >>> hornbeam.layers.MaxNumBoundingBoxes(2)(data)["bounding_boxes"]["labels"].tolist()
    [[1.0, -1.0]]
    """

    always = True
    moves = False

    def __init__(self, max_number: int, fill_value: float = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.max_number = check_positive(self, "max_number", max_number)
        check_number(self, "fill_value", fill_value)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        return images

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any = None, training: bool = True) -> Any:
        """The first boxes and their labels."""
        axis = len(bounding_boxes["boxes"].shape) - 2
        return {name: self._first(x, axis) for name, x in bounding_boxes.items()}

    def _first(self, x: Any, axis: int) -> Any:
        x = x[(*(slice(None) for _ in range(axis)), slice(self.max_number))]
        widths = [(0, self.max_number - n if i == axis else 0) for i, n in enumerate(x.shape)]
        return engine.pad(x, widths, "constant", self.fill_value)

    def config_arguments(self) -> dict[str, Any]:
        config = super().config_arguments()
        if self.fill_value == -1:
            del config["fill_value"]  # which Keras leaves out
        return config
