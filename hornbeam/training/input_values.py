"""What is known about the values of a model's inputs, looked at while they lie on the host.

An `Embedding` has no row for some integers: on the device nobody could say so, since an engine's lookup takes a near
row or none, silently. Weights that were trained on images of one range compute nonsense from those of another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from hornbeam.core import tree
from hornbeam.core.data_shape import agree, check_shape, is_squeezable
from hornbeam.layers.core.embedding import Embedding, check_rows
from hornbeam.layers.core.input_layer import InputLayer

#: The number of an input, and what raises or warns when its values are wrong.
Check = tuple[int, Callable[[Any], None]]


def check_input_shapes(model: Any, x: Any) -> None:
    """Compare an array for the only input of a model with it, rows included, before rows are added to it.

    Raises:
        ValueError: for another shape.
    """
    tensors: Any = getattr(model.__hornbeam__, "inputs", None) or ()
    if len(tensors) == 1 and hasattr(x, "shape"):
        shape, wanted = tuple(x.shape), tensors[0].shape
        if model.__hornbeam__.is_stretchable and not agree(shape, wanted):
            with contextlib.suppress(ValueError):
                type(model).build_for(model, x)
                wanted = model.__hornbeam__.inputs[0].shape
        if not is_squeezable(shape, wanted):
            check_shape(shape, wanted, model.__hornbeam__.input_names[0], model.name)


def check_values(model: Any, x: Any, checks: Iterable[Check]) -> None:
    """Look at arrays on the host with the checks that `checks_of` gave for the model."""
    for place, check in checks:
        values = _values(model, x, place)
        if values is not None:
            check(values)


def checks_of(model: Any) -> Iterator[Check]:
    """The checks of what gets an input of the model as it comes: its input layers, embeddings, and models within."""
    places = {id(tensor): place for place, tensor in enumerate(getattr(model.__hornbeam__, "inputs", None) or ())}
    for layer in getattr(model, "layers", ()) if places else ():
        for node in layer.inbound_nodes:
            if node.kwargs.get("reverse"):  # an embedding's way back is from vectors
                continue
            for place, check in _checks_of_layer(layer):
                tensors = node.inputs or tree.leaves(node.outputs)  # an input layer has no inputs of its own
                if place < len(tensors) and id(tensors[place]) in places:
                    yield places[id(tensors[place])], check


def _checks_of_layer(layer: Any) -> Iterator[Check]:
    if isinstance(layer, Embedding):
        yield 0, partial(check_rows, layer)
    elif isinstance(layer, InputLayer):
        if layer.expects is not None:
            yield 0, layer.expects
    elif hasattr(layer, "layers"):
        yield from checks_of(layer)


def _values(model: Any, x: Any, place: int) -> Any:
    if isinstance(x, dict):
        names = model.__hornbeam__.input_names
        return x.get(names[place]) if place < len(names) else None
    leaves = tree.leaves(x)
    return leaves[place] if place < len(leaves) else None
