"""GRU, with the reset gate after the recurrent product (the default) or before it; z = x W + b, dropout mask k."""

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


def gru(x, h, kernel, recurrent_kernel, bias, activation="tanh", mask=None, keep=None):
    x, mask, keep = time_major(x, mask, keep)
    b, c = (None, jnp.zeros(3 * h.shape[-1], h.dtype)) if bias is None else bias
    hs, h = _reset_after(activation, project(x, kernel, b), h, recurrent_kernel, c, mask, keep)
    return time_minor(hs), h


def gru_reset_before(x, h, kernel, recurrent_kernel, bias, activation="tanh", mask=None, keep=None):
    x, mask, keep = time_major(x, mask, keep)
    hs, h = _reset_before(activation, project(x, kernel, bias), h, recurrent_kernel, mask, keep)
    return time_minor(hs), h


# Reset after: y = (k h) U + c, u, r = s(z + y), g = phi(z + r y), h' = u h + (1 - u) g


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _reset_after(activation, z, h, u, c, mask, keep):
    hs, _, h = _run_after(activation, z, h, u, c, mask, keep)
    return hs, h


def _run_after(activation, z, h, weights, c, mask, keep):
    phi, _ = ACTIVATIONS[activation]

    def step(h, inputs):
        (zu, zr, zg), real = inputs
        yu, yr, yg = jnp.split(dropped(h, keep) @ weights + c, 3, -1)
        u, r = sigmoid(zu + yu), sigmoid(zr + yr)
        g = phi(zg + r * yg)
        h = where(real, u * h + (1 - u) * g, h)
        return h, (h, (u, r, g, yg))

    h, (hs, parts) = lax.scan(step, h, (jnp.split(z, 3, -1), mask))
    return hs, parts, h


@_reset_after.defjvp
def _tangents_after(activation, primals, tangents):
    z, h, weights, c, mask, keep = primals
    dz, dh, d_weights, dc, _, _ = tangents
    _, slope = ACTIVATIONS[activation]
    hs, (u, r, g, yg), last = _run_after(activation, z, h, weights, c, mask, keep)
    earlier = before(h, hs)
    by_g = (1 - u) * slope(g)
    by_u, by_r = (earlier - g) * u * (1 - u), by_g * yg * r * (1 - r)
    by_y, by_z = jnp.concatenate([by_u, by_r, by_g * r], -1), jnp.concatenate([by_u, by_r, by_g], -1)
    d_own = _sum_of_parts(by_y * (product(dropped(earlier, keep), d_weights) + dc) + by_z * dz)

    def step(dh, inputs):
        d_own, by_y, u, real = inputs
        dh = where(real, u * dh + _sum_of_parts(by_y * (dropped(dh, keep) @ weights)) + d_own, dh)
        return dh, dh

    dh, dhs = lax.scan(step, dh, (d_own, by_y, u, mask))
    return (hs, last), (dhs, dh)


def _sum_of_parts(x):
    a, b, c = jnp.split(x, 3, -1)
    return a + b + c


# Reset before: u, r = s(z + (k h) U), g = phi(z + (r k h) U), h' = u h + (1 - u) g


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _reset_before(activation, z, h, weights, mask, keep):
    hs, _, h = _run_before(activation, z, h, weights, mask, keep)
    return hs, h


def _run_before(activation, z, h, weights, mask, keep):
    phi, _ = ACTIVATIONS[activation]
    n = h.shape[-1]
    gate_weights, g_weights = weights[:, : 2 * n], weights[:, 2 * n :]

    def step(h, inputs):
        (zu, zr, zg), real = inputs
        seen = dropped(h, keep)
        yu, yr = jnp.split(seen @ gate_weights, 2, -1)
        u, r = sigmoid(zu + yu), sigmoid(zr + yr)
        g = phi(zg + (r * seen) @ g_weights)
        h = where(real, u * h + (1 - u) * g, h)
        return h, (h, (u, r, g))

    h, (hs, parts) = lax.scan(step, h, (jnp.split(z, 3, -1), mask))
    return hs, parts, h


@_reset_before.defjvp
def _tangents_before(activation, primals, tangents):
    z, h, weights, mask, keep = primals
    dz, dh, d_weights, _, _ = tangents
    _, slope = ACTIVATIONS[activation]
    n = h.shape[-1]
    hs, (u, r, g), last = _run_before(activation, z, h, weights, mask, keep)
    earlier = before(h, hs)
    seen = dropped(earlier, keep)
    by_u, by_g, by_r = (earlier - g) * u * (1 - u), (1 - u) * slope(g), seen * r * (1 - r)
    d_gates = dz[..., : 2 * n] + product(seen, d_weights[:, : 2 * n])
    d_g = dz[..., 2 * n :] + product(r * seen, d_weights[:, 2 * n :])
    gate_weights, g_weights = weights[:, : 2 * n], weights[:, 2 * n :]

    def step(dh, inputs):
        d_gates, d_g, u, r, by_u, by_r, by_g, real = inputs
        d_seen = dropped(dh, keep)
        du, dr = jnp.split(d_gates + d_seen @ gate_weights, 2, -1)
        dg = d_g + (r * d_seen + by_r * dr) @ g_weights
        dh = where(real, u * dh + by_u * du + by_g * dg, dh)
        return dh, dh

    dh, dhs = lax.scan(step, dh, (d_gates, d_g, u, r, by_u, by_r, by_g, mask))
    return (hs, last), (dhs, dh)
