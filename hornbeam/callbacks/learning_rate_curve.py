"""`LearningRateCurve`: the loss at each learning rate, and the rates that it suggests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

# Of the curve, the first tenth and the last points say nothing: there the average begins, here the loss explodes.
_FIRST, _LAST = 0.1, 5
# How far the ends of the sliding interval are apart, and how much the slopes there differ while it slides.
_INTERVAL, _DIFFERENCE = 15, 0.005


class LearningRateCurve:
    """The loss while the learning rate grows, and four rules of thumb about it.

    Args:
        rates: the learning rates, one for each batch.
        losses: the losses of the batches.
        decay: of their moving average.

    Attributes:
        smoothed: the average of the losses.
        steep: the rate where the loss falls fastest.
        minimum: a tenth of the rate with the lowest loss.
        valley: the middle of the longest stretch on which the loss falls.
        slide: where, coming from the right, the slope no longer changes.
        suggestion: the valley.

    >>> rates = [10.0**exponent for exponent in range(-7, 2)]
    >>> curve = LearningRateCurve(rates, [9.0, 9.0, 8.0, 6.0, 4.0, 2.0, 1.0, 3.0, 30.0], decay=0.0)
    >>> curve.minimum
    0.01
    """

    def __init__(self, rates: Sequence[float], losses: Sequence[float], decay: float = 0.98):
        self.rates, self.losses = np.asarray(rates, "float64"), np.asarray(losses, "float64")
        self.smoothed = smoothed(self.losses, decay)
        self._rates, self._losses = self._told()
        self.steep, self.minimum, self.valley, self.slide = self._suggestions()
        self.suggestion = self.valley

    def _told(self) -> tuple[np.ndarray, np.ndarray]:
        """The part of the curve that says something."""
        count = len(self.rates)
        first, last = (int(_FIRST * count), count - _LAST) if count > 4 * _LAST else (0, count)
        good = np.isfinite(self.smoothed[first:last])
        return self.rates[first:last][good], self.smoothed[first:last][good]

    def _suggestions(self) -> tuple[float, ...]:
        rates, losses = self._rates, self._losses
        if len(rates) < 3:
            return (math.nan,) * 4
        places = (steepest(rates, losses), lowest(losses), middle_of_valley(losses), end_of_slide(rates, losses))
        steep, minimum, valley, slide = (float(rates[place]) for place in places)
        return steep, minimum / 10, valley, slide

    def plot(self, show: bool = False) -> Any:
        """The curve with its suggestions; matplotlib's figure.

        Raises:
            ImportError: when matplotlib is not installed.
        """
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError("Plots need the package `matplotlib`: `pip install hornbeam[plot]`.") from None
        figure, axis = pyplot.subplots(figsize=(5.5, 3.5), layout="constrained")
        axis.plot(self._rates, self._losses)
        axis.set(xscale="log", xlabel="learning rate", ylabel="loss")
        for number, name in enumerate(("valley", "steep", "minimum", "slide")):
            rate = getattr(self, name)
            if math.isfinite(rate):
                loss = np.interp(math.log(rate), np.log(self._rates), self._losses)
                axis.plot(rate, loss, "o", color=f"C{number + 1}", label=f"{name}: {rate:.2g}")
        axis.legend()
        if show:
            pyplot.show()
        pyplot.close(figure)
        return figure

    def __repr__(self) -> str:
        return (
            f"<LearningRateCurve of {len(self.rates)} batches: valley {self.valley:.2g}, steep {self.steep:.2g}, "
            f"minimum / 10 {self.minimum:.2g}, slide {self.slide:.2g}>"
        )


def smoothed(losses: np.ndarray, decay: float) -> np.ndarray:
    """The moving average, as if there had been nothing before the first loss.

    >>> smoothed(np.array([2.0, 2.0]), 0.9)
    array([2., 2.])
    """
    average, averages = 0.0, []
    for count, loss in enumerate(losses, 1):
        average = decay * average + (1 - decay) * loss
        averages.append(average / (1 - decay**count))
    return np.array(averages)


def steepest(rates: np.ndarray, losses: np.ndarray) -> int:
    """Where the loss falls fastest, over the logarithm of the rate."""
    return int(np.gradient(losses, np.log(rates)).argmin())


def lowest(losses: np.ndarray) -> int:
    return int(losses.argmin())


def middle_of_valley(losses: np.ndarray) -> int:
    """The middle of the longest falling sequence of losses, among which others may be.

    >>> middle_of_valley(np.array([5.0, 6.0, 4.0, 4.5, 3.0, 2.0, 1.0, 9.0]))
    4
    """
    lengths = np.ones(len(losses), int)
    for i in range(1, len(losses)):
        lengths[i] = 1 + max(lengths[:i][losses[:i] > losses[i]], default=0)
    end = int(lengths.argmax())
    return end - int(lengths[end]) // 2


def end_of_slide(rates: np.ndarray, losses: np.ndarray) -> int:
    """An interval slides from the right until the slopes at its ends are the same: its left end."""
    slopes = np.gradient(losses, np.log(rates))
    right = len(slopes) - 1
    width = min(_INTERVAL, right)
    while right > width and abs(slopes[right] - slopes[right - width]) > _DIFFERENCE:
        right -= 1
    return right - width
