"""What functions of `ops` are declared to be, in `@op(...)`, they are."""

import functools
import inspect

import numpy as np
import pytest

from hornbeam import activations, ops
from hornbeam.core.declarations import is_row_independent
from hornbeam.ops import convert_to_numpy as host
from hornbeam.ops import nn

ROWS = 4
# What a function needs beside arrays, and which arrays other than fractions.
MORE = {
    "broadcast_to": {"shape": (2, ROWS, 3, 2)},
    "cast": {"dtype": "float32"},
    "clip": {"x_min": 0.3, "x_max": 0.6},
    "depth_to_space": {"x": np.arange(32.0).reshape(1, 2, 2, 8), "block_size": 2},
    "expand_dims": {"axis": 1},
    "extract_sequences": {"sequence_length": 2, "sequence_stride": 1},
    "full_like": {"fill_value": 3.0},
    "get_item": {"key": (slice(1, 3), 0)},
    "moveaxis": {"source": 0, "destination": 2},
    "rearrange": {"pattern": "rows steps features -> steps rows features"},
    "repeat": {"repeats": 2},
    "reshape": {"newshape": (3, -1)},
    "roll": {"shift": 1},
    "saturate_cast": {"dtype": "int8"},
    "slice": {"start_indices": (1, 0, 0), "shape": (2, 2, 1)},
    "space_to_depth": {"x": np.arange(32.0).reshape(1, 4, 4, 2), "block_size": 2},
    "split": {"indices_or_sections": 2},
    "array_split": {"indices_or_sections": 3},
    "squeeze": {"x": np.arange(6.0).reshape(2, 1, 3)},
    "swapaxes": {"axis1": 0, "axis2": 1},
    "take": {"indices": [1, 0, 1]},
    "take_along_axis": {"indices": np.ones((ROWS, 3, 2), "int32"), "axis": 1},
    "threshold": {"threshold": 0.5, "default_value": 0.25},
    "tile": {"repeats": (2, 1, 1)},
}
ON_INTEGERS = "bitwise_and bitwise_invert bitwise_not bitwise_or bitwise_xor gcd lcm left_shift right_shift".split()


def declared(what):
    """The functions that declare `what`, by name; activations whose names `ops` has too under another."""
    found = {}
    for module, prefix in ((activations, "activations."), (nn, ""), (ops, "")):
        names = [name for name in module.__all__ if getattr(getattr(module, name), what, False)]
        found |= {prefix + name: getattr(module, name) for name in names}
    return found


def arguments(name, fn):
    """Arrays for the parameters that take them, by name, and what else the function needs."""
    rng = np.random.default_rng(0)
    given = MORE.get(name.removeprefix("activations."), {})
    arrays = {}
    for p in inspect.signature(fn).parameters.values():
        is_option = p.default is not p.empty and name not in ("where", "select")
        if p.name in given or is_option or p.kind is p.VAR_KEYWORD:
            continue
        x = rng.uniform(0.1, 0.9, (ROWS, 3, 2)).astype("float32")
        if name in ON_INTEGERS:
            x = (10 * x).astype("int32")
        arrays[p.name] = [x > 0.5, x < 0.3] if p.name == "condlist" else [x, -x] if p.annotation == "Arrays" else x
    return arrays, given


def chosen(arrays, rows):
    return {name: [x[rows] for x in xs] if isinstance(xs, list) else xs[rows] for name, xs in arrays.items()}


def test_rows_of_some_are_those_of_all(engine):
    wrong = []
    for name, fn in declared("row_independent").items():
        arrays, more = arguments(name, fn)
        with np.errstate(all="ignore"):
            some, all_ = host(fn(**chosen(arrays, [3, 1]), **more)), host(fn(**arrays, **more))
        if all_.shape[0] != ROWS or not np.allclose(some, all_[[3, 1]], 1e-6, 0, equal_nan=True):
            wrong.append(name)
    assert not wrong


def test_what_comes_out_went_in(engine):
    wrong = []
    for name, fn in declared("passes_values").items():
        arrays, more = arguments(name, fn)
        out = fn(**arrays, **more)
        values = np.concatenate([host(y).ravel() for y in (out if isinstance(out, list | tuple) else [out])])
        x = more.get("x", next(iter(arrays.values()), None))
        if not np.isin(values, np.float32(x)).all():
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("name", ["matmul", "cumsum", "flip", "sort", "reshape", "mean", "concatenate"])
def test_others_are_not_said_to_keep_rows_apart(name):
    assert getattr(ops, name).row_independent is False


@pytest.mark.parametrize("axis", [0, None, (0, 1), -2, [-3]])
def test_along_rows_nothing_keeps_them_apart(axis):
    assert is_row_independent(ops.softmax) and is_row_independent(ops.softmax, {"axis": 1})
    assert not is_row_independent(ops.softmax, {"axis": axis})
    assert not is_row_independent(functools.partial(ops.softmax, axis=axis))


def test_every_activation_keeps_rows_apart():
    names = [name for name in activations.__all__ if name not in ("get", "serialize", "deserialize")]
    assert all(is_row_independent(getattr(activations, name)) for name in names)
