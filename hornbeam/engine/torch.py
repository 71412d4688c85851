"""The PyTorch engine."""

import builtins
import contextlib
import functools
import math
import threading

import ml_dtypes
import numpy as np
import torch
import torch.nn.functional as F
import torch.utils.checkpoint
from torch._utils import _flatten_dense_tensors, _unflatten_dense_tensors
from torch.utils._python_dispatch import TorchDispatchMode

from hornbeam.engine.protocol import Spec

name = "torch"

_NARROW = {"float64": "float32", "int64": "int32", "uint64": "uint32", "complex128": "complex64"}
_DTYPES = {
    "bool": torch.bool,
    "bfloat16": torch.bfloat16,
    "float8_e4m3fn": torch.float8_e4m3fn,
    **{f"{kind}int{bits}": getattr(torch, f"{kind}int{bits}") for kind in ("", "u") for bits in (8, 16, 32, 64)},
    **{f"float{bits}": getattr(torch, f"float{bits}") for bits in (16, 32, 64)},
    "float8_e5m2": torch.float8_e5m2,
    "complex64": torch.complex64,
    "complex128": torch.complex128,
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
# NumPy has these from ml_dtypes, and PyTorch exchanges only their bits with it.
_OF_ML_DTYPES = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
_BITS = {2: (np.uint16, torch.uint16), 1: (np.uint8, torch.uint8)}
# PyTorch stores these and computes next to nothing with them: the arithmetic goes through int64.
_STORAGE_ONLY = (torch.uint16, torch.uint32, torch.uint64)


class _Local(threading.local):
    tracing = False  # inside `trace_shapes`
    differentiating = False  # inside `value_and_grad`


_local = _Local()


@contextlib.contextmanager
def _flag(flag: str, value: bool):
    before = getattr(_local, flag)
    setattr(_local, flag, value)
    try:
        yield before
    finally:
        setattr(_local, flag, before)


def _dtype(dtype) -> torch.dtype:
    return _DTYPES[dtype] if isinstance(dtype, str) else _DTYPES[np.dtype(dtype).name]


@functools.cache
def _default_device() -> torch.device:
    return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


def _map(fn, tree, *rest):
    """`fn` over the leaves of trees of one structure. None is an empty tree, as in JAX."""
    if tree is None:
        return None
    if isinstance(tree, dict):
        return {key: _map(fn, value, *(other[key] for other in rest)) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)) and not isinstance(tree, Spec):
        items = [_map(fn, *items) for items in zip(tree, *rest, strict=True)]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    return fn(tree, *rest)


def _leaves(tree) -> list:
    found: list = []
    _map(found.append, tree)
    return found


# identity


def asarray(x, dtype=None):
    if isinstance(x, torch.Tensor):
        return x if dtype is None or x.dtype is (wanted := _dtype(dtype)) else x.to(wanted)
    return _from_host(x, dtype).to(_default_device())


def _holds_tensor(x) -> bool:
    if isinstance(x, (list, tuple)):
        return builtins.any(_holds_tensor(item) for item in x)
    return isinstance(x, torch.Tensor)


def _from_host(x, dtype=None):
    """Without a dtype 64 bits narrow to 32. The tensor never shares memory with `x`, which its owner may change."""
    if isinstance(x, (list, tuple)) and _holds_tensor(x):
        items = _promoted(*(asarray(item, dtype) for item in x))
        return torch.stack(items)
    host = np.asarray(x)
    dtype = dtype or _NARROW.get(host.dtype.name, host.dtype.name)
    if host.dtype.name in _OF_ML_DTYPES:
        bits = np.array(host, order="C").view(_BITS[host.dtype.itemsize][0])
        return torch.from_numpy(bits).view(_dtype(host.dtype.name)).to(_dtype(dtype))
    if dtype in _OF_ML_DTYPES:
        return torch.from_numpy(np.array(host, order="C")).to(_dtype(dtype))
    return torch.from_numpy(np.array(host, dtype, order="C"))


def to_numpy(x):
    x = x.detach().cpu().resolve_conj().resolve_neg().contiguous()
    if _NAMES[x.dtype] in _OF_ML_DTYPES:
        return x.view(_BITS[x.itemsize][1]).numpy().view(getattr(ml_dtypes, _NAMES[x.dtype])).copy()
    return x.numpy().copy()


def is_tensor(x):
    return isinstance(x, torch.Tensor)


def is_traced(x):
    return isinstance(x, torch.Tensor) and x.is_meta


def cast(x, dtype):
    return asarray(x, dtype)


def dtype_name(x):
    return _NAMES[x.dtype]


_KINDS = (bool, int, float, complex)
_SCALAR = {bool: torch.bool, int: torch.int32, float: torch.float32, complex: torch.complex64}


def _promote(a: torch.dtype, b: torch.dtype) -> torch.dtype:
    if a is b:
        return a
    unsigned = [dtype for dtype in (a, b) if dtype in _STORAGE_ONLY]
    if not unsigned:
        return torch.promote_types(a, b)
    other = b if a in _STORAGE_ONLY else a
    if len(unsigned) == 2 or other is torch.uint8:
        return builtins.max(a, b, key=lambda dtype: dtype.itemsize)
    if other is torch.bool or other.is_floating_point or other.is_complex:
        return unsigned[0] if other is torch.bool else other
    # Signed with unsigned: twice the bits, but not 64 unless one of them has them.
    return torch.int64 if 8 in (a.itemsize, b.itemsize) else torch.int32


def _result(xs) -> torch.dtype:
    """Every array counts by its dtype, also one without axes; a Python scalar counts only by its kind."""
    dtypes = [_dtype(x) if isinstance(x, str) else x.dtype for x in xs if isinstance(x, (str, torch.Tensor))]
    dtype = functools.reduce(_promote, dtypes) if dtypes else torch.bool
    for x in xs:
        if isinstance(x, _KINDS):
            kind = 3 if dtype.is_complex else 2 if dtype.is_floating_point else 0 if dtype is torch.bool else 1
            if _KINDS.index(type(x)) > kind:
                dtype = _SCALAR[type(x)]
    return dtype


def result_type(*xs):
    return _NAMES[_result([x if isinstance(x, (str, torch.Tensor, *_KINDS)) else asarray(x) for x in xs])]


def _promoted(*given) -> list:
    """All as tensors of the dtype that arithmetic between them gives."""
    xs = [x if isinstance(x, (torch.Tensor, bool, int, float, complex)) else asarray(x) for x in given]
    dtype = _result(xs)
    device = next((x.device for x in xs if isinstance(x, torch.Tensor)), _default_device())
    return [
        x.to(dtype) if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=dtype, device=_concrete(device))
        for x in xs
    ]


def _concrete(device: torch.device) -> torch.device:
    return _default_device() if device.type == "meta" else device


def stop_gradient(x):
    return x.detach()


# creation


def full(shape, value, dtype):
    if isinstance(value, torch.Tensor):
        return value.to(_dtype(dtype)).expand(tuple(shape))
    if isinstance(value, (np.ndarray, list, tuple)):
        return asarray(value, dtype).expand(tuple(shape))
    return torch.full(tuple(shape), value, dtype=_dtype(dtype), device=_default_device())


def arange(start, stop, step, dtype):
    return asarray(np.arange(start, stop, step), dtype)


def eye(n, m, k, dtype):
    return asarray(np.eye(n, m, k), dtype)


# elementwise


def abs(x):
    return torch.abs(x)


def sign(x):
    return torch.sign(x)


def floor(x):
    return torch.floor(x)


def ceil(x):
    return torch.ceil(x)


def round(x):
    return torch.round(x)


def exp(x):
    return torch.exp(x)


def expm1(x):
    return torch.expm1(x)


def log(x):
    return torch.log(x)


def log1p(x):
    return torch.log1p(x)


def sqrt(x):
    return torch.sqrt(x)


def rsqrt(x):
    return torch.rsqrt(x)


def sin(x):
    return torch.sin(x)


def cos(x):
    return torch.cos(x)


def tanh(x):
    return torch.tanh(x)


def sigmoid(x):
    return torch.sigmoid(x)


def erf(x):
    return torch.erf(x)


def erfinv(x):
    return torch.erfinv(x)


def logical_not(x):
    return torch.logical_not(x)


def isnan(x):
    return torch.isnan(x)


def isfinite(x):
    return torch.isfinite(x)


def maximum(x1, x2):
    return torch.maximum(*_promoted(x1, x2))


def minimum(x1, x2):
    return torch.minimum(*_promoted(x1, x2))


def power(x1, x2):
    if isinstance(x2, (int, float)) and isinstance(x1, torch.Tensor):
        return torch.pow(x1, x2)  # its gradient needs no logarithm
    return torch.pow(*_promoted(x1, x2))


def floor_divide(x1, x2):
    return torch.floor_divide(*_promoted(x1, x2))


def remainder(x1, x2):
    return torch.remainder(*_promoted(x1, x2))


def arctan2(x1, x2):
    return torch.arctan2(*_promoted(x1, x2))


def logical_and(x1, x2):
    return torch.logical_and(*_promoted(x1, x2))


def logical_or(x1, x2):
    return torch.logical_or(*_promoted(x1, x2))


def _bitwise(fn, x1, x2):
    x1, x2 = _promoted(x1, x2)
    if x1.dtype not in _STORAGE_ONLY:
        return fn(x1, x2)
    bits = fn(x1.to(torch.int64), x2.to(torch.int64))
    return (bits & (2 ** (8 * x1.itemsize) - 1) if x1.itemsize < 8 else bits).to(x1.dtype)


def bitwise_xor(x1, x2):
    return _bitwise(torch.bitwise_xor, x1, x2)


def left_shift(x1, x2):
    return _bitwise(torch.bitwise_left_shift, x1, x2)


def right_shift(x1, x2):
    return _bitwise(torch.bitwise_right_shift, x1, x2)


def where(condition, x1, x2):
    x1, x2 = _promoted(x1, x2)
    return torch.where(asarray(condition, "bool"), x1, x2)


# reduction


def _axes(x, axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis))


def _computable(x):
    return x.to(torch.int64) if x.dtype in _STORAGE_ONLY else x


def _counted(x) -> torch.dtype:
    return torch.int32 if x.dtype is torch.bool else x.dtype


def _inexact(x):
    return x if x.is_floating_point() or x.is_complex() else x.to(torch.float32)


def sum(x, axis=None, keepdims=False):
    axes = _axes(x, axis)
    if not axes:  # PyTorch takes this for all axes
        return x.to(_counted(x))
    return torch.sum(_computable(x), axes, keepdims, dtype=_sum_dtype(x)).to(_counted(x))


def _sum_dtype(x):
    return torch.int64 if x.dtype in _STORAGE_ONLY else _counted(x)


def prod(x, axis=None, keepdims=False):
    y = _computable(x)
    for a in sorted(_axes(x, axis), reverse=True):
        y = torch.prod(y, a, keepdims, dtype=_sum_dtype(x))
    return y.to(_counted(x))


def _extreme(fn, x, axis, keepdims):
    axes = _axes(x, axis)
    return fn(_computable(x), axes, keepdims).to(x.dtype) if axes else x


def max(x, axis=None, keepdims=False):
    return _extreme(torch.amax, x, axis, keepdims)


def min(x, axis=None, keepdims=False):
    return _extreme(torch.amin, x, axis, keepdims)


def any(x, axis=None, keepdims=False):
    axes = _axes(x, axis)
    return torch.any(x != 0, axes, keepdims) if axes else x != 0


def all(x, axis=None, keepdims=False):
    axes = _axes(x, axis)
    return torch.all(x != 0, axes, keepdims) if axes else x != 0


def argmax(x, axis=None, keepdims=False):
    x = x.to(torch.uint8) if x.dtype is torch.bool else _computable(x)
    if axis is None:
        return torch.argmax(x.reshape(-1)).to(torch.int32).reshape((1,) * x.ndim if keepdims else ())
    return torch.argmax(x, axis, keepdims).to(torch.int32)


def cumsum(x, axis):
    return torch.cumsum(_computable(x), axis, dtype=_sum_dtype(x)).to(_counted(x))


def sort(x, axis):
    return torch.sort(_computable(x), dim=axis).values.to(x.dtype)


def argsort(x, axis):
    return torch.argsort(_computable(x), dim=axis, stable=True).to(torch.int32)


def top_k(x, k):
    # torch.topk promises no order between equal values.
    values, indices = torch.sort(_computable(x), dim=-1, descending=True, stable=True)
    return values[..., :k].to(x.dtype), indices[..., :k].to(torch.int32)


# shape


def reshape(x, shape):
    return torch.reshape(x, tuple(shape))


def transpose(x, axes):
    return torch.permute(x, tuple(axes))


def broadcast_to(x, shape):
    return torch.broadcast_to(x, tuple(shape))


def concatenate(xs, axis):
    return torch.cat(_promoted(*xs), axis)


def pad(x, pads, mode="constant", value=0):
    if mode == "constant":
        return F.pad(x, [n for pair in reversed(list(pads)) for n in pair], value=value)
    for axis, pair in enumerate(pads):
        if tuple(pair) != (0, 0):
            indices = np.pad(np.arange(x.shape[axis]), tuple(pair), mode)
            x = torch.index_select(x, axis, torch.from_numpy(indices).to(_concrete(x.device)))
    return x


def flip(x, axis=None):
    return torch.flip(x, _axes(x, axis))


# indexing


def _within(indices, size):
    """`indices` with negative ones counted from the end and all of them moved into [0, size)."""
    indices = asarray(indices).to(torch.int64)
    return torch.where(indices < 0, indices + size, indices).clamp(0, builtins.max(size - 1, 0))


def take(x, indices, axis):
    axis %= x.ndim
    indices = _within(indices, x.shape[axis])
    taken = torch.index_select(x, axis, indices.reshape(-1))
    return taken.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1 :])


def take_along_axis(x, indices, axis):
    return torch.take_along_dim(x, _within(indices, x.shape[axis]), axis)


def _known(starts) -> list[int] | None:
    """The starts as numbers, or None under `trace_shapes` and `vmap`, where they have none."""
    try:
        return [int(start) for start in starts]
    except RuntimeError:
        return None


def _blocks(x, starts, sizes) -> list:
    """For each axis the indices of a slice, moved so that it fits; a list of slices where the starts are known."""
    known = _known(starts)
    if known is not None:
        begins = [builtins.min(builtins.max(b + n if b < 0 else b, 0), n - s) for b, n, s in zip(known, x.shape, sizes)]
        return [slice(b, b + s) for b, s in zip(begins, sizes)]
    blocks = []
    for axis, (start, n, s) in enumerate(zip(starts, x.shape, sizes, strict=True)):
        begin = asarray(start).to(torch.int64)
        begin = torch.where(begin < 0, begin + n, begin).clamp(0, n - s)
        along = begin + torch.arange(s, device=_concrete(x.device))
        blocks.append(along.reshape((-1,) + (1,) * (x.ndim - 1 - axis)))
    return blocks


def dynamic_slice(x, starts, sizes):
    return x[tuple(_blocks(x, starts, sizes))]


def dynamic_update_slice(x, update, starts):
    blocks = _blocks(x, starts, update.shape)
    if not isinstance(blocks[0], slice):
        return torch.index_put(x, tuple(torch.broadcast_tensors(*blocks)), update.to(x.dtype))
    y = x.clone()
    y[tuple(blocks)] = update.to(x.dtype)
    return y


def _scatter(x, indices, updates, accumulate):
    rows = tuple(_within(indices[:, i], x.shape[i]) for i in range(indices.shape[1]))
    return torch.index_put(x, rows, asarray(updates).to(x.dtype), accumulate)


def scatter_update(x, indices, updates):
    return _scatter(x, indices, updates, accumulate=False)


def scatter_add(x, indices, updates):
    return _scatter(x, indices, updates, accumulate=True)


def searchsorted(sorted_sequence, values, side="left"):
    sequence, values = _promoted(sorted_sequence, values)
    sequence, values = _computable(sequence).contiguous(), _computable(values).contiguous()
    return torch.searchsorted(sequence, values, right=side == "right", out_int32=True)


# contraction and decomposition


def _product(fn, *given):
    """A product of matrices: bool through int32, integers through float64 on a GPU, which has no kernels for them."""
    xs = _promoted(*given)
    dtype = xs[0].dtype
    if dtype is torch.bool:
        return fn(*(x.to(torch.int32) for x in xs)) != 0
    if not dtype.is_floating_point and not dtype.is_complex and xs[0].is_cuda:
        return fn(*(x.to(torch.float64) for x in xs)).to(dtype)
    return fn(*xs)


def matmul(x1, x2):
    return _product(torch.matmul, x1, x2)


def einsum(subscripts, *xs):
    return _product(functools.partial(torch.einsum, subscripts), *xs)


def qr(x, mode="reduced"):
    return tuple(torch.linalg.qr(_inexact(x), mode))


def solve(a, b):
    a, b = _promoted(a, b)
    a, b = _inexact(a), _inexact(b)
    return torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1) if b.ndim == 1 else torch.linalg.solve(a, b)


def svd(x, full_matrices=True):
    return tuple(torch.linalg.svd(_inexact(x), full_matrices))


def cholesky(x):
    x = _inexact(x)
    factor, info = torch.linalg.cholesky_ex((x + x.mT) / 2)
    return torch.where((info == 0)[..., None, None], factor, math.nan)


# neural networks: PyTorch wants channels second, and a permuted view of channels-last data is its fast memory format


def _channels_second(x):
    return torch.movedim(x, -1, 1)


def _channels_last(x):
    return torch.movedim(x, 1, -1)


def _filters(kernel):
    """PyTorch's order of the kernel's axes; without the copy some of its backward passes raise."""
    spatial = kernel.ndim - 2
    return kernel.permute(spatial + 1, spatial, *range(spatial)).contiguous()


def _symmetric(pads, limits=None) -> list[int] | None:
    """The pads as PyTorch's kernels take them, one number for each axis, where that is possible."""
    if builtins.any(low != high for low, high in pads):
        return None
    if limits is not None and builtins.any(low > limit for (low, _), limit in zip(pads, limits, strict=True)):
        return None
    return [low for low, _ in pads]


def conv(x, kernel, strides, pads, dilation, groups):
    x, kernel = _promoted(x, kernel)
    spatial = x.ndim - 2
    padding = _symmetric(pads)
    if padding is None:
        x, padding = pad(x, [(0, 0), *pads, (0, 0)]), [0] * spatial
    convolve = (F.conv1d, F.conv2d, F.conv3d)[spatial - 1]
    y = convolve(_channels_second(x), _filters(kernel), None, tuple(strides), padding, tuple(dilation), groups)
    return _channels_last(y)


def conv_transpose(x, kernel, strides, pads, dilation, output_size):
    x, kernel = _promoted(x, kernel)
    spatial = x.ndim - 2
    convolve = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[spatial - 1]
    y = _channels_last(convolve(_channels_second(x), _filters(kernel), None, tuple(strides), dilation=tuple(dilation)))
    # y is what the padded input of `conv` reaches: cut the pads off, and add what no window reaches.
    for axis, (size, (low, _)) in enumerate(zip(output_size, pads, strict=True), start=1):
        y = y.narrow(axis, low, builtins.min(size, y.shape[axis] - low))
    missing = [(0, size - n) for size, n in zip(output_size, y.shape[1:-1], strict=True)]
    return pad(y, [(0, 0), *missing, (0, 0)]) if builtins.any(high for _, high in missing) else y


def _pool(kernel, x, size, strides, pads, limits, value):
    exact = x if x.is_floating_point() else x.to(torch.float64)
    padding = _symmetric(pads, limits)
    if padding is None:
        exact, padding = pad(exact, [(0, 0), *pads, (0, 0)], value=value), [0] * len(size)
    return _channels_last(kernel(_channels_second(exact), tuple(size), tuple(strides), padding)).to(x.dtype)


def max_pool(x, size, strides, pads):
    kernel = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[len(size) - 1]
    return _pool(kernel, x, size, strides, pads, limits=[n // 2 for n in size], value=-math.inf)


def sum_pool(x, size, strides, pads):
    if len(size) == 1:  # avg_pool1d has no divisor to override
        return sum_pool(x.unsqueeze(1), (1, *size), (1, *strides), ((0, 0), *pads)).squeeze(1)
    if len(size) == 3 and x.dtype in (torch.float16, torch.bfloat16):  # avg_pool3d has no kernel for it on CPUs
        return sum_pool(x.float(), size, strides, pads).to(x.dtype)
    kernel = functools.partial((F.avg_pool2d, F.avg_pool3d)[len(size) - 2], divisor_override=1)
    return _pool(kernel, x, size, strides, pads, limits=[n // 2 for n in size], value=0)


def softmax(x, axis):
    return torch.softmax(_inexact(x), axis)


def log_softmax(x, axis):
    return torch.log_softmax(_inexact(x), axis)


def _at_least_float32(x):
    return x if x.dtype in (torch.float32, torch.float64) else x.to(torch.float32)


def rfft(x, n):
    y = torch.fft.rfft(_at_least_float32(x), n)
    return y.real, y.imag


def irfft(real, imag, n):
    real, imag = _promoted(real, imag)
    return torch.fft.irfft(torch.complex(_at_least_float32(real), _at_least_float32(imag)), n)


# random: a key is a uint32 tensor of shape (2,) on the host, and each draw has a generator of its own


_MASK = 2**64 - 1


def _mix(n: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    n = (n + 0x9E3779B97F4A7C15) & _MASK
    n = ((n ^ (n >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    n = ((n ^ (n >> 27)) * 0x94D049BB133111EB) & _MASK
    return n ^ (n >> 31)


def _number(key) -> int:
    high, low = key.tolist()
    return _mix(high << 32 | low)


def _draw(key, shape, dtype, draw):
    """`draw(generator)`, or a tensor without values where the key or everything is traced."""
    if _local.tracing or key.is_meta:
        return torch.empty(tuple(shape), dtype=dtype, device="meta")
    generator = torch.Generator(_default_device())
    generator.manual_seed(_number(key))
    return draw(generator).to(dtype)


def random_key(seed):
    seed = asarray(seed, "uint32")
    return seed if seed.is_meta else seed.cpu()


def random_split(key, n):
    if key.is_meta:
        return torch.empty((n, 2), dtype=torch.uint32, device="meta")
    number = _number(key)
    children = [_mix(number ^ _mix(i + 1)) for i in range(n)]
    return torch.tensor([(child >> 32, child & 0xFFFFFFFF) for child in children], dtype=torch.uint32)


def _options(generator):
    return {"generator": generator, "device": generator.device}


def random_bits(key, shape):
    shape = tuple(shape)
    return _draw(key, shape, torch.uint32, lambda g: torch.randint(2**32, shape, dtype=torch.int64, **_options(g)))


def random_uniform(key, shape, dtype):
    shape, dtype = tuple(shape), _dtype(dtype)
    return _draw(key, shape, dtype, lambda g: torch.rand(shape, dtype=dtype, **_options(g)))


def random_normal(key, shape, dtype):
    shape, dtype = tuple(shape), _dtype(dtype)
    return _draw(key, shape, dtype, lambda g: torch.randn(shape, dtype=dtype, **_options(g)))


def random_gamma(key, alpha, shape, dtype):
    def draw(generator):
        wide = _at_least_float32(asarray(alpha, dtype)).broadcast_to(tuple(shape)).contiguous()
        return torch._standard_gamma(wide, generator)

    return _draw(key, shape, _dtype(dtype), draw)


def random_permutation(key, n):
    return _draw(key, (n,), torch.int32, lambda g: torch.randperm(n, **_options(g)))


# control: Python's own; under `trace_shapes` a body runs once


def scan(fn, init, xs, length=None, reverse=False):
    # One `unbind` and not many `a[i]`: the backward pass of each index would fill an array of the whole length.
    steps = [asarray(leaf).unbind(0) for leaf in _leaves(xs)]
    n = len(steps[0]) if steps else length
    if n == 0 or _local.tracing:
        return _scan_once(fn, init, xs, n)
    carry, ys = init, [None] * n
    for i in reversed(range(n)) if reverse else range(n):
        now = iter([step[i] for step in steps])
        carry, ys[i] = fn(carry, _map(lambda _, now=now: next(now), xs))
    return carry, _map(lambda *y: torch.stack([asarray(item) for item in y]), *ys)


def _scan_once(fn, init, xs, n):
    """The shapes of a scan from one step of it; the values too where there is no step."""
    x = _map(lambda leaf: Spec(tuple(leaf.shape[1:]), dtype_name(leaf)), xs)
    carry, y = trace_shapes(fn, init, x)
    device = _default_device() if n == 0 and not _local.tracing else "meta"

    def empty(spec, shape=()):
        spec = spec if isinstance(spec, Spec) else trace_shapes(asarray, spec)
        return torch.empty((*shape, *spec.shape), dtype=_dtype(spec.dtype), device=device)

    return init if n == 0 else _map(empty, carry), _map(lambda spec: empty(spec, (n,)), y)


def while_loop(condition, body, state):
    if _local.tracing:
        return body(state)
    while condition(state):
        state = body(state)
    return state


def fori_loop(start, stop, body, state):
    if _local.tracing:
        return body(asarray(start, "int32"), state)
    for i in range(int(start), int(stop)):
        state = body(torch.tensor(i, dtype=torch.int32), state)
    return state


def cond(predicate, true_fn, false_fn, *operands):
    return true_fn(*operands) if is_traced(predicate) or predicate else false_fn(*operands)


def vmap(fn, in_axes=0, out_axes=0):
    return torch.func.vmap(fn, in_axes, out_axes, randomness="different")


# transforms


def _detach(x):
    return x.detach() if isinstance(x, torch.Tensor) else x


def value_and_grad(fn):
    def leaf(x, nested):
        if _local.tracing:
            x = x.to("meta")
        # Inside another `value_and_grad` the outer one differentiates through this one.
        return x.view_as(x) if nested and x.requires_grad else x.detach().requires_grad_()

    @functools.wraps(fn)
    def call(variables, *args):
        with torch.enable_grad(), _flag("differentiating", True) as nested:
            leaves = [leaf(asarray(v), nested) for v in variables]
            value, aux = fn(leaves, *args)
            grads: list = [None] * len(leaves)
            if leaves and value.requires_grad:
                grads = list(torch.autograd.grad(value, leaves, create_graph=nested, allow_unused=True))
        grads = [torch.zeros_like(v) if g is None else g for g, v in zip(grads, leaves, strict=True)]
        if nested:
            return (value, aux), grads
        return (value.detach(), _map(_detach, aux)), [g.detach() for g in grads]

    return call


def jit(fn, donate=()):
    @functools.wraps(fn)
    def call(*args, **kwargs):
        if _local.differentiating:
            return fn(*args, **kwargs)
        with torch.no_grad():
            return fn(*args, **kwargs)

    return call


def custom_gradient(fn):
    class Custom(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *xs):
            y, ctx.gradient = fn(*xs)
            ctx.differentiable = [isinstance(x, torch.Tensor) and x.is_floating_point() for x in xs]
            return tuple(y) if isinstance(y, list) else y

        @staticmethod
        def backward(ctx, *dy):
            grads = ctx.gradient(*dy) if len(dy) == 1 else ctx.gradient(dy)
            grads = grads if isinstance(grads, (list, tuple)) else (grads,)
            return tuple(g if wanted else None for g, wanted in zip(grads, ctx.differentiable, strict=True))

    @functools.wraps(fn)
    def call(*xs):
        return Custom.apply(*xs)

    return call


def checkpoint(fn):
    @functools.wraps(fn)
    def call(*args):
        return torch.utils.checkpoint.checkpoint(fn, *args, use_reentrant=False, preserve_rng_state=False)

    return call


class _Shapes(TorchDispatchMode):
    """An operation on any tensor without values gives tensors without values, whatever else goes into it."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [x for x in _flat((args, kwargs)) if isinstance(x, torch.Tensor)]
        if builtins.any(x.is_meta for x in tensors) and not builtins.all(x.is_meta for x in tensors):
            args, kwargs = _to_meta(args), _to_meta(kwargs)
        if "device" in kwargs and builtins.any(x.is_meta for x in tensors):
            kwargs = {**kwargs, "device": torch.device("meta")}
        return func(*args, **kwargs)


def _flat(x):
    if isinstance(x, (list, tuple)):
        for item in x:
            yield from _flat(item)
    elif isinstance(x, dict):
        yield from _flat(list(x.values()))
    else:
        yield x


def _to_meta(x):
    return _map(lambda leaf: leaf.to("meta") if isinstance(leaf, torch.Tensor) else leaf, x)


def trace_shapes(fn, *specs):
    def enter(leaf):
        if isinstance(leaf, Spec):
            return torch.empty(tuple(leaf.shape), dtype=_dtype(leaf.dtype), device="meta")
        return leaf.to("meta") if isinstance(leaf, torch.Tensor) else leaf

    def leave(leaf):
        return Spec(tuple(leaf.shape), dtype_name(leaf)) if isinstance(leaf, torch.Tensor) else leaf

    with _flag("tracing", True), torch.no_grad(), _Shapes():
        return _map(leave, fn(*(_map(enter, spec) for spec in specs)))


def eager():
    return _flag("tracing", False)


def steps_beat_loops(fn, *args):
    return False  # loops are Python's here


# placement


def devices():
    found = [f"gpu:{i}" for i in range(torch.cuda.device_count())]
    return [*found, "cpu:0", *(["mps:0"] if torch.backends.mps.is_available() else [])]


def _device(name: str | None) -> torch.device:
    if name is None:
        return _default_device()
    wanted = name.replace("cuda", "gpu")
    wanted = wanted if ":" in wanted else f"{wanted}:0"
    if wanted not in devices():
        raise ValueError(f"`device` must be one of {', '.join(map(repr, devices()))}. Received: {name!r}.")
    return torch.device("cpu" if wanted == "cpu:0" else wanted.replace("gpu", "cuda"))


def put(x, device=None):
    if isinstance(x, torch.Tensor):
        return x if device is None else x.to(_device(device))
    return _from_host(x).to(_device(device))


def synchronize(tree):
    for device in {x.device for x in _leaves(tree) if isinstance(x, torch.Tensor)}:
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        elif device.type == "mps":
            torch.mps.synchronize()


def memory_stats(device=None):
    where = _device(device)
    if where.type != "cuda":
        return {}
    free, total = torch.cuda.mem_get_info(where)
    return {
        "bytes_in_use": torch.cuda.memory_allocated(where),
        "peak_bytes_in_use": torch.cuda.max_memory_allocated(where),
        "bytes_limit": total,
        "bytes_free": free,
    }


# fused


def relu(x):
    return F.relu(x)


def gelu(x, approximate=False):
    return F.gelu(_inexact(x), approximate="tanh" if approximate else "none")


def logsumexp(x, axis=None, keepdims=False):
    return torch.logsumexp(_inexact(x), _axes(x, axis), keepdims)


def layer_norm(x, gamma, beta, epsilon):
    gamma, beta = (None if w is None else w.to(x.dtype) for w in (gamma, beta))
    return F.layer_norm(x, x.shape[-1:], gamma, beta, epsilon)


def attention(query, key, value, mask, scale):
    query, key, value = (x.transpose(1, 2) for x in _promoted(query, key, value))
    if mask is not None:  # as a large number and not as False: a target that may attend to nothing attends evenly
        mask = torch.where(asarray(mask, "bool"), 0.0, 0.7 * torch.finfo(query.dtype).min).to(query.dtype)
    shared = query.shape[1] != key.shape[1]
    y = F.scaled_dot_product_attention(query, key, value, mask, scale=scale, enable_gqa=shared)
    return y.transpose(1, 2)


_SMALL = 2**14  # numbers: from here on an operation costs more than its dispatch


def map_elementwise(fn, rows):
    """Small tensors are laid end to end, so that there are few operations; the results are views of what came out."""
    small = [i for i, row in enumerate(rows) if row[0].numel() <= _SMALL]
    if len(small) < 2:
        return [fn(*row) for row in rows]
    new = [None if row[0].numel() <= _SMALL else fn(*row) for row in rows]
    columns = list(zip(*(rows[i] for i in small), strict=True))
    parts = [_unflatten_dense_tensors(x, columns[0]) for x in fn(*(_end_to_end(column) for column in columns))]
    for i, row in zip(small, zip(*parts, strict=True), strict=True):
        new[i] = row
    return new


def _end_to_end(xs):
    """One tensor of all numbers: that of which `xs` are the consecutive views, or else a new one."""
    base, place = xs[0]._base, 0
    if base is not None:
        for x in xs:
            if x._base is not base or x.storage_offset() != place or x.requires_grad or not x.is_contiguous():
                break
            place += x.numel()
        else:
            if base.dim() == 1 and base.numel() == place:
                return base
    return _flatten_dense_tensors(xs)


def lstm(x, h, c, kernel, recurrent_kernel, bias):
    if _local.tracing:  # without values PyTorch goes step by step, some milliseconds each
        return torch.empty((*x.shape[:2], h.shape[-1]), dtype=x.dtype, device="meta"), _to_meta(h), _to_meta(c)
    weights = [kernel.T.contiguous(), recurrent_kernel.T.contiguous(), bias, torch.zeros_like(bias)]
    y, h, c = torch.lstm(x, (h[None], c[None]), weights, True, 1, 0.0, False, False, True)
    return y, h[0], c[0]
