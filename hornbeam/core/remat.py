"""Rematerialization: what a computation makes on its way is computed again for its gradient instead of being kept."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.lift import Scope, is_pure
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable

MODES = ("full", "activations", "larger_than", "list_of_layers", None)


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose intermediate results are computed again in the backward pass: slower, in less memory.

    >>> import hornbeam
    >>> float(hornbeam.remat(lambda x: hornbeam.ops.sum(x * x))(hornbeam.ops.ones(3)))
    3.0
    """

    @functools.wraps(f)
    def rematerialized(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = tree.flatten((args, kwargs))
        places = [i for i, leaf in enumerate(leaves) if engine.is_tensor(leaf)]
        around = {name: getattr(running, name) for name in ("autocast", "training", "layers", "generator")}
        before = _values_now()
        assigned: list[Variable] = []

        def pure(*arrays: Any) -> tuple[Any, list[Any]]:
            filled = list(leaves)
            for place, array in zip(places, arrays, strict=True):
                filled[place] = array
            args, kwargs = tree.unflatten(structure, filled)
            with under(**around, scope=before), Scope({}, is_open=True) as scope:
                result = f(*args, **kwargs)
            assigned[:] = scope.values
            return result, list(scope.values.values())

        result, values = engine.checkpoint(pure)(*[leaves[place] for place in places])
        for variable, value in zip(assigned, values, strict=True):
            variable._set(value)
        return result

    return rematerialized


def _values_now() -> Scope | None:
    """What variables hold at this moment: the second time, the computation reads the same."""
    scope: Scope | None = running.scope
    if scope is None:
        return None
    chain = []
    while scope is not None:
        chain.append(scope.constants | scope.values)
        scope = scope.parent
    known: dict[Variable, Any] = {}
    for values in reversed(chain):
        known |= values
    return Scope(known, is_open=not is_pure())


def is_meant(settings: Any, operation: Any, output_size: Callable[[], int]) -> bool:
    """Whether an operation that was made in a `RematScope` with these settings is one of those that it speaks of."""
    if settings is None:
        return False
    mode, threshold, names = settings
    if mode == "list_of_layers":
        return operation.name in names
    if mode == "activations":
        return getattr(operation, "activation", None) is not None
    return mode != "larger_than" or output_size() > threshold


class RematScope(under):
    """Layers that are made inside compute what their gradients need again instead of keeping it.

    Args:
        mode: "full" for every layer; "activations" for those with an activation; "larger_than" for those whose output
            has more than `output_size_threshold` numbers; "list_of_layers" for those called in `layer_names`; or None.
        output_size_threshold: for "larger_than".
        layer_names: for "list_of_layers".

    >>> import hornbeam
    >>> with hornbeam.RematScope("full"):
    ...     layer = hornbeam.layers.Dense(2)
    """

    __slots__ = ("layer_names", "mode", "output_size_threshold")

    def __init__(
        self, mode: str | None = "full", output_size_threshold: int = 1024, layer_names: Sequence[str] | None = None
    ):
        if mode not in MODES:
            raise ValueError(f"`mode` of `RematScope` must be one of {', '.join(map(str, MODES))}. Received: {mode!r}.")
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = tuple(layer_names or ())
        super().__init__(remat=None if mode is None else (mode, output_size_threshold, self.layer_names))
