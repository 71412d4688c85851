"""`MixUp`: images laid over each other, with their labels."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.core import tree
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, each


class MixUp(RandomImageLayer):
    """In training, y = c x + (1 - c) x', with x' another image of the batch and c from Beta(alpha, alpha).

    c and x' are drawn for each image. Labels mix likewise, so they must be numbers, such as one-hot vectors.

    Args:
        alpha: positive; the larger, the nearer is c to a half.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        seed: an integer for the same images in every run.

    Input and output: a batch of images, or a dictionary of "images" and "labels".

    Source: Zhang et al. 2018, mixup: beyond empirical risk minimization.

    >>> import hornbeam
    >>> hornbeam.layers.MixUp()([[[[1.0]]], [[[1.0]]]], training=True).shape == (2, 1, 1, 1)
    True
    """

    row_independent = "inference"

    def __init__(self, alpha: float = 0.2, data_format: str | None = None, seed: int | None = None, **kwargs: Any):
        super().__init__(seed, **kwargs)
        self.store(locals())
        if alpha <= 0:
            raise ValueError(f"`alpha` of `MixUp` must be positive. Received: alpha={alpha!r}.")

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        order = random.shuffle(engine.arange(0, batch, 1, "int32"), seed=seed)
        return order, random.beta((batch,), self.alpha, self.alpha, "float32", seed)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        order, share = transformation
        return each(share) * images + each(1 - share) * engine.take(images, order, 0)

    def transform_labels(self, labels: Any, transformation: Any = None, training: bool = True) -> Any:
        """The labels, mixed as the images are."""
        if not training:
            return labels
        return self._mixed(labels, transformation)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        """The masks, mixed as the images are."""
        return self._mixed(segmentation_masks, transformation) if training else segmentation_masks

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any = None, training: bool = True) -> Any:
        """The boxes of both images."""
        if not training:
            return bounding_boxes
        order = transformation.drawn[0]
        return tree.map(lambda x: engine.concatenate([x, engine.take(x, order, 0)], 1), bounding_boxes)

    def _mixed(self, x: Any, transformation: Any) -> Any:
        order, share = transformation.drawn
        share = engine.reshape(share, (-1, *(1 for _ in x.shape[1:])))
        x = engine.cast(x, "float32")
        return engine.cast(share * x + (1 - share) * engine.take(x, order, 0), self.compute_dtype)
