"""`configured_weight`: a weight as the arguments of its layer describe it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core.variable import Variable
from hornbeam.layers.base.layer import Layer

_DESCRIBED = ("initializer", "regularizer", "constraint")


def configured_weight(
    layer: Layer, name: str, shape: Sequence[int], arguments: str | None = None, **options: Any
) -> Variable:
    """A new weight with the layer's `<name>_initializer`, `<name>_regularizer` and `<name>_constraint`.

    Args:
        layer: gets the weight.
        name: of the weight.
        shape: of the weight.
        arguments: what the arguments' names begin with, where that is not `name`.
        options: arguments of `add_weight`, instead of the layer's or beside them.
    """
    begin = arguments or name
    described: dict[str, Any] = {what: getattr(layer, f"{begin}_{what}", None) for what in _DESCRIBED}
    return layer.add_weight(shape, name=name, **(described | options))
