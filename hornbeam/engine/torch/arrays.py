"""Tensors, their dtypes, and how they are made."""

import builtins
import functools
import threading

import ml_dtypes
import numpy as np
import torch

from hornbeam.engine.torch.modes import is_recorded, modes

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
STORAGE_ONLY = (torch.uint16, torch.uint32, torch.uint64)


def as_dtype(dtype) -> torch.dtype:
    return _DTYPES[dtype] if isinstance(dtype, str) else _DTYPES[np.dtype(dtype).name]


class _Chosen(threading.local):
    device: torch.device | None = None


chosen = _Chosen()  # what a thread has asked for


def default_device() -> torch.device:
    return chosen.device or _best_device()


@functools.cache
def _best_device() -> torch.device:
    return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


# identity


def asarray(x, dtype=None):
    if isinstance(x, torch.Tensor):
        return x if dtype is None or x.dtype is (wanted := as_dtype(dtype)) else x.to(wanted)
    if hasattr(x, "__jax_array__"):  # what holds an array says so to both engines
        return asarray(x.__jax_array__(), dtype)
    return from_host(x, dtype).to(default_device())


def _holds_tensor(x) -> bool:
    if isinstance(x, (list, tuple)):
        return builtins.any(_holds_tensor(item) for item in x)
    return isinstance(x, torch.Tensor)


def from_host(x, dtype=None):
    """Without a dtype 64 bits narrow to 32. The tensor never shares memory with `x`, which its owner may change."""
    made = _from_host(x, dtype)
    return made if modes.recorder is None else modes.recorder.fresh(made)


def _from_host(x, dtype):
    if isinstance(x, (list, tuple)) and _holds_tensor(x):
        items = promoted(*(asarray(item, dtype) for item in x))
        return torch.stack(items)
    host = np.asarray(x)
    dtype = dtype or _NARROW.get(host.dtype.name, host.dtype.name)
    if host.dtype.name in _OF_ML_DTYPES:
        bits = np.array(host, order="C").view(_BITS[host.dtype.itemsize][0])
        return torch.from_numpy(bits).view(as_dtype(host.dtype.name)).to(as_dtype(dtype))
    if dtype in _OF_ML_DTYPES:
        return torch.from_numpy(np.array(host, order="C")).to(as_dtype(dtype))
    return torch.from_numpy(np.array(host, dtype, order="C"))


_numpy_of = torch.Tensor.numpy  # before `answer_numpy`


def to_numpy(x, copy=True):
    x = x.detach().cpu().resolve_conj().resolve_neg().contiguous()
    if _NAMES[x.dtype] in _OF_ML_DTYPES:
        found = _numpy_of(x.view(_BITS[x.itemsize][1])).view(getattr(ml_dtypes, _NAMES[x.dtype]))
    else:
        found = _numpy_of(x)
    return found.copy() if copy else found


def is_tensor(x):
    return isinstance(x, torch.Tensor)


def answer(name, member):
    setattr(torch.Tensor, name, member)


@functools.cache
def answer_shape(made_of):
    plain = torch.Tensor.shape
    torch.Tensor.shape = property(lambda self: made_of(plain.__get__(self)))


@functools.cache
def answer_numpy():
    """Tensors have it; that of a number is an array, which is no key of a dictionary."""
    plain = torch.Tensor.numpy  # which looks at whether gradients are taken (`augmented.py`)
    torch.Tensor.numpy = lambda self, *args, **kwargs: plain(self, *args, **kwargs)[()]
    torch.Tensor.__array__ = lambda self, dtype=None, **_: np.asarray(plain(self), dtype)


def intercept_operators(names, intercept):
    cls = torch.Tensor
    for name in names:
        setattr(cls, name, _intercepted(name, getattr(cls, name), intercept))


def _intercepted(name, plain, intercept):
    @functools.wraps(plain)
    def method(self, *others):
        result = intercept(name, self, *others)
        return plain(self, *others) if result is NotImplemented else result

    return method


def is_traced(x):
    return isinstance(x, torch.Tensor) and (x.is_meta or is_recorded(x))


_NO_VALUE = (
    "convert meta device type tensor to numpy",
    "cannot be called on meta tensors",
    "tensor with unallocated storage",
    "Can't call numpy() on Tensor that requires grad",
    "can be converted to an index",
    "'numpy.ndarray' and 'Tensor'",
)


def lacks_unsigned(error):
    return isinstance(error, RuntimeError) and "UInt" in str(error)  # `NotImplementedError` among them


def asked_for_value(error):
    return isinstance(error, RuntimeError | TypeError) and any(part in str(error) for part in _NO_VALUE)


def cast(x, dtype):
    return asarray(x, dtype)


def dtype_name(x):
    return _NAMES[x.dtype]


_KINDS = (bool, int, float, complex)
_SCALAR = {bool: torch.bool, int: torch.int32, float: torch.float32, complex: torch.complex64}


def _promote(a: torch.dtype, b: torch.dtype) -> torch.dtype:
    if a is b:
        return a
    unsigned = [dtype for dtype in (a, b) if dtype in STORAGE_ONLY]
    if not unsigned:
        return torch.promote_types(a, b)
    other = b if a in STORAGE_ONLY else a
    if len(unsigned) == 2 or other is torch.uint8:
        return builtins.max(a, b, key=lambda dtype: dtype.itemsize)
    if other is torch.bool or other.is_floating_point or other.is_complex:
        return unsigned[0] if other is torch.bool else other
    # Signed with unsigned: twice the bits, but not 64 unless one of them has them.
    return torch.int64 if 8 in (a.itemsize, b.itemsize) else torch.int32


def result_dtype(xs) -> torch.dtype:
    """Every array counts by its dtype, also one without axes; a Python scalar counts only by its kind."""
    dtypes = [as_dtype(x) if isinstance(x, str) else x.dtype for x in xs if isinstance(x, (str, torch.Tensor))]
    dtype = functools.reduce(_promote, dtypes) if dtypes else torch.bool
    for x in xs:
        if isinstance(x, _KINDS):
            kind = 3 if dtype.is_complex else 2 if dtype.is_floating_point else 0 if dtype is torch.bool else 1
            if _KINDS.index(type(x)) > kind:
                dtype = _SCALAR[type(x)]
    return dtype


def result_type(*xs):
    return _NAMES[result_dtype([x if isinstance(x, (str, torch.Tensor, *_KINDS)) else asarray(x) for x in xs])]


def promoted(*given) -> list:
    """All as tensors of the dtype that arithmetic between them gives."""
    xs = [x if isinstance(x, (torch.Tensor, bool, int, float, complex)) else asarray(x) for x in given]
    dtype = result_dtype(xs)
    device = next((x.device for x in xs if isinstance(x, torch.Tensor)), default_device())
    return [
        x.to(dtype) if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=dtype, device=concrete(device))
        for x in xs
    ]


def concrete(device: torch.device) -> torch.device:
    return default_device() if device.type == "meta" else device


def inexact(x):
    return x if x.is_floating_point() or x.is_complex() else x.to(torch.float32)


def computable(x):
    return x.to(torch.int64) if x.dtype in STORAGE_ONLY else x


def at_least_float32(x):
    return x if x.dtype in (torch.float32, torch.float64) else x.to(torch.float32)


def as_axes(x, axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    axes = range(x.ndim)  # which has no axis that `x` has not
    return tuple(axes[a] for a in ((axis,) if isinstance(axis, int) else axis))


# creation


def full(shape, value, dtype):
    if isinstance(value, torch.Tensor):
        return value.to(as_dtype(dtype)).expand(tuple(shape))
    if isinstance(value, (np.ndarray, list, tuple)):
        return asarray(value, dtype).expand(tuple(shape))
    return torch.full(tuple(shape), value, dtype=as_dtype(dtype), device=default_device())


def arange(start, stop, step, dtype):
    return asarray(np.arange(start, stop, step), dtype)


def eye(n, m, k, dtype):
    return asarray(np.eye(n, m, k), dtype)


def counted(start, stop):
    """The integers from `start` to before `stop`, as tensors on the host."""
    start, stop = int(start), int(stop)
    return torch.arange(start, builtins.max(start, stop), dtype=torch.int32).unbind()
