"""Calls written down while they compute, for `GradientTape`: a graph whose tensors know their values.

While a tape is open, calls of layers, losses and functions of `ops` that involve a variable, or what came of one, are
computed and kept as nodes. A gradient runs the nodes that lead from the sources to the target once more, as a pure
function of the sources, and differentiates that: the engines need no tape of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import lift, tree
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable


class Taped:
    """An array, and the node that made it; a `Variable` that was read in a formula is a node without a call."""

    __array_ufunc__ = None  # so that `ndarray * taped` asks `taped`

    def __init__(self, value: Any, node: Node | None = None, index: int = 0):
        self.value, self.node, self.index = value, node, index

    def numpy(self) -> np.ndarray:
        return engine.to_numpy(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.numpy(), dtype)

    def __jax_array__(self) -> Any:
        return self.value

    def __getattr__(self, name: str) -> Any:
        """Shape, dtype and whatever else an array of the engine has."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.value, name)

    def __float__(self) -> float:
        return float(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        item: Any = self  # whose operators `ops` gives it
        return (item[i] for i in range(len(self)))

    def __format__(self, spec: str) -> str:
        return format(self.numpy().item() if self.value.shape == () else self.numpy(), spec)

    def __repr__(self) -> str:
        return repr(self.value)

    __hash__ = object.__hash__


class Node:
    """A call: what to call again, its arguments, and what the variables that it reads held.

    Args:
        fn: the function.
        args, kwargs: with `Taped` and `Variable` among the leaves.
        held: the values of the variables that it reads, at the time.
    """

    def __init__(self, fn: Callable[..., Any], args: Any, kwargs: Any, held: Mapping[Variable, Any]):
        self.fn, self.args, self.kwargs, self.held = fn, args, kwargs, held


class Tape:
    """Open inside `with`; several may be, one in the other.

    Attributes:
        watched: arrays that gradients may be asked by, beside variables and what came of them.
    """

    def __init__(self) -> None:
        self.watched: dict[int, Any] = {}
        self.outer: Tape | None = None

    def __enter__(self) -> Tape:
        self.outer, running.tape = running.tape, self
        return self

    def __exit__(self, *_: object) -> None:
        running.tape = self.outer

    def sees(self, *values: Any) -> bool:
        """Whether a call on these values is to be kept."""
        return any(isinstance(leaf, Taped | Variable) or self._is_watched(leaf) for leaf in tree.leaves(values))

    def _is_watched(self, leaf: Any) -> bool:
        return id(leaf) in self.watched or (self.outer is not None and self.outer._is_watched(leaf))

    def record(self, fn: Callable[..., Any], args: Any, kwargs: Any, variables: Iterable[Variable] = ()) -> Any:
        """`fn(*args, **kwargs)`, kept.

        Args:
            fn: what is called.
            args, kwargs: its arguments.
            variables: what it reads beside them.
        """
        with under(tape=None):
            named = [leaf for leaf in tree.leaves((args, kwargs)) if isinstance(leaf, Variable)]
            held = {variable: variable.value for variable in (*named, *variables)}
            plain_args, plain_kwargs = plain((args, kwargs))
            outputs = fn(*plain_args, **plain_kwargs)
        return taped(outputs, Node(fn, args, kwargs, held))

    def read(self, variable: Variable) -> Taped:
        """A variable in a formula: `w * x`."""
        return self.record(_value_of, (variable,), {})


def read_all(tape: Any, values: Any) -> Any:
    """A tree where `tape` has read the variables."""
    return tree.map(lambda leaf: tape.read(leaf) if isinstance(leaf, Variable) else leaf, values)


def _value_of(variable: Variable) -> Any:
    return variable.value


def plain(values: Any) -> Any:
    """`values` with the arrays in the place of what a tape has written down."""
    return tree.map(lambda leaf: leaf.value if isinstance(leaf, Taped) else leaf, values)


def taped(outputs: Any, node: Node) -> Any:
    """`outputs` of a node, which know that they are."""
    leaves, structure = tree.flatten(outputs)
    known = [Taped(leaf, node, i) if engine.is_tensor(leaf) else leaf for i, leaf in enumerate(leaves)]
    return tree.unflatten(structure, known)


class Replay:
    """Runs nodes again while some variables and tensors have other values.

    Args:
        sources: the variables and tensors.
        variables: others that have other values.
    """

    def __init__(self, sources: Sequence[Any], variables: Sequence[Variable] = ()):
        self._sources = sources
        self._depends: dict[int, bool] = {id(source): True for source in (*sources, *variables)}

    def depends(self, value: Any) -> bool:
        """Whether a value was made from a source, or is one."""
        node = value.node if isinstance(value, Taped) else None
        key = id(value) if node is None or id(value) in self._depends else id(node)
        if key not in self._depends:
            self._depends[key] = node is not None and any(map(self.depends, inputs_of(node)))
        return self._depends[key]

    def run(self, targets: Sequence[Any], values: Sequence[Any], held: Mapping[Variable, Any]) -> list[Any]:
        """The targets' values for these values of the sources, and of variables that have others than at the time."""
        given = {id(source): value for source, value in zip(self._sources, values, strict=True)}
        variables = {**held} | {s: v for s, v in zip(self._sources, values, strict=True) if isinstance(s, Variable)}
        done: dict[int, list[Any]] = {}

        def value_of(item: Any) -> Any:
            if not isinstance(item, Taped):
                return item if isinstance(item, Variable) else given.get(id(item), item)
            if id(item) in given:
                return given[id(item)]
            if item.node is None or not self.depends(item):
                return item.value
            if id(item.node) not in done:
                done[id(item.node)] = tree.leaves(self._call(item.node, value_of, variables))
            return done[id(item.node)][item.index]

        return [value_of(target) for target in targets]

    def _call(self, node: Node, value_of: Callable[[Any], Any], variables: Mapping[Variable, Any]) -> Any:
        args, kwargs = tree.map(value_of, (node.args, node.kwargs))
        with lift.Scope({v: variables.get(v, value) for v, value in node.held.items()}, is_open=True):
            return node.fn(*args, **kwargs)


def inputs_of(node: Node) -> list[Any]:
    """What a node was made from: arguments and variables."""
    return [*tree.leaves((node.args, node.kwargs)), *node.held]


def nodes_behind(targets: Iterable[Any]) -> list[Node]:
    """The nodes that targets were made by, and those before them."""
    found: dict[int, Node] = {}
    waiting = list(targets)
    while waiting:
        node = getattr(waiting.pop(), "node", None)
        if isinstance(node, Node) and id(node) not in found:
            found[id(node)] = node
            waiting += [item for item in inputs_of(node) if isinstance(item, Taped)]
    return list(found.values())


def gradients(targets: Sequence[Any], sources: Sequence[Any], weights: Sequence[Any] | None = None) -> list[Any]:
    """The gradients of the sum of targets' elements by the sources; `None` for one that no target was made from.

    Inside another tape it is kept there, so that gradients of gradients can be asked for.

    Args:
        targets: what tapes have written down.
        sources: variables, watched arrays, and what tapes have written down.
        weights: factors of the targets' elements.
    """
    nodes = nodes_behind(targets)
    behind = {id(item) for node in nodes for item in inputs_of(node)} | {id(target) for target in targets}
    behind |= {id(output) for output in sources if isinstance(output, Taped) and output.node in nodes}
    connected = [source for source in sources if id(source) in behind]
    if not connected:
        return [None] * len(sources)
    outer = running.tape
    trained = [v for v in dict.fromkeys(v for n in nodes for v in n.held) if v.trainable] if outer is not None else []
    replay = Replay(connected, trained)

    def differentiate(values: Sequence[Any], variables: Sequence[Variable]) -> list[Any]:
        held = {variable: variable.value for variable in variables}

        def total(values: Sequence[Any]) -> tuple[Any, None]:
            parts = replay.run(targets, values, held)
            factors = [1.0] * len(parts) if weights is None else plain(weights)
            sums = [engine.sum(engine.asarray(p) * f, None, False) for p, f in zip(parts, factors, strict=True)]
            return sum(sums[1:], start=sums[0]), None

        arrays = [engine.asarray(value.value if isinstance(value, Variable) else value) for value in values]
        return engine.value_and_grad(total)(arrays)[1]

    if outer is not None:
        found = outer.record(differentiate, (connected, trained), {})
    else:
        found = differentiate(plain(connected), [])
    by_source = dict(zip(map(id, connected), found, strict=True))
    return [by_source.get(id(source)) for source in sources]


def zeros_like(value: Any) -> Any:
    return engine.full(tuple(value.shape), 0, engine.dtype_name(engine.asarray(plain(value))))
