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

    def step(states, inputs):
        (h, c), ((zi, zf, zg, zo), real) = states, inputs
        yi, yf, yg, yo = jnp.split(dropped(h, keep) @ u, 4, -1)
        i, f, g, o = gates = sigmoid(zi + yi), sigmoid(zf + yf), phi(zg + yg), sigmoid(zo + yo)
        new_c = f * c + i * g
        h, c = where(real, o * phi(new_c), h), where(real, new_c, c)
        return (h, c), (h, c, gates)

    (h, c), (hs, cs, gates) = lax.scan(step, (h, c), (jnp.split(z, 4, -1), mask))
    return hs, cs, gates, h, c


@_states.defjvp
def _tangents(activation, primals, tangents):
    z, h, c, u, mask, keep = primals
    dz, dh, dc, du, _, _ = tangents
    phi, slope = ACTIVATIONS[activation]
    hs, cs, (i, f, g, o), last_h, last_c = _run(activation, z, h, c, u, mask, keep)
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
