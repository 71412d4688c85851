"""What the recurrent kernels share."""

import jax
import jax.numpy as jnp
from jax import lax

# phi, and its derivative as a function of y = phi(x)
ACTIVATIONS = {
    "tanh": (jnp.tanh, lambda y: 1 - y * y),
    "relu": (jax.nn.relu, lambda y: (y > 0).astype(y.dtype)),
}


def sigmoid(x):
    """1 / (1 + exp(-x)) by a tanh, which XLA computes a little faster on a CPU than an exponential and a division."""
    return 0.5 + 0.5 * jnp.tanh(0.5 * x)


def time_major(x, mask, keep):
    """The sequences and the mask with time first; the dropout mask as what it is, a constant."""
    mask = None if mask is None else jnp.swapaxes(mask, 0, 1)[..., None]
    return jnp.swapaxes(x, 0, 1), mask, None if keep is None else lax.stop_gradient(keep)


def time_minor(x):
    return jnp.swapaxes(x, 0, 1)


def project(x, w, b):
    """x W + b at all times, as one product of two matrices (see `linear.matmul`)."""
    y = product(x, w)
    return y if b is None else y + b


def product(x, w):
    return (x.reshape(-1, x.shape[-1]) @ w).reshape(*x.shape[:-1], w.shape[-1])


def before(first, states):
    """The state before each time."""
    return jnp.concatenate([first[None], states[:-1]])


def dropped(h, keep):
    return h if keep is None else h * keep


def where(real, new, old):
    """`new`, and `old` where the mask is false."""
    return new if real is None else jnp.where(real, new, old)
