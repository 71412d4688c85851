"""Weights that start far from what a layer is made for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.rules.suspect import Suspect

# As many numbers tell a deviation.
_SOME = 10_000


def large_first_weights(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    """The same, of those that start too large: what small ones do would show in what is learnt."""
    return first_weights(e, found, smallest=0.0)


def odd_weights(e: Evidence, smallest: float = 0.1) -> list[Any]:
    """Kernels or biases that start far from what an initializer that is made for the layer gives."""
    return [v for v in e.trained if _is_odd(e.initial(v), v, smallest)]


def first_weights(e: Evidence, found: list[Finding], smallest: float = 0.1) -> Iterator[Suspect]:
    """The odd ones, and what they do."""
    odd = odd_weights(e, smallest)
    names = {f.name for f in found}
    value = e.initial(odd[0]) if odd else None
    if value is not None and "zero_init" not in names:
        yield Suspect(
            Finding(
                _what_first_weights_do(e, value),
                f"The weights `{odd[0].path}` start with the mean {value.mean():.3g} and the deviation "
                f"{value.std():.3g}; for {_fan_in(value)} inputs about {1 / np.sqrt(_fan_in(value)):.2g} keeps values "
                "as large as they are.",
                'Leave out `kernel_initializer` and `bias_initializer`, or use "glorot_uniform" and "zeros".',
                values={"weights": [v.path for v in odd]},
            ),
            change=lambda trainer: _draw_anew(odd),
            is_likely=True,
            is_unusual=True,
        )


def _is_odd(value: np.ndarray | None, variable: Any, smallest: float) -> bool:
    if value is None or not value.size or value.dtype.kind != "f":
        return False
    if value.ndim < 2 or "bias" in variable.name:
        return "bias" in variable.name and bool(np.abs(value).max() > 2)
    # Glorot's and He's deviations are 0.7 to 1.5 of this.
    usual = 1 / np.sqrt(_fan_in(value))
    some = value.ravel()[:: 1 + value.size // _SOME].astype(np.float64)
    size = float(np.sqrt(some @ some / some.size))
    return value.size >= 4 and "embedding" not in variable.name and not smallest * usual <= size < 5 * usual


def _fan_in(value: np.ndarray) -> int:
    return int(np.prod(value.shape[:-1])) if value.ndim > 1 else 1


def _what_first_weights_do(e: Evidence, value: np.ndarray) -> str:
    """The finding that odd first weights show as."""
    facts = e.first_step
    if facts is not None and (dead := facts.dead()):
        return "dead_relu" if dead else "exploding_gradients"
    if facts is not None and facts.saturated():
        return "saturated_activations"
    size = np.abs(value).max()
    return "exploding_gradients" if size > 1 else "vanishing_gradients"


def _draw_anew(variables: list[Any]) -> None:
    rng = np.random.default_rng(0)
    for v in variables:
        if len(v.shape) < 2:
            v.hold(np.zeros(v.shape, np.float32))
        else:
            limit = np.sqrt(6 / (int(np.prod(v.shape[:-1])) + v.shape[-1]))
            v.hold(rng.uniform(-limit, limit, v.shape).astype(np.float32))
