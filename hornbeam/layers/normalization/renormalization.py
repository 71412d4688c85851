"""Batch renormalization: what a batch's own moments are corrected by, so that training computes what inference will."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hornbeam import engine
from hornbeam.layers.base.layer import Layer

Array = Any
_NAMES = ("rmax", "rmin", "dmax")


def corrections(
    mean: Array, stddev: Array, moving_mean: Array, moving_stddev: Array, clipping: Mapping[str, float]
) -> tuple[Array, Array]:
    """r = stddev / moving stddev and d = (mean - moving mean) / moving stddev, clipped; constants for gradients."""
    r = engine.stop_gradient(stddev / moving_stddev)
    d = engine.stop_gradient((mean - moving_mean) / moving_stddev)
    if "rmin" in clipping:
        r = engine.maximum(r, clipping["rmin"])
    if "rmax" in clipping:
        r = engine.minimum(r, clipping["rmax"])
    if "dmax" in clipping:
        d = engine.minimum(engine.maximum(d, -clipping["dmax"]), clipping["dmax"])
    return r, d


def check_clipping(layer: Layer, clipping: Any) -> dict[str, float]:
    """The bounds of r and d, if they are such."""
    bounds = {} if clipping is None else clipping
    if not isinstance(bounds, Mapping) or any(name not in _NAMES for name in bounds):
        raise ValueError(
            f"`renorm_clipping` of `{type(layer).__name__}` must be a dictionary with keys among 'rmax', 'rmin', "
            f"'dmax'. Received: renorm_clipping={clipping!r}."
        )
    bounds = {name: value for name, value in bounds.items() if value is not None}
    if bounds.get("rmin", 0) > bounds.get("rmax", float("inf")) or min(bounds.values(), default=0) < 0:
        raise ValueError(
            f"`renorm_clipping` of `{type(layer).__name__}` must have bounds of at least 0, `rmin` not above `rmax`. "
            f"Received: renorm_clipping={clipping!r}."
        )
    return bounds
