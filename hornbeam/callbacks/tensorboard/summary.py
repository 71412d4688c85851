"""`Summary`: what a user adds to the files of TensorBoard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never

import numpy as np

from hornbeam.callbacks.tensorboard.event_file import EventFile
from hornbeam.callbacks.tensorboard.messages import histogram, image, scalar


class Summary:
    """Writes numbers, histograms and gray images; called as `tf.summary` is, without a writer to set.

    Args:
        file: that it writes to.
        updates: counts the updates so far, for who gives no step.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Summary(EventFile(folder), lambda: 0).scalar("temperature", 0.5, step=3)
    """

    def __init__(self, file: EventFile, updates: Callable[[], int]):
        self._file, self._updates = file, updates

    def scalar(self, name: str, data: Any, step: int | None = None) -> None:
        """A number."""
        self._write(scalar(name, float(data)), step)

    def histogram(self, name: str, data: Any, step: int | None = None) -> None:
        """How many of some numbers are where."""
        self._write(histogram(name, np.asarray(data)), step)

    def image(self, name: str, data: Any, step: int | None = None) -> None:
        """Gray images of shape (height, width), (height, width, 1) or (count, height, width, 1).

        Numbers are from 0 to 1; bytes from 0 to 255.
        """
        pixels = np.asarray(data)
        pixels = pixels[..., 0] if pixels.ndim > 2 and pixels.shape[-1] == 1 else pixels
        if pixels.ndim not in (2, 3):
            raise ValueError(
                "`data` must be gray images: (height, width), (height, width, 1) or (count, height, width, 1). "
                f"Received: shape {np.shape(data)}; take the mean of the colours."
            )
        if pixels.dtype != np.uint8:
            pixels = np.rint(255 * np.clip(pixels.astype("float64"), 0, 1)).astype("uint8")
        several = pixels if pixels.ndim == 3 else pixels[None]
        for number, one in enumerate(several):
            self._write(image(f"{name}/{number}" if len(several) > 1 else name, one), step)

    def __getattr__(self, name: str) -> Never:
        raise AttributeError(f"`summary` of TensorBoard has `scalar`, `histogram` and `image`. Received: {name!r}.")

    def _write(self, value: bytes, step: int | None) -> None:
        self._file.write(self._updates() if step is None else int(step), [value])
