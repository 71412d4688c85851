"""Tensors without values and the graph that they remember: what functional models are made of.

Calling a layer or an operation on a `SymbolicTensor` records a `Node` and gives new symbolic tensors. Their shapes come
from tracing the real computation at two sizes: a dimension that differs between the two is unknown (`None`).
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from hornbeam import engine
from hornbeam.core import dtypes, naming, tree
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.running import running, under
from hornbeam.core.unknown_sizes import PROBES, SMALL_PROBES, Shape, filled, fitting
from hornbeam.core.without_value import WithoutValue
from hornbeam.engine.protocol import Spec

_inferred: dict[Hashable, Any] = {}
_REMEMBERED = 1000
_lock = threading.Lock()


class History(NamedTuple):
    """Which call made a tensor, and which of its outputs it is."""

    operation: Any
    node_index: int
    tensor_index: int


class SymbolicTensor(WithoutValue):
    """The shape and dtype of a tensor that a model will compute; unknown sizes are `None`.

    Args:
        shape: sizes, batch first.
        dtype: `floatx()` by default.
        name: unique by default.
        sparse, ragged, record_history: accepted for code written for Keras; tensors are dense and have a history.
    """

    api_module = "keras"
    unseen = frozenset({"name", "_keras_mask"})
    is_fixed = True
    notes_variables = True  # `variable + tensor` is a node with the variable in it, as `tensor + variable` is
    sparse = ragged = False
    #: Sizes, batch first; unknown ones are `None`.
    shape: tuple[int | None, ...] = ()
    dtype: str = "float32"

    def __init__(
        self,
        shape: Any,
        dtype: Any = None,
        name: str | None = None,
        *,
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
    ):
        if sparse or ragged:
            raise ValueError("Tensors are dense here. Received: sparse=True or ragged=True.")
        self.shape = tuple(shape)
        self.dtype = dtypes.standardize(dtype)
        self.name = name or naming.unique("symbolic_tensor")
        self.node: Node | None = None
        self.index = 0

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def ragged_rank(self) -> None:
        """Of ragged tensors: never here."""
        return None

    row_splits_dtype = ragged_rank

    @property
    def history(self) -> History:
        if self.node is None:
            raise ValueError(f"`{self}` was not made by a layer: start from `Input`.")
        operation = self.node.operation
        return History(operation, operation.inbound_nodes.index(self.node), self.index)

    def __repr__(self) -> str:
        return f"<SymbolicTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__


KerasTensor = SymbolicTensor  # Keras's name


_followers: weakref.WeakKeyDictionary[Node, list[weakref.ref[Node]]] = weakref.WeakKeyDictionary()


def followers(node: Node) -> list[Node]:
    """The calls on what a call gave."""
    return [other for reference in _followers.get(node, ()) if (other := reference()) is not None]


class Node:
    """One call of an operation: its arguments, with symbolic tensors among them, and its outputs."""

    api_module = "keras"
    unseen = frozenset({"inputs"})  # they are among the arguments
    is_fixed = True

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any):
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = outputs
        self.inputs = [leaf for leaf in tree.leaves((args, kwargs)) if isinstance(leaf, SymbolicTensor)]
        operation.inbound_nodes.append(self)
        for made_by in {x.node for x in self.inputs if x.node is not None}:
            _followers.setdefault(made_by, []).append(weakref.ref(self))
        for index, output in enumerate(tree.leaves(outputs)):
            if isinstance(output, SymbolicTensor):
                output.node, output.index = self, index


class Operation:
    """A function of `ops` as a node of a graph."""

    unseen = frozenset({"name", "inbound_nodes"})

    def __init__(self, function: Callable[..., Any], name: str | None = None):
        self.function = function
        self.name = name or naming.unique(function.__name__)
        self.inbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<Operation {self.name}>"


def is_symbolic(*values: Any) -> bool:
    """Whether a symbolic tensor is anywhere in `values`."""
    for value in values:
        if isinstance(value, SymbolicTensor):
            return True
        if isinstance(value, list | tuple):
            if is_symbolic(*value):
                return True
        elif isinstance(value, dict) and is_symbolic(*value.values()):
            return True
    return False


def valued(nested: Any) -> Any:
    """`nested` with the values that tensors in it have where losses compute, if they have some."""
    known = running.known
    return tree.map(lambda x: known.get(id(x), x) if isinstance(x, SymbolicTensor) else x, nested) if known else nested


def record(operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> Any:
    """Remember a call and hand its symbolic outputs on; an output that is an input becomes a tensor of its own."""
    inputs = {id(leaf) for leaf in tree.leaves((args, kwargs)) if isinstance(leaf, SymbolicTensor)}
    outputs = tree.map(
        lambda x: SymbolicTensor(x.shape, x.dtype, naming.unique("symbolic_tensor")) if id(x) in inputs else x, outputs
    )
    return Node(operation, args, kwargs, outputs).outputs


def infer(
    fn: Callable[..., Any], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None, like: Any = None
) -> Any:
    """`fn(*args, **kwargs)` as symbolic tensors: shapes and dtypes found by tracing, nothing computed.

    With `like`, a function of `ops`, the result is remembered for whatever has its fingerprint, and unknown sizes may
    be those of other arrays if the call needs it.
    """
    leaves, structure = tree.flatten((args, kwargs or {}))
    if like is None:
        return _infer(fn, leaves, structure)
    described = [("symbolic", leaf.shape, leaf.dtype) if isinstance(leaf, SymbolicTensor) else leaf for leaf in leaves]
    seen = Fingerprint(like, described)
    if not seen.is_shareable:
        return _infer(fn, leaves, structure, fit=True)
    key = (engine.backend(), seen.key, structure)
    outputs = _inferred.get(key)
    if outputs is None:
        outputs = _infer(fn, leaves, structure, fit=True)
        with _lock:
            _inferred[key] = outputs
            while len(_inferred) > _REMEMBERED:
                _inferred.pop(next(iter(_inferred)))
    return tree.map(lambda x: SymbolicTensor(x.shape, x.dtype) if isinstance(x, SymbolicTensor) else x, outputs)


def _infer(fn: Callable[..., Any], leaves: list[Any], structure: Any, fit: bool = False) -> Any:
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, SymbolicTensor)]

    def call(*values: Any) -> Any:
        filled = list(leaves)
        for place, value in zip(places, values, strict=True):
            filled[place] = value
        inner_args, inner_kwargs = tree.unflatten(structure, filled)
        return fn(*inner_args, **inner_kwargs)

    for place in places:
        if leaves[place].dtype == "string":
            raise TypeError(no_strings("What is called here", leaves[place].name))
    shapes = [leaves[place].shape for place in places]

    def traced(probes: Sequence[dict[str, int]], shapes: Sequence[Shape]) -> Any:
        found = []
        for probe in probes:
            specs = [
                Spec(filled(shape, probe), leaves[place].dtype) for place, shape in zip(places, shapes, strict=True)
            ]
            with under(probe=probe):
                found.append(engine.trace_shapes(call, *specs))
        return _merge(found[0], found[-1])

    try:
        return traced(PROBES if any(None in shape for shape in shapes) else PROBES[:1], shapes)
    except Exception as error:
        if running.scope is not None and any(engine.is_tensor(leaf) for leaf in leaves):  # in a step
            raise TypeError(_mixed(leaves[places[0]])) from error
        attempts = []
        if any(None in shape[1:] for shape in shapes):  # a table of positions may be too short
            attempts = [(probes, shapes) for probes in SMALL_PROBES]
        if fit:
            known = [tuple(leaf.shape) for i, leaf in enumerate(leaves) if i not in places and hasattr(leaf, "shape")]
            numbers = [leaf for leaf in leaves if type(leaf) is int]
            attempts += [(PROBES, sizes[: len(places)]) for sizes in fitting([*shapes, *known], numbers)]
        for attempt in attempts:
            with suppress(Exception):
                return traced(*attempt)
        raise


def _mixed(tensor: SymbolicTensor) -> str:
    return (
        f"A loss, a metric or a layer computes with the values of a batch and with {tensor}, a tensor of a graph, "
        "which has none there. Give `model.add_loss` a loss that is made of the graph's tensors alone, or make the "
        "tensor an output of the model or an input of the layer."
    )


def no_strings(who: str, what: str) -> str:
    """The sentence for strings where numbers are needed."""
    return (
        f"{who} computes with numbers. Received: strings ({what!r}); turn them into numbers first, with "
        "`TextVectorization` (text), `StringLookup` or `Hashing` (categories)."
    )


def _merge(a: Any, b: Any) -> Any:
    if isinstance(a, Spec):
        return SymbolicTensor((n if n == m else None for n, m in zip(a.shape, b.shape, strict=True)), a.dtype)
    if isinstance(a, dict):
        return {key: _merge(a[key], b[key]) for key in a}
    if isinstance(a, list | tuple):
        merged = [_merge(x, y) for x, y in zip(a, b, strict=True)]
        return type(a)(*merged) if hasattr(a, "_fields") else type(a)(merged)
    return a
