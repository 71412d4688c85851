"""A recording as straight-line Python: one call into PyTorch per operation, and each tensor dropped at its last use."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from hornbeam.engine.torch.arrays import counted
from hornbeam.engine.torch.simplifying import simplified
from hornbeam.engine.torch.tape import Branch, Call, Loop, Tape, Value, made_by, prune, used_by, values_in


class BrokenTape(Exception):
    """A value is used where it is not made, or made twice."""


def compiled(tape: Tape) -> Callable[[list[torch.Tensor]], list[Any]]:
    """A function of the inputs that gives the outputs of the recorded call."""
    outputs = {value for value in tape.outputs if isinstance(value, Value)}
    tape = simplified(tape._replace(block=prune(tape.block, outputs)))
    return _Writer(tape, tape.block).function()


class _Writer:
    def __init__(self, tape: Tape, block: list[Any]):
        self.tape = tape
        self.block = block
        self.lines: list[str] = []
        self.objects: dict[str, Any] = {}
        self._object_names: dict[int, str] = {}
        self._names: dict[Value, str] = {}

    def function(self) -> Callable[[list[torch.Tensor]], list[Any]]:
        for i, value in enumerate(self.tape.inputs):
            self._names[value] = f"x{i}"
        names = "".join(f"{self._names[value]}, " for value in self.tape.inputs)
        outputs = [x for x in self.tape.outputs if isinstance(x, Value)]
        if names:
            self._write(1, f"({names}) = inputs")
        self._block(1, self.block, outputs)
        self._write(1, f"return [{', '.join(map(self._output, self.tape.outputs))}]")
        source = "def replay(inputs):\n" + "\n".join(self.lines)
        exec(compile(source, "<a recorded call>", "exec"), self.objects)
        return torch.no_grad()(self.objects["replay"])

    def _write(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def _output(self, x: Any) -> str:
        if isinstance(x, Value) and x.constant is not None:
            return f"{self._text(x)}.clone()"
        return self._text(x)

    def _block(self, depth: int, block: list[Any], results: list[Value], carried: tuple[Value, ...] = ()) -> None:
        """The instructions; what was made here, or is `carried`, is dropped after its last use unless in `results`."""
        own = {value for item in block for value in made_by(item) if value not in self._names} | set(carried)
        last = {value: i for i, item in enumerate(block) for value in used_by(item) if value in own}
        for i, item in enumerate(block):
            self._item(depth, item)
            made = [value for value in made_by(item) if value in self._names]
            done = {v for v in (*used_by(item), *made) if v in own and last.get(v, i) == i and v not in results}
            if done:
                self._write(depth, f"del {', '.join(sorted(self._names[value] for value in done))}")
        for value in results:
            self._text(value)  # must be known here
        for value in own.difference(results):
            self._names.pop(value, None)

    def _item(self, depth: int, item: Call | Branch | Loop) -> None:
        if isinstance(item, Call):
            self._call(depth, item)
        elif isinstance(item, Branch):
            self._branch(depth, item)
        else:
            self._loop(depth, item)

    def _call(self, depth: int, call: Call) -> None:
        args = [self._text(x) for x in call.args]
        args += [f"{name}={self._text(x)}" for name, x in call.kwargs.items()]
        known = any(value in self._names for value in values_in(call.result))
        if known and not call.writes:
            raise BrokenTape
        target = "" if known or call.result is None else f"{self._target(call.result)} = "
        self._write(depth, f"{target}{self._object(call.function)}({', '.join(args)})")

    def _target(self, result: Any) -> str:
        if isinstance(result, Value):
            return self._name(result)
        if isinstance(result, list):
            return f"({''.join(self._target(item) + ', ' for item in result)})" if result else "_"
        return "_"

    def _branch(self, depth: int, branch: Branch) -> None:
        self._write(depth, f"if {self._text(branch.predicate)}:")
        names = [self._new_name(result) for result, _, _ in branch.results]
        for side, block in enumerate((branch.true_block, branch.false_block)):
            if side:
                self._write(depth, "else:")
            chosen = [row[1 + side] for row in branch.results]
            self._block(depth + 1, block, chosen)
            self._write(depth + 1, _assignment(names, [self._text(value) for value in chosen]))
            self._forget(depth + 1, block, chosen)
        for name, (result, _, _) in zip(names, branch.results, strict=True):
            self._names[result] = name

    def _loop(self, depth: int, loop: Loop) -> None:
        first = [self._text(row.first) for row in loop.state]
        carried = [self._name(row.value) for row in loop.state]
        self._write(depth, _assignment(carried, first))
        steps = f"{self._object(counted)}({self._text(loop.start)}, {self._text(loop.stop)})"
        self._write(depth, f"for {self._name(loop.step)} in {steps}:")
        following = [row.following for row in loop.state]
        used = {value for item in loop.body for value in used_by(item)}
        own = tuple(row.value for row in loop.state if row.value in used)
        self._block(depth + 1, loop.body, following, own)
        self._write(depth + 1, _assignment(carried, [self._text(value) for value in following]))
        self._forget(depth + 1, loop.body, following)
        for name, row in zip(carried, loop.state, strict=True):
            self._names.pop(row.value, None)
            self._names[row.result] = name
        self._names.pop(loop.step)

    def _forget(self, depth: int, block: list[Any], values: list[Value]) -> None:
        """Drop what a block has handed on under other names."""
        made = {value for item in block for value in made_by(item)} & set(values)
        if made:
            self._write(depth, f"del {', '.join(sorted(self._names.pop(value) for value in made))}")

    # names

    def _new_name(self, value: Value) -> str:
        self._count = getattr(self, "_count", 0) + 1
        return f"v{self._count}"

    def _name(self, value: Value) -> str:
        if value not in self._names:
            self._names[value] = self._new_name(value)
        return self._names[value]

    def _text(self, x: Any) -> str:
        if isinstance(x, Value):
            if x.constant is not None:
                return self._object(x.constant)
            if x not in self._names:
                raise BrokenTape
            return self._names[x]
        if isinstance(x, list) and next(values_in(x), None) is not None:
            return f"[{', '.join(map(self._text, x))}]"
        if x is None or isinstance(x, (bool, int, str)) or (isinstance(x, float) and math.isfinite(x)):
            return repr(x)
        return self._object(x)

    def _object(self, x: Any) -> str:
        if id(x) not in self._object_names:
            name = self._object_names[id(x)] = f"c{len(self._object_names)}"
            self.objects[name] = x
        return self._object_names[id(x)]


def _assignment(names: list[str], values: list[str]) -> str:
    """All at once: a value may be another one's old name."""
    pairs = [(name, value) for name, value in zip(names, values, strict=True) if name != value]
    if not pairs:
        return "pass"
    return f"{', '.join(name for name, _ in pairs)} = {', '.join(value for _, value in pairs)}"
