"""h' = phi(z + (k h) U), with z = x W + b and the dropout mask k."""

import functools

import jax
from jax import lax

from hornbeam.engine.jax.recurrent.sequences import (
    ACTIVATIONS,
    before,
    dropped,
    product,
    project,
    time_major,
    time_minor,
    where,
)


def simple_rnn(x, h, kernel, recurrent_kernel, bias, activation="tanh", mask=None, keep=None):
    x, mask, keep = time_major(x, mask, keep)
    hs, h = _states(activation, project(x, kernel, bias), h, recurrent_kernel, mask, keep)
    return time_minor(hs), h


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _states(activation, z, h, u, mask, keep):
    phi, _ = ACTIVATIONS[activation]

    def step(h, inputs):
        z, real = inputs
        h = where(real, phi(z + dropped(h, keep) @ u), h)
        return h, h

    h, hs = lax.scan(step, h, (z, mask))
    return hs, h


@_states.defjvp
def _tangents(activation, primals, tangents):
    z, h, u, mask, keep = primals
    dz, dh, du, _, _ = tangents
    _, slope = ACTIVATIONS[activation]
    hs, last = _states(activation, z, h, u, mask, keep)
    dz = dz + product(dropped(before(h, hs), keep), du)

    def step(dh, inputs):
        dz, slope, real = inputs
        dh = where(real, slope * (dz + dropped(dh, keep) @ u), dh)
        return dh, dh

    dh, dhs = lax.scan(step, dh, (dz, slope(hs), mask))
    return (hs, last), (dhs, dh)
