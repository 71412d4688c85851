"""Training steps in bfloat16 on a GPU: how near Hornbeam is to hand-written JAX, and both to the device's peak.

    python benchmarks/questions/gpu.py           # ResNet50's shape, batch 256; a transformer of 100 million weights
    python benchmarks/questions/gpu.py --tiny    # a few numbers, to see that it runs, on a CPU too

Both take the same steps: mixed precision (bfloat16 products, float32 weights), Adam, sparse cross-entropy, data that
lies on the device, some steps in a row before the host looks at the loss. The peak is measured, with square bfloat16
matrix products. The share counts the multiplications and additions of the step's products and convolutions.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import hornbeam
from hornbeam import layers

sys.path.append(str(Path(__file__).parents[1] / "yardsticks"))
import cost

rng = np.random.default_rng(0)
STEPS = 8  # of an epoch


class Network(NamedTuple):
    """One network in both ways, as a model and as `forward(params, stats, x) -> logits, stats`, and an epoch's data."""

    name: str
    model: hornbeam.Model
    params: Any
    stats: Any
    forward: Callable
    x: np.ndarray
    y: np.ndarray
    batch: int


# ResNet50's shape: a stem and four stages of bottleneck blocks, batch normalization after each convolution.
def resnet(tiny: bool) -> Network:
    stages = ((8, 1), (16, 1)) if tiny else ((64, 3), (128, 4), (256, 6), (512, 3))
    size, batch, classes, stem = (32, 2, 10, 8) if tiny else (224, 256, 1000, 64)
    inputs = layers.Input((size, size, 3))
    h = conv_bn(inputs, stem, 7, 2)
    h = layers.MaxPooling2D(3, 2, padding="same")(h)
    for stage, (width, blocks) in enumerate(stages):
        for block in range(blocks):
            strides = 2 if stage and not block else 1
            skip = h if block else conv_bn(h, 4 * width, 1, strides, relu=False)
            inner = conv_bn(conv_bn(h, width, 1, strides), width, 3)
            h = layers.Activation("relu")(layers.Add()([skip, conv_bn(inner, 4 * width, 1, relu=False)]))
    h = layers.GlobalAveragePooling2D()(h)
    model = hornbeam.Model(inputs, layers.Dense(classes, activation="softmax", dtype="float32")(h))
    x = rng.normal(size=(STEPS * batch, size, size, 3)).astype("float32")
    y = rng.integers(0, classes, len(x)).astype("int32")
    return Network("ResNet50", model, *resnet_by_hand(stages, stem, classes), x, y, batch)


def conv_bn(h, filters, window, strides=1, relu=True):
    h = layers.Conv2D(filters, window, strides, padding="same", use_bias=False)(h)
    h = layers.BatchNormalization()(h)
    return layers.Activation("relu")(h) if relu else h


def resnet_by_hand(stages, stem, classes):
    stats = []

    def kernel(window, inputs, outputs):
        scale = (window * window * inputs) ** -0.5
        weights = (rng.normal(size=(window, window, inputs, outputs)) * scale).astype("float32")
        zeros, ones = np.zeros(outputs, "float32"), np.ones(outputs, "float32")
        stats.append((zeros, ones))
        return weights, ones, zeros

    first, blocks, channels = kernel(7, 3, stem), [], stem
    for width, count in stages:
        for block in range(count):
            own = [kernel(1, channels, width), kernel(3, width, width), kernel(1, width, 4 * width)]
            blocks.append(own + [kernel(1, channels, 4 * width)] * (not block))
            channels = 4 * width
    top = rng.normal(size=(channels, classes)).astype("float32") * channels**-0.5, np.zeros(classes, "float32")
    params = first, blocks, top
    strides = [2 if stage and not block else 1 for stage, (_, count) in enumerate(stages) for block in range(count)]

    def unit(x, weights, moving, strides=1):
        """Convolution and batch normalization; the new moving averages besides."""
        w, gamma, beta = weights
        numbers = ("NHWC", "HWIO", "NHWC")
        x = lax.conv_general_dilated(x, w.astype("bfloat16"), (strides, strides), "SAME", dimension_numbers=numbers)
        wide = x.astype("float32")
        mean, variance = wide.mean((0, 1, 2)), wide.var((0, 1, 2))
        scale = gamma * lax.rsqrt(variance + 1e-3)
        moving = 0.99 * moving[0] + 0.01 * mean, 0.99 * moving[1] + 0.01 * variance
        return (wide * scale + (beta - mean * scale)).astype("bfloat16"), moving

    def forward(params, stats, x):
        first, blocks, (w, b) = params
        old, new = iter(stats), []

        def step(x, weights, strides=1):
            x, moving = unit(x, weights, next(old), strides)
            new.append(moving)
            return x

        h = jax.nn.relu(step(x.astype("bfloat16"), first, 2))
        h = lax.reduce_window(h, np.array(-np.inf, h.dtype), lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")
        for (reduce, middle, expand, *shortcut), stride in zip(blocks, strides):
            inner = jax.nn.relu(step(jax.nn.relu(step(h, reduce, stride)), middle))
            inner = step(inner, expand)
            h = jax.nn.relu(inner + (step(h, shortcut[0], stride) if shortcut else h))
        return h.mean((1, 2)).astype("float32") @ w + b, new

    return params, stats, forward


# A decoder like GPT-2's smallest, with 12 blocks of width 768; embeddings of 20,000 tokens.
def transformer(tiny: bool) -> Network:
    depth, width, heads, tokens, time_steps, batch = (1, 16, 2, 50, 8, 2) if tiny else (12, 768, 12, 20_000, 512, 32)
    inputs = layers.Input((time_steps,), dtype="int32")
    h = layers.Embedding(tokens, width)(inputs)
    for _ in range(depth):
        normed = layers.LayerNormalization()(h)
        h = layers.Add()([h, layers.MultiHeadAttention(heads, width // heads)(normed, normed, use_causal_mask=True)])
        wide = layers.Dense(4 * width, activation="gelu")(layers.LayerNormalization()(h))
        h = layers.Add()([h, layers.Dense(width)(wide)])
    h = layers.LayerNormalization()(h)
    model = hornbeam.Model(inputs, layers.Activation("softmax", dtype="float32")(layers.Dense(tokens)(h)))
    x = rng.integers(0, tokens, (STEPS * batch, time_steps)).astype("int32")
    by_hand = transformer_by_hand(depth, width, heads, tokens)
    return Network("transformer", model, *by_hand, x, np.roll(x, -1, 1), batch)


def transformer_by_hand(depth, width, heads, tokens):
    def dense(a, b):
        return (rng.normal(size=(a, b)) * a**-0.5).astype("float32"), np.zeros(b, "float32")

    norm = np.ones(width, "float32"), np.zeros(width, "float32")
    shapes = (width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)
    blocks = [(norm, norm, *(dense(*shape) for shape in shapes)) for _ in range(depth)]
    embedding = (rng.normal(size=(tokens, width)) * 0.02).astype("float32")
    params = embedding, blocks, norm, dense(width, tokens)

    def linear(x, weights):
        w, b = weights
        return x @ w.astype("bfloat16") + b.astype("bfloat16")

    def normalize(x, weights):
        x = x.astype("float32")
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        gamma, beta = weights
        return ((x - mean) * lax.rsqrt(variance + 1e-3) * gamma + beta).astype("bfloat16")

    def attention(x, qkv, out):
        rows, steps, _ = x.shape
        q, k, v = jnp.split(linear(x, qkv).reshape(rows, steps, heads, -1), 3, -1)
        attended = jax.nn.dot_product_attention(q, k, v, is_causal=True)
        return linear(attended.reshape(rows, steps, width), out)

    def forward(params, stats, x):
        embedding, blocks, last, top = params
        h = embedding.astype("bfloat16")[x]
        for norm, wide_norm, qkv, out, up, down in blocks:
            h = h + attention(normalize(h, norm), qkv, out)
            h = h + linear(jax.nn.gelu(linear(normalize(h, wide_norm), up), approximate=False), down)
        return linear(normalize(h, last), top).astype("float32"), stats

    return params, (), forward


def by_hand(network: Network):
    """`run(epochs)`, and the multiplications and additions of one step."""

    def loss(params, stats, x, y):
        logits, stats = network.forward(params, stats, x)
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[..., None], -1).mean(), stats

    @functools.partial(jax.jit, donate_argnums=0)
    def step(state, x, y):
        params, stats, m, v, t = state
        (value, stats), g = jax.value_and_grad(loss, has_aux=True)(params, stats, x, y)
        t = t + 1
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        m = jax.tree.map(lambda m, g: m + 0.1 * (g - m), m, g)
        v = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), v, g)
        params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v)
        return (params, stats, m, v, t), value

    params, stats = jax.tree.map(jnp.array, (network.params, network.stats))
    m, v = jax.tree.map(jnp.zeros_like, (params, params))
    batches = jax.device_put(list(zip(np.split(network.x, STEPS), np.split(network.y, STEPS))))
    operations = cost.operations(jax.grad(lambda params: loss(params, stats, *batches[0])[0]), params)
    state = params, stats, m, v, jnp.float32(0)

    def run(epochs):
        nonlocal state
        for _ in range(epochs):
            total = 0
            for x, y in batches:
                state, value = step(state, x, y)
                total = total + value
            total = float(total)
        return total / STEPS

    return run, operations


def by_fit(network: Network):
    network.model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    def run(epochs):
        history = network.model.fit(network.x, network.y, batch_size=network.batch, epochs=epochs, verbose=0)
        return history.history["loss"][-1]

    return run


def seconds_per_step(run: Callable, epochs: int, rounds: int) -> float:
    """The slope between some epochs and twice as many, so that what comes once (data to the device) does not count."""
    run(epochs)
    run(2 * epochs)
    slopes = []
    for _ in range(rounds):
        start = time.perf_counter()
        run(epochs)
        middle = time.perf_counter()
        run(2 * epochs)
        slopes.append((time.perf_counter() - middle - (middle - start)) / (epochs * STEPS))
    return statistics.median(slopes)


def peak(tiny: bool) -> float:
    """Operations per second of a square bfloat16 matrix product."""
    n, repeat = (128, 2) if tiny else (8192, 20)
    a = jnp.ones((n, n), "bfloat16")
    product = jax.jit(lambda a: a @ a)
    best = 0.0
    for _ in range(4):
        start = time.perf_counter()
        for _ in range(repeat):
            b = product(a)
        b.block_until_ready()
        best = max(best, 2 * n**3 * repeat / (time.perf_counter() - start))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", nargs="?", choices=["resnet", "transformer"])
    parser.add_argument("--tiny", action="store_true", help="a few numbers, to see that it runs")
    args = parser.parse_args()
    hornbeam.config.set_backend("jax")
    hornbeam.config.set_dtype_policy("mixed_bfloat16")
    top = peak(args.tiny)
    print(f"{jax.devices()[0].device_kind}: {top / 1e12:.3g} TFLOP/s in bfloat16 matrix products")
    for make in [resnet, transformer]:
        if args.network in (None, make.__name__):
            network = make(args.tiny)
            hand, operations = by_hand(network)
            epochs, rounds = (1, 1) if args.tiny else (4, 5)
            for way, run in {"JAX by hand": hand, "model.fit": by_fit(network)}.items():
                each = seconds_per_step(run, epochs, rounds)
                share = operations / each / top
                print(f"{network.name:12} {way:12} {each * 1e3:9.2f} ms a step, {100 * share:5.1f} % of the peak")


if __name__ == "__main__":
    main()
