"""What any recurrent cell has, whoever wrote it: an output, states to begin with, one step."""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.integers import is_integer
from hornbeam.layers.base.layer import Layer


def check_cell(cell: Any) -> None:
    """What a recurrent cell must have."""
    if not callable(getattr(cell, "call", None)) or not hasattr(cell, "state_size"):
        raise ValueError(
            "A recurrent cell must have a method `call(inputs, states)` and an attribute `state_size`. "
            f"Received: cell={cell!r}."
        )
    if not hasattr(cell, "get_initial_state") and not _are_sizes(cell.state_size):
        raise ValueError(
            "`state_size` of a recurrent cell must be a positive integer or a list of them, which may hold lists and "
            "dicts of them, unless the cell has a method `get_initial_state(batch_size)`. "
            f"Received: state_size={cell.state_size!r}, cell={cell!r}."
        )


def _are_sizes(sizes: Any) -> bool:
    leaves = [sizes] if isinstance(sizes, dict) else tree.leaves(sizes)
    return all(is_integer(n, 1) for n in leaves)


def call_cell(
    cell: Any, inputs: Any, states: Any, training: bool, constants: list[Any] | None = None
) -> tuple[Any, list[Any]]:
    """One step of any cell, with its new states as a list; a cell that knows `constants` gets them, too."""
    takes_training = isinstance(cell, Layer) and type(cell).__hornbeam_call__.training
    run = cell if callable(cell) else cell.call
    options: dict[str, Any] = {"training": training} if takes_training else {}
    if constants is not None and takes_constants(cell):
        options["constants"] = constants
    output, after = run(inputs, as_list(states), **options)
    return output, as_list(after)


def takes_constants(cell: Any) -> bool:
    """Whether each step of a cell sees arrays that are the same at all times."""
    return "constants" in inspect.signature(cell.call).parameters


def build_cell(cell: Any, input_shape: Any, constants_shape: Any) -> None:
    """Build a cell for inputs of one time, and for constants, if it knows them."""
    if isinstance(cell, Layer) and not cell.built:
        knows = constants_shape is not None and takes_constants(cell)
        cell.build([input_shape, *constants_shape] if knows else input_shape)


def output_size(cell: Any) -> int:
    """The number of features of a cell's output."""
    size = getattr(cell, "output_size", None)
    return size if size is not None else tree.leaves(cell.state_size)[0]


def initial_state(cell: Any, batch_size: int | None) -> list[Any]:
    """The states that a cell starts from: its own, or zeros."""
    dtype = getattr(cell, "compute_dtype", "float32")
    if hasattr(cell, "get_initial_state"):
        knows = "dtype" in inspect.signature(cell.get_initial_state).parameters  # as in Keras 2
        return as_list(cell.get_initial_state(batch_size=batch_size, **({"dtype": dtype} if knows else {})))
    return tree.map(lambda size: engine.full((batch_size, size), 0, dtype), as_list(cell.state_size))


def has_one_state(cell: Any) -> bool:
    """Whether a cell has a single state, and leaves it to others to make its first value."""
    return not hasattr(cell, "get_initial_state") and is_integer(cell.state_size, 1)


def as_list(states: Any) -> list[Any]:
    return list(states) if isinstance(states, list | tuple) else [states]
