"""`Equalization`: images in which all values are equally frequent."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.histograms import counts, levels
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.ops.image.axes import from_channels_last, to_channels_last


class Equalization(ImageLayer):
    """y = low + (high - low) (c(x) - c(least)) / (n - c(least)), in 255 steps.

    c(v) is how many of the n pixels of a channel are in v's bin or below. Each channel of each image is equalized for
    itself; one whose pixels are all in one bin stays as it is.

    Args:
        value_range: (low, high), the least and the largest value of a pixel.
        bins: of the histogram, from low to high.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels), or a batch of them.

    >>> import hornbeam
    >>> hornbeam.layers.Equalization()([[[10.0], [11.0], [20.0]]])[..., 0].tolist()
    [[0.0, 128.0, 255.0]]
    """

    always = True
    moves = False

    def __init__(self, value_range: Any = (0, 255), bins: int = 256, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.bins = check_positive(self, "bins", bins)

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        x = engine.transpose(to_channels_last(images, self.data_format), (0, 3, 1, 2))
        batch, channels, height, width = x.shape
        y = self._equalized(engine.reshape(x, (batch * channels, height * width)))
        y = engine.transpose(engine.reshape(y, x.shape), (0, 2, 3, 1))
        return from_channels_last(y, self.data_format)

    def compute_output_spec(self, inputs: Any, **kwargs: Any) -> Any:
        """The symbolic result of a call on symbolic images."""
        return super().compute_output_spec(inputs, **kwargs)

    def _equalized(self, x: Any) -> Any:
        """The rows of `x`, each equalized."""
        (low, high), bins = self.value_range, self.bins
        rows = levels(x, (low, high), bins)
        found = engine.cumsum(counts(rows, bins), 1)
        least = engine.min(engine.where(found > 0, found, rows.shape[1]), 1, True)
        spread = engine.cast(rows.shape[1] - least, "float32")
        steps = engine.round(255 * engine.cast(found - least, "float32") / engine.maximum(spread, 1.0))
        table = engine.cast(low + (high - low) / 255 * steps, engine.dtype_name(x))
        return engine.where(spread > 0, engine.take_along_axis(table, rows, 1), x)
