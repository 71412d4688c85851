"""Programs: a step over the state of one model, run in compiled code that models of the same structure share.

A step (a function of a batch that reads and assigns variables) is compiled in two forms: for one batch that the host
hands over, and for a range of batches cut from arrays on the device, in a single dispatch with a trip count that is an
argument. So one compilation serves any number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable
from hornbeam.engine.protocol import Spec
from hornbeam.layers.base.tracking import remembering
from hornbeam.training.programs.batch import Batch, Layout
from hornbeam.training.programs.compiled import Code


class Program:
    """A compiled step over variables.

    Args:
        step: takes a `Batch`, assigns variables, returns logs.
        result: takes nothing, returns the logs after some steps; `None` when the last step's own logs are wanted.
        variables: what the step reads and assigns.
        constants: what it only reads.
        code: where it is compiled; `None` to run operation by operation, compiling nothing.
        names: of the logs that `result` returns; code is shared by models that call theirs otherwise.
        hyperparameters: numbers that the code takes as arguments, as pairs of holder and name.
    """

    def __init__(
        self,
        step: Callable[[Batch], Any],
        result: Callable[[], Any] | None,
        variables: Sequence[Variable],
        constants: Sequence[Variable],
        code: Code | None,
        names: Sequence[str] = (),
        hyperparameters: Sequence[tuple[Any, str]] = (),
    ):
        self.variables = list(variables)
        self.constants = list(constants)
        self.code = code
        self.hyperparameters = hyperparameters
        self.compilations = 0
        self._structure: dict[Any, Any] = {}
        in_code = self.facts.setdefault("names", tuple(names))
        self._to_code = {mine: its for mine, its in zip(names, in_code, strict=True) if mine != its}
        self._from_code = {its: mine for mine, its in self._to_code.items()}
        self._lifted_step = lift(step, self.variables, self.constants)
        self._lifted_result = lift(result, self.variables, self.constants) if result is not None else None

    @property
    def facts(self) -> dict[Any, Any]:
        """What was learnt about the code, such as how long a step takes."""
        return self.code.facts if self.code is not None else self.__dict__.setdefault("_facts", {})

    def run_batch(self, batch: Batch) -> Any:
        """One step on a batch from the host; returns the logs, still on the device."""
        return self._call("_run_batch", (), tuple(batch), batch.rows)

    def run_range(self, layout: Layout, arrays: list[Any], order: Any, count: int, start: int, stop: int) -> Any:
        """Steps `start` to `stop` over arrays on the device; returns the logs, still on the device."""
        if not self._runs_by_step(layout, arrays, order):
            return self._call("_run_range", (layout,), arrays, order, count, start, stop)
        logs = None
        for index in range(start, stop):
            logs = self._call("_run_one", (layout,), arrays, order, count, index)
        return logs

    def _runs_by_step(self, layout: Layout, arrays: list[Any], order: Any) -> bool:
        if self.code is None:
            return True
        with remembering(self._structure):
            return self.code.is_by_step(self, "_run_range", (layout,), (*self._state(), arrays, order, 1, 0, 1))

    def _state(self) -> tuple[list[Any], list[Any]]:
        """The values to run on; those that are still NumPy's are cheaper to send with the call."""
        return [variable._value for variable in self.variables], [variable.value for variable in self.constants]

    def _call(self, method: str, static: tuple[Any, ...], *args: Any) -> Any:
        values, constants = self._state()
        with remembering(self._structure):
            if self.code is None:
                values, logs = getattr(self, method)(*static, values, constants, *args)
            else:
                values, logs = self.code.run(self, method, static, (values, constants, *args), donate=True)
        for variable, value in zip(self.variables, values, strict=True):
            variable._value = value
        return _renamed(logs, self._from_code)

    def _step(self, values: list[Any], constants: list[Any], batch: Batch) -> tuple[Any, list[Any]]:
        fixed = (constants,) if self.constants else ()
        return self._lifted_step([engine.asarray(value) for value in values], *fixed, batch)

    def _result(self, values: list[Any], constants: list[Any], logs: Any) -> Any:
        if self._lifted_result is None:
            return logs
        fixed = (constants,) if self.constants else ()
        return _renamed(self._lifted_result(values, *fixed)[0], self._to_code)

    # what is compiled

    def _run_batch(self, values: list[Any], constants: list[Any], data: Any, rows: Any) -> tuple[list[Any], Any]:
        data, rows = tree.map(lambda x: x if x is None else engine.asarray(x), (data, rows))
        logs, values = self._step(values, constants, Batch.of(*data, rows=rows))
        return values, self._result(values, constants, logs)

    def _run_one(
        self, layout: Layout, values: list[Any], constants: list[Any], arrays: Any, order: Any, count: Any, index: Any
    ) -> tuple[list[Any], Any]:
        logs, values = self._step(values, constants, layout.cut(arrays, engine.asarray(order), count, index))
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
            logs, values = self._step(values, constants, layout.cut(arrays, order, count, index))
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

        return engine.fori_loop(start, stop, step_with_logs, (values, _zeros(self.facts[key])))


def _renamed(logs: Any, names: dict[str, str]) -> Any:
    return {names.get(name, name): value for name, value in logs.items()} if names else logs


def _spec(x: Any) -> Spec:
    return Spec(tuple(x.shape), engine.dtype_name(x))


def _zeros(shapes: Any) -> Any:
    if isinstance(shapes, Spec):
        return engine.full(shapes.shape, 0, shapes.dtype)
    if isinstance(shapes, dict):
        return {key: _zeros(item) for key, item in shapes.items()}
    return type(shapes)(_zeros(item) for item in shapes)
