"""Every row of the table of layers against real Keras: values, masks, a step of training, shapes, weights, configs."""

import copy
import json
import re
from typing import Any

import numpy as np
import pytest
from layer_table import LAYERS, Row, rows_with
from oracle import hornbeam_run, hornbeam_step, keras, keras_run, masked_inputs, quiet, three, values_for

from hornbeam import engine as eng
from hornbeam import layers
from hornbeam.core import serialization, tree
from hornbeam.core.symbolic import SymbolicTensor


@pytest.fixture(params=rows_with("forward", "keras"), scope="module")
def case(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def configured(case: str) -> str:
    """A row whose config says all."""
    if "config" in LAYERS[case].without:
        pytest.skip(LAYERS[case].without["config"])
    return case


def form(outputs: Any) -> Any:
    """How outputs are nested."""
    if isinstance(outputs, dict):
        return {name: form(value) for name, value in outputs.items()}
    return (type(outputs), [form(x) for x in outputs]) if isinstance(outputs, list | tuple) else "array"


def paths_below(weights: list[Any]) -> list[str]:
    """The paths of the weights below their layer, without the numbers that make names unique."""
    return [re.sub(r"_\d+(?=/)", "", weight.path.partition("/")[2]) for weight in weights]


def as_numpy(x: Any) -> np.ndarray:
    return np.asarray(eng.to_numpy(x), "float32")


def test_values_masks_and_weights_are_those_of_keras(case: str, engine: str) -> None:
    expected, run = keras_run(case), hornbeam_run(case, engine)
    assert paths_below(run.layer.weights) == paths_below(expected.layer.weights)
    assert form(run.outputs) == form(expected.outputs)
    for ours, theirs in zip(tree.leaves(run.outputs), tree.leaves(expected.outputs), strict=True):
        np.testing.assert_allclose(as_numpy(ours), theirs, rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(run.masks, expected.masks, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_array_equal(eng.to_numpy(ours), np.asarray(theirs))
    for ours, theirs in zip(run.after, expected.after, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_one_step_of_training_is_that_of_keras(case: str, engine: str) -> None:
    expected, layer = keras_run(case), hornbeam_run(case, engine).layer
    assert paths_below(layer.trainable_weights) == paths_below(expected.layer.trainable_weights)
    step = hornbeam_step(LAYERS[case], layer)
    assert all(np.isfinite(x).all() for x in step.weights + step.by_inputs)
    if "step" in LAYERS[case].without:
        pytest.skip(LAYERS[case].without["step"])
    for ours, theirs in zip(
        step.weights + step.by_inputs, expected.step.weights + expected.step.by_inputs, strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4 * max(1, abs(theirs).max(initial=0)))


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
    if "symbolic" in row.without:
        pytest.skip(row.without["symbolic"])
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


def test_configs_are_those_of_keras_and_each_reads_the_other(configured: str) -> None:
    make = LAYERS[configured].make
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


def test_a_copy_from_the_config_computes_the_same(configured: str, on_torch: str) -> None:
    row, run = LAYERS[configured], hornbeam_run(configured, on_torch)
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
    "SimpleRNN states": "Hornbeam unrolls over a known number of steps",
    "Lambda shape": "Keras takes the user's word, Hornbeam what the function makes",
    "Reshape known": "the number of elements says how many steps there are",
}
COLOUR_LAYERS = ("RandomHue", "RandomSaturation", "RandomColorDegeneration", "RandomGrayscale", "RandAugment", "AugMix")
NO_TIME |= {f"{name} first": "the axis after the batch is that of the three channels" for name in COLOUR_LAYERS}


def with_unknown_time(case: str, make: Any, library: Any) -> list[Any]:
    row = LAYERS[case]
    kwargs = {} if any(isinstance(v, np.ndarray | list) for v in row.kwargs.values()) else row.kwargs
    inputs = [make(batch_shape=(None, None, *x.shape[2:]), dtype=x.dtype.name) for x in row.inputs]
    with quiet():
        return [x.shape for x in tree.leaves(row.call(row.make(library), *inputs, **kwargs))]


def test_what_keras_knows_of_a_shape_is_known_with_unknown_rows_and_steps(case: str) -> None:
    if case in NO_TIME or "symbolic" in LAYERS[case].without or any(x.ndim < 3 for x in LAYERS[case].inputs):
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
