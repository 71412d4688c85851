"""Tensors of a graph that have values while a step computes, and code that needs the graph all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Known(dict[int, Any]):
    """The values of tensors of a graph, by `id`.

    Attributes:
        through_graph: gives what a function of tensors with values gives, by way of the tensors without.
    """

    through_graph: Callable[..., Any] | None = None


class NeedsGraphError(TypeError):
    """A value was computed with where only the tensor of the graph will do: for `K.gradients`.

    Whoever knows the tensor calls the code again, on it.
    """
