"""Programs: a step over the state of one model, run in compiled code that models of the same structure share.

A step (a function of a batch that reads and assigns variables) is compiled in two forms: for one batch that the host
hands over, and for a range of batches cut from arrays on the device, in a single dispatch with a trip count that is an
argument. So one compilation serves any number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.hyperparameter import given
from hornbeam.core.lift import lift
from hornbeam.core.rng import UnseededDraw, UnseededGenerator
from hornbeam.core.running import tracing, under
from hornbeam.core.traced_values import NeedsNumbersError, runs_slowly
from hornbeam.core.variable import Variable
from hornbeam.engine.protocol import Spec
from hornbeam.layers.base.tracking import remembering
from hornbeam.training.programs.batch import Batch, Layout
from hornbeam.training.programs.compiled import program_key, shared_functions
from hornbeam.training.programs.passes import repeated, zeros


class Program:
    """A compiled step over variables.

    Args:
        purpose: what the step does; with what it looks at, all that the compiled code depends on.
        seen: the fingerprint of all that the step looks at.
        step: takes a `Batch`, assigns variables, returns logs or outputs.
        variables: what the step reads and may assign.
        constants: what it only reads.
        result: takes nothing, returns the logs after some steps; `None` when what the last step returned is wanted.
        counters: the variables that are in each pass over the data as they were before the first; `None` where only
            the host can see to that.
        names: of the logs that `result` returns; code is shared by models that call theirs otherwise.
        updates: whether the step assigns nearly all of the variables, whose old values are overwritten then.
        is_eager: whether to run operation by operation, compiling nothing.
        previous: the program that this one replaces.
        generator: what the step's draws without a seed come from, where a run goes on that had one.

    Attributes:
        compilations: how often this program, and those it replaced, had something traced for compilation.
        row_independent: whether batches may be padded, as far as that is known.
        shapes_checked: those of inputs that fit the model.
        tables: the embeddings whose indices are looked at before a batch is sent, as far as they are known.
    """

    def __init__(
        self,
        purpose: Hashable,
        seen: Fingerprint,
        step: Callable[[Batch], Any],
        variables: Sequence[Variable],
        constants: Sequence[Variable] = (),
        *,
        result: Callable[[], Any] | None = None,
        counters: Sequence[Variable] | None = None,
        names: Sequence[str] = (),
        updates: bool = True,
        is_eager: bool = False,
        previous: Program | None = None,
        generator: UnseededGenerator | None = None,
    ):
        self.variables = list(variables)
        own = {*variables, *constants}  # users' functions read others, too, whose values change between runs
        self.constants = [*constants, *(variable for variable in seen.variables if variable not in own)]
        self.compilations: int = previous.compilations if previous is not None else 0
        self.row_independent = False
        self.input_checks: tuple[Any, ...] = ()
        self.shapes_checked: set[tuple[int, ...]] = set()
        self._seen = seen
        self._purpose, self._own, self._names = purpose, tuple(variables), tuple(names)
        self._own_facts: dict[Any, Any] = {}
        self._donated = (1,) if updates else ()
        self._may_loop = not is_eager and engine.backend() != engine.TORCH
        self._structure: dict[Any, Any] = {}
        self._lifted_step = lift(step, self.variables, self.constants)
        self._lifted_result = lift(result, self.variables, self.constants) if result is not None else None
        self._counters = None if counters is None else set(counters)
        self._generator: UnseededGenerator | None = None
        self._find_code(is_eager, previous)
        known = generator or (previous._generator if previous is not None else None)
        if self.facts.get("draws") or known is not None:
            self._draw(previous, known)

    def _find_code(self, is_eager: bool, previous: Program | None) -> None:
        """Take what was compiled already, for another model or, where that is not shared, for this one before."""
        purpose = self._purpose if self._generator is None else (self._purpose, "draws")
        self._key = program_key(purpose, self._seen, self._own, self.constants)
        if is_eager:
            self._compiled = None
        elif previous is not None and previous._compiled is not None and previous._key == self._key:
            self._compiled = previous._compiled
        else:
            self._compiled = shared_functions(purpose, self._seen, self._own, self.constants)
        in_code = self.facts.setdefault("names", self._names)
        self._to_code = {mine: its for mine, its in zip(self._names, in_code, strict=True) if mine != its}
        self._from_code = {its: mine for mine, its in self._to_code.items()}

    def _draw(self, previous: Program | None = None, known: UnseededGenerator | None = None) -> None:
        """Give the step, which draws random numbers without a seed, a generator for them: one more variable."""
        self.facts["draws"] = True  # so that another model's program has one from the start
        self._generator = known or UnseededGenerator()
        self.variables.append(self._generator.state)
        self._find_code(self._compiled is None, previous)

    def is_current(self) -> bool:
        """Whether all that the step looks at is still as it was; a program that is not is made anew."""
        return self._seen.holds()

    @property
    def drawn(self) -> Any:
        """The seed and the count of draws without a seed, if there are any."""
        return None if self._generator is None else self._generator.state.numpy()

    @property
    def facts(self) -> dict[Any, Any]:
        """What was learnt about the code, such as how long a step takes."""
        return self._compiled.facts if self._compiled is not None else self._own_facts

    @property
    def can_repeat(self) -> bool:
        """Whether several passes over arrays may be one dispatch."""
        return self._may_loop and self._counters is not None and self._lifted_result is not None

    def run_batch(self, batch: Batch) -> Any:
        """One step on a batch from the host; returns the logs or outputs, still on the device."""
        return self._drawing(self._run, self._run_batch, "batch", tuple(batch), batch.rows)

    def run_range(self, layout: Layout, arrays: list[Any], order: Any, count: int, start: int, stop: int) -> Any:
        """Steps `start` to `stop` over arrays on the device; returns the logs, still on the device."""
        if not self.runs_by_step(layout, arrays, order):
            if layout.passes > 1:
                return self.run_passes(layout, arrays, order, count, start, stop, 1)[1]
            run = partial(self._run_range, layout)
            return self._drawing(self._run, run, ("range", layout), arrays, order, count, start, stop)
        logs = None
        for index in range(start, stop):
            logs = self._drawing(
                self._run, partial(self._run_one, layout), ("one", layout), arrays, order, count, index
            )
        return logs

    def loops_over(self, layout: Layout) -> bool:
        """Whether a range is known to be one dispatch."""
        return self._may_loop and self.facts.get(("by step", ("range", layout))) is False

    def run_passes(
        self, layout: Layout, arrays: list[Any], orders: Any, count: int, start: int, stop: int, passes: int
    ) -> tuple[Any, Any]:
        """Steps `start` to `stop` of each of the first passes that `orders` has room for.

        Returns:
            The logs of each pass, in arrays with room for as many as `orders`, and those of the last one.
        """
        run = partial(self._run_passes, layout)
        return self._drawing(self._run, run, ("range", layout), arrays, orders, count, start, stop, passes)

    def runs_by_step(self, layout: Layout, arrays: list[Any], order: Any) -> bool:
        """Whether each step is a dispatch of its own."""
        if self._compiled is None or self.loops_over(layout):
            return self._compiled is None
        compilations = self.compilations
        is_by_step = self._drawing(self._asked_by_step, layout, arrays, order)
        if is_by_step:
            self.compilations = compilations  # the loop was traced, and is not compiled
        return is_by_step

    def _asked_by_step(self, layout: Layout, arrays: list[Any], order: Any) -> bool:
        assert self._compiled is not None
        run: Callable[..., Any] = self._run_range if layout.passes == 1 else self._run_passes
        bounds = (1, 0, 1) if layout.passes == 1 else (1, 0, 1, 1)
        args = (self._numbers(), *self._state(), arrays, order, *bounds)
        with self._tracing(partial(run, layout)):
            return self._compiled.is_by_step(("range", layout), args, self._donated)

    def _drawing(self, run: Callable[..., Any], *args: Any) -> Any:
        """`run(*args)`; once more where it turns out that the step draws random numbers without a seed."""
        compilations = self.compilations
        try:
            return run(*args)
        except UnseededDraw:
            if self._generator is not None:
                raise
            self._draw()
        except NeedsNumbersError as error:
            if self._compiled is None or not runs_slowly(error):
                raise
            self._compiled, self._may_loop = None, False
        self.compilations = compilations  # nothing was compiled
        return self._drawing(run, *args)

    def _run(self, function: Callable[..., Any], kind: Hashable, *args: Any) -> Any:
        values, constants = self._state()
        if self._compiled is None:
            values, constants = ([engine.to_hold(x, None) for x in group] for group in (values, constants))
            with remembering(self._structure), under(generator=self._generator):
                values, logs = function(values, constants, *args)
        else:
            with self._tracing(function):
                arguments = (self._numbers(), values, constants, *args)
                values, logs = self._compiled.call(kind, arguments, self._donated)
        assigned = self.variables if self._donated else [self.variables[i] for i in self.facts["assigned"]]
        for variable, value in zip(assigned, values, strict=True):
            variable._value = value
        return _renamed(logs, self._from_code) if self._from_code else logs

    def _tracing(self, function: Callable[..., Any]) -> tracing:
        """Inside, `function` is what compiled code is traced from."""
        return tracing(partial(self._trace, function))

    def _trace(self, function: Callable[..., Any], numbers: list[Any], *args: Any) -> Any:
        self.compilations += 1
        drawing = under(generator=self._generator)
        with given(self._seen.hyperparameters, numbers), remembering(self._structure), drawing:
            return function(*args)

    def _numbers(self) -> list[float]:
        return [float(vars(holder)[name]) for holder, name in self._seen.hyperparameters]

    def _state(self) -> tuple[list[Any], list[Any]]:
        """The values to run on; those that are overwritten are cheaper to send with the call while they are NumPy's."""
        if self._generator is not None:
            self._generator.started()
        variables = [variable._value for variable in self.variables] if self._donated else _values(self.variables)
        return variables, _values(self.constants)

    def _step(self, values: list[Any], constants: list[Any], batch: Batch) -> tuple[Any, list[Any]]:
        fixed = (constants,) if self.constants else ()
        return self._lifted_step(values, *fixed, batch)

    def _result(self, values: list[Any], constants: list[Any], logs: Any) -> Any:
        if self._lifted_result is None:
            return logs
        fixed = (constants,) if self.constants else ()
        return _renamed(self._lifted_result(values, *fixed)[0], self._to_code)

    def _assigned(self, before: list[Any], after: list[Any]) -> list[Any]:
        """The values that come back: all, or those that the step has assigned."""
        if self._donated:
            return after
        places = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if new is not old]
        self.facts["assigned"] = places
        return [after[i] for i in places]

    # what is compiled

    def _run_batch(self, values: list[Any], constants: list[Any], data: Any, rows: Any) -> tuple[list[Any], Any]:
        values, data, rows = _arrays((values, data, rows))
        logs, after = self._step(values, constants, Batch.of(*data, rows=rows))
        return self._assigned(values, after), self._result(after, constants, logs)

    def _run_one(
        self, layout: Layout, values: list[Any], constants: list[Any], arrays: Any, order: Any, count: Any, index: Any
    ) -> tuple[list[Any], Any]:
        batch = layout.cut(arrays, engine.asarray(order), count, index)
        logs, values = self._step(_arrays(values), constants, batch)
        return values, self._result(values, constants, logs)

    def _run_range(
        self,
        layout: Layout,
        values: list[Any],
        constants: list[Any],
        arrays: list[Any],
        order: Any,
        count: Any,
        start: Any,
        stop: Any,
    ) -> tuple[list[Any], Any]:
        order = engine.asarray(order)

        def step(values: list[Any], constants: list[Any], arrays: list[Any], order: Any, index: Any) -> Any:
            logs, values = self._step(_arrays(values), constants, layout.cut(arrays, order, count, index))
            return values, logs

        if self._lifted_result is not None:
            values = engine.fori_loop(start, stop, lambda i, v: step(v, constants, arrays, order, i)[0], values)
            return values, self._result(values, constants, None)
        key = ("logs", layout)
        if key not in self.facts:
            specs = tree.map(_spec, (values, constants, arrays, order))
            logs_of = lambda v, c, a, o: tree.map(engine.asarray, step(v, c, a, o, 0)[1])  # noqa: E731
            self.facts[key] = engine.trace_shapes(logs_of, *specs)

        def step_with_logs(index: Any, carry: Any) -> Any:
            values, logs = step(carry[0], constants, arrays, order, index)
            return values, tree.map(engine.asarray, logs)

        return engine.fori_loop(start, stop, step_with_logs, (values, zeros(self.facts[key])))

    def _run_passes(
        self,
        layout: Layout,
        values: list[Any],
        constants: list[Any],
        arrays: list[Any],
        orders: Any,
        count: Any,
        start: Any,
        stop: Any,
        passes: Any,
    ) -> tuple[list[Any], Any]:
        orders = engine.asarray(orders)
        length = orders.shape[0] // layout.passes
        counters = [variable in (self._counters or ()) for variable in self.variables]
        first = _arrays(values)

        def one_pass(number: Any, values: list[Any]) -> tuple[list[Any], Any]:
            def step(index: Any, values: list[Any]) -> list[Any]:
                batch = layout.cut(arrays, orders, count, index, number * length)
                return self._step(_arrays(values), constants, batch)[1]

            values = [old if counts else now for old, now, counts in zip(first, values, counters, strict=True)]
            values = engine.fori_loop(start, stop, step, values)
            return values, self._result(values, constants, None)

        logs_of = lambda v, c: tree.map(engine.asarray, self._result(v, c, None))  # noqa: E731
        logs = engine.trace_shapes(logs_of, *tree.map(_spec, (values, constants)))
        return repeated(one_pass, passes, values, logs, layout.passes)


def _values(variables: list[Variable]) -> list[Any]:
    """The values on the device, where they stay."""
    return [v.value if isinstance(v._value, np.ndarray) else v._value for v in variables]


def _arrays(values: Any) -> Any:
    return tree.map(lambda x: x if x is None else engine.asarray(x), values)


def _renamed(logs: Any, names: dict[str, str]) -> Any:
    if isinstance(logs, tuple):
        return tuple(_renamed(one, names) for one in logs)
    return {names.get(name, name): value for name, value in logs.items()} if names else logs


def _spec(x: Any) -> Spec:
    return Spec(tuple(x.shape), engine.dtype_name(x))
