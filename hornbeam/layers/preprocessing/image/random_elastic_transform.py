"""`RandomElasticTransform`: images as on a rubber sheet."""

from __future__ import annotations

from typing import Any, ClassVar

from hornbeam import engine, random
from hornbeam.layers.preprocessing.image.factors import Bounds, check_number, check_way
from hornbeam.layers.preprocessing.image.random_image_layer import RandomImageLayer, each, with_chance
from hornbeam.ops.control import if_any
from hornbeam.ops.image.sampling import FILL_MODES
from hornbeam.ops.image.warping import INTERPOLATIONS, warp


class RandomElasticTransform(RandomImageLayer):
    """In training, the pixel at p is that of the image at p + a s n, where n is noise smoothed by a Gaussian.

    With f uniform in `scale`, for each image, a is 0.1 f times the longer side of the image, and s, the standard
    deviation of the Gaussian, 0.05 f times the shorter one. This happens with a chance that is uniform in `factor`.

    Args:
        factor: (least, largest), between 0 and 1; one number f stands for (0, f).
        scale: f, likewise.
        interpolation: "bilinear" or "nearest".
        fill_mode: what is outside: "reflect", "constant", "nearest", "wrap" or "mirror".
        fill_value: for "constant".
        value_range: the least and the largest value of a pixel.
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    Source: Simard, Steinkraus, Platt 2003, Best practices for convolutional neural networks.

    >>> import hornbeam
    >>> hornbeam.layers.RandomElasticTransform(0.0)([[[1.0], [2.0]]], training=True)[..., 0].tolist()
    [[1.0, 2.0]]
    """

    bounds: ClassVar = {"factor": Bounds(0, 1), "scale": Bounds(0, 1)}

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        check_way(self, "interpolation", interpolation, INTERPOLATIONS)
        check_way(self, "fill_mode", fill_mode, FILL_MODES)
        check_number(self, "fill_value", fill_value)

    def get_elastic_transform_params(self, height: int, width: int, factor: Any) -> tuple[Any, Any]:
        """How far pixels move (a), and how smooth the field is (s)."""
        return 0.1 * max(height, width) * factor, 0.05 * min(height, width) * factor

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        happens = with_chance(self.drawn("factor", batch, seed), batch, seed)
        far, smooth = self.get_elastic_transform_params(height, width, self.drawn("scale", batch, seed))
        noise = random.normal((2, batch, height, width), dtype="float32", seed=seed)
        field = engine.matmul(_gaussians(height, smooth), engine.matmul(noise, _gaussians(width, smooth)))
        return happens, field * engine.reshape(far * smooth, (-1, 1, 1))

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        happens, field = transformation
        return if_any(happens, lambda x: engine.where(each(happens), self._moved(x, field, interpolation), x), images)

    def _moved(self, images: Any, field: Any, interpolation: str | None) -> Any:
        (right, down), how = field, interpolation or self.interpolation
        y = warp(images, lambda x, y: (x + right, y + down), how, self.fill_mode, self.fill_value, self.data_format)
        if interpolation is not None:
            return y
        low, high = self.value_range
        return engine.minimum(engine.maximum(y, low), high)

    def transform_bounding_boxes(self, bounding_boxes: Any, transformation: Any = None, training: bool = True) -> Any:
        """Boxes cannot follow."""
        if training:
            raise NotImplementedError(
                f"Layer `{self.name}` (RandomElasticTransform) cannot say what becomes of bounding boxes, since each "
                "pixel moves another way: leave them out, or use `RandomPerspective`."
            )
        return bounding_boxes


def _gaussians(n: int, sigma: Any) -> Any:
    """Matrices that convolve rows of n elements with a Gaussian, one for each sigma; outside is 0."""
    place = engine.arange(0, n, 1, "float32")
    sigma = engine.reshape(engine.maximum(sigma, 1e-3), (-1, 1, 1))
    squares = (place[:, None] - place) ** 2
    weights = engine.exp(-squares / (2 * sigma * sigma))
    whole = 2 * engine.sum(engine.exp(-(place * place) / (2 * sigma * sigma)), 2, True) - 1
    return weights / whole
