"""Recurrent kernels with their own backward pass."""

import jax
import jax.numpy as jnp
from jax import lax


def lstm(x, h, c, kernel, recurrent_kernel, bias):
    return masked_lstm(x, h, c, kernel, recurrent_kernel, bias, None)


def masked_lstm(x, h, c, kernel, recurrent_kernel, bias, mask):
    batch, time, inputs = x.shape
    n = h.shape[-1]
    # sigmoid(z) = (1 + tanh(z / 2)) / 2: halved weights of the gates i, f and o make one tanh of all four blocks.
    half = jnp.repeat(jnp.asarray([0.5, 0.5, 1, 0.5], x.dtype), n)
    rows = jnp.swapaxes(x, 0, 1).reshape(time * batch, inputs)  # two axes: see `linear.matmul`
    z = (rows @ (kernel * half) + bias * half).reshape(time, batch, 4 * n)
    if mask is not None:
        mask = jnp.swapaxes(mask, 0, 1)[..., None]
    hs, cs = _lstm_states(z, h, c, recurrent_kernel * half, mask)
    return jnp.swapaxes(hs, 0, 1), hs[-1], cs[-1]


def _lstm_scan(z, h, c, u, mask):
    """All h, all c, and t = tanh(z[t] + h[t-1] U), which holds the gates."""
    n = h.shape[-1]

    def step(states, inputs):
        (h, c), (z, real) = states, inputs
        t = jnp.tanh(z + h @ u)
        i, f, g, o = _gates(t, n)
        new_c = f * c + i * g
        new_h = o * jnp.tanh(new_c)
        if real is not None:
            new_h, new_c = jnp.where(real, new_h, h), jnp.where(real, new_c, c)
        return (new_h, new_c), (new_h, new_c, t)

    return lax.scan(step, (h, c), (z, mask))[1]


def _gates(t, n):
    return 0.5 + 0.5 * t[..., :n], 0.5 + 0.5 * t[..., n : 2 * n], t[..., 2 * n : 3 * n], 0.5 + 0.5 * t[..., 3 * n :]


@jax.custom_vjp
def _lstm_states(z, h, c, u, mask):
    return _lstm_scan(z, h, c, u, mask)[:2]


def _lstm_forward(z, h, c, u, mask):
    hs, cs, t = _lstm_scan(z, h, c, u, mask)
    return (hs, cs), (h, c, u, mask, hs, cs, t)


def _lstm_backward(saved, gradients):
    """What depends on saved values alone is computed for all times at once; the loop only carries dh and dc.

    The gradient by U is one product over all times, where the derivative of a scan would add one up step by step.
    """
    h, c, u, mask, hs, cs, t = saved
    dhs, dcs = gradients
    n = h.shape[-1]
    h_before = jnp.concatenate([h[None], hs[:-1]])
    c_before = jnp.concatenate([c[None], cs[:-1]])
    i, f, g, o = _gates(t, n)
    tanh_c = jnp.tanh(f * c_before + i * g)
    dc_by_dh = o * (1 - tanh_c * tanh_c)
    dz_by_states = (1 - t * t) * jnp.concatenate([0.5 * g, 0.5 * c_before, i, 0.5 * tanh_c], -1)
    transposed = u.T

    def step(later, inputs):
        (dh, dc), (dh_out, dc_out, dc_by_dh, dz_by_states, f, real) = later, inputs
        dh, dc = dh + dh_out, dc + dc_out
        new_dc = dc + dh * dc_by_dh
        dz = dz_by_states * jnp.concatenate([new_dc, new_dc, new_dc, dh], -1)
        if real is not None:
            dz = jnp.where(real, dz, 0)
        old_dh, old_dc = dz @ transposed, new_dc * f
        if real is not None:
            old_dh, old_dc = jnp.where(real, old_dh, dh), jnp.where(real, old_dc, dc)
        return (old_dh, old_dc), dz

    start = (jnp.zeros_like(h), jnp.zeros_like(c))
    (dh, dc), dz = lax.scan(step, start, (dhs, dcs, dc_by_dh, dz_by_states, f, mask), reverse=True)
    du = h_before.reshape(-1, n).T @ dz.reshape(-1, 4 * n)
    return dz, dh, dc, du, None


_lstm_states.defvjp(_lstm_forward, _lstm_backward)
