"""A layer as programs: Hornbeam's and Keras's compiled by XLA, and PyTorch's module, all on the same numbers."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import keras
import numpy as np
import torch
from layer_cases import Case, inner
from torch import nn

import hornbeam
from hornbeam import engine
from hornbeam.core.lift import lift, value_and_grad
from hornbeam.core.variable import Variable
from hornbeam.engine.jax.heap import keep_freed_memory
from hornbeam.engine.jax.options import options_for

Run = Callable[[], Any]


class Phase(NamedTuple):
    """The forward pass, or the one with gradients."""

    ours: Run
    keras: Run
    torch: Run | None
    is_same: bool  # whether XLA made the same of Hornbeam's and Keras's


def phases(case: Case, rows: int | None = None) -> list[Phase]:
    """Forward and with gradients, the weights of one library in the other."""
    keep_freed_memory()  # as Hornbeam does when it compiles; it holds for the whole process
    x = inputs_of(case, rows)
    given = [engine.asarray(one) for one in x]
    layers = case.make(hornbeam.layers), case.make(keras.layers)
    y, _ = (called(layer, given, False) for layer in layers)
    own, theirs = map(inner, layers)
    own.set_weights(theirs.get_weights())
    weights = [v.value for v in own.trainable_variables]
    found = []
    by = cotangent(tuple(y.shape))
    modules = torch_runs(case, x, by)
    functions = zip(of_hornbeam(layers[0], case.is_first), of_keras(layers[1], case.is_first), strict=True)
    for (mine, other), module, more in zip(functions, modules, ([], [engine.asarray(by)]), strict=True):
        states = ([v.value for v in layer.non_trainable_variables] for layer in (own, theirs))
        my_args, their_args = ((state, weights, given, *more) for state in states)
        options = options_for(jax.jit(mine).trace(*my_args).jaxpr.jaxpr)
        ours, my_text = compiled(mine, my_args, options)
        keras_run, their_text = compiled(other, their_args)
        found.append(Phase(ours, keras_run, module, my_text == their_text))
    return found


def compiled(function: Callable[..., Any], args: Sequence[Any], options: Any = None) -> tuple[Run, str]:
    program = jax.jit(function).lower(*args).compile(compiler_options=options)
    return lambda: program(*args), plain(program.as_text())


def plain(text: str) -> str:
    """XLA's text of a program without what does not matter: what was before, and names."""
    text = "\n".join(part for part in text.split("\n\n") if part.lstrip().startswith(("%", "ENTRY")))
    text = re.sub(r", metadata=\{[^}]*\}", "", text)
    numbers: dict[str, str] = {}
    text = re.sub(r"%[\w.\-]+", lambda name: numbers.setdefault(name[0], f"%{len(numbers)}"), text)
    return re.sub(r"[\w.]+: (?=\w+\[)", "", text)


def inputs_of(case: Case, rows: int | None) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    shapes = [(rows or shape[0], *shape[1:]) for shape in case.shapes]
    if case.integers:
        return [draw.integers(case.integers, size=shape).astype("int32") for shape in shapes]
    return [draw.normal(size=shape).astype("float32") for shape in shapes]


def cotangent(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def called(layer: Any, x: list[Any], training: bool) -> Any:
    return layer(x[0] if len(x) == 1 else x, training=training)


# Functions of the other variables, the weights and the inputs, which give the outputs, the gradients and the other
# variables: in the same order for both libraries, so that equal programs have equal texts. The gradients are those of
# sum(outputs * by); nobody asks for that sum, so it is not computed.


def of_keras(layer: Any, is_first: bool) -> tuple[Callable[..., Any], Callable[..., Any]]:
    trained, rest = inner(layer).trainable_variables, inner(layer).non_trainable_variables

    def compute(training: bool, others: Any, weights: Any, x: Any) -> tuple[Any, Any]:
        state = [*zip(rest, others, strict=True), *zip(trained, weights, strict=True)]
        with keras.StatelessScope(state) as scope:
            y = called(layer, x, training)
        return y, [scope.get_current_value(v) for v in rest]

    def forward(others: Any, weights: Any, x: Any) -> Any:
        return compute(False, others, weights, x)

    def both(others: Any, weights: Any, x: Any, by: Any) -> Any:
        def loss(weights: Any, x: Any) -> tuple[Any, Any]:
            y, after = compute(True, others, weights, x)
            return (y * by).sum(), (y, after)

        gradient = jax.grad(loss, 0 if is_first else (0, 1), has_aux=True)
        gradients, (y, after) = gradient(weights, x)
        return y, jax.tree.leaves(gradients), after

    return forward, both


def of_hornbeam(layer: Any, is_first: bool) -> tuple[Callable[..., Any], Callable[..., Any]]:
    trained, rest = inner(layer).trainable_variables, inner(layer).non_trainable_variables

    def forward(others: Any, weights: Any, x: Any) -> Any:
        y, after = lift(lambda: called(layer, x, False), [*rest, *trained])([*others, *weights])
        return y, after[: len(rest)]

    def both(others: Any, weights: Any, x: Any, by: Any) -> Any:
        holders = [] if is_first else [Variable(0.0, name="x") for _ in x]

        def loss() -> tuple[Any, Any]:
            y = called(layer, [v.value for v in holders] or x, True)
            return engine.sum(y * by), y

        wanted = [*trained, *holders]
        step = lift(lambda: value_and_grad(loss, wanted), [*rest, *wanted])
        ((_, y), gradients), after = step([*others, *weights, *([] if is_first else x)])
        return y, gradients, after[: len(rest)]

    return forward, both


def torch_runs(case: Case, x: list[np.ndarray], by: np.ndarray) -> tuple[Run | None, Run | None]:
    """Operation by operation, images in channels-last."""
    if case.torch is None:
        return None, None
    module = case.torch()
    is_image = len(case.shapes[0]) > 3 or isinstance(module, nn.Conv1d)
    given = [torch.tensor(one).movedim(-1, 1) if is_image else torch.tensor(one) for one in x]
    if len(case.shapes[0]) == 4:
        module = module.to(memory_format=torch.channels_last)
    if not case.is_first:
        given = [one.requires_grad_() for one in given]
    wanted = [*([] if case.is_first else given), *module.parameters()]
    back = torch.tensor(by)
    if is_image and back.dim() > 2:
        back = back.movedim(-1, 1)

    def forward() -> Any:
        module.eval()
        with torch.no_grad():
            return case.call(module, *given)

    def both() -> Any:
        module.train()
        y = case.call(module, *given)
        return y, torch.autograd.grad(y, wanted, back.reshape(y.shape))

    return forward, both
