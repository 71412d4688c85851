"""What a recording holds: values, and the instructions that make them, in nested blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch


class Value:
    """A tensor of a recorded call, whatever it is in later calls.

    Args:
        recorder: identifies the recording.
        varies: whether it may differ between calls; what does not may be looked at while recording.
        constant: the tensor itself, where it comes from outside the recorded call.
        root: the first value in the same memory; itself by default.
    """

    __slots__ = ("constant", "is_written", "recorder", "root", "varies")

    def __init__(self, recorder: object, varies: bool, constant: torch.Tensor | None = None, root: Value | None = None):
        self.recorder = recorder
        self.varies = varies
        self.constant = constant
        self.root: Value = self if root is None else root
        self.is_written = False  # of a root: somebody writes to this memory


class Call(NamedTuple):
    """`result = function(*args, **kwargs)`, with values in the places of tensors in nested lists."""

    function: Callable[..., Any]
    args: Any
    kwargs: dict[str, Any]
    result: Any
    writes: bool = False  # into memory that others may see
    is_random: bool = False


class Branch(NamedTuple):
    """`results = on_true if predicate else on_false`, after the block of the side that is taken."""

    predicate: Value
    true_block: list[Any]
    false_block: list[Any]
    results: list[tuple[Value, Value, Value]]  # (result, on_true, on_false)


class Carried(NamedTuple):
    """What a loop hands on: a value in the step, what it is at first, what the next step gets, and after the loop."""

    value: Value
    first: Value
    following: Value
    result: Value


class Loop(NamedTuple):
    """`value = first; for step in range(start, stop): body; value = following`; then `result = value`."""

    start: Value
    stop: Value
    step: Value
    body: list[Any]
    state: list[Carried]


class Tape(NamedTuple):
    """A whole recording; `outputs` are values, or what was returned that is no tensor."""

    inputs: list[Value]
    block: list[Any]
    outputs: list[Any]
    structure: Any


def values_in(x: Any) -> Iterator[Value]:
    if isinstance(x, Value):
        yield x
    elif isinstance(x, (list, tuple)):
        for item in x:
            yield from values_in(item)


def used_by(item: Call | Branch | Loop) -> Iterator[Value]:
    """The values that an instruction needs from before it; those of nested blocks may be among its own."""
    if isinstance(item, Call):
        yield from values_in(item.args)
        yield from values_in(list(item.kwargs.values()))
    elif isinstance(item, Branch):
        yield item.predicate
        for inner in (*item.true_block, *item.false_block):
            yield from used_by(inner)
        for _, on_true, on_false in item.results:
            yield on_true
            yield on_false
    else:
        yield item.start
        yield item.stop
        for inner in item.body:
            yield from used_by(inner)
        for row in item.state:
            yield row.first
            yield row.following


def made_by(item: Call | Branch | Loop) -> Iterator[Value]:
    """The values that an instruction gives to what follows it."""
    if isinstance(item, Call):
        yield from values_in(item.result)
    elif isinstance(item, Branch):
        for result, _, _ in item.results:
            yield result
    else:
        for row in item.state:
            yield row.result


def replaced(x: Any, by: dict[Value, Value]) -> Any:
    """`x` with some values in the places of others, in instructions and whatever they hold."""
    if isinstance(x, Value):
        return by.get(x, x)
    if isinstance(x, (Call, Branch, Loop, Carried)):
        return type(x)(*(replaced(item, by) for item in x))  # a named tuple
    if isinstance(x, dict):
        return {key: replaced(item, by) for key, item in x.items()}
    return type(x)(replaced(item, by) for item in x) if type(x) in (list, tuple) else x


def prune(block: list[Any], needed: set[Value]) -> list[Any]:
    """`block` without the instructions whose results nobody needs; adds to `needed` what the rest needs."""
    kept: list[Any] = []
    for item in reversed(block):
        if isinstance(item, Call):
            if not item.writes and needed.isdisjoint(made_by(item)):
                continue
        elif isinstance(item, Branch):
            results = [row for row in item.results if row[0] in needed]
            inner = needed | {value for row in results for value in row[1:]}
            blocks = [prune(side, inner) for side in (item.true_block, item.false_block)]
            if not (results or blocks[0] or blocks[1]):
                continue
            item = item._replace(true_block=blocks[0], false_block=blocks[1], results=results)
        else:
            item = _prune_loop(item, needed)
            if not (item.state or item.body):
                continue
        kept.append(item)
        needed.update(used_by(item))
    return kept[::-1]


def _prune_loop(loop: Loop, needed: set[Value]) -> Loop:
    """What is carried stays if it is needed after the loop, or by something carried that is."""
    state = [row for row in loop.state if row.result in needed]
    while True:
        inner = {row.following for row in state}
        body = prune(loop.body, inner)
        grown = [row for row in loop.state if row in state or row.value in inner]
        if len(grown) == len(state):
            return loop._replace(body=body, state=state)
        state = grown
