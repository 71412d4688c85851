"""What a recording can do without: repeated work, work that is the same in each call or in each step of a loop."""

from __future__ import annotations

from typing import Any

from hornbeam.engine.torch.packing import packed
from hornbeam.engine.torch.tape import Branch, Call, Loop, Tape, Value, made_by, prune, replaced, values_in

# Larger tensors are made anew in each call rather than kept.
_KEPT_NUMBERS = 2**14


def simplified(tape: Tape) -> Tape:
    simplifier = _Simplifier()
    block = simplifier.block(tape.block, {})
    outputs = [simplifier.now(x) if isinstance(x, Value) else x for x in tape.outputs]
    return tape._replace(block=prune(block, set(values_in(outputs))), outputs=outputs)


class _Simplifier:
    def __init__(self) -> None:
        self.by: dict[Value, Value] = {}
        self._scalars: dict[Any, Value] = {}

    def now(self, x: Any) -> Any:
        return replaced(x, self.by)

    def block(self, block: list[Any], known: dict[Any, Value]) -> list[Any]:
        """The instructions that remain; `known` finds values that have been computed, by what computes them."""
        kept: list[Any] = []
        for item in block:
            item = self.now(item)
            if isinstance(item, Call):
                if not self._is_known(item, known):
                    kept.append(item)
            elif isinstance(item, Branch):
                on_true, on_false = (self.block(side, dict(known)) for side in (item.true_block, item.false_block))
                kept.append(Branch(item.predicate, on_true, on_false, self.now(item.results)))
            else:
                kept += self._loop(item, known)
        return kept

    def _is_known(self, call: Call, known: dict[Any, Value]) -> bool:
        if call.writes or call.is_random or any(value.root.is_written for value in values_in([call.args, call.result])):
            return False
        arguments = list(values_in([call.args, list(call.kwargs.values())]))
        if all(value.constant is not None for value in arguments) and self._is_constant(call):
            return True
        if not isinstance(call.result, Value):
            return False
        key = call.function, self._key(call.args), self._key(list(call.kwargs.items()))
        if key in known:
            self.by[call.result] = known[key]
            return True
        known[key] = call.result
        return False

    def _is_constant(self, call: Call) -> bool:
        """Compute once what depends on nothing."""
        if not isinstance(call.result, Value):
            return False
        result = call.function(*_constants(call.args), **{key: _constants(x) for key, x in call.kwargs.items()})
        if result.untyped_storage().nbytes() > 4 * _KEPT_NUMBERS:
            return False
        call.result.constant = result
        return True

    def _key(self, x: Any) -> Any:
        if isinstance(x, Value):
            return self._scalar(x) if x.constant is not None and x.constant.numel() == 1 else x
        return (
            tuple(map(self._key, x)) if isinstance(x, (list, tuple)) else (type(x), repr(x) if type(x) is float else x)
        )

    def _scalar(self, value: Value) -> Value:
        """The first of equal constants."""
        x = value.constant
        assert x is not None
        return self._scalars.setdefault((repr(x.item()), x.dtype, x.shape, x.device), value)

    def _loop(self, loop: Loop, known: dict[Any, Value]) -> list[Any]:
        """The loop, after what it would do in the same way in each step."""
        state = []
        for row in self.now(loop.state):
            if row.following is row.value:
                self.by[row.value] = self.by[row.result] = row.first
            else:
                state.append(row)
        body = self.block(self.now(loop.body), dict(known))
        own = {loop.step, *(row.value for row in state)}
        before, rest = [], []
        for item in body:
            moves = isinstance(item, Call) and not (item.writes or item.is_random)
            used = list(values_in([item.args, list(item.kwargs.values()), item.result])) if moves else []
            if moves and not any(value in own or value.root.is_written for value in used):
                before.append(item)
            else:
                rest.append(item)
                own.update(made_by(item))
        loop = loop._replace(body=rest, state=self.now(state))
        around, by = packed(loop)
        self.by.update(by)
        return [*before, *around]


def _constants(x: Any) -> Any:
    if isinstance(x, Value):
        return x.constant
    return [_constants(item) for item in x] if isinstance(x, (list, tuple)) else x
