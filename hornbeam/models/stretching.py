"""A `Sequential` whose input only data have told takes data of other sizes, where its layers do."""

from __future__ import annotations

from typing import Any

from hornbeam.core import tree
from hornbeam.core.data_shape import agree
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Input


def stretched(model: Any, x: Any) -> Any:
    """An input for data like `x` as well: sizes in which they differ are unknown; `None` where nothing changes.

    Sequences of a first batch may have any length, and so may those of the next: nobody has said which.
    """
    start = model.__hornbeam__.input_structure
    if not isinstance(start, SymbolicTensor) or not hasattr(x, "shape"):
        return None
    shape = tuple(x.shape)
    if len(shape) != len(start.shape) or agree(shape, start.shape) or not _can_take(model, shape, start.dtype):
        return None
    sizes = [size if size == other else None for size, other in zip(start.shape[1:], shape[1:], strict=True)]
    return Input(batch_shape=(start.shape[0], *sizes), dtype=start.dtype)


def _can_take(model: Any, shape: tuple[int | None, ...], dtype: str) -> bool:
    """Whether layers that are built compute with data of this shape."""
    tensor: Any = SymbolicTensor((None, *shape[1:]), dtype)
    try:
        for layer in model.layers:
            tensor = layer.compute_output_spec(tensor)
    except Exception:  # the sentence about the model's input says more
        return False
    return not any(size == 0 for leaf in tree.leaves(tensor) for size in leaf.shape)
