"""One instance of each layer per engine, with the same weights everywhere, and what tests compute with it."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from layer_table import LAYERS

import hornbeam
from hornbeam import engine as engines
from hornbeam.core import tree
from hornbeam.core.lift import lift, value_and_grad
from hornbeam.core.variable import Variable

ROWS = 3


def arrays(name: str, rows: int = ROWS) -> list[np.ndarray]:
    """Inputs for a layer; fewer rows are the first ones of more rows."""
    return [x[:rows] for x in LAYERS[name].inputs]


def built(name: str) -> Any:
    """A fresh layer with weights that no initializer gives: nothing is zero, and all engines agree."""
    row = LAYERS[name]
    layer = row.make(hornbeam.layers)
    row.call(layer, *(hornbeam.Input(x.shape[1:], dtype=x.dtype) for x in arrays(name)))
    rng = np.random.default_rng(6)
    layer.set_weights([rng.uniform(0.1, 0.9, w.shape).astype(w.dtype) for w in layer.weights])
    return layer


@cache
def instance(name: str, engine: str) -> Any:
    """The layer that tests share; they do not change it."""
    return built(name)


def run(name: str, layer: Any, *inputs: Any, **kwargs: Any) -> list[np.ndarray]:
    """The outputs of an eager call, as float32 where they are floats."""
    outputs = tree.leaves(LAYERS[name].call(layer, *inputs, **kwargs))
    return [engines.to_numpy(output) for output in outputs]


def compiled(name: str, layer: Any, *batches: list[np.ndarray]) -> list[list[np.ndarray]]:
    """The outputs for some batches, of one program: in eager calls each operation is compiled for each shape."""

    def calls(batches: Any) -> Any:
        return [tree.leaves(LAYERS[name].call(layer, *inputs)) for inputs in batches]

    variables = layer.variables
    program = engines.jit(lift(calls, variables))
    found, _ = program([v.value for v in variables], tree.map(engines.asarray, list(batches)))
    return [[engines.to_numpy(output) for output in outputs] for outputs in found]


@cache
def model(name: str, engine: str) -> Any:
    """A model of the shared layer, its inputs of unknown batch size."""
    inputs = [hornbeam.Input(x.shape[1:], dtype=x.dtype, name=f"input_{i}") for i, x in enumerate(arrays(name))]
    outputs = LAYERS[name].call(instance(name, engine), *inputs)
    return hornbeam.Model(inputs, outputs, name="model")


def listed(x: list[np.ndarray]) -> Any:
    return x[0] if len(x) == 1 else x


def predict(model: Any, x: list[np.ndarray]) -> list[np.ndarray]:
    return tree.leaves(model.predict(listed(x), verbose=0))


class Trained(NamedTuple):
    outputs: list[np.ndarray]
    gradients: list[np.ndarray]
    state: list[np.ndarray]


def forward_and_gradients(name: str, layer: Any, training: bool) -> Trained:
    """Outputs, gradients of the sum of their squares by inputs and weights, and the state after; compiled once."""
    x = arrays(name)
    by_input = all(value.dtype == "float32" for value in x)
    inputs = [Variable(value, name="x") for value in x] if by_input else []
    weights = layer.trainable_variables
    takes_training = {"training": training} if type(layer).__hornbeam_call__.training else {}

    def loss() -> Any:
        tensors = [v.value for v in inputs] if by_input else [engines.asarray(value) for value in x]
        outputs = tree.leaves(LAYERS[name].call(layer, *tensors, **takes_training))
        return sum(engines.sum(y * y) for y in outputs), outputs

    variables = [*layer.variables, *inputs]
    step = engines.jit(lift(lambda: value_and_grad(loss, [*inputs, *weights]), variables))
    ((_, outputs), gradients), state = step([v.value for v in variables])
    return Trained(*([engines.to_numpy(a) for a in group] for group in (outputs, gradients, state)))
