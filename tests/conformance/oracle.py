"""What real Keras, on JAX, makes of a row: its values, and one step of training; and what Hornbeam makes of it.

The reference is one compiled program for each row: that is what keeps it cheap.
"""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from layer_table import LAYERS, Row

from hornbeam import config as settings
from hornbeam import engine as eng
from hornbeam import layers, optimizers
from hornbeam.core import masking, tree
from hornbeam.core.lift import lift, value_and_grad
from hornbeam.core.variable import Variable

RATE = 0.05


@dataclass
class Step:
    """Gradients by the inputs, and all weights after one step of SGD, of training where that is not random."""

    by_inputs: list[np.ndarray]
    weights: list[np.ndarray]


@dataclass
class Run:
    """What a layer made of a row, in NumPy where it is Keras's."""

    layer: Any
    outputs: Any
    masks: list[Any]
    after: list[np.ndarray]
    step: Step | None = None


@cache
def keras() -> Any:
    with quiet():
        return pytest.importorskip("keras")


def quiet() -> Any:
    return warnings.catch_warnings(action="ignore")


def three(values: Any) -> Any:
    """The first rows of arrays, however they are nested; other values as they are."""
    return tree.map(lambda x: x[:3] if isinstance(x, np.ndarray) else x, values)


def values_for(weights: Any) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    values = [draw.normal(scale=0.5, size=weight.shape).astype("float32") for weight in weights]
    positive = re.compile("variance|stddev")
    return [abs(v) + 0.5 if positive.search(w.path) else v for v, w in zip(values, weights, strict=True)]


def attach(set_mask: Any, inputs: list[Any], row: Row) -> None:
    for x, mask in zip(inputs, row.mask, strict=False):
        if mask is not None:
            set_mask(x, mask[:3])


def in_training(row: Row) -> dict[str, Any]:
    return {"training": "gradient" not in row.without} | three(row.kwargs)


def distance(outputs: Any, convert: Callable[[np.ndarray], Any]) -> Any:
    """The sum of squared distances of all floats from numbers between -1 and 1."""
    floats = [y for y in tree.leaves(outputs) if "float" in str(y.dtype)]
    start = convert(np.zeros((), "float32"))
    return sum((((y - convert(spread(tuple(y.shape)))) ** 2).sum() for y in floats), start)


def spread(shape: tuple[int, ...]) -> np.ndarray:
    return np.linspace(-1, 1, int(np.prod(shape)), dtype="float32").reshape(shape)


def are_floats(row: Row) -> bool:
    return all(x.dtype == "float32" for x in row.inputs)


@cache
def keras_run(name: str) -> Run:
    import jax

    row = LAYERS[name]
    with quiet():
        layer = row.make(keras().layers)
        symbols = [keras().Input(batch_shape=x.shape, dtype=x.dtype.name) for x in three(row.inputs)]
        row.call(layer, *symbols, **three(row.kwargs))
        layer.set_weights(values_for(layer.weights))
        program = jax.jit(lambda *values: (keras_call(row, layer, *values), keras_step(row, layer, *values)))
        found = program([w.value for w in layer.weights], [jax.numpy.asarray(x) for x in three(row.inputs)])
    (outputs, masks, after), step = tree.map(lambda x: x if x is None else np.asarray(x), found)
    return Run(layer, outputs, masks, after, Step(*step))


def keras_call(row: Row, layer: Any, weights: list[Any], inputs: list[Any]) -> tuple[Any, list[Any], list[Any]]:
    backend = keras().src.backend
    with keras().StatelessScope(zip(layer.weights, weights, strict=True)) as scope:
        attach(backend.set_keras_mask, inputs, row)
        outputs = row.call(layer, *inputs, **three(row.kwargs))
        masks = [backend.get_keras_mask(y) for y in tree.leaves(outputs)]
        return outputs, masks, [scope.get_current_value(w) for w in layer.weights]


def keras_step(row: Row, layer: Any, weights: list[Any], inputs: list[Any]) -> tuple[list[Any], list[Any]]:
    import jax

    trained = [i for i, w in enumerate(layer.weights) if w.trainable]

    def loss(values: list[Any], inputs: list[Any]) -> Any:
        present = list(weights)
        for i, value in zip(trained, values, strict=True):
            present[i] = value
        with keras().StatelessScope(zip(layer.weights, present, strict=True), collect_losses=True) as scope:
            attach(keras().src.backend.set_keras_mask, inputs, row)
            outputs = row.call(layer, *inputs, **in_training(row))
            total = distance(outputs, jax.numpy.asarray) + sum(layer.losses)
            return total, [scope.get_current_value(w) for w in layer.weights]

    by = (0, 1) if are_floats(row) else 0
    gradients, after = jax.grad(loss, by, has_aux=True)([weights[i] for i in trained], inputs)
    by_weights, by_inputs = gradients if are_floats(row) else (gradients, [])
    if trained:
        optimizer = keras().optimizers.SGD(RATE)
        optimizer.build(layer.trainable_weights)
        start = [v.value for v in optimizer.variables]
        values, _ = optimizer.stateless_apply(start, by_weights, [weights[i] for i in trained])
        for i, value in zip(trained, values, strict=True):
            after[i] = value
    return by_inputs, after


@cache
def hornbeam_run(name: str, engine: str, dtype: Any = None) -> Run:
    """As one program where the engine compiles: operation by operation, each would be compiled for itself."""
    row = LAYERS[name]

    def call(inputs: list[Any]) -> Any:
        attach_masks(inputs, row)
        outputs = row.call(layer, *inputs, **three(row.kwargs))
        return outputs, tree.map(masking.get_mask, tree.leaves(outputs))

    previous = settings.dtype_policy()
    settings.set_dtype_policy(dtype)
    try:
        layer = row.make(layers)
        symbols = [layers.Input(batch_shape=x.shape, dtype=x.dtype.name) for x in three(row.inputs)]
        row.call(layer, *symbols, **three(row.kwargs))
        layer.set_weights(values_for(layer.weights))
        inputs, variables = [eng.asarray(x) for x in three(row.inputs)], layer.variables
        if isinstance(layer, layers.SpectralNormalization):  # outside of programs it changes its kernel, too
            (outputs, masks), after = call(inputs), layer.get_weights()
            layer.set_weights(values_for(layer.weights))
            return Run(layer, outputs, masks, after)
        (outputs, masks), values = eng.jit(lift(call, variables))([v.value for v in variables], inputs)
    finally:
        settings.set_dtype_policy(previous)
    after = dict(zip(variables, values, strict=True))
    return Run(layer, outputs, masks, [eng.to_numpy(after[weight]) for weight in layer.weights])


def attach_masks(inputs: list[Any], row: Row) -> None:
    attach(lambda x, mask: masking.set_mask(x, eng.asarray(mask)), inputs, row)


def masked_inputs(row: Row) -> list[Any]:
    inputs = [eng.asarray(x) for x in three(row.inputs)]
    attach_masks(inputs, row)
    return inputs


def hornbeam_step(row: Row, layer: Any) -> Step:
    """One step from `values_for` the weights of the layer, which stay as they are."""
    inputs = [Variable(x, name="x") for x in three(row.inputs)] if are_floats(row) else []
    trained = layer.trainable_weights
    optimizer = optimizers.SGD(RATE)
    optimizer.build(trained)

    def loss() -> Any:
        given = [v.value for v in inputs] or [eng.asarray(x) for x in three(row.inputs)]
        attach_masks(given, row)
        outputs = row.call(layer, *given, **in_training(row))
        return distance(outputs, eng.asarray) + sum(layer.losses), None

    def step() -> Any:
        _, gradients = value_and_grad(loss, [*inputs, *trained])
        if trained:
            optimizer.apply(gradients[len(inputs) :], trained)
        return gradients[: len(inputs)], [w.value for w in layer.weights]

    start = dict(zip(layer.weights, map(eng.asarray, values_for(layer.weights)), strict=True))
    variables = [*layer.variables, *optimizer.variables, *inputs]
    found, _ = eng.jit(lift(step, variables))([start.get(v, v.value) for v in variables])
    return Step(*tree.map(eng.to_numpy, found))
