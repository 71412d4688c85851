"""Every row of the table of layers against real Keras: values, masks, shapes, weights and configs."""

import copy
import json
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from layer_table import LAYERS, Row, rows_with

from hornbeam import config as settings
from hornbeam import engine as eng
from hornbeam import layers
from hornbeam.core import masking, serialization, tree
from hornbeam.core.symbolic import SymbolicTensor


@pytest.fixture(params=rows_with("forward", "config", "keras"), scope="module")
def case(request: pytest.FixtureRequest) -> str:
    return request.param


def three(values: Any) -> Any:
    """The first rows of arrays, however they are nested; other values as they are."""
    return tree.map(lambda x: x[:3] if isinstance(x, np.ndarray) else x, values)


@cache
def keras() -> Any:
    with quiet():
        return pytest.importorskip("keras")


def quiet() -> Any:
    return warnings.catch_warnings(action="ignore")


@dataclass
class Run:
    """What a layer made of a case, in NumPy."""

    layer: Any
    outputs: Any
    masks: list[Any]
    after: list[np.ndarray]


@cache
def keras_run(name: str) -> Run:
    row, backend = LAYERS[name], keras().src.backend
    with quiet():
        layer = row.make(keras().layers)
        inputs = [keras().ops.convert_to_tensor(x) for x in three(row.inputs)]
        attach(backend.set_keras_mask, inputs, row)
        row.call(layer, *inputs, **three(row.kwargs))
        layer.set_weights(values_for(layer.weights))
        attach(backend.set_keras_mask, inputs, row)  # which Keras's `MultiHeadAttention` takes away
        outputs = row.call(layer, *inputs, **three(row.kwargs))
        masks = tree.map(backend.get_keras_mask, tree.leaves(outputs))
    return Run(layer, tree.map(np.asarray, outputs), masks, layer.get_weights())


@cache
def hornbeam_run(name: str, engine: str, dtype: Any = None) -> Run:
    row = LAYERS[name]
    previous = settings.dtype_policy()
    settings.set_dtype_policy(dtype)
    try:
        layer = row.make(layers)
        inputs = masked_inputs(row)
        row.call(layer, *inputs, **three(row.kwargs))
        layer.set_weights(values_for(layer.weights))
        outputs = row.call(layer, *inputs, **three(row.kwargs))
    finally:
        settings.set_dtype_policy(previous)
    return Run(layer, outputs, tree.map(masking.get_mask, tree.leaves(outputs)), layer.get_weights())


def masked_inputs(row: Row) -> list[Any]:
    inputs = [eng.asarray(x) for x in three(row.inputs)]
    attach(lambda x, mask: masking.set_mask(x, eng.asarray(mask)), inputs, row)
    return inputs


def attach(set_mask: Any, inputs: list[Any], row: Row) -> None:
    for x, mask in zip(inputs, row.mask, strict=False):
        if mask is not None:
            set_mask(x, mask[:3])


def values_for(weights: Any) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    values = [draw.normal(scale=0.5, size=weight.shape).astype("float32") for weight in weights]
    positive = re.compile("variance|stddev")
    return [abs(v) + 0.5 if positive.search(w.path) else v for v, w in zip(values, weights, strict=True)]


def paths_below(layer: Any) -> list[str]:
    """The paths of the weights below the layer, without the numbers that make names unique."""
    return [re.sub(r"_\d+(?=/)", "", weight.path.partition("/")[2]) for weight in layer.weights]


def as_numpy(x: Any) -> np.ndarray:
    return np.asarray(eng.to_numpy(x), "float32")


def test_values_masks_and_weights_are_those_of_keras(case: str, engine: str) -> None:
    expected, run = keras_run(case), hornbeam_run(case, engine)
    assert paths_below(run.layer) == paths_below(expected.layer)
    assert tree.structure(list(tree.leaves(run.outputs))) == tree.structure(list(tree.leaves(expected.outputs)))
    for ours, theirs in zip(tree.leaves(run.outputs), tree.leaves(expected.outputs), strict=True):
        np.testing.assert_allclose(as_numpy(ours), theirs, rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(run.masks, expected.masks, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_array_equal(eng.to_numpy(ours), np.asarray(theirs))
    for ours, theirs in zip(run.after, expected.after, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", rows_with("forward"))
def test_mixed_precision_computes_in_16_bits_and_stores_in_32(case: str, engine: str) -> None:
    if (case, engine) == ("AveragePooling3D", "torch"):
        pytest.skip("torch has no kernel for it on CPUs")
    run, exact = hornbeam_run(case, engine, "mixed_bfloat16"), hornbeam_run(case, engine)
    assert run.layer.compute_dtype == "bfloat16"
    assert {w.dtype for w in run.layer.weights} <= {"float32", "int32"}
    for ours, theirs in zip(tree.leaves(run.outputs), tree.leaves(exact.outputs), strict=True):
        assert eng.dtype_name(ours) == ("bfloat16" if eng.dtype_name(theirs) == "float32" else eng.dtype_name(theirs))
        np.testing.assert_allclose(as_numpy(ours), as_numpy(theirs), rtol=0.1, atol=0.12)


def symbolic(make: Any, row: Row) -> list[Any]:
    def unknown(x: np.ndarray) -> Any:
        shape = [None if axis in row.free else size for axis, size in enumerate(x.shape)]
        return make(batch_shape=tuple(shape), dtype=x.dtype.name)

    return [unknown(x) for x in row.inputs]


def test_symbolic_shapes_are_those_of_keras(case: str) -> None:
    row = LAYERS[case]
    kwargs = {} if any(isinstance(v, np.ndarray | list) for v in row.kwargs.values()) else row.kwargs
    with quiet():
        theirs = row.call(row.make(keras().layers), *symbolic(keras().Input, row), **kwargs)
    ours = row.call(row.make(layers), *symbolic(layers.Input, row), **kwargs)
    assert all(isinstance(x, SymbolicTensor) for x in tree.leaves(ours))
    assert [x.shape for x in tree.leaves(ours)] == [x.shape for x in tree.leaves(theirs)]
    assert [x.dtype for x in tree.leaves(ours)] == [x.dtype for x in tree.leaves(theirs)]


def plain(config: Any) -> Any:
    """A config without what says nothing: `None`, names that are counted, arguments that Hornbeam leaves out."""
    if isinstance(config, dict):
        absent = ("quantization_config", "shared_object_id")
        kept = {k: plain(v) for k, v in config.items() if v is not None and k not in absent}
        return {k: v for k, v in kept.items() if not (k == "name" and isinstance(v, str))}
    return [plain(item) for item in config] if isinstance(config, list | tuple) else config


def test_configs_are_those_of_keras_and_each_reads_the_other(case: str) -> None:
    make = LAYERS[case].make
    with quiet():
        theirs = make(keras().layers)
        their_config = json.loads(json.dumps(theirs.get_config()))
    ours = make(layers)
    config = json.loads(json.dumps(ours.get_config()))
    assert plain(config) == plain(their_config)
    with quiet():
        read = type(theirs).from_config(copy.deepcopy(config))  # Keras empties what it reads
    assert plain(json.loads(json.dumps(read.get_config()))) == plain(their_config)
    assert plain(type(ours).from_config(plain_names(their_config)).get_config()) == plain(config)


def plain_names(config: dict[str, Any]) -> dict[str, Any]:
    return json.loads(
        json.dumps(config), object_hook=lambda d: {k: v for k, v in d.items() if k != "quantization_config"}
    )


def test_a_copy_from_the_config_computes_the_same(case: str, engine: str) -> None:
    row, run = LAYERS[case], hornbeam_run(case, engine)
    again = serialization.deserialize(json.loads(json.dumps(serialization.serialize(run.layer))))
    inputs = masked_inputs(row)
    row.call(again, *inputs, **three(row.kwargs))
    again.set_weights(values_for(run.layer.weights))
    outputs = row.call(again, *inputs, **three(row.kwargs))
    for one, other in zip(tree.leaves(outputs), tree.leaves(run.outputs), strict=True):
        np.testing.assert_allclose(as_numpy(one), as_numpy(other), rtol=1e-5, atol=1e-6)


# Where Keras calls a size unknown that is known, or gives those of other axes, Hornbeam has what comes out.
NO_TIME = {
    "EinsumDense before": "Keras swaps the axes",
    "GRU unrolled": "Hornbeam unrolls over a known number of steps",
    "Reshape known": "the number of elements says how many steps there are",
}
COLOUR_LAYERS = ("RandomHue", "RandomSaturation", "RandomColorDegeneration", "RandomGrayscale")
NO_TIME |= {f"{name} first": "the axis after the batch is that of the three channels" for name in COLOUR_LAYERS}


def with_unknown_time(case: str, make: Any, library: Any) -> list[Any]:
    row = LAYERS[case]
    kwargs = {} if any(isinstance(v, np.ndarray | list) for v in row.kwargs.values()) else row.kwargs
    inputs = [make(batch_shape=(None, None, *x.shape[2:]), dtype=x.dtype.name) for x in row.inputs]
    with quiet():
        return [x.shape for x in tree.leaves(row.call(row.make(library), *inputs, **kwargs))]


def test_what_keras_knows_of_a_shape_is_known_with_unknown_rows_and_steps(case: str) -> None:
    if case in NO_TIME or any(x.ndim < 3 for x in LAYERS[case].inputs):
        pytest.skip("no such input")
    try:
        theirs = with_unknown_time(case, keras().Input, keras().layers)
    except Exception:
        pytest.skip("Keras needs the size")
    ours = with_unknown_time(case, layers.Input, layers)
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        assert len(our) == len(their)
        assert all(n == m or m is None for n, m in zip(our, their, strict=True)), (our, their)
