"""The JAX engine."""

import atexit
import builtins
import contextlib
import functools
import os
import pathlib
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from hornbeam.engine.protocol import Spec

try:
    from jax._src.core import trace_state_clean as _not_tracing  # has no public name as of jax 0.10
except ImportError:

    def _not_tracing() -> bool:
        return not isinstance(jnp.zeros(()), jax.core.Tracer)


name = "jax"

_CACHE_BYTES = 512 * 2**20


def _cache_folder() -> pathlib.Path | None:
    """`$HORNBEAM_CACHE_DIR/jax`, or `hornbeam/jax` in the user's cache folder; None when switched off."""
    chosen = os.environ.get("HORNBEAM_CACHE_DIR")
    if chosen is not None:
        return None if chosen in ("", "0", "off") else pathlib.Path(chosen).expanduser() / "jax"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        base = pathlib.Path(os.environ["LOCALAPPDATA"])
    elif sys.platform == "darwin":
        base = pathlib.Path("~/Library/Caches").expanduser()
    else:
        base = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return base / "hornbeam" / "jax"


def _trim_cache(folder: pathlib.Path) -> None:
    """Remove the entries that were used least recently until the rest fits."""
    with contextlib.suppress(OSError):
        stats = [(entry.path, entry.stat()) for entry in os.scandir(folder) if entry.is_file()]
        excess = builtins.sum(s.st_size for _, s in stats) - _CACHE_BYTES
        for path, s in sorted(stats, key=lambda item: builtins.max(item[1].st_atime, item[1].st_mtime)):
            if excess <= 0:
                break
            os.unlink(path)
            excess -= s.st_size


def _configure_cache() -> None:
    if jax.config.jax_compilation_cache_dir is not None:  # the user's own choice
        return
    try:
        folder = _cache_folder()
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            return
    except (OSError, RuntimeError):  # RuntimeError: no home folder
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    # JAX's own size cap needs the package `filelock` and reads one file per entry at every write: trim at exit instead.
    atexit.register(_trim_cache, folder)


_configure_cache()

_NARROW = {"float64": "float32", "int64": "int32", "uint64": "uint32", "complex128": "complex64"}
_HALF = ("float16", "bfloat16")


def _dtype(dtype: str):
    """JAX's dtype for a name. 64 bits mean 32, silently, unless the user enabled JAX's 64-bit mode."""
    return jax.dtypes.canonicalize_dtype(dtype)


def _axis(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def _promoted(*xs):
    dtype = jnp.result_type(*xs)
    return [jnp.asarray(x, dtype) for x in xs]


# identity


def asarray(x, dtype=None):
    if isinstance(x, jax.Array):
        return x if dtype is None or x.dtype == dtype else x.astype(_dtype(dtype))
    return _from_host(x, dtype)


def _holds_jax(x) -> bool:
    if isinstance(x, (list, tuple)):
        return builtins.any(_holds_jax(item) for item in x)
    return isinstance(x, jax.Array) or hasattr(x, "__jax_array__")


def _from_host(x, dtype=None, device=None):
    """Without a dtype 64 bits narrow to 32. The array never shares memory with `x`, which its owner may change."""
    if _holds_jax(x):
        return jnp.asarray(x, None if dtype is None else _dtype(dtype))
    host = _host(x)
    if dtype is None:
        dtype = _NARROW.get(host.dtype.name, host.dtype.name)
    return jax.device_put(np.array(host, _dtype(dtype)), device)  # JAX on a CPU may keep NumPy's memory: copy


def _host(x) -> np.ndarray:
    if hasattr(x, "detach"):  # a torch tensor; NumPy cannot take its bfloat16
        x = x.detach().cpu()
        return x.float().numpy().astype(jnp.bfloat16) if str(x.dtype) == "torch.bfloat16" else x.numpy()
    return np.asarray(x)


def to_numpy(x):
    return np.array(x)


def is_tensor(x):
    return isinstance(x, jax.Array)


def is_traced(x):
    return isinstance(x, jax.core.Tracer)


def cast(x, dtype):
    return asarray(x, dtype)


def dtype_name(x):
    return x.dtype.name


def result_type(*xs):
    return jnp.result_type(*(_dtype(x) if isinstance(x, str) else x for x in xs)).name


stop_gradient = lax.stop_gradient


# creation: on the host where nothing is traced, because an eager JAX operation compiles once for every shape


def full(shape, value, dtype):
    if _not_tracing() and not isinstance(value, jax.Array):
        return jax.device_put(np.full(tuple(shape), value, _dtype(dtype)))
    return jnp.full(tuple(shape), value, _dtype(dtype))


def arange(start, stop, step, dtype):
    if _not_tracing() and not _holds_jax([start, stop, step]):
        return jax.device_put(np.arange(start, stop, step).astype(_dtype(dtype)))
    return jnp.arange(start, stop, step, _dtype(dtype))


def eye(n, m, k, dtype):
    if _not_tracing():
        return jax.device_put(np.eye(n, m, k, _dtype(dtype)))
    return jnp.eye(n, m, k, _dtype(dtype))


# elementwise

sign = jnp.sign
floor = jnp.floor
ceil = jnp.ceil
exp = jnp.exp
expm1 = jnp.expm1
log = jnp.log
log1p = jnp.log1p
sqrt = jnp.sqrt
sin = jnp.sin
cos = jnp.cos
tanh = jnp.tanh
erf = jax.scipy.special.erf
erfinv = jax.scipy.special.erfinv
logical_not = jnp.logical_not
isnan = jnp.isnan
isfinite = jnp.isfinite


def abs(x):
    # JAX's own derivative at zero is 1; the other engines and the mean of both sides say 0.
    return x * jnp.sign(x) if jnp.issubdtype(x.dtype, jnp.floating) else jnp.abs(x)


def round(x):
    return jnp.round(x)


def rsqrt(x):
    return lax.rsqrt(_inexact(x))


def sigmoid(x):
    return jax.nn.sigmoid(_inexact(x))


def maximum(x1, x2):
    return jnp.maximum(x1, x2)


def minimum(x1, x2):
    return jnp.minimum(x1, x2)


power = jnp.power
floor_divide = jnp.floor_divide
remainder = jnp.remainder
arctan2 = jnp.arctan2
right_shift = jnp.right_shift


def logical_and(x1, x2):
    return jnp.logical_and(x1, x2)


def logical_or(x1, x2):
    return jnp.logical_or(x1, x2)


def bitwise_xor(x1, x2):
    return jnp.bitwise_xor(x1, x2)


def left_shift(x1, x2):
    return jnp.left_shift(x1, x2)


def where(condition, x1, x2):
    return jnp.where(condition, x1, x2)


# reduction


def _countable(x):
    return x.astype(jnp.int32) if x.dtype == bool else x


def sum(x, axis=None, keepdims=False):
    return jnp.sum(_countable(x), _axis(axis), keepdims=keepdims, promote_integers=False)


def prod(x, axis=None, keepdims=False):
    return jnp.prod(_countable(x), _axis(axis), keepdims=keepdims, promote_integers=False)


def max(x, axis=None, keepdims=False):
    return jnp.max(x, _axis(axis), keepdims=keepdims)


def min(x, axis=None, keepdims=False):
    return jnp.min(x, _axis(axis), keepdims=keepdims)


def any(x, axis=None, keepdims=False):
    return jnp.any(x, _axis(axis), keepdims=keepdims)


def all(x, axis=None, keepdims=False):
    return jnp.all(x, _axis(axis), keepdims=keepdims)


def argmax(x, axis=None, keepdims=False):
    return jnp.argmax(x, axis, keepdims=keepdims).astype(jnp.int32)


def cumsum(x, axis):
    return jnp.cumsum(_countable(x), axis)


def sort(x, axis):
    return jnp.sort(x, axis)


def argsort(x, axis):
    return jnp.argsort(x, axis, stable=True).astype(jnp.int32)


def top_k(x, k):
    values, indices = lax.top_k(x, k)
    return values, indices.astype(jnp.int32)


# shape


def reshape(x, shape):
    return jnp.reshape(x, tuple(shape))


def transpose(x, axes):
    return jnp.transpose(x, tuple(axes))


def broadcast_to(x, shape):
    return jnp.broadcast_to(x, tuple(shape))


def concatenate(xs, axis):
    return jnp.concatenate(xs, axis)


def pad(x, pads, mode="constant", value=0):
    options = {"constant_values": value} if mode == "constant" else {}
    return jnp.pad(x, [tuple(p) for p in pads], mode, **options)


def flip(x, axis=None):
    return jnp.flip(x, _axis(axis))


# indexing


def _within(indices, size):
    """`indices` with negative ones counted from the end and all of them moved into [0, size)."""
    indices = jnp.asarray(indices)
    if not jnp.issubdtype(indices.dtype, jnp.unsignedinteger):
        indices = jnp.where(indices < 0, indices + size, indices)
    return jnp.clip(indices, 0, builtins.max(size - 1, 0))


def take(x, indices, axis):
    return jnp.take(x, _within(indices, x.shape[axis]), axis, mode="clip")


def take_along_axis(x, indices, axis):
    return jnp.take_along_axis(x, _within(indices, x.shape[axis]), axis, mode="clip")


def dynamic_slice(x, starts, sizes):
    return lax.dynamic_slice(x, starts, tuple(sizes))


def dynamic_update_slice(x, update, starts):
    return lax.dynamic_update_slice(x, update, starts)


def _rows(x, indices):
    return x.at[tuple(_within(indices[:, i], x.shape[i]) for i in range(indices.shape[1]))]


def scatter_update(x, indices, updates):
    return _rows(x, indices).set(updates, mode="clip")


def scatter_add(x, indices, updates):
    return _rows(x, indices).add(updates, mode="clip")


def searchsorted(sorted_sequence, values, side="left"):
    return jnp.searchsorted(sorted_sequence, values, side=side).astype(jnp.int32)


# contraction and decomposition


def matmul(x1, x2):
    return jnp.matmul(x1, x2)


def einsum(subscripts, *xs):
    return jnp.einsum(subscripts, *xs)


def cholesky(x):
    return jnp.linalg.cholesky(x)


def qr(x, mode="reduced"):
    return tuple(jnp.linalg.qr(x, mode))


def solve(a, b):
    return jnp.linalg.solve(a, b)


def svd(x, full_matrices=True):
    return tuple(jnp.linalg.svd(x, full_matrices=full_matrices))


# neural networks


def _layout(spatial: int):
    """Channels last, for convolutions of one to three spatial axes."""
    axes = "DHW"[3 - spatial :]
    return (f"N{axes}C", f"{axes}IO", f"N{axes}C")


def conv(x, kernel, strides, pads, dilation, groups):
    x, kernel = _promoted(x, kernel)
    return lax.conv_general_dilated(
        x,
        kernel,
        tuple(strides),
        [tuple(p) for p in pads],
        rhs_dilation=tuple(dilation),
        dimension_numbers=_layout(x.ndim - 2),
        feature_group_count=groups,
    )


def conv_transpose(x, kernel, strides, pads, dilation, output_size):
    x, kernel = _promoted(x, kernel)
    spatial = x.ndim - 2
    # The gradient of a convolution by its input: convolve the stretched x with the flipped kernel.
    around = []
    for m, n, w, s, d, (low, _) in zip(
        x.shape[1:-1], output_size, kernel.shape[:spatial], strides, dilation, pads, strict=True
    ):
        stretched, reach = (m - 1) * s + 1, (w - 1) * d
        around.append((reach - low, n - stretched + low))
    return lax.conv_general_dilated(
        x,
        jnp.swapaxes(jnp.flip(kernel, range(spatial)), -1, -2),
        (1,) * spatial,
        around,
        lhs_dilation=tuple(strides),
        rhs_dilation=tuple(dilation),
        dimension_numbers=_layout(spatial),
    )


def _windows(x, initial, reduce, size, strides, pads):
    def whole(spatial, outer):
        return (outer, *spatial, outer)

    around = whole([tuple(p) for p in pads], (0, 0))
    return lax.reduce_window(x, initial, reduce, whole(size, 1), whole(strides, 1), around)


def max_pool(x, size, strides, pads):
    lowest = -np.inf if jnp.issubdtype(x.dtype, jnp.inexact) else jnp.iinfo(x.dtype).min
    return _windows(x, np.asarray(lowest, x.dtype), lax.max, size, strides, pads)


def sum_pool(x, size, strides, pads):
    return _windows(x, np.asarray(0, x.dtype), lax.add, size, strides, pads)


def softmax(x, axis):
    return jax.nn.softmax(_inexact(x), axis)


def log_softmax(x, axis):
    return jax.nn.log_softmax(_inexact(x), axis)


def _inexact(x):
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(jnp.float32)


def rfft(x, n):
    y = jnp.fft.rfft(x.astype(jnp.float32) if x.dtype.name in _HALF else x, n)
    return y.real, y.imag


def irfft(real, imag, n):
    return jnp.fft.irfft(lax.complex(*_promoted(real, imag)), n)


# random: a key is a uint32 array of shape (2,), whatever generator the user made JAX's default


def _key(key):
    return jax.random.wrap_key_data(key, impl="threefry2x32")


def random_key(seed):
    return asarray(seed, "uint32")


def random_split(key, n):
    return jax.random.key_data(jax.random.split(_key(key), n))


def random_bits(key, shape):
    return jax.random.bits(_key(key), tuple(shape), jnp.uint32)


def random_uniform(key, shape, dtype):
    return jax.random.uniform(_key(key), tuple(shape), _dtype(dtype))


def random_normal(key, shape, dtype):
    return jax.random.normal(_key(key), tuple(shape), _dtype(dtype))


def random_gamma(key, alpha, shape, dtype):
    return jax.random.gamma(_key(key), asarray(alpha, dtype), tuple(shape), _dtype(dtype))


def random_permutation(key, n):
    return jax.random.permutation(_key(key), n).astype(jnp.int32)


# control


def scan(fn, init, xs, length=None, reverse=False):
    return lax.scan(fn, init, xs, length, reverse)


def while_loop(condition, body, state):
    return lax.while_loop(condition, body, state)


def fori_loop(start, stop, body, state):
    return lax.fori_loop(start, stop, body, state)


def cond(predicate, true_fn, false_fn, *operands):
    return lax.cond(predicate, true_fn, false_fn, *operands)


def vmap(fn, in_axes=0, out_axes=0):
    return jax.vmap(fn, in_axes, out_axes)


# transforms


def value_and_grad(fn):
    return jax.value_and_grad(fn, has_aux=True)


# XLA's YNNPACK fusions on the CPU, measured with jax 0.10.2 on two AVX-512 cores: convolutions of many channels and
# their gradients take 1.1 to 1.8 times as long with them, dense layers 0.5 to 1. Programs that convolve do without.
_CPU_OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": ""}


@functools.cache
def _cpu_options():
    """`_CPU_OPTIONS` where the compiler knows them; an unknown option is an error in XLA."""
    try:
        jax.jit(lambda: 0, compiler_options=_CPU_OPTIONS)()
    except Exception:  # JaxRuntimeError here; another class in another jaxlib must not stop anyone either
        return None
    return _CPU_OPTIONS


def _on_cpu() -> bool:
    device = jax.config.jax_default_device
    if device is None:
        return jax.default_backend() == "cpu"
    return getattr(device, "platform", device) == "cpu"


def jit(fn, donate=()):
    # JAX refuses compiler options on a function that is called while another one is traced.
    inner = jax.jit(fn, donate_argnums=tuple(donate))
    outer = None

    @functools.wraps(fn)
    def call(*args, **kwargs):
        nonlocal outer
        if not _not_tracing():
            return inner(*args, **kwargs)
        if outer is None:
            outer = inner
            if _on_cpu() and _convolves(inner.trace(*args, **kwargs).jaxpr.jaxpr):  # the call shares this trace
                outer = jax.jit(fn, donate_argnums=tuple(donate), compiler_options=_cpu_options())
        return outer(*args, **kwargs)

    return call


def custom_gradient(fn):
    return jax.custom_gradient(fn)


def checkpoint(fn):
    return jax.checkpoint(fn)


def _is_spec(x) -> bool:
    return isinstance(x, Spec)


def _abstract(leaf):
    if isinstance(leaf, Spec):
        return jax.ShapeDtypeStruct(tuple(leaf.shape), _dtype(leaf.dtype))
    if isinstance(leaf, (jax.Array, np.ndarray)):
        return jax.ShapeDtypeStruct(leaf.shape, _dtype(leaf.dtype))
    return leaf


def _abstractly(fn, args):
    """`fn` as a function of a flat list of arrays, and that list, abstract; other leaves stay as they are."""
    leaves, structure = jax.tree.flatten(args, is_leaf=_is_spec)
    leaves = [_abstract(leaf) for leaf in leaves]
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, jax.ShapeDtypeStruct)]

    def flat(arrays):
        filled = list(leaves)
        for i, array in zip(places, arrays, strict=True):
            filled[i] = array
        return fn(*jax.tree.unflatten(structure, filled))

    return flat, [leaves[i] for i in places]


def trace_shapes(fn, *specs):
    flat, arrays = _abstractly(fn, specs)
    others = {}

    def arrays_only(arrays):
        """What is no array goes around JAX, which would turn it into one."""
        leaves, structure = jax.tree.flatten(flat(arrays))
        others["structure"] = structure
        others["leaves"] = [None if isinstance(leaf, jax.Array) else leaf for leaf in leaves]
        return [leaf for leaf in leaves if isinstance(leaf, jax.Array)]

    outputs = iter(jax.eval_shape(arrays_only, arrays))
    leaves = [_spec(next(outputs)) if leaf is None else _spec(leaf) for leaf in others["leaves"]]
    return jax.tree.unflatten(others["structure"], leaves)


def _spec(x):
    return Spec(tuple(x.shape), x.dtype.name) if hasattr(x, "dtype") else x


def eager():
    return jax.ensure_compile_time_eval()


def _jaxprs(value):
    """The programs inside a parameter of an equation."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _jaxprs(item)
    elif hasattr(value, "jaxpr"):
        yield value.jaxpr
    elif hasattr(value, "eqns"):
        yield value


def _convolves(jaxpr) -> bool:
    return builtins.any(
        equation.primitive is lax.conv_general_dilated_p
        or builtins.any(_convolves(inner) for value in equation.params.values() for inner in _jaxprs(value))
        for equation in jaxpr.eqns
    )


def steps_beat_loops(fn, *args):
    """Convolutions inside a compiled loop run 5 to 10 times slower than outside on a CPU (jax 0.10.2)."""
    if not _on_cpu():
        return False
    flat, arrays = _abstractly(fn, args)
    return _convolves(jax.make_jaxpr(flat)(arrays).jaxpr)


# placement


def _device_name(device) -> str:
    return f"{device.platform}:{device.id}"


@functools.cache
def _devices():
    found = list(jax.devices())
    if found[0].platform != "cpu":
        with contextlib.suppress(RuntimeError):
            found += jax.devices("cpu")
    return {_device_name(device): device for device in found}


def _device(name: str | None):
    if name is None:
        return None
    wanted = name.replace("cuda", "gpu")
    wanted = wanted if ":" in wanted else f"{wanted}:0"
    if wanted not in _devices():
        raise ValueError(f"`device` must be one of {', '.join(map(repr, _devices()))}. Received: {name!r}.")
    return _devices()[wanted]


def devices():
    return list(_devices())


def put(x, device=None):
    if isinstance(x, jax.Array):
        return x if device is None else jax.device_put(x, _device(device))
    return _from_host(x, device=_device(device))


def synchronize(tree):
    jax.block_until_ready(tree)


def memory_stats(device=None):
    return (_device(device) or jax.devices()[0]).memory_stats() or {}
