"""Keras 2's `utils.vis_utils`: what drawings of models are made of."""

from __future__ import annotations

from typing import Any

from hornbeam.layers import Wrapper
from hornbeam.models import Model


def is_model(layer: Any) -> bool:
    """Whether a layer is a model itself."""
    return isinstance(layer, Model)


def is_wrapped_model(layer: Any) -> bool:
    """Whether a layer holds a model, as `TimeDistributed` may."""
    return isinstance(layer, Wrapper) and isinstance(layer.layer, Model)


def add_edge(dot: Any, src: Any, dst: Any) -> None:
    """Connect two boxes of a graph of pydot, unless they are connected."""
    from pydot import Edge

    if not dot.get_edge(src, dst):
        dot.add_edge(Edge(src, dst))
