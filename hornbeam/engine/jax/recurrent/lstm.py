"""i, f, o = s(z + (k h) U), g = phi(z + (k h) U), c' = f c + i g, h' = o phi(c'), with z = x W + b, dropout mask k."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from hornbeam.engine.jax.recurrent.sequences import (
    ACTIVATIONS,
    before,
    dropped,
    product,
    project,
    sigmoid,
    time_major,
    time_minor,
    where,
)


def lstm(x, h, c, kernel, recurrent_kernel, bias, activation="tanh", mask=None, keep=None):
    x, mask, keep = time_major(x, mask, keep)
    hs, h, c = _states(activation, project(x, kernel, bias), h, c, recurrent_kernel, mask, keep)
    return time_minor(hs), h, c


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _states(activation, z, h, c, u, mask, keep):
    hs, _, _, h, c = _run(activation, z, h, c, u, mask, keep)
    return hs, h, c


def _run(activation, z, h, c, u, mask, keep):
    """h, c and the gates at all times; the last h and c."""
    phi, _ = ACTIVATIONS[activation]
    squash = _squash(activation, h.shape[-1])

    def step(states, inputs):
        (h, c), (z, real) = states, inputs
        gates = squash(z + dropped(h, keep) @ u)
        i, f, g, o = jnp.split(gates, 4, -1)
        new_c = f * c + i * g
        h, c = where(real, o * phi(new_c), h), where(real, new_c, c)
        return (h, c), (h, c, gates)

    (h, c), (hs, cs, gates) = lax.scan(step, (h, c), (z, mask))
    return hs, cs, gates, h, c


def _squash(activation, n):
    """s for i, f and o and phi for g, on all four side by side: s(x) = (1 + tanh(x / 2)) / 2 makes it one tanh.

    As four functions of four slices it runs no faster, and XLA compiles for twice as long.
    """
    of_g = jnp.arange(4 * n) // n == 2
    if activation == "tanh":
        scale, shift = jnp.where(of_g, 1.0, 0.5), jnp.where(of_g, 0.0, 0.5)
        return lambda x: shift + scale * jnp.tanh(scale * x)
    phi, _ = ACTIVATIONS[activation]
    return lambda x: jnp.where(of_g, phi(x), sigmoid(x))


@_states.defjvp
def _tangents(activation, primals, tangents):
    z, h, c, u, mask, keep = primals
    dz, dh, dc, du, _, _ = tangents
    phi, slope = ACTIVATIONS[activation]
    hs, cs, gates, last_h, last_c = _run(activation, z, h, c, u, mask, keep)
    i, f, g, o = jnp.split(gates, 4, -1)
    dz = dz + product(dropped(before(h, hs), keep), du)
    y = phi(cs)
    dc_by_z = jnp.concatenate([i * (1 - i) * g, f * (1 - f) * before(c, cs), i * slope(g), o * (1 - o) * y], -1)

    def step(tangents, inputs):
        (dh, dc), (dz, by_z, f, by_c, real) = tangents, inputs
        di, df, dg, do = jnp.split((dz + dropped(dh, keep) @ u) * by_z, 4, -1)
        new_dc = f * dc + (di + df + dg)
        dh, dc = where(real, by_c * new_dc + do, dh), where(real, new_dc, dc)
        return (dh, dc), dh

    (dh, dc), dhs = lax.scan(step, (dh, dc), (dz, dc_by_z, f, o * slope(y), mask))
    return (hs, last_h, last_c), (dhs, dh, dc)
