"""Steps that a user has written as Keras 3's guides write them for one backend.

def train_step(self, state, data): ...      # JAX: a pure function of the values of all variables
self.zero_grad(); loss.backward()           # PyTorch: gradients are kept by the tensors that variables hold
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any

from hornbeam import engine
from hornbeam.core import symbolic, tree
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable

#: Whether lists in the data of a step are tuples to it: TensorFlow's datasets, which some code is written for, say so.
has_tuples: Callable[[], bool] = lambda: False  # noqa: E731


def _in_tuples(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _in_tuples(item) for name, item in data.items()}
    return tuple(_in_tuples(item) for item in data) if isinstance(data, list | tuple) else data


def of_data(model: Any, mode: str) -> Callable[[Any], Any]:
    """The step of `model` for "train" or "test", as a function of the data."""
    step = model.train_step if mode == "train" else model.test_step
    needed = [p for p in inspect.signature(step).parameters.values() if p.default is p.empty]
    is_of_state = len([p for p in needed if p.kind is p.POSITIONAL_OR_KEYWORD]) == 2
    return (lambda data: _with_state(model, mode, step, data)) if is_of_state else step


def _with_state(model: Any, mode: str, step: Callable[..., Any], data: Any) -> Any:
    """The logs; what the step gives as the state after it, variables hold."""
    groups = _groups(model, mode)
    before = tuple([variable.value for variable in group] for group in groups)
    logs, after = step(before, data)
    for parts in zip(groups, before, after, strict=True):
        for variable, old, new in zip(*parts, strict=True):
            if new is not old:
                variable.assign(new)
    return logs


def _groups(model: Any, mode: str) -> list[list[Variable]]:
    """The variables of a step, in the groups of Keras's state."""
    optimizer = [model.optimizer.variables] if mode == "train" else []
    metrics = [variable for metric in model.metrics for variable in metric.variables]
    return [model.trainable_variables, model.non_trainable_variables, *optimizer, metrics]


def taking_state(mode: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A built-in step that may also be called as Keras's on JAX: on `(state, data)`, for the logs and the new state."""

    def around(step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def wrapper(self: Any, data: Any, *more: Any) -> Any:
            if not more:
                return step(self, data)
            groups = _groups(self, mode)
            for variables, values in zip(groups, data, strict=True):
                for variable, value in zip(variables, values, strict=True):
                    if value is not variable.value:
                        variable.assign(value)
            logs = step(self, *more)
            return logs, tuple([variable.value for variable in variables] for variables in groups)

        return wrapper

    return around


def run(step: Callable[[Any], Any], data: Any) -> Any:
    """`step(data)`; what it does with gradients of PyTorch's tensors ends with it."""
    data = _in_tuples(data) if has_tuples() else data
    try:
        with engine.own_gradients() as began:
            model = getattr(step, "__self__", None)
            if model is not None and engine.backend() == engine.TORCH and _mentions(step, "backward"):
                begin_gradients(model)  # `zero_grad` may come after the model was called
            logs = step(data)
    except RuntimeError as error:
        if "does not require grad" not in str(error):
            raise
        raise RuntimeError(
            "`loss.backward()` needs gradients to have been kept: `train_step` must call `self.zero_grad()` before it "
            "calls a model whose weights it has updated. Received: a loss that none were kept for."
        ) from error
    if not began:
        return logs
    values = running.scope.values
    values.update({variable: engine.stop_gradient(value) for variable, value in values.items()})
    return tree.map(lambda x: engine.stop_gradient(x) if engine.is_tensor(x) else x, logs)


def _mentions(step: Any, name: str) -> bool:
    """Whether the code of a method names something."""
    waiting = [getattr(inspect.unwrap(getattr(step, "__func__", step)), "__code__", None)]
    while waiting:
        code = waiting.pop()
        if isinstance(code, CodeType):
            if name in code.co_names:
                return True
            waiting += code.co_consts
    return False


def begin_gradients(model: Any) -> None:
    """From here on, in a step to its end, trainable variables hold tensors that keep their gradients."""
    if running.scope is None:
        model.__hornbeam__.keeps_gradients = True
        keep_gradients(model)
        for variable in model.trainable_variables:
            engine.forget_gradient(_held(variable))
        return
    for variable in model.trainable_variables:
        holder = running.scope.find(variable) or running.scope
        holder.values[variable] = engine.keep_gradient(_held(variable))
        engine.forget_gradient(holder.values[variable])


def keep_gradients(model: Any) -> None:
    """The same in a loop of the user's own, outside of steps."""
    for variable in model.trainable_variables:
        variable._value = engine.keep_gradient(_held(variable))


def before_call(model: Any, args: tuple[Any, ...]) -> None:
    """`model(x, training=True)`, through which `loss.backward()` may go back in a loop of the user's own."""
    if running.scope is not None or running.tape is not None or running.layers:
        return
    if any(symbolic.is_symbolic(leaf) for leaf in tree.leaves(args)):
        return
    if not model.built and len(args) == 1:
        model.build_for(args[0])
    keep_gradients(model)


def _held(variable: Variable) -> Any:
    """What a variable holds, in its own dtype."""
    with under(autocast=None):
        return variable.value
