"""What recurrent layers share that may be called on a list: the sequences, the states to begin with, and constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import tree
from hornbeam.layers.base.layer import Layer


class ListedInputs(Layer):
    """A layer that is called on sequences, or on a list of them, of first states, and of constants, as in Keras 2."""

    #: In what an output and the states that follow it are given: old code adds such lists.
    gives: Any = tuple

    def __call__(
        self, inputs: Any = None, *args: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any
    ) -> Any:
        if isinstance(inputs, list | tuple):
            inputs, listed, others = _parted(self, inputs)
            initial_state, constants = listed or initial_state, others or constants
        first = () if inputs is None else (inputs,)
        given = {"initial_state": initial_state, "constants": constants}
        return super().__call__(*first, *args, **{k: v for k, v in given.items() if v is not None}, **kwargs)

    def _listed_states(self) -> list[Any]:
        """The sizes of all states."""
        raise NotImplementedError


def _parted(layer: ListedInputs, inputs: Sequence[Any]) -> tuple[Any, list[Any], list[Any]]:
    """The sequences, the states and the constants of a list."""
    sizes = layer._listed_states()
    first, *rest = inputs
    is_flat = not any(isinstance(x, list | tuple) for x in rest)  # as stacked cells had their states in Keras 2
    count = len(tree.leaves(sizes)) if is_flat else len(sizes)
    if 0 < len(rest) < count:
        raise ValueError(
            f"Layer `{layer.name}` is called on sequences, or on a list of them and {count} states, which constants "
            f"may follow. Received: a list of {len(inputs)}."
        )
    states = rest[:count]
    if is_flat and states:
        items = iter(states)
        states = tree.map(lambda _: next(items), sizes)
    return first, states, rest[count:]
