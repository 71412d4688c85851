"""Functions of `ops` in the config of a graph: as the Keras class of the same meaning, with its settings, and back.

Keras keeps a class per operation: tensors are arguments of its call, everything else are its settings. The table says
which settings each operation has; reading accepts what it lists and nothing else. It is a table of the file format, not
a property of the functions: what a file may name shall not grow because a function is added to `ops`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from hornbeam import ops
from hornbeam.core import dtypes, naming, serialization, symbolic, tree

# Keras's module -> the settings -> the operations that have them. An operation's class is its name in CamelCase, or as
# in `_CLASS_NAMES`. Operations that take functions are missing: a file cannot hold those.
_OPERATIONS = {
    "numpy": {
        "": (
            "abs absolute add angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and "
            "bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor cbrt ceil "
            "conj conjugate copy corrcoef cos cosh deg2rad digitize divide divide_no_nan dot dstack equal exp "
            "exp2 expm1 fabs fliplr flipud floor floor_divide fmax fmin fmod gcd get_item greater greater_equal "
            "heaviside hstack hypot i0 imag inner isfinite isinf isnan isneginf isposinf isreal kron lcm ldexp "
            "left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not "
            "logical_or logical_xor matmul maximum minimum mod multiply negative nextafter nonzero not_equal "
            "outer power rad2deg ravel real reciprocal right_shift select sign signbit sin sinc sinh slogdet sqrt "
            "square subtract tan tanh true_divide trunc vdot vstack where"
        ),
        "axes": "tensordot transpose",
        "axis": (
            "append argsort average concatenate count_nonzero expand_dims flip sort squeeze stack take take_along_axis"
        ),
        "decimals": "round",
        "dtype": "arange array empty_like full_like ones_like view zeros_like",
        "equal_nan": "isclose",
        "indexing": "meshgrid",
        "indices_or_sections": "dsplit hsplit vsplit",
        "k": "diag diagflat tril triu",
        "mode": "correlate",
        "newshape": "reshape",
        "repeats": "tile",
        "shape": "broadcast_to unravel_index",
        "side": "searchsorted",
        "subscripts": "einsum",
        "N increasing": "vander",
        "assume_unique invert": "isin",
        "axis dtype": "cumprod cumsum nancumprod nancumsum",
        "axis keepdims": (
            "all amax amin any argmax argmin mean median nanargmax nanargmin nanmax nanmean nanmedian nanmin "
            "nanprod nanstd nansum nanvar ptp std sum var"
        ),
        "axis1 axis2": "swapaxes",
        "bins range": "histogram",
        "indices_or_sections axis": "array_split split",
        "k axes": "rot90",
        "kth axis": "argpartition",
        "n axis": "diff",
        "pad_width mode": "pad",
        "repeats axis": "repeat",
        "shape dtype": "full",
        "shift axis": "roll",
        "source destination": "moveaxis",
        "x_min x_max": "clip",
        "axis keepdims dtype": "prod",
        "axis keepdims initial": "max min",
        "axis method keepdims": "nanpercentile nanquantile percentile quantile",
        "nan posinf neginf": "nan_to_num",
        "offset axis1 axis2": "diagonal trace",
        "rtol atol equal_nan": "allclose",
        "weights minlength sparse": "bincount",
        "x dx axis": "trapezoid",
        "axisa axisb axisc axis": "cross",
        "num endpoint dtype axis": "geomspace",
        "num endpoint base dtype axis": "logspace",
        "num endpoint retstep dtype axis": "linspace",
        "sorted return_index return_inverse return_counts axis size fill_value": "unique",
    },
    "nn": {
        "": (
            "hard_sigmoid hard_silu hard_swish hard_tanh log_sigmoid polar relu relu6 selu sigmoid silu softplus "
            "softsign sparse_plus sparse_sigmoid swish tanh_shrink"
        ),
        "alpha": "celu elu",
        "approximate": "gelu",
        "axis": "glu log_softmax softmax sparsemax",
        "b": "squareplus",
        "from_logits": "binary_crossentropy",
        "mask_index": "ctc_loss",
        "max_val": "psnr",
        "negative_slope": "leaky_relu",
        "threshold": "hard_shrink soft_shrink",
        "axis epsilon": "batch_normalization rms_normalization layer_normalization",
        "block_size data_format": "depth_to_space space_to_depth",
        "from_logits axis": "categorical_crossentropy sparse_categorical_crossentropy",
        "output_size data_format": "adaptive_average_pool adaptive_max_pool",
        "threshold default_value": "threshold",
        "axes keepdims synchronized": "moments",
        "axis order epsilon": "normalize",
        "is_causal flash_attention attn_logits_soft_cap": "dot_product_attention",
        "kernel_size dilation padding stride": "unfold",
        "num_classes axis dtype sparse": "multi_hot one_hot",
        "pool_size strides padding data_format": "average_pool max_pool",
        "strides padding data_format dilation_rate": "conv depthwise_conv separable_conv",
        "output_size kernel_size dilation padding stride": "fold",
        "strategy beam_width top_paths merge_repeated mask_index": "ctc_decode",
        "strides padding output_padding data_format dilation_rate": "conv_transpose",
    },
    "core": {
        "": "slice_update stop_gradient",
        "dtype": "cast saturate_cast",
        "reduction": "scatter_update",
        "shape": "scatter slice",
        "num axis": "unstack",
        "dtype sparse ragged": "convert_to_tensor",
    },
    "math": {
        "": "cdist erf erfc erfinv fft fft2 ifft2 logdet rsqrt view_as_complex view_as_real",
        "fft_length": "irfft rfft",
        "k": "in_top_k",
        "axis keepdims": "logsumexp",
        "k sorted": "top_k",
        "num_segments sorted": "segment_max segment_min segment_prod segment_sum",
        "sequence_length sequence_stride": "extract_sequences",
        "sequence_length sequence_stride fft_length window center": "stft",
        "sequence_length sequence_stride fft_length length window center": "istft",
    },
    "linalg": {
        "": "det eig eigh inv lu_factor solve",
        "lower": "solve_triangular",
        "mode": "qr",
        "rcond": "lstsq pinv",
        "tol": "matrix_rank",
        "upper": "cholesky cholesky_inverse",
        "full_matrices compute_uv": "svd",
        "ord axis keepdims": "norm",
    },
    "image": {
        "data_format": "hsv_to_rgb rgb_to_grayscale rgb_to_hsv sobel_edges",
        "order fill_mode fill_value": "map_coordinates",
        "spatial_dims method antialias": "scale_and_translate",
        "kernel_size sigma data_format": "gaussian_blur",
        "interpolation fill_value data_format": "perspective_transform",
        "interpolation fill_mode fill_value data_format": "affine_transform",
        "size strides dilation_rate padding data_format": "extract_patches",
        "max_val filter_size filter_sigma k1 k2 data_format": "ssim",
        "alpha sigma interpolation fill_mode fill_value seed data_format": "elastic_transform",
        "top_cropping left_cropping bottom_cropping right_cropping target_height target_width data_format": (
            "crop_images"
        ),
        "top_padding left_padding bottom_padding right_padding target_height target_width data_format": "pad_images",
        "size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value data_format": (
            "resize"
        ),
    },
}
_CLASS_NAMES = {
    "allclose": "AllClose",
    "batch_normalization": "BatchNorm",
    "cdist": "CDist",
    "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss",
    "fft": "FFT",
    "fft2": "FFT2",
    "hard_swish": "HardSilu",
    "hsv_to_rgb": "HSVToRGB",
    "ifft2": "IFFT2",
    "irfft": "IRFFT",
    "isin": "IsIn",
    "istft": "ISTFT",
    "layer_normalization": "LayerNorm",
    "psnr": "PSNR",
    "rfft": "RFFT",
    "rgb_to_grayscale": "RGBToGrayscale",
    "rgb_to_hsv": "RGBToHSV",
    "rms_normalization": "RMSNorm",
    "searchsorted": "SearchSorted",
    "ssim": "SSIM",
    "stft": "STFT",
    "svd": "SVD",
    "swish": "Silu",
}
_PREFIX = "keras.src.ops."


class _Entry(NamedTuple):
    name: str
    module: str
    class_name: str
    settings: tuple[str, ...]

    @property
    def function(self) -> Callable[..., Any] | None:
        """The operation here, or `None` where Hornbeam has none."""
        home = getattr(ops, "image", None) if self.module == "image" else ops
        return getattr(home, self.name, None)


@cache
def entries() -> tuple[_Entry, ...]:
    """Every operation that a file may name; where two share a class, the one with the class's own name first."""
    found = [
        _Entry(name, module, _CLASS_NAMES.get(name) or _camel_case(name), tuple(settings.split()))
        for module, groups in _OPERATIONS.items()
        for settings, names in groups.items()
        for name in names.split()
    ]
    return tuple(sorted(found, key=lambda entry: entry.class_name != _camel_case(entry.name)))


@cache
def _by_class() -> dict[tuple[str, str], _Entry]:
    return {(entry.module, entry.class_name): entry for entry in reversed(entries())}


@cache
def _by_function() -> dict[Any, _Entry]:
    return {entry.function: entry for entry in reversed(entries()) if entry.function is not None}


def _camel_case(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def serialize_operation(operation: symbolic.Operation) -> dict[str, Any]:
    """The config of a function that a graph calls, with the settings of its (only) call.

    Raises:
        ValueError: for a function that files have no name for, and for a setting that is computed in the graph.
    """
    entry = _entry_of(operation)
    settings = {name: value for name, value in _arguments(operation.inbound_nodes[0]).items() if name in entry.settings}
    for name, value in settings.items():
        if symbolic.is_symbolic(value):
            raise ValueError(
                f"`{name}` of operation `{operation.name}` is computed by the model, and a file can hold constants "
                "only there. Move the call into a layer of your own."
            )
        if name == "dtype" and value is not None:
            settings[name] = dtypes.standardize(value)
    return {
        "module": _PREFIX + entry.module,
        "class_name": entry.class_name,
        "config": {"name": operation.name} | serialization.serialize(settings),
        "registered_name": entry.class_name,
    }


def call_arguments(node: symbolic.Node) -> list[Any]:
    """The arguments of a call that are not settings."""
    entry = _entry_of(node.operation)
    signature = inspect.signature(node.operation.function)
    args: list[Any] = []
    arguments = {name: value for name, value in _arguments(node).items() if name not in entry.settings}
    given = inspect.signature(node.operation.function).bind(*node.args, **node.kwargs).arguments
    last = max((i for i, name in enumerate(arguments) if name in given), default=-1)
    for name, value in list(arguments.items())[: last + 1]:
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            args.extend(value)
        elif kind is not inspect.Parameter.VAR_KEYWORD:
            args.append(value)
    if entry.name == "get_item" and isinstance(args[1], list):
        args[1] = np.asarray(args[1])  # a list in a file is a tuple: one index per axis
    return args


def _entry_of(operation: symbolic.Operation) -> _Entry:
    entry = _by_function().get(operation.function)
    if entry is None:
        raise ValueError(
            f"The model calls `{operation.function.__name__}`, which files have no name for. Move the call into a "
            "layer of your own."
        )
    return entry


def _arguments(node: symbolic.Node) -> dict[str, Any]:
    """The arguments of a call by name."""
    bound = inspect.signature(node.operation.function).bind(*node.args, **node.kwargs)
    bound.apply_defaults()
    return bound.arguments


def _module_of(class_name: str) -> str | None:
    """Keras's module of the operation with a class of this name, unless the user has such a class."""
    if serialization.get_registered_object(class_name) is not None:
        return None
    return next((_PREFIX + entry.module for entry in entries() if entry.class_name == class_name), None)


def find_operation(config: dict[str, Any]) -> Callable[..., Any] | None:
    """What to call for a config that `serialize_operation` (or Keras) made; `None` for the config of a layer.

    Raises:
        ValueError: for an operation that Hornbeam does not have, and for a setting that the operation does not have.
    """
    module, class_name, inner = config.get("module"), config.get("class_name"), config.get("config")
    if module is None and isinstance(class_name, str) and isinstance(inner, dict) and "trainable" not in inner:
        module = _module_of(class_name)  # Keras's `.h5` leaves it out; a layer says whether it is trainable
    if not isinstance(module, str) or not module.startswith(_PREFIX):
        return None
    entry = _by_class().get((module.removeprefix(_PREFIX), class_name)) if isinstance(class_name, str) else None
    function = entry and entry.function
    if entry is None or function is None:
        raise ValueError(f"The config names the operation `{class_name}` of `{module}`, which Hornbeam does not have.")
    if not isinstance(inner, dict):
        raise ValueError(f"The config of operation `{class_name}` must be a dictionary. Received: {inner!r}.")
    name = inner.get("name")
    if name is not None:
        naming.check_name(name, f"operation `{class_name}`")
    known = {key: serialization.deserialize_nested(inner[key]) for key in entry.settings if key in inner}
    others = {key: value for key, value in inner.items() if key not in ("name", *entry.settings)}
    unknown = {key: value for key, value in others.items() if value is not None and value is not False}
    if unknown:
        raise ValueError(f"Operation `{class_name}` has the settings {list(entry.settings)}. Received: {unknown}.")

    def apply(*args: Any, **kwargs: Any) -> Any:
        outputs = _apply(entry, function, known, args, kwargs)
        _rename(outputs, (args, kwargs), name)
        return outputs

    return apply


def _apply(
    entry: _Entry, function: Callable[..., Any], settings: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    if entry.name == "get_item" and len(args) > 1 and isinstance(args[1], list):
        args = (args[0], tuple(args[1]))
    signature = inspect.signature(function)
    accepted = signature.parameters
    arguments = {key: value for key, value in settings.items() if key in accepted or value is not None} | kwargs
    rest = list(args)
    for parameter in accepted.values():
        if not rest or parameter.name in entry.settings or parameter.name in kwargs:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            arguments[parameter.name], rest = tuple(rest), []
        elif parameter.kind is not parameter.VAR_KEYWORD:
            arguments[parameter.name] = rest.pop(0)
    if rest or any(key not in accepted for key in arguments):
        raise ValueError(f"Operation `{entry.name}` takes {signature}. Received: {[*arguments, *rest]}.")
    bound = inspect.BoundArguments(signature, {key: arguments[key] for key in accepted if key in arguments})
    return function(*bound.args, **bound.kwargs)


def _rename(outputs: Any, inputs: Any, name: str | None) -> None:
    """Give the call that made `outputs` the name that it has in the file."""
    older = {id(leaf.node) for leaf in tree.leaves(inputs) if isinstance(leaf, symbolic.SymbolicTensor)}
    for leaf in tree.leaves(outputs):
        node = getattr(leaf, "node", None)
        if name is not None and node is not None and id(node) not in older:
            node.operation.name = name
