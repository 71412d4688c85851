"""The mean and the variance of data that come in batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Moments:
    """Mean and variance over some axes of all batches so far, in float64.

    Batches are put together as Chan, Golub and LeVeque 1979 do: n = n1 + n2, mean = mean1 + (mean2 - mean1) n2 / n,
    S = S1 + S2 + (mean2 - mean1)^2 n1 n2 / n, where S is the sum of squared distances from the mean.
    """

    def __init__(self, axes: Sequence[int]):
        self.axes = tuple(axes)
        self.count = 0
        self.mean: np.ndarray | float = 0.0
        self.squares: np.ndarray | float = 0.0

    def add(self, batch: np.ndarray) -> None:
        """Take one more batch."""
        batch = np.asarray(batch, np.float64)
        new = int(np.prod([batch.shape[a] for a in self.axes], dtype=np.int64))
        if not new:
            return
        mean = batch.mean(self.axes)
        squares = batch.var(self.axes) * new
        before, self.count = self.count, self.count + new
        apart = mean - self.mean
        self.mean = self.mean + apart * (new / self.count)
        self.squares = self.squares + squares + apart**2 * (before * new / self.count)

    @property
    def variance(self) -> np.ndarray | float:
        return self.squares / max(self.count, 1)
