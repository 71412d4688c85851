"""Compilation: options by program, and loop or steps."""

import builtins
import functools

import jax
from jax import lax

from hornbeam.engine.jax.arrays import not_tracing
from hornbeam.engine.jax.control import abstractly

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
        if not not_tracing():
            return inner(*args, **kwargs)
        if outer is None:
            outer = inner
            if _on_cpu() and _convolves(inner.trace(*args, **kwargs).jaxpr.jaxpr):  # the call shares this trace
                outer = jax.jit(fn, donate_argnums=tuple(donate), compiler_options=_cpu_options())
        return outer(*args, **kwargs)

    return call


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
    flat, arrays = abstractly(fn, args)
    return _convolves(jax.make_jaxpr(flat)(arrays).jaxpr)
