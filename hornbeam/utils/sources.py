"""Where a symbolic tensor comes from."""

from __future__ import annotations

from typing import Any

from hornbeam.core.symbolic import SymbolicTensor


def get_source_inputs(tensor: Any) -> list[SymbolicTensor]:
    """The inputs that a symbolic tensor is computed from, each once.

    >>> import hornbeam
    >>> x = hornbeam.Input((2,))
    >>> hornbeam.utils.get_source_inputs(hornbeam.layers.Dense(1)(x) + 1) == [x]
    True
    """
    found: dict[int, SymbolicTensor] = {}
    seen: set[int] = set()
    waiting = [tensor]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if current.node is None or not current.node.inputs:
            found[id(current)] = current
        else:
            waiting.extend(reversed(current.node.inputs))
    return [*found.values()]
