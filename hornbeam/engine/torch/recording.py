"""Recording: a call runs as always while its operations, below layers and autograd, are written down.

What depends on no input's value can be replayed with other inputs of the same shapes. Where the call looks at a value
(`if loss > 1`, `int(x)`, `x.numpy()`), or writes where it should not, the recording fails, and the call goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import optree
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from hornbeam.engine.torch.arrays import asarray, counted
from hornbeam.engine.torch.direct import direct
from hornbeam.engine.torch.modes import modes
from hornbeam.engine.torch.tape import Branch, Call, Carried, Loop, Tape, Value

# Longer recordings would take long to compile, and Python is a small part of what long calls take.
_MOST = 6000
_READS_VALUES = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}
_RENAMES = {torch.ops.aten.detach.default, torch.ops.aten.alias.default}
# They ask only for a shape; of few numbers, their results are constants.
_LIKE = {
    "aten::ones_like",
    "aten::zeros_like",
    "aten::full_like",
    "aten::new_zeros",
    "aten::new_ones",
    "aten::new_full",
}
_FEW = 2**12
_METHODS_THAT_READ = {
    torch.Tensor.numpy,
    torch.Tensor.tolist,
    torch.Tensor.__array__,
    torch.Tensor.__dlpack__,
}


class Recorder(TorchDispatchMode):
    """Writes down what runs inside; `failure` says why it cannot be replayed, `is_usable` whether this time will do."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: str | None = None
        self.is_usable = True
        self._paused: str | None = None
        self._block: list[Any] = []
        self._length = 0
        self._constants: dict[int, Value] = {}
        self._constant_memory: set[int] = set()
        self._fresh: dict[int, torch.Tensor] = {}  # made from numbers while recording
        self._varying: set[int] = set()  # memory that something which varies was written to

    def record(self, fn: Callable[..., Any], inputs: list[torch.Tensor], fill: Callable[[list[Any]], Any]) -> Any:
        """`fn(*args, **kwargs)` of `args, kwargs = fill(inputs)`, and its tape, or None."""
        aliases = [self.input(x) for x in inputs]
        values = [self.value(x) for x in aliases]
        args, kwargs = fill(aliases)
        with torch.no_grad(), self._recording():
            out = fn(*args, **kwargs)
        leaves, structure = optree.tree_flatten(out, none_is_leaf=True)
        given = {id(value): x for value, x in zip(values, inputs, strict=True)}
        outputs = [self.value(leaf) if isinstance(leaf, torch.Tensor) else leaf for leaf in leaves]
        leaves = [given.get(id(value), leaf) for value, leaf in zip(outputs, leaves, strict=True)]
        tape = None if self.failure or not self.is_usable else Tape(values, self._block, outputs, structure)
        return optree.tree_unflatten(structure, leaves), tape

    @contextlib.contextmanager
    def _recording(self):
        modes.recorder = self
        try:
            with _Reads(self), self:
                yield
        finally:
            modes.recorder = None

    def fail(self, reason: str) -> None:
        self.failure = self.failure or reason

    @contextlib.contextmanager
    def paused(self, why: str = "written down elsewhere"):
        before, self._paused = self._paused, why
        try:
            yield
        finally:
            self._paused = before

    # values

    def input(self, x: torch.Tensor) -> torch.Tensor:
        """An alias of `x` whose value may be another in each call."""
        with self.paused():
            alias = x.detach()
        return self._name(alias, Value(self, varies=True))

    def known(self, x: torch.Tensor) -> Value | None:
        value = getattr(x, "_recorded", None)
        return value if value is not None and value.recorder is self else None

    def varies(self, x: Any) -> bool:
        value = self.known(x) if isinstance(x, torch.Tensor) else None
        return value is not None and (value.varies or (bool(self._varying) and _memory(x) in self._varying))

    def follows(self, x: Any) -> bool:
        return self._paused is None and self.failure is None and self.varies(x)

    def value(self, x: torch.Tensor) -> Value:
        """The value that a tensor has; one from outside is a constant."""
        value = self.known(x) or self._constants.get(id(x))
        if value is None:
            value = self._constants[id(x)] = Value(self, varies=False, constant=x)
            self._constant_memory.add(_memory(x))
        return value

    def fresh(self, x: torch.Tensor) -> torch.Tensor:
        """`x`, which was made just now from numbers that are always the same."""
        if self._paused is None:
            self._fresh[id(x)] = x
        return x

    def _name(self, x: torch.Tensor, value: Value) -> torch.Tensor:
        x._recorded = value
        return x

    def _valued(self, x: Any) -> Any:
        if isinstance(x, torch.Tensor):
            return self.value(x)
        return [self._valued(item) for item in x] if _tensors(x) else x

    def _results(self, x: Any, varies: bool, roots: dict[int, Value]) -> Any:
        """New values for results; `roots` are those of the arguments by their memory."""
        if isinstance(x, torch.Tensor):
            value = self.known(x)
            if value is None:
                self._name(x, value := Value(self, varies, root=roots.get(_memory(x))))
            return value
        return [self._results(item, varies, roots) for item in x] if isinstance(x, (list, tuple)) else None

    def check_own(self, x: torch.Tensor) -> None:
        """`x` is about to be replaced: what is kept outside can only be so in a call that runs as it is."""
        if self._paused is None and self.known(x) is None and id(x) not in self._fresh:
            self.fail("a tensor from outside is replaced")

    # operations

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if self.failure or modes.tracing or self._paused:
            if self._paused == "constant" and self._any_varies(args, kwargs):
                self.fail("a value was computed apart from the rest")
            return func(*args, **kwargs)
        writes = func._schema.is_mutable
        if writes:
            self._check_writing(func, args, kwargs)
        result = func(*args, **kwargs)
        if func is torch.ops.aten.lift_fresh.default:  # how `torch.tensor` ends
            return self.fresh(result)
        if func in _RENAMES:
            return self._name(result, self.value(args[0]))
        varies = self._any_varies(args, kwargs) or torch.Tag.nondeterministic_seeded in func.tags
        if not _READS_VALUES.isdisjoint(func.tags):
            if varies:
                self.fail(f"{func} depends on values")
            return result
        if not isinstance(result, (torch.Tensor, list, tuple)) and not writes:
            return result  # a question about shapes
        if not writes and isinstance(result, torch.Tensor) and args and _is_same(result, args[0]):
            return self._name(result, self.value(args[0]))
        if func._schema.name in _LIKE and result.numel() <= _FEW:
            args, varies = (result.clone(), *args[1:]), False
        function = direct(func, args, kwargs, result)
        self._note(function, args, kwargs, result, varies, writes, torch.Tag.nondeterministic_seeded in func.tags)
        return result

    def call(self, fn: Callable[..., Any], *args: Any) -> Any:
        """`fn(*args)` as one instruction, whatever happens inside."""
        tensors = _tensors(args)
        if self.failure or self._paused or (torch.is_grad_enabled() and any(x.requires_grad for x in tensors)):
            return fn(*args)
        with self.paused():
            result = fn(*args)
        self._note(fn, args, {}, result, self._any_varies(args, {}))
        return result

    def _note(self, function: Any, args: Any, kwargs: Any, result: Any, varies: bool, *kind: bool) -> None:
        valued = self._valued(args), {key: self._valued(x) for key, x in kwargs.items()}
        roots = {_memory(x): self.value(x).root for x in _tensors((args, list(kwargs.values())))}
        self._append(Call(function, *valued, self._results(result, varies, roots), *kind))

    def _append(self, item: Call | Branch | Loop) -> None:
        self._block.append(item)
        self._length += 1
        if self._length > _MOST:
            self.fail(f"there are more than {_MOST} operations")

    def _any_varies(self, args: Any, kwargs: dict[str, Any]) -> bool:
        return any(
            any(map(self.varies, x)) if isinstance(x, (list, tuple)) else self.varies(x)
            for x in (*args, *kwargs.values())
        )

    def _check_writing(self, func: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """A constant may be written to if it is fresh: then each call writes to a copy of it."""
        varies = self._any_varies(args, kwargs)
        for i, argument in enumerate(func._schema.arguments):
            if argument.alias_info is None or not argument.alias_info.is_write:
                continue
            x = args[i] if i < len(args) else kwargs.get(argument.name)
            for tensor in x if isinstance(x, (list, tuple)) else [x]:
                if not isinstance(tensor, torch.Tensor):
                    continue
                is_new = id(tensor) in self._fresh and self.known(tensor) is None
                if _memory(tensor) in self._constant_memory or not (is_new or self.known(tensor)):
                    self.fail("a tensor from outside is written to")
                elif is_new:
                    with self.paused():
                        fresh = tensor.clone()
                    value = Value(self, varies=False)
                    self._append(Call(torch.clone, [self.value(fresh)], {}, value))
                    self._name(tensor, value)
                self.value(tensor).root.is_written = True
                if varies:
                    self._varying.add(_memory(tensor))

    # control

    def _in_block(self, fn: Callable[[], Any]) -> tuple[list[Any], Any]:
        outer, self._block = self._block, []
        try:
            out = fn()
            return self._block, out
        finally:
            self._block = outer

    def cond(self, predicate: torch.Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """Both sides run, the one that counts last."""
        with self.paused():
            truth = bool(predicate)
        sides: dict[bool, Any] = {}
        for side in (not truth, truth):
            branch = true_fn if side else false_fn
            sides[side] = self._in_block(lambda branch=branch: _flat(branch()))  # type: ignore[misc]
        (true_block, (on_true, structure)), (false_block, (on_false, other)) = sides[True], sides[False]
        if structure != other or list(map(_spec, on_true)) != list(map(_spec, on_false)):
            self.fail("the sides of a condition differ in what they give")
        if self.failure:
            return optree.tree_unflatten(structure, on_true) if truth else optree.tree_unflatten(other, on_false)
        results = [self.input(x) for x in (on_true if truth else on_false)]
        rows: list[Any] = [tuple(map(self.value, row)) for row in zip(results, on_true, on_false, strict=True)]
        self._append(Branch(self.value(predicate), true_block, false_block, rows))
        return optree.tree_unflatten(structure, results)

    def loop(self, start: Any, stop: Any, body: Callable[[Any, Any], Any], state: Any) -> Any:
        """The first step is written down, and the others only run."""
        with self.paused():
            steps = counted(start, stop)
        if not steps:
            self.is_usable = False  # next time
            return state
        first, structure = _flat(state)
        index, *carried = [self.input(x) for x in (steps[0], *first)]
        block, (following, after) = self._in_block(
            lambda: _flat(body(index, optree.tree_unflatten(structure, carried)))
        )
        if structure != after or [_spec(x)[:2] for x in carried] != [_spec(x)[:2] for x in following]:
            self.fail("a step of a loop gives something else than it takes")
        elif list(map(_spec, carried)) != list(map(_spec, following)):
            self.is_usable = False  # strides settle after a step
        state = optree.tree_unflatten(after, following)
        with self.paused():
            for step in steps[1:]:
                state = body(step, state)
        if self.failure:
            return state
        results = [self.input(x) for x in _flat(state)[0]]
        rows = [Carried(*map(self.value, row)) for row in zip(carried, first, following, results, strict=True)]
        first_step, stop_step = (self.value(asarray(bound)) for bound in (start, stop))
        self._append(Loop(first_step, stop_step, self.value(index), block, rows))
        return optree.tree_unflatten(structure, results)


class _Reads(TorchFunctionMode):
    """Sees the methods that read a tensor's values behind the dispatcher's back."""

    def __init__(self, recorder: Recorder):
        super().__init__()
        self.recorder = recorder

    def __torch_function__(self, func, types, args=(), kwargs=None):
        read = getattr(func, "__wrapped__", func)  # by `augmented.py`
        if read in _METHODS_THAT_READ and self.recorder._paused is None and self.recorder.varies(args[0]):
            self.recorder.fail(f"`{func.__name__}` reads a value")
        return func(*args, **(kwargs or {}))


def _memory(x: torch.Tensor) -> int:
    return x.untyped_storage()._cdata


def _is_same(x: torch.Tensor, y: Any) -> bool:
    """Whether a view is a view of all of `y` as it is."""
    same = isinstance(y, torch.Tensor) and _spec(x) == _spec(y) and x.storage_offset() == y.storage_offset()
    return same and _memory(x) == _memory(y)


def _tensors(x: Any) -> list[torch.Tensor]:
    if isinstance(x, torch.Tensor):
        return [x]
    return [tensor for item in x for tensor in _tensors(item)] if isinstance(x, (list, tuple)) else []


def _flat(tree: Any) -> tuple[list[torch.Tensor], Any]:
    leaves, structure = optree.tree_flatten(tree)
    return [asarray(leaf) for leaf in leaves], structure


def _spec(x: torch.Tensor) -> tuple[Any, ...]:
    return x.shape, x.dtype, x.stride(), x.device
