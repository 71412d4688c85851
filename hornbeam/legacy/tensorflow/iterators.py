"""Iterators of TensorFlow 1: `get_next()` gives tensors of the graph, and each `Session.run` takes the next element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from hornbeam.core import tree
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.data.pipeline import Dataset
from hornbeam.data.pipeline.element import map_structure
from hornbeam.layers import Input
from hornbeam.legacy.tensorflow.errors import FailedPreconditionError, OutOfRangeError

__all__ = ["make_initializable_iterator", "make_one_shot_iterator"]


class Initializer(NamedTuple):
    """What begins an iterator's pass over its dataset anew, in `Session.run`."""

    iterator: GraphIterator

    def run(self, *_: Any, **__: Any) -> None:
        """Begin anew."""
        self.iterator.restart()


class GraphIterator:
    """The elements of a dataset one after the other, one for each `Session.run`; or in a loop, as values.

    Args:
        dataset: what has the elements.
        starts: whether the first pass begins by itself; else `initializer` has to run.
    """

    def __init__(self, dataset: Dataset, starts: bool = True):
        self.dataset = dataset
        self._elements: Iterator[Any] | None = iter(dataset) if starts else None
        self.initializer = Initializer(self)

    def restart(self) -> None:
        """Begin a pass."""
        self._elements = iter(self.dataset)

    def get_next(self, name: str | None = None) -> Any:
        """Tensors of the graph, nested as the elements are."""
        for first in self.dataset.take(1):
            nested = map_structure(lambda array: _input(self.dataset._spec_of(array)), first)
            break
        else:
            raise OutOfRangeError("An iterator's tensors have the shapes of its dataset's first element: it has none.")
        for place, tensor in enumerate(_inputs_in(nested)):
            _known[id(tensor)] = _Place(tensor, self, place)
        return nested

    def __iter__(self) -> GraphIterator:
        return self

    def __next__(self) -> Any:
        if self._elements is None:
            raise FailedPreconditionError("This iterator has no elements before `session.run(iterator.initializer)`.")
        try:
            return next(self._elements)
        except StopIteration:
            raise OutOfRangeError("The iterator's dataset has no more elements.") from None


class _Place(NamedTuple):
    tensor: SymbolicTensor
    iterator: GraphIterator
    place: int


# The graph holds them, as it did in TensorFlow 1, until it is reset.
_known: dict[int, _Place] = {}


def forget() -> None:
    """What `reset_default_graph` does."""
    _known.clear()


def taken_for(fetches: list[Any], given: dict[Any, Any]) -> dict[Any, Any]:
    """Values for the inputs that tensors depend on and that iterators give: one element of each iterator.

    Args:
        fetches: tensors of the graph.
        given: values of other inputs, which win.
    """
    if not _known:
        return {}
    fed = {id(tensor) for tensor in given}
    places = [_known[key] for key in _behind(fetches, fed) if key in _known and key not in fed]
    iterators = {id(one.iterator): one.iterator for one in places}
    elements = {key: tree.leaves(next(iterator)) for key, iterator in iterators.items()}
    return {one.tensor: elements[id(one.iterator)][one.place] for one in places}


def _behind(tensors: list[Any], ends: set[int]) -> dict[int, SymbolicTensor]:
    """Tensors and those that they were computed from, by `id`, none behind `ends`."""
    found: dict[int, SymbolicTensor] = {}
    waiting = [x for x in tensors if isinstance(x, SymbolicTensor)]
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in found:
            continue
        found[id(tensor)] = tensor
        if id(tensor) not in ends and tensor.node is not None:
            leaves = tree.leaves((tensor.node.args, tensor.node.kwargs))
            waiting += [x for x in leaves if isinstance(x, SymbolicTensor)]
    return found


def _input(spec: Any) -> SymbolicTensor:
    return Input(batch_shape=spec.shape, dtype="string" if spec.dtype == object else str(spec.dtype))


def _inputs_in(nested: Any) -> list[SymbolicTensor]:
    return [x for x in tree.leaves(nested) if isinstance(x, SymbolicTensor)]


def make_one_shot_iterator(dataset: Dataset, shared_name: str | None = None) -> GraphIterator:
    """An iterator of one pass over a dataset."""
    return GraphIterator(dataset)


def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> GraphIterator:
    """An iterator whose passes begin when `session.run(iterator.initializer)` says so."""
    return GraphIterator(dataset, starts=False)
