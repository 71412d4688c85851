"""What an image layer draws, and its formula, as one compiled operation each, where the layer is called by itself.

Inside a model's step it is compiled with the rest. By itself, each of its twenty operations would write all pixels
into memory and read them again: 3 to 10 times the time (`benchmarks/questions/augmentation.py`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.lift import is_lifted, lift
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.base.layer import Layer

_NO_PART = "name", "seed", "dtype", "bounding_box_format"  # arguments that no formula reads


class _Formula:
    """A function of a layer; equal to that of another layer of the class with the same arguments."""

    def __init__(self, layer: Layer, fn: Callable[..., Any]):
        arguments = {name: value for name, value in layer.config_arguments().items() if name not in _NO_PART}
        self.key = engine.backend(), type(layer), layer.compute_dtype, repr(arguments)
        self.fn = fn

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _Formula) and self.key == other.key


@functools.lru_cache(maxsize=64)
def _compiled_draw(formula: _Formula, sizes: tuple[int, int, int]) -> Callable[..., Any]:
    generator = SeedGenerator(0)
    return engine.jit(lift(lambda: formula.fn(*sizes, generator), [generator.state]))


def draw(layer: Layer, images: Any, sizes: tuple[int, int, int], seed: Any) -> Any:
    """`layer.draw(*sizes, seed)`; compiled where that helps, with the same numbers."""
    if is_lifted() or not isinstance(seed, SeedGenerator) or not _is_alone(layer, images, seed.state.value):
        return layer.draw(*sizes, seed)
    outcome, [state] = _compiled_draw(_Formula(layer, layer.draw), sizes)([seed.state.value])
    seed.state.hold(state)
    return outcome


@functools.lru_cache(maxsize=64)
def _compiled(formula: _Formula, interpolation: str | None) -> Callable[..., Any]:
    return engine.jit(lambda x, drawn: formula.fn(x, drawn, interpolation))


def computed(layer: Layer, fn: Callable[..., Any], x: Any, drawn: Any, interpolation: str | None) -> Any:
    """`fn(x, drawn, interpolation)`, which reads nothing but the arguments of the layer; compiled where that helps."""
    if _is_alone(layer, x, drawn):
        return _compiled(_Formula(layer, fn), interpolation)(x, drawn)
    return fn(x, drawn, interpolation)


def _is_alone(layer: Layer, x: Any, drawn: Any) -> bool:
    """Whether nobody else compiles it, or wants its gradient; a user's class may read anything."""
    if not type(layer).__module__.startswith("hornbeam."):
        return False
    arrays = tree.leaves((x, drawn))
    return not any(engine.is_traced(array) or getattr(array, "requires_grad", False) for array in arrays)
