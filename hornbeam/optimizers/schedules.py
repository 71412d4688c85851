"""Learning rates that change with the step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.configurable import Configurable
from hornbeam.ops.dispatch import Array, as_array

__all__ = [
    "LearningRateSchedule",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "CosineDecay",
    "CosineDecayRestarts",
    "OneCycle",
    "serialize",
    "deserialize",
]


class LearningRateSchedule(Configurable):
    """Base of all schedules: a learning rate for each step, counted from 0.

    >>> import hornbeam
    >>> class Warmup(hornbeam.optimizers.schedules.LearningRateSchedule):
    ...     def __init__(self, rate):
    ...         self.rate = rate
    ...
    ...     def __call__(self, step):
    ...         return self.rate * hornbeam.ops.minimum(step / 100, 1)
    >>> optimizer = hornbeam.optimizers.SGD(Warmup(0.1))
    """

    api_module = "keras.optimizers.schedules"

    def __call__(self, step: Any) -> Any:
        raise NotImplementedError(f"`{type(self).__name__}` must define `__call__(step)`.")


def _floating(step: Any) -> Array:
    return engine.cast(as_array(step), "float32")


def _check_positive(name: str, value: float) -> None:
    if value <= 0:
        raise ValueError(f"`{name}` must be positive. Received: {name}={value}.")


class ExponentialDecay(LearningRateSchedule):
    """η · rate^(t / steps).

    Args:
        initial_learning_rate: η.
        decay_steps: how many steps it takes to be multiplied by `decay_rate`.
        decay_rate: the factor.
        staircase: whether t / steps is rounded down, so that the rate falls in stairs.
        name: kept in the config.

    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.ExponentialDecay(1.0, 10, 0.5)
    >>> [float(schedule(t)) for t in (0, 10, 20)]
    [1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ):
        self.store(locals())
        _check_positive("decay_steps", decay_steps)

    def __call__(self, step: Any) -> Any:
        return self.initial_learning_rate * engine.power(self.decay_rate, _periods(self, step))


def _periods(schedule: Any, step: Any) -> Array:
    """t / decay_steps, rounded down for a staircase."""
    periods = _floating(step) / schedule.decay_steps
    return engine.floor(periods) if schedule.staircase else periods


class InverseTimeDecay(LearningRateSchedule):
    """η / (1 + rate · t / steps).

    Args:
        initial_learning_rate: η.
        decay_steps: how often the decay is applied.
        decay_rate: the rate.
        staircase: whether t / steps is rounded down.
        name: kept in the config.

    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.InverseTimeDecay(1.0, 10, 1.0)
    >>> [float(schedule(t)) for t in (0, 10, 30)]
    [1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ):
        self.store(locals())
        _check_positive("decay_steps", decay_steps)

    def __call__(self, step: Any) -> Any:
        return self.initial_learning_rate / (1 + self.decay_rate * _periods(self, step))


class PiecewiseConstantDecay(LearningRateSchedule):
    """values[0] up to and including step boundaries[0], then values[1] up to boundaries[1], and so on.

    Args:
        boundaries: increasing steps.
        values: one more rate than there are boundaries.
        name: kept in the config.

    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
    >>> [float(schedule(t)) for t in (10, 11, 21)]
    [1.0, 0.5, 0.25]
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant"):
        if len(values) != len(boundaries) + 1:
            raise ValueError(
                "`values` must have one more entry than `boundaries`. "
                f"Received: {len(values)} values and {len(boundaries)} boundaries."
            )
        self.store(locals())

    def __call__(self, step: Any) -> Any:
        step = _floating(step)
        rate = engine.asarray(self.values[0], "float32")
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            rate = engine.where(step > boundary, value, rate)
        return rate


class PolynomialDecay(LearningRateSchedule):
    """(η - end) (1 - t / steps)^power + end, up to t = steps and `end` from there on.

    Args:
        initial_learning_rate: η.
        decay_steps: the steps until `end_learning_rate`.
        end_learning_rate: the last rate.
        power: 1 for a straight line.
        cycle: instead of staying at the end, `decay_steps` grows to the next multiple of itself above t.
        name: kept in the config.

    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.PolynomialDecay(1.0, 10, 0.0)
    >>> [float(schedule(t)) for t in (0, 5, 20)]
    [1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ):
        self.store(locals())
        _check_positive("decay_steps", decay_steps)

    def __call__(self, step: Any) -> Any:
        step, steps = _floating(step), self.decay_steps
        if self.cycle:
            steps = steps * engine.maximum(engine.ceil(step / steps), 1)
        left = 1 - engine.minimum(step / steps, 1)
        return (self.initial_learning_rate - self.end_learning_rate) * left**self.power + self.end_learning_rate


class CosineDecay(LearningRateSchedule):
    """η ((1 - α) (1 + cos(π t / steps)) / 2 + α), after a straight warm-up if there is one.

    Args:
        initial_learning_rate: η; with a warm-up, where the warm-up starts.
        decay_steps: the steps of the decay, not counting the warm-up.
        alpha: the last rate as a fraction of the first.
        name: kept in the config.
        warmup_target: the rate that the warm-up reaches, and η of the decay; none by default.
        warmup_steps: the steps of the warm-up.

    Source: Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, arXiv:1608.03983.

    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.CosineDecay(0.0, 10, warmup_target=1.0, warmup_steps=10)
    >>> [round(float(schedule(t)), 4) for t in (0, 5, 10, 15, 20)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ):
        self.store(locals())
        _check_positive("decay_steps", decay_steps)

    def __call__(self, step: Any) -> Any:
        step = _floating(step)
        if self.warmup_target is None:
            return self.initial_learning_rate * _half_wave(step / self.decay_steps, self.alpha)
        decayed = self.warmup_target * _half_wave((step - self.warmup_steps) / self.decay_steps, self.alpha)
        if not self.warmup_steps:
            return decayed
        rise = (self.warmup_target - self.initial_learning_rate) / self.warmup_steps
        return engine.where(step < self.warmup_steps, self.initial_learning_rate + rise * step, decayed)


def _half_wave(fraction: Array, alpha: float) -> Array:
    """From 1 at 0 to α at 1, as a cosine falls."""
    fraction = engine.minimum(engine.maximum(fraction, 0), 1)
    return (1 - alpha) * 0.5 * (1 + engine.sin(math.pi * (0.5 - fraction))) + alpha


class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decays one after the other, each `t_mul` times as long and from `m_mul` times as high.

    Args:
        initial_learning_rate: where the first one starts.
        first_decay_steps: the steps of the first one.
        t_mul: how the lengths grow.
        m_mul: how the heights grow.
        alpha: the last rate of each as a fraction of `initial_learning_rate`.
        name: kept in the config.

    Source: Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, arXiv:1608.03983.

    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.CosineDecayRestarts(1.0, 10, m_mul=0.5)
    >>> [round(float(schedule(t)), 4) for t in (0, 5, 10, 20)]
    [1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ):
        self.store(locals())
        _check_positive("first_decay_steps", first_decay_steps)

    def __call__(self, step: Any) -> Any:
        periods = _floating(step) / self.first_decay_steps
        if self.t_mul == 1:
            i = engine.floor(periods)
            fraction = periods - i
        else:
            i = engine.floor(engine.log(1 - periods * (1 - self.t_mul)) / math.log(self.t_mul))
            start = (1 - engine.power(self.t_mul, i)) / (1 - self.t_mul)
            fraction = (periods - start) / engine.power(self.t_mul, i)
        height = engine.power(self.m_mul, i) * _half_wave(fraction, 0.0)
        return self.initial_learning_rate * ((1 - self.alpha) * height + self.alpha)


class OneCycle(LearningRateSchedule):
    """Up to η along half a wave, then down to nearly nothing along another, and momentum the other way round.

    Args:
        max_learning_rate: η; `model.find_lr` suggests one.
        total_steps: batches times epochs.
        warmup: the share of the steps that go up.
        start_factor: the first rate is η divided by it.
        end_factor: the last rate likewise.
        momentum: what the optimizer's `momentum` or `beta_1` is, if it has one, at the smallest and the largest rate;
            `None` leaves its own.
        name: kept in the config.

    Source: Smith, A disciplined approach to neural network hyper-parameters, arXiv:1803.09820.
    >>> import hornbeam
    >>> schedule = hornbeam.optimizers.schedules.OneCycle(1.0, 100)
    >>> [round(float(schedule(t)), 4) for t in (0, 25, 100)]
    [0.04, 1.0, 0.0]
    >>> [round(float(schedule.momentum_at(t)), 4) for t in (0, 25, 100)]
    [0.95, 0.85, 0.95]
    """

    def __init__(
        self,
        max_learning_rate: float,
        total_steps: float,
        warmup: float = 0.25,
        start_factor: float = 25.0,
        end_factor: float = 1e5,
        momentum: Sequence[float] | None = (0.95, 0.85),
        name: str = "OneCycle",
    ):
        self.store(locals())
        _check_positive("total_steps", total_steps)
        if not 0 < warmup < 1:
            raise ValueError(f"`warmup` must be between 0 and 1. Received: warmup={warmup!r}.")
        is_pair = isinstance(momentum, Sequence) and len(momentum) == 2 and all(0 < m < 1 for m in momentum)
        if momentum is not None and not is_pair:
            raise ValueError(f"`momentum` must be two numbers between 0 and 1, or None. Received: {momentum!r}.")

    def __call__(self, step: Any) -> Any:
        start, end = 1 / self.start_factor, 1 / self.end_factor
        return self.max_learning_rate * self._along(step, start, 1.0, end)

    def momentum_at(self, step: Any) -> Any:
        """The momentum at a step; `None` where it is the optimizer's own."""
        if self.momentum is None:
            return None
        high, low = self.momentum
        return self._along(step, high, low, high)

    def _along(self, step: Any, start: float, middle: float, end: float) -> Any:
        """From the first value to the second while the rate rises, then to the third."""
        top = self.warmup * self.total_steps
        t = engine.minimum(_floating(step), float(self.total_steps))
        up = 1 - _half_wave(engine.minimum(t / top, 1.0), 0.0)
        down = _half_wave(engine.maximum((t - top) / (self.total_steps - top), 0.0), 0.0)
        return engine.where(t < top, start + (middle - start) * up, end + (middle - end) * down)


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """The config of a schedule."""
    return serialization.serialize_object(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The schedule that `serialize` described."""
    return serialization.deserialize(config, custom_objects, kind="keras.optimizers.schedules")
