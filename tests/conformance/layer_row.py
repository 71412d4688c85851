"""How a layer is described once: a row, and the inputs that rows share.

A row's constructor takes the namespace, so that the same row makes Hornbeam's layer and real Keras's. The first row of
a class has its name and arguments far from the defaults where that is legal: a property that holds for the defaults
alone is no property. What follows the name in further rows says what is different there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


def normal(*shape: int) -> np.ndarray:
    """Eight rows; tests take the first ones of them."""
    return np.random.default_rng(len(shape) + sum(shape)).normal(size=(8, *shape)).astype("float32")


def eight(*rows: list[int]) -> np.ndarray:
    return np.resize(np.array(rows), (8, len(rows[0])))


ROWS = normal(4)
STEPS = normal(5, 4)
IMAGES = normal(7, 6, 4)
VOLUMES = normal(4, 5, 4, 2)
FIRST = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
IDS = eight([1, 2, 0], [3, 0, 0]).astype("int32")
MASK = eight([1, 1, 1, 1, 1], [0, 1, 0, 1, 0], [1, 1, 0, 0, 0]).astype(bool)
OTHER = eight([1, 0, 1, 1, 1], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0]).astype(bool)
PADDED = np.where(MASK[..., None], STEPS, 0).astype("float32")


def each(layer: Any, *tensors: Any, **kwargs: Any) -> Any:
    return layer(*tensors, **kwargs)


def backwards(layer: Any, *tensors: Any, **kwargs: Any) -> Any:
    """From the vectors of an embedding to logits."""
    return layer(*tensors, **{"reverse": True} | kwargs)


def at_rest(layer: Any, *tensors: Any, **kwargs: Any) -> Any:
    """As at inference: for layers that train unless told otherwise."""
    return layer(*tensors, **{"training": False} | kwargs)


def together(layer: Any, *tensors: Any, **kwargs: Any) -> Any:
    return layer(list(tensors), **kwargs)


def as_cell(layer: Any, x: Any, *states: Any, **kwargs: Any) -> Any:
    return layer(x, list(states), **kwargs)


@dataclass
class Row:
    """A layer.

    `make`: takes `hornbeam.layers` or `keras.layers`.
    `inputs`: eight rows of each.
    `call`: how the inputs are passed; `kwargs`: what else beside real Keras.
    `mask`: what the inputs carry beside real Keras, in their order.
    `free`: axes that are unknown in a symbolic call.
    `masking`: "steps" when a masked step leaves no trace, "passed" when the mask goes on to the next layer unchanged.
    `without`: properties that do not apply, each with the reason. Without "gradient" a step is taken at rest.
    """

    make: Callable[[Any], Any]
    inputs: tuple[np.ndarray, ...]
    call: Callable[..., Any] = each
    kwargs: dict[str, Any] = field(default_factory=dict)
    mask: tuple[np.ndarray | None, ...] = ()
    free: tuple[int, ...] = (0,)
    masking: str | None = None
    without: dict[str, str] = field(default_factory=dict)


def row(
    make: Callable[[Any], Any], *inputs: np.ndarray, mask: np.ndarray | tuple[np.ndarray | None, ...] = (), **rest: Any
) -> Row:
    return Row(make, inputs, mask=mask if isinstance(mask, tuple) else (mask,), **rest)


NOISE = {"gradient": "its output in training is random"}
