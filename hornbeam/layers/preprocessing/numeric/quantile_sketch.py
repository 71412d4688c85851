"""Approximate quantiles of data that come in batches, in little memory."""

from __future__ import annotations

import numpy as np


class QuantileSketch:
    """Some of the values, in order, each with the number of values that it stands for.

    There are at most 1 / epsilon of them: of a larger number, the values at equal steps of the total weight are kept,
    interpolated.

    Args:
        epsilon: the largest error of a quantile, as a fraction of all values, for each batch that was added.
    """

    def __init__(self, epsilon: float):
        self.epsilon = epsilon
        self.values = np.zeros(0, "float32")
        self.weights = np.zeros(0, "float32")

    def add(self, batch: np.ndarray) -> None:
        """Take one more batch of any shape."""
        ordered = np.sort(np.ravel(batch).astype("float32"))
        step = max(len(ordered) * self.epsilon, 1)
        chosen = ordered[int(step) - 1 :: int(step)]  # each the largest of those for which it stands
        values = np.concatenate([self.values, chosen])
        weights = np.concatenate([self.weights, np.full(len(chosen), step, "float32")])
        order = np.argsort(values, kind="stable")
        self.values, self.weights = values[order], weights[order]
        self.values, self.weights = self._thinned(self.epsilon)

    def quantiles(self, bins: int) -> np.ndarray:
        """The values that divide all values into `bins` parts of equal size; fewer parts of fewer values."""
        return self._thinned(1 / bins)[0][:-1]

    def _thinned(self, step: float) -> tuple[np.ndarray, np.ndarray]:
        """The values at multiples of `step` of the total weight, and what they stand for."""
        if 1 / step >= len(self.values):
            return self.values, self.weights
        places = step + np.arange(0.0, 1.0, step)
        total = np.cumsum(self.weights)
        share = total / total[-1]
        values, upto = np.interp(places, share, self.values), np.interp(places, share, total)
        return values.astype("float32"), np.diff(upto, prepend=0).astype("float32")
