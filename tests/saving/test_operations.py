"""Functions of `ops` in a graph: every one that files may name is the Keras operation of the same meaning."""

import importlib
import inspect
import json

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops
from hornbeam.models import operation_config

ENTRIES = [entry for entry in operation_config.entries() if entry.function is not None]

# One call each: x and y have shape (batch, 2, 3) and values in (0.1, 1), i has shape (batch, 2) and indices.
CALLS = {
    "add": lambda f, x, y, i: f(x, y),
    "all": lambda f, x, y, i: f(x > 0.5, axis=-1),
    "arctan2": lambda f, x, y, i: f(x, y),
    "argmax": lambda f, x, y, i: f(x, axis=-1),
    "average": lambda f, x, y, i: f(x, axis=-1, weights=y),
    "cast": lambda f, x, y, i: f(x, "float16"),
    "clip": lambda f, x, y, i: f(x, 0.2, 0.4),
    "concatenate": lambda f, x, y, i: f([x, y], axis=1),
    "cumsum": lambda f, x, y, i: f(x, axis=1),
    "diff": lambda f, x, y, i: f(x, axis=-1),
    "einsum": lambda f, x, y, i: f("bij,bkj->bik", x, y),
    "elu": lambda f, x, y, i: f(x - 0.5, alpha=0.3),
    "erf": lambda f, x, y, i: f(x),
    "expand_dims": lambda f, x, y, i: f(x, axis=(1, -1)),
    "flip": lambda f, x, y, i: f(x, axis=1),
    "full_like": lambda f, x, y, i: f(x, 3.0),
    "gelu": lambda f, x, y, i: f(x, approximate=False),
    "get_item": lambda f, x, y, i: x[:, 0, ..., np.newaxis],
    "hard_sigmoid": lambda f, x, y, i: f(x),
    "isclose": lambda f, x, y, i: f(x, y, rtol=0.5),
    "leaky_relu": lambda f, x, y, i: f(x - 0.5, 0.1),
    "log_softmax": lambda f, x, y, i: f(x, axis=1),
    "logical_and": lambda f, x, y, i: f(x > 0.3, y > 0.3),
    "logsumexp": lambda f, x, y, i: f(x, axis=-1, keepdims=True),
    "matmul": lambda f, x, y, i: x @ ops.transpose(y, (0, 2, 1)),
    "max": lambda f, x, y, i: f(x, axis=-1, keepdims=True),
    "maximum": lambda f, x, y, i: f(x, 0.5),
    "mod": lambda f, x, y, i: x % 0.3,
    "moments": lambda f, x, y, i: f(x, axes=[1])[1],
    "moveaxis": lambda f, x, y, i: f(x, 1, 2),
    "normalize": lambda f, x, y, i: f(x, axis=-1),
    "one_hot": lambda f, x, y, i: f(i, 5),
    "pad": lambda f, x, y, i: f(x, ((0, 0), (1, 1), (0, 2)), constant_values=2.0),
    "power": lambda f, x, y, i: x**2 + 2.0**y,
    "prod": lambda f, x, y, i: f(x, axis=1),
    "repeat": lambda f, x, y, i: f(x, 2, axis=1),
    "reshape": lambda f, x, y, i: f(x, (-1, 6)),
    "roll": lambda f, x, y, i: f(x, 1, axis=1),
    "round": lambda f, x, y, i: f(x * 10, 0),
    "softmax": lambda f, x, y, i: f(x, axis=-1),
    "sort": lambda f, x, y, i: f(x, axis=-1),
    "split": lambda f, x, y, i: f(x, 3, axis=-1)[1],
    "squeeze": lambda f, x, y, i: f(x[:, :1], axis=1),
    "stack": lambda f, x, y, i: f([x, y], axis=1),
    "std": lambda f, x, y, i: f(x, axis=(1, 2)),
    "subtract": lambda f, x, y, i: 1.0 - x,
    "swapaxes": lambda f, x, y, i: f(x, 1, 2),
    "take": lambda f, x, y, i: f(x, np.array([1, 0, 1]), axis=1),
    "take_along_axis": lambda f, x, y, i: f(x, i[:, :, None], axis=2),
    "tensordot": lambda f, x, y, i: f(x, np.ones((3, 2), "float32"), axes=[[2], [0]]),
    "tile": lambda f, x, y, i: f(x, (1, 2, 1)),
    "top_k": lambda f, x, y, i: f(x, 2)[0],
    "transpose": lambda f, x, y, i: f(x, (0, 2, 1)),
    "tril": lambda f, x, y, i: f(x, k=-1),
    "unstack": lambda f, x, y, i: f(x, 2, axis=1)[1],
    "where": lambda f, x, y, i: f(x > y, x, 0.0),
    "zeros_like": lambda f, x, y, i: f(x, dtype="int32"),
}


def inputs():
    x, y = hornbeam.Input((2, 3), name="x"), hornbeam.Input((2, 3), name="y")
    return x, y, hornbeam.Input((2,), dtype="int32", name="i")


def values():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0.1, 1, (2, 7, 2, 3)).astype("float32")
    return [x, y, rng.integers(0, 3, (7, 2)).astype("int32")]


@pytest.fixture(scope="module")
def everything():
    """A model with an output for each of the calls."""
    start = inputs()
    return hornbeam.Model(list(start), [CALLS[name](getattr(ops, name), *start) for name in CALLS], name="everything")


def test_every_operation_is_one_of_keras(keras):
    for entry in ENTRIES:
        theirs = getattr(importlib.import_module(f"keras.src.ops.{entry.module}"), entry.class_name)
        settings = [
            name for name in inspect.signature(theirs.__init__).parameters if name not in ("self", "name", "kwargs")
        ]
        assert set(entry.settings) <= set(settings), entry
        if entry.name != "layer_normalization":  # `rms_scaling` is not an argument of the function
            assert set(entry.settings) == set(settings), entry


def test_every_operation_takes_its_settings():
    for entry in ENTRIES:
        assert set(entry.settings) <= set(inspect.signature(entry.function).parameters), entry


def test_no_operation_of_the_package_is_forgotten(keras):
    """All that Keras records as an operation and Hornbeam has, but for those that take functions."""
    known = {entry.name for entry in ENTRIES}
    with_functions = set("associative_scan cond fori_loop jvp map scan switch vectorized_map while_loop".split())
    candidates = {name for name in ops.__all__ if inspect.isfunction(getattr(keras.ops, name, None))}
    forgotten = set()
    for name in candidates - known - with_functions:
        source = inspect.getsource(getattr(keras.ops, name))
        if "symbolic_call" in source:
            forgotten.add(name)
    assert forgotten <= {"size", "ndim", "rearrange", "extract_patches_3d", "kaiser"}, forgotten


def test_a_graph_is_the_same_after_a_round_trip(everything):
    config = json.loads(json.dumps(everything.get_config()))
    copy = hornbeam.models.Functional.from_config(config)
    assert json.loads(json.dumps(copy.get_config())) == config
    x = values()
    for name, a, b in zip(CALLS, everything.predict(x, verbose=0), copy.predict(x, verbose=0), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_keras_computes_the_same(everything, keras, tmp_path):
    everything.save(tmp_path / "m.keras")
    theirs = keras.saving.load_model(tmp_path / "m.keras")
    x = values()
    outputs = theirs(x)
    for name, a, b in zip(CALLS, everything.predict(x, verbose=0), outputs, strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-4, atol=1e-5, err_msg=name)
    theirs.save(tmp_path / "back.keras")
    back = hornbeam.saving.load_model(tmp_path / "back.keras")
    for name, a, b in zip(CALLS, everything.predict(x, verbose=0), back.predict(x, verbose=0), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6, err_msg=name)


def test_only_calls_between_inputs_and_outputs_count():
    x, shared = hornbeam.Input((3,), name="x"), layers.Dense(3, name="shared")
    shared(hornbeam.Input((3,)))
    first = shared(x)
    shared(first)
    third = shared(ops.relu(first))
    config = hornbeam.Model(x, third).get_config()
    calls = next(layer for layer in config["layers"] if layer["name"] == "shared")["inbound_nodes"]
    assert len(calls) == 2 and config["output_layers"] == ["shared", 1, 0]


def test_what_a_file_cannot_hold_is_said_when_saving():
    x = hornbeam.Input((3,))
    with pytest.raises(ValueError, match=r"`x_min` of operation .* is computed by the model"):
        hornbeam.Model(x, ops.clip(x, ops.min(x), 1.0)).get_config()
    own = ops.dispatch.op(lambda x: x)
    with pytest.raises(ValueError, match="which files have no name for"):
        hornbeam.Model(x, own(x)).get_config()


def test_a_list_as_an_index_is_not_a_tuple():
    x = hornbeam.Input((3,))
    model = hornbeam.Model(x, x[[0, 1]])
    copy = hornbeam.models.Functional.from_config(json.loads(json.dumps(model.get_config())))
    data = np.arange(9, dtype="float32").reshape(3, 3)
    np.testing.assert_array_equal(copy(data), data[[0, 1]])
