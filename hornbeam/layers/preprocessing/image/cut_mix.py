"""`CutMix`: images with a part of another one."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine, ops, random
from hornbeam.layers.preprocessing.image.factors import Bounds
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer
from hornbeam.layers.preprocessing.image.rectangles import pixels, rectangles
from hornbeam.layers.preprocessing.image.shares import random_shares


class CutMix(RandomImageLayer):
    """In training, a rectangle of each image shows another image of the batch.

    Height and width of the rectangle are sqrt(1 - c) times those of the image, with c from Beta(a, a) and a uniform
    in `factor`. With s the share of pixels in the rectangle, labels are (1 - s) label + s (label of the other image);
    so they must be numbers, such as one-hot vectors. Masks are cut likewise.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f). The smaller a is, the more often
            the rectangle is all of the image, or nothing of it.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: a batch of images, or a dictionary of "images" and "labels".

    Source: Yun et al. 2019, CutMix: regularization strategy to train strong classifiers with localizable features.

    >>> import hornbeam
    >>> hornbeam.layers.CutMix()([[[[1.0]]], [[[1.0]]]], training=True).tolist()
    [[[[1.0]]], [[[1.0]]]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1)}
    passes_values = True
    row_independent = "inference"

    def __init__(self, factor: Any = 1.0, seed: int | None = None, data_format: str | None = None, **kwargs: Any):
        super().__init__(seed, **kwargs)
        self.store(locals())

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        order = random.shuffle(engine.arange(0, batch, 1, "int32"), seed=seed)
        side = engine.sqrt(random_shares(2, batch, self.drawn("factor", batch, seed), seed)[:, 0])
        return order, rectangles((height, width), (side, side), seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        order, inside = transformation
        return engine.where(pixels(inside, self.data_format), engine.take(images, order, 0), images)

    def transform_labels(self, labels: Any, transformation: Any = None, training: bool = True) -> Any:
        """The labels, mixed as far as the images are."""
        if not training:
            return labels
        order, inside = transformation.drawn
        down, across = (ops.mean(engine.cast(lines, "float32"), 1) for lines in inside)
        share = down * across
        x = engine.cast(labels, self.compute_dtype)
        share = engine.cast(engine.reshape(share, (-1, *(1 for _ in x.shape[1:]))), self.compute_dtype)
        return (1 - share) * x + share * engine.take(x, order, 0)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any = None, training: bool = True) -> Any:
        """Boxes cannot follow."""
        if training:
            raise NotImplementedError(
                f"Layer `{self.name}` (CutMix) cannot say what becomes of bounding boxes, half of which another image "
                "may cover: leave them out, or use `MixUp`."
            )
        return bounding_boxes
