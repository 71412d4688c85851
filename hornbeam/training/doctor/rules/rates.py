"""Learning rates that are too high or too low: which ones a trial tries, by how the loss behaved."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.rules.suspect import Suspect

# Beside the optimizer's default.
FAST, SLOW = 300.0, 1 / 30


# How the loss behaved says which way to go: nobody needs to try a higher rate where it jumped about.
def rates(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    rate = e.run.first_rate
    if not rate:
        return
    if _is_short(e) and not _is_wild(e):  # a usual rate that was given no time
        return
    for factor in _ways(e, rate):
        yield Suspect(
            of_rate(e, rate, factor),
            change=partial(hold_rate, rate=rate * factor),
            is_likely=_is_fast(e) and factor == 0.1,
        )


def _ways(e: Evidence, rate: float) -> list[float]:
    """What to multiply the rate by."""
    lower = [0.1, 0.01, 1e-3, *([1e-4] if rate > 3 else [])]
    higher = [factor for factor in (10.0, 100.0, 1e3, 1e4, 1e5) if rate * factor < 0.5] or [10.0]
    if is_slow(e) and not _is_wild(e):
        return higher
    # A loss that exploded in the first epoch has fallen ever since: beyond usual rates, nobody tries higher ones.
    if _is_fast(e):
        return lower
    return higher if is_tame(e) else [0.1, *higher[:2], 0.01]


def of_rate(e: Evidence, rate: float, factor: float) -> Finding:
    losses = e.run.losses
    how = (
        f"the loss went from {losses[0]:.3g} to {losses[-1]:.3g} in {len(losses)} epochs"
        if losses
        else "it never ended an epoch"
    )
    better = rate * factor
    name = "lr_too_high" if factor < 1 else "lr_too_low"
    word = "high" if factor < 1 else "low"
    return Finding(
        name,
        f"The learning rate {rate:.3g} of `{name_of(e)}` is too {word} for this model: {how}.",
        f"`optimizer=hornbeam.optimizers.{name_of(e)}({better:.3g})`.",
        values={"learning_rate": better, "received": rate},
    )


def _is_wild(e: Evidence) -> bool:
    """Whether the loss grew, or went up in a third of the epochs by a tenth and more."""
    losses = np.array(e.run.losses)
    if len(losses) < 2 or not np.isfinite(losses).all():
        return len(losses) > 0
    ups = np.mean(losses[1:] > 1.1 * losses[:-1])
    return bool(losses[-1] > 1.02 * losses[0] or ups > 0.3)


def is_tame(e: Evidence) -> bool:
    """Whether the loss fell, a little, in nearly every epoch."""
    losses = np.array(e.run.losses)
    if len(losses) < 4 or not np.isfinite(losses).all():
        return False
    return bool(np.mean(losses[1:] <= losses[:-1] * 1.0005) > 0.9)


def _is_fast(e: Evidence) -> bool:
    """Whether the loss jumped about, or the rate is far beyond the usual."""
    return _is_wild(e) or (e.run.first_rate or 0) > FAST * (usual_rate(e) or np.inf)


def is_slow(e: Evidence) -> bool:
    """Whether the rate is far below the usual."""
    return 0 < (e.run.first_rate or 0) < SLOW * (usual_rate(e) or 0)


def _is_short(e: Evidence) -> bool:
    """Whether a few epochs at a usual rate are all there was."""
    usual = usual_rate(e)
    return e.run.epochs < 5 and usual is not None and (e.run.first_rate or 0) >= usual / 2


def usual_rate(e: Evidence) -> float | None:
    """The optimizer's default."""
    usual = inspect.signature(type(e.trainer.optimizer)).parameters["learning_rate"].default
    return usual if isinstance(usual, float) else None


def hold_rate(trainer: Any, rate: float) -> None:
    optimizer = trainer.optimizer
    if not hasattr(optimizer._learning_rate, "hold"):
        optimizer._learning_rate = lambda: rate
    elif optimizer.decay:
        optimizer.learning_rate = rate
        optimizer.decay = 0.0
    else:
        optimizer.learning_rate = rate


def name_of(e: Evidence) -> str:
    return type(e.trainer.optimizer).__name__
