"""Arrays, their dtypes, and how they are made."""

import builtins
import functools

import jax
import jax.numpy as jnp
import numpy as np

try:
    from jax._src.core import trace_state_clean as not_tracing  # has no public name as of jax 0.10
except ImportError:

    def not_tracing() -> bool:
        return not isinstance(jnp.zeros(()), jax.core.Tracer)


_NARROW = {"float64": "float32", "int64": "int32", "uint64": "uint32", "complex128": "complex64"}
HALF = ("float16", "bfloat16")
_LARGE = 2**20  # bytes of an array that is better copied once than twice


def as_dtype(dtype: str):
    """JAX's dtype for a name. 64 bits mean 32, silently, unless the user enabled JAX's 64-bit mode."""
    return jax.dtypes.canonicalize_dtype(dtype)


def as_axis(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def promoted(*xs):
    dtype = jnp.result_type(*xs)
    return [jnp.asarray(x, dtype) for x in xs]


# identity


def inexact(x):
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(jnp.float32)


def asarray(x, dtype=None):
    if isinstance(x, jax.Array):
        return x if dtype is None or x.dtype == dtype else x.astype(as_dtype(dtype))
    return from_host(x, dtype)


def as_weight(x, dtype, lent=False):
    return from_host(x, dtype, lent=lent) if isinstance(x, np.ndarray) else asarray(x, dtype)


def _holds_jax(x) -> bool:
    if isinstance(x, (list, tuple)):
        return builtins.any(_holds_jax(item) for item in x)
    return isinstance(x, jax.Array) or hasattr(x, "__jax_array__")


def from_host(x, dtype=None, device=None, lent=False):
    """Without a dtype 64 bits narrow to 32. The array never shares memory with `x`, which its owner may change.

    What is `lent` may still be copied when this returns, in a thread of JAX's: its owner waits for the array.
    """
    if _holds_jax(x):
        return jnp.asarray(x, None if dtype is None else as_dtype(dtype))
    host = _host(x)
    if dtype is None:
        dtype = _NARROW.get(host.dtype.name, host.dtype.name)
    if host.nbytes >= _LARGE and host.dtype == as_dtype(dtype) and not_tracing():
        return _copied(host, device, lent)
    return jax.device_put(np.array(host, as_dtype(dtype)), device)  # JAX on a CPU may keep NumPy's memory: copy


def _copied(host, device, lent):
    """A copy, made once if JAX makes one, as it does unless the memory suits it."""
    made = jax.device_put(host, device)
    if made.platform() == "cpu" and made.unsafe_buffer_pointer() == host.ctypes.data:
        return jax.device_put(np.array(host), device)
    return made if lent else made.block_until_ready()


def _host(x) -> np.ndarray:
    if hasattr(x, "detach"):  # a torch tensor; NumPy cannot take its bfloat16
        x = x.detach().cpu()
        return x.float().numpy().astype(jnp.bfloat16) if str(x.dtype) == "torch.bfloat16" else x.numpy()
    return np.asarray(x)


def to_numpy(x, copy=True):
    return np.array(x) if copy else np.asarray(x)


def is_tensor(x):
    return isinstance(x, jax.Array)


def answer(name, member):
    for cls in (_array_class(), jax.core.Tracer):
        setattr(cls, name, member)


@functools.cache
def answer_shape(made_of):
    for cls in (_array_class(), jax.core.Tracer):
        cls.shape = property(_composed(made_of, cls.shape.fget))


def _composed(outer, inner):
    return lambda self: outer(inner(self))


@functools.cache
def answer_numpy():
    cls = _array_class()
    cls.numpy = lambda self: to_numpy(self)[()]
    cls.__float__, cls.__int__ = _of_one(float, cls.__float__), _of_one(int, cls.__int__)


def _of_one(kind, plain):
    """A number of an array with axes that holds one, as `buffer[i] = array` asks for."""
    return lambda self: kind(to_numpy(self).item()) if self.ndim and self.size == 1 else plain(self)


def intercept_operators(names, intercept):
    for cls in (_array_class(), jax.core.Tracer):
        for name in names:
            setattr(cls, name, _intercepted(name, getattr(cls, name), intercept))


def _array_class():
    with jax.ensure_compile_time_eval():  # inside a program, an array of any other making is a tracer
        return type(jnp.zeros(()))


def _intercepted(name, plain, intercept):
    @functools.wraps(plain)
    def method(self, *others):
        result = intercept(name, self, *others)
        return plain(self, *others) if result is NotImplemented else result

    return method


def is_traced(x):
    return isinstance(x, jax.core.Tracer)


def lacks_unsigned(error):
    return False


def asked_for_value(error):
    if isinstance(error, AttributeError):
        return "Tracer has no attribute numpy" in str(error)
    return isinstance(
        error,
        jax.errors.ConcretizationTypeError
        | jax.errors.TracerArrayConversionError
        | jax.errors.TracerIntegerConversionError,
    )


def cast(x, dtype):
    return asarray(x, dtype)


def dtype_name(x):
    return x.dtype.name


def result_type(*xs):
    return jnp.result_type(*(as_dtype(x) if isinstance(x, str) else x for x in xs)).name


# creation: on the host where nothing is traced, because an eager JAX operation compiles once for every shape


def full(shape, value, dtype):
    if not_tracing() and not isinstance(value, jax.Array):
        return jax.device_put(np.full(tuple(shape), value, as_dtype(dtype)))
    return jnp.full(tuple(shape), value, as_dtype(dtype))


def arange(start, stop, step, dtype):
    if not_tracing() and not _holds_jax([start, stop, step]):
        return jax.device_put(np.arange(start, stop, step).astype(as_dtype(dtype)))
    return jnp.arange(start, stop, step, as_dtype(dtype))


def eye(n, m, k, dtype):
    if not_tracing():
        return jax.device_put(np.eye(n, m, k, as_dtype(dtype)))
    return jnp.eye(n, m, k, as_dtype(dtype))
