"""TensorFlow's functions and operations in files of tf.keras: what each of them is among Keras 3's operations.

FUNCTIONS   of `TFOpLambda` layers, by the function's name: Keras's module and class, the names of the arguments after
            the first that are tensors or numbers, and the settings of the class with the arguments that they come from
NODES       of `TensorFlowOpLayer` layers, by the operation's name: Keras's class as above, the settings by the place of
            the constant that they come from (-1 is the last one), and by attribute; whether the inputs are one list
DEFAULTS    settings that TensorFlow's functions have where a file does not say them
LEFT_OUT    arguments that mean nothing here
"""

from __future__ import annotations

from typing import Any

_Y = ("y",)
_PLAIN = {"abs": "Abs", "negative": "Negative", "exp": "Exp", "log": "Log", "log1p": "Log1p", "sqrt": "Sqrt"} | {
    "square": "Square", "sin": "Sin", "cos": "Cos", "tan": "Tan", "tanh": "Tanh", "sign": "Sign", "floor": "Floor",
    "ceil": "Ceil", "reciprocal": "Reciprocal", "logical_not": "LogicalNot",
}  # fmt: skip
_PAIRS = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "divide": "TrueDivide", "truediv": "TrueDivide",
    "floordiv": "FloorDivide", "mod": "Mod", "floormod": "Mod", "pow": "Power", "maximum": "Maximum",
    "minimum": "Minimum", "less": "Less", "less_equal": "LessEqual", "greater": "Greater",
    "greater_equal": "GreaterEqual", "equal": "Equal", "not_equal": "NotEqual", "logical_and": "LogicalAnd",
    "logical_or": "LogicalOr",
}  # fmt: skip
_REDUCTIONS = {"mean": "Mean", "sum": "Sum", "max": "Max", "min": "Min", "prod": "Prod", "any": "Any", "all": "All"}
_ACTIVATIONS = {"relu": "Relu", "relu6": "Relu6", "sigmoid": "Sigmoid", "silu": "Silu", "swish": "Silu"} | {
    "softplus": "Softplus", "softsign": "Softsign", "elu": "Elu", "selu": "Selu",
}  # fmt: skip

FUNCTIONS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    **{f"math.{name}": (f"numpy.{cls}", (), {}) for name, cls in _PLAIN.items()},
    **{f"math.{name}": (f"numpy.{cls}", _Y, {}) for name, cls in _PAIRS.items()},
    **{
        f"math.reduce_{name}": (f"numpy.{cls}", (), {"axis": "axis", "keepdims": "keepdims"})
        for name, cls in _REDUCTIONS.items()
    },
    **{f"{place}.{name}": (f"nn.{cls}", (), {}) for name, cls in _ACTIVATIONS.items() for place in ("nn", "math")},
    "__operators__.add": ("numpy.Add", _Y, {}),
    "__operators__.eq": ("numpy.Equal", _Y, {}),
    "__operators__.ne": ("numpy.NotEqual", _Y, {}),
    "__operators__.getitem": ("numpy.GetItem", ("slice_spec",), {}),
    "math.rsqrt": ("math.Rsqrt", (), {}),
    "math.erf": ("math.Erf", (), {}),
    "math.tanh": ("numpy.Tanh", (), {}),
    "nn.tanh": ("numpy.Tanh", (), {}),
    "math.argmax": ("numpy.Argmax", (), {"axis": "axis"}),
    "math.argmin": ("numpy.Argmin", (), {"axis": "axis"}),
    "math.cumsum": ("numpy.Cumsum", (), {"axis": "axis"}),
    "math.l2_normalize": ("nn.Normalize", (), {"axis": "axis", "epsilon": "epsilon"}),
    "linalg.l2_normalize": ("nn.Normalize", (), {"axis": "axis", "epsilon": "epsilon"}),
    "linalg.matmul": ("numpy.Matmul", ("b",), {}),
    "matmul": ("numpy.Matmul", ("b",), {}),
    "nn.softmax": ("nn.Softmax", (), {"axis": "axis"}),
    "nn.log_softmax": ("nn.LogSoftmax", (), {"axis": "axis"}),
    "nn.leaky_relu": ("nn.LeakyRelu", (), {"negative_slope": "alpha"}),
    "nn.gelu": ("nn.Gelu", (), {"approximate": "approximate"}),
    "cast": ("core.Cast", (), {"dtype": "dtype"}),
    "clip_by_value": ("numpy.Clip", (), {"x_min": "clip_value_min", "x_max": "clip_value_max"}),
    "concat": ("numpy.Concatenate", (), {"axis": "axis"}),
    "stack": ("numpy.Stack", (), {"axis": "axis"}),
    "expand_dims": ("numpy.ExpandDims", (), {"axis": "axis"}),
    "squeeze": ("numpy.Squeeze", (), {"axis": "axis"}),
    "reshape": ("numpy.Reshape", (), {"newshape": "shape"}),
    "transpose": ("numpy.Transpose", (), {"axes": "perm"}),
    "tile": ("numpy.Tile", (), {"repeats": "multiples"}),
    "where": ("numpy.Where", ("x", "y"), {}),
    "one_hot": ("nn.OneHot", (), {"num_classes": "depth", "axis": "axis"}),
    "identity": ("numpy.Copy", (), {}),
    "stop_gradient": ("core.StopGradient", (), {}),
    "zeros_like": ("numpy.ZerosLike", (), {}),
    "ones_like": ("numpy.OnesLike", (), {}),
}

_SAME = (
    "Abs Exp Log Sqrt Square Sin Cos Tanh Sign Floor Ceil Reciprocal Maximum Minimum Equal NotEqual Less LessEqual "
    "Greater GreaterEqual LogicalAnd"
).split()
_SAME_ACTIVATIONS = ("Relu", "Relu6", "Sigmoid", "Softplus", "Softsign", "Elu", "Selu")
_KEPT = {"keep_dims": "keepdims"}
NODES: dict[str, tuple[str, dict[str, int], dict[str, str], bool]] = {
    **{name: (f"numpy.{name}", {}, {}, False) for name in _SAME},
    **{
        name: (f"numpy.{name}", {"axis": 1}, _KEPT, False)
        for name in ("Mean", "Sum", "Max", "Min", "Prod", "Any", "All")
    },
    **{name: (f"nn.{name}", {}, {}, False) for name in _SAME_ACTIVATIONS},
    **dict.fromkeys(("Add", "AddV2", "BiasAdd"), ("numpy.Add", {}, {}, False)),
    "Sub": ("numpy.Subtract", {}, {}, False),
    "Mul": ("numpy.Multiply", {}, {}, False),
    "Neg": ("numpy.Negative", {}, {}, False),
    "Pow": ("numpy.Power", {}, {}, False),
    **dict.fromkeys(("Div", "RealDiv"), ("numpy.TrueDivide", {}, {}, False)),
    "FloorDiv": ("numpy.FloorDivide", {}, {}, False),
    "FloorMod": ("numpy.Mod", {}, {}, False),
    "Rsqrt": ("math.Rsqrt", {}, {}, False),
    "Erf": ("math.Erf", {}, {}, False),
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2"), ("numpy.Matmul", {}, {}, False)),
    "Softmax": ("nn.Softmax", {}, {}, False),
    "Identity": ("numpy.Copy", {}, {}, False),
    "StopGradient": ("core.StopGradient", {}, {}, False),
    "Reshape": ("numpy.Reshape", {"newshape": 1}, {}, False),
    "Transpose": ("numpy.Transpose", {"axes": 1}, {}, False),
    "ExpandDims": ("numpy.ExpandDims", {"axis": 1}, {}, False),
    "Squeeze": ("numpy.Squeeze", {}, {"squeeze_dims": "axis"}, False),
    "ConcatV2": ("numpy.Concatenate", {"axis": -1}, {}, True),
    "Pack": ("numpy.Stack", {}, {"axis": "axis"}, True),
    "Cast": ("core.Cast", {}, {"DstT": "dtype"}, False),
    "ArgMax": ("numpy.Argmax", {"axis": 1}, {}, False),
    "Tile": ("numpy.Tile", {"repeats": 1}, {}, False),
}

MODULE = "tf."  # before the names of functions
EARLIER = "compat.v1."
DEFAULTS: dict[str, dict[str, Any]] = {
    "nn.gelu": {"approximate": False},
    "math.argmax": {"axis": 0},
    "math.argmin": {"axis": 0},
    "math.l2_normalize": {"epsilon": 1e-12, "order": 2},
    "linalg.l2_normalize": {"epsilon": 1e-12, "order": 2},
}
LEFT_OUT = (
    "name",
    "output_type",
    "T",
    "Tidx",
    "Tshape",
    "Tperm",
    "Tdim",
    "SrcT",
    "N",
    "U",
    "_output_shapes",
    "Tmultiples",
)
DTYPES = {"DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16", "DT_BFLOAT16": "bfloat16"} | {
    "DT_INT32": "int32", "DT_INT64": "int64", "DT_INT8": "int8", "DT_UINT8": "uint8", "DT_BOOL": "bool",
}  # fmt: skip
