"""What the parts of a convolutional net's training step cost on a CPU: XLA's operations against Hornbeam's.

Max-pooling, batch normalization, a bias and dropout, each forward and backward in one program, with the compiler
options of programs that convolve. With PyTorch installed also its own, channels last.
Run: python benchmarks/questions/convolution_net_parts.py
"""

import importlib.util

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from timing import compare

from hornbeam import engine

own = engine.load("jax")
OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": ""}
SHAPES = [(64, 32, 32, 32), (64, 16, 16, 64), (64, 8, 8, 128)]
rng = np.random.default_rng(0)


def array(*shape):
    return jax.device_put(rng.normal(size=shape).astype("float32"))


def both_ways(fn, *xs):
    """A function that runs `fn` and its gradient, compiled."""
    dy = array(*jax.eval_shape(fn, *xs).shape)
    program = jax.jit(lambda xs, dy: (lambda y, back: (y, back(dy)))(*jax.vjp(fn, *xs)), compiler_options=OPTIONS)
    return lambda: jax.block_until_ready(program(xs, dy))


def batch_norm(x, gamma, beta):
    mean = x.mean((0, 1, 2))
    variance = ((x - mean) ** 2).mean((0, 1, 2))
    return (x - mean) * lax.rsqrt(variance + 1e-3) * gamma + beta


def max_pool(x):
    return lax.reduce_window(x, -np.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


KEY = jnp.array([1, 2], "uint32")


def threefry(x):
    kept = jax.random.uniform(jax.random.wrap_key_data(KEY, impl="threefry2x32"), x.shape) >= 0.2
    return jnp.where(kept, x / 0.8, 0)


def hashed(x):
    return jnp.where(own.random_uniform(KEY, x.shape, "float32") >= 0.2, x / 0.8, 0)


def with_torch(shape):
    import torch
    import torch.nn.functional as F

    x = torch.randn(shape).permute(0, 3, 1, 2).requires_grad_()  # channels last in memory
    gamma, beta = torch.ones(shape[-1], requires_grad=True), torch.zeros(shape[-1], requires_grad=True)

    def timed(fn):
        def run():
            y = fn()
            y.backward(torch.ones_like(y))

        return run

    return {
        "max_pool": timed(lambda: F.max_pool2d(x, 2)),
        "batch_norm": timed(lambda: F.batch_norm(x, None, None, gamma, beta, training=True)),
        "dropout": timed(lambda: F.dropout(x, 0.2)),
    }


def main():
    for shape in SHAPES:
        x, gamma, beta = array(*shape), array(shape[-1]), array(shape[-1])
        peer = with_torch(shape) if importlib.util.find_spec("torch") else {}
        parts = {
            "max_pool": (both_ways(max_pool, x), both_ways(lambda x: own.max_pool(x, (2, 2), (2, 2), [(0, 0)] * 2), x)),
            "batch_norm": (
                both_ways(batch_norm, x, gamma, beta),
                both_ways(lambda *xs: own.batch_norm(*xs, 1e-3)[0], x, gamma, beta),
            ),
            "bias": (both_ways(lambda x, b: x + b, x, beta), both_ways(own.add_bias, x, beta)),
            "dropout": (both_ways(threefry, x), both_ways(hashed, x)),
        }
        for name, (plain, ours) in parts.items():
            print(f"{name} {shape}")
            compare({"XLA's": plain, "Hornbeam's": ours, **({"PyTorch's": peer[name]} if name in peer else {})})


if __name__ == "__main__":
    main()
