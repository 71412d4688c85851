"""Whether the integers that a model looks up in a table are rows of it, seen while they lie on the host.

On the device nobody could say so: an engine's lookup takes a near row or none, silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hornbeam.core import tree
from hornbeam.layers.core.embedding import Embedding, check_rows


def check_indices(model: Any, x: Any, tables: Iterable[tuple[int, Embedding]]) -> None:
    """Raise for an integer in arrays on the host that an `Embedding` has no row for.

    Only what a model passes to an `Embedding` as it comes is known: what `tables_of` says.
    """
    for place, embedding in tables:
        values = _values(model, x, place)
        if values is not None:
            check_rows(embedding, values)


def tables_of(model: Any) -> Iterator[tuple[int, Embedding]]:
    """The embeddings that get an input of the model as it comes, with the number of that input."""
    layers = getattr(model, "layers", ())
    if not any(isinstance(layer, Embedding) for layer in layers):
        return
    places = {id(tensor): place for place, tensor in enumerate(model.inputs or ())}
    for layer in layers:
        if isinstance(layer, Embedding):
            yield from ((places[id(n.inputs[0])], layer) for n in layer.inbound_nodes if id(n.inputs[0]) in places)


def _values(model: Any, x: Any, place: int) -> Any:
    if isinstance(x, dict):
        names = model.__hornbeam__.input_names
        return x.get(names[place]) if place < len(names) else None
    leaves = tree.leaves(x)
    return leaves[place] if place < len(leaves) else None
