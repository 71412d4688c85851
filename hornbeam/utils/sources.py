"""Where a symbolic tensor comes from."""

from __future__ import annotations

from typing import Any

from hornbeam.core.symbolic import SymbolicTensor


def get_source_inputs(tensor: Any, layer: Any = None, node_index: int | None = None) -> list[SymbolicTensor]:
    """The inputs that a symbolic tensor is computed from, each once.

    Args:
        tensor: the symbolic tensor, which knows the call that it comes from.
        layer: whose call counts instead of it.
        node_index: which call of `layer`; the first is 0.

    >>> import hornbeam
    >>> x = hornbeam.Input((2,))
    >>> hornbeam.utils.get_source_inputs(hornbeam.layers.Dense(1)(x) + 1) == [x]
    True
    """
    found: dict[int, SymbolicTensor] = {}
    seen: set[int] = set()
    waiting = [tensor] if layer is None else [*reversed(layer.inbound_nodes[node_index or 0].inputs)] or [tensor]
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
