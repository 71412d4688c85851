"""Models of tf.keras with TensorFlow's operations in them: the plain ones are operations here."""

import json

import numpy as np
import pytest

from hornbeam.models import model_from_json

X = np.linspace(-2, 2, 24, dtype="float32").reshape(2, 3, 4)


def graph(name, config, calls, class_name="TFOpLambda", inputs=1):
    """The JSON of a model: inputs `a`, `b`, one operation."""
    start = {"batch_input_shape": [None, 3, 4], "dtype": "float32", "sparse": False, "ragged": False}
    layers = [
        {"class_name": "InputLayer", "config": {**start, "name": n}, "name": n, "inbound_nodes": []}
        for n in ("a", "b")[:inputs]
    ]
    one = {"class_name": class_name, "config": {"name": name, "trainable": True, "dtype": "float32", **config}}
    layers.append({**one, "name": name, "inbound_nodes": calls})
    ends = {"input_layers": [[n, 0, 0] for n in ("a", "b")[:inputs]], "output_layers": [[name, 0, 0]]}
    model = {"class_name": "Functional", "config": {"name": "m", "layers": layers, **ends}, "keras_version": "2.11.0"}
    return json.dumps(model)


def run(text, inputs=1):
    x = [X, X[::-1] + 1][:inputs]
    return model_from_json(text).predict(x if inputs > 1 else x[0], verbose=0)


# TensorFlow's function, the arguments beside the first, and the same in NumPy.
FUNCTIONS = [
    ("math.add", {"y": 2.0}, lambda x: x + 2),
    ("__operators__.add", {"y": 2.0}, lambda x: x + 2),
    ("math.subtract", {"y": 2.0}, lambda x: x - 2),
    ("math.multiply", {"y": 2.0, "name": None}, lambda x: x * 2),
    ("math.truediv", {"y": 2.0}, lambda x: x / 2),
    ("math.floordiv", {"y": 0.5}, lambda x: x // 0.5),
    ("math.pow", {"y": 2.0}, lambda x: x**2),
    ("math.maximum", {"y": 0.25}, lambda x: np.maximum(x, 0.25)),
    ("math.abs", {}, np.abs),
    ("math.exp", {}, np.exp),
    ("compat.v1.math.square", {}, np.square),
    ("nn.relu", {}, lambda x: np.maximum(x, 0)),
    ("math.sigmoid", {}, lambda x: 1 / (1 + np.exp(-x))),
    ("nn.leaky_relu", {"alpha": 0.5}, lambda x: np.where(x > 0, x, 0.5 * x)),
    ("nn.softmax", {"axis": 1}, lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True)),
    ("math.reduce_mean", {"axis": [1, 2]}, lambda x: x.mean((1, 2))),
    ("math.reduce_sum", {"axis": -1, "keepdims": True}, lambda x: x.sum(-1, keepdims=True)),
    ("math.reduce_max", {"axis": 1}, lambda x: x.max(1)),
    ("math.argmax", {"axis": -1, "output_type": "int64"}, lambda x: x.argmax(-1)),
    ("math.l2_normalize", {"axis": -1}, lambda x: x / np.sqrt((x**2).sum(-1, keepdims=True))),
    ("reshape", {"shape": [-1, 12]}, lambda x: x.reshape(-1, 12)),
    ("cast", {"dtype": "int32"}, lambda x: x.astype("int32")),
    ("transpose", {"perm": [0, 2, 1]}, lambda x: x.transpose(0, 2, 1)),
    ("expand_dims", {"axis": -1}, lambda x: x[..., None]),
    ("clip_by_value", {"clip_value_min": -1.0, "clip_value_max": 1.0}, lambda x: x.clip(-1, 1)),
    ("tile", {"multiples": [1, 2, 1]}, lambda x: np.tile(x, (1, 2, 1))),
    ("stop_gradient", {}, lambda x: x),
]


@pytest.mark.parametrize(("function", "arguments", "wanted"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS])
def test_functions(function, arguments, wanted):
    found = run(graph("op", {"function": function}, [["a", 0, 0, arguments]]))
    np.testing.assert_allclose(found, wanted(X), atol=1e-5)


def test_two_tensors():
    found = run(
        graph("tf.math.subtract", {"function": "math.subtract"}, [["a", 0, 0, {"y": ["b", 0, 0]}]], inputs=2), 2
    )
    np.testing.assert_allclose(found, X - X[::-1] - 1, atol=1e-6)
    calls = [[["a", 0, 0, {"axis": -1}], ["b", 0, 0, {"axis": -1}]]]
    found = run(graph("tf.concat", {"function": "concat"}, calls, inputs=2), 2)
    np.testing.assert_allclose(found, np.concatenate([X, X[::-1] + 1], -1))


def test_a_number_before_the_tensor():
    calls = [["_CONSTANT_VALUE", -1, 1.0, {"y": ["a", 0, 0], "name": None}]]
    np.testing.assert_allclose(run(graph("tf.math.subtract", {"function": "math.subtract"}, calls)), 1 - X)


def test_brackets():
    spec = [{"start": None, "stop": None, "step": None}, 0, {"start": 1, "stop": 3, "step": None}]
    text = graph("get", {"function": "__operators__.getitem"}, [["a", 0, 0, {"slice_spec": spec}]], "SlicingOpLambda")
    np.testing.assert_allclose(run(text), X[:, 0, 1:3])


# Operation, constants by place, attributes, and the same in NumPy.
NODES = [
    ("AddV2", {"1": 2.0}, {"T": {"type": "DT_FLOAT"}}, lambda x: x + 2),
    ("Sub", {"0": 1.0}, {}, lambda x: 1 - x),
    ("RealDiv", {"1": 2.0}, {}, lambda x: x / 2),
    ("Mean", {"1": [1, 2]}, {"keep_dims": {"b": True}}, lambda x: x.mean((1, 2), keepdims=True)),
    ("Reshape", {"1": [-1, 12]}, {"Tshape": {"type": "DT_INT32"}}, lambda x: x.reshape(-1, 12)),
    ("Transpose", {"1": [0, 2, 1]}, {}, lambda x: x.transpose(0, 2, 1)),
    ("Cast", {}, {"DstT": {"type": "DT_INT32"}, "SrcT": {"type": "DT_FLOAT"}}, lambda x: x.astype("int32")),
    ("MatMul", {"1": np.eye(4).tolist()}, {"transpose_b": {"b": False}}, lambda x: x),
    ("Relu", {}, {}, lambda x: np.maximum(x, 0)),
]


@pytest.mark.parametrize(("op", "constants", "attributes", "wanted"), NODES, ids=[row[0] for row in NODES])
def test_nodes(op, constants, attributes, wanted):
    config = {"node_def": {"name": op, "op": op, "input": [], "attr": attributes}, "constants": constants}
    found = run(graph(f"tf_op_layer_{op}", config, [[["a", 0, 0, {}]]], "TensorFlowOpLayer"))
    np.testing.assert_allclose(found, wanted(X), atol=1e-5)


def test_a_list_of_tensors_and_an_axis():
    node = {"name": "concat", "op": "ConcatV2", "input": [], "attr": {"N": {"i": "2"}}}
    calls = [[["a", 0, 0, {}], ["b", 0, 0, {}]]]
    text = graph("concat", {"node_def": node, "constants": {"2": -1}}, calls, "TensorFlowOpLayer", inputs=2)
    np.testing.assert_allclose(run(text, 2), np.concatenate([X, X[::-1] + 1], -1))


class TestRefused:
    @pytest.mark.parametrize("function", ["io.read_file", "py_function", "numpy_function", "raw_ops.ReadFile"])
    def test_other_functions(self, function):
        with pytest.raises(ValueError, match=rf"Layer `op` calls TensorFlow's `tf.{function}`.*custom_objects"):
            model_from_json(graph("op", {"function": function}, [["a", 0, 0, {}]]))

    def test_other_arguments(self):
        with pytest.raises(ValueError, match=r"`tf.linalg.matmul` with \{'transpose_a': True\}"):
            calls = [["a", 0, 0, {"b": [[1.0]], "transpose_a": True}]]
            model_from_json(graph("op", {"function": "linalg.matmul"}, calls))

    def test_shapes_that_are_computed(self):
        with pytest.raises(ValueError, match="computes `newshape`"):
            calls = [["a", 0, 0, {"shape": [["b", 0, 0], 3]}]]
            model_from_json(graph("op", {"function": "reshape"}, calls, inputs=2))

    def test_nodes_as_text(self):
        with pytest.raises(ValueError, match="Layer `op` calls TensorFlow's `operation`"):
            model_from_json(graph("op", {"node_def": "name: 'x'"}, [[["a", 0, 0, {}]]], "TensorFlowOpLayer"))
