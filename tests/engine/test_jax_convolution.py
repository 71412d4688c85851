"""On a CPU the JAX engine convolves in several ways: each gives the numbers and the gradients of XLA's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from hornbeam import engine
from hornbeam.engine.jax import convolution, few_channels
from hornbeam.engine.jax.window import Window, convolve

e = engine.load("jax")
rng = np.random.default_rng(0)


def real(*shape):
    return jnp.asarray(rng.normal(size=shape).astype("float32"))


def same_with_gradients(fn, reference, *xs):
    dy = real(*jax.eval_shape(reference, *xs).shape)

    @jax.jit
    def both(dy, *xs):
        (y, pull), (expected, reference_pull) = jax.vjp(fn, *xs), jax.vjp(reference, *xs)
        return (y, *pull(dy)), (expected, *reference_pull(dy))

    for got, wanted in zip(*both(dy, *xs), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4)


NO_PADS, ODD_PADS = ((0, 0), (0, 0)), ((1, 2), (0, 1))
#    shape of x        kernel           strides  pads      dilation  groups  what it is
CASES = [
    ((3, 8, 7, 1), (3, 3, 1, 5), (1, 1), NO_PADS, (1, 1), 1, "few_in"),
    ((3, 8, 7, 2), (3, 2, 2, 5), (2, 1), ODD_PADS, (1, 2), 1, "few_in"),
    ((3, 9, 1), (4, 1, 5), (2,), ((3, 0),), (1,), 1, "few_in"),
    ((2, 4, 5, 4, 1), (2, 3, 2, 1, 4), (1, 2, 1), ((1, 0), (0, 0), (0, 1)), (1, 1, 1), 1, "few_in"),
    ((4, 8, 7, 12), (3, 3, 12, 5), (1, 1), NO_PADS, (1, 1), 1, "few_out"),
    ((4, 8, 7, 12), (2, 3, 12, 1), (1, 1), ODD_PADS, (2, 1), 1, "few_out"),
    ((4, 9, 12), (3, 12, 7), (1,), ((2, 0),), (3,), 1, "few_out"),
    ((2, 4, 5, 4, 9), (2, 3, 2, 9, 3), (1, 1, 1), ((1, 1),) * 3, (1, 1, 1), 1, "few_out"),
    ((3, 8, 7, 4), (3, 3, 1, 4), (1, 1), ODD_PADS, (1, 1), 4, "depthwise"),
    ((3, 8, 7, 4), (2, 3, 1, 12), (2, 2), NO_PADS, (1, 2), 4, "depthwise"),
    ((3, 9, 4), (3, 1, 4), (2,), ((1, 1),), (1,), 4, "depthwise"),
    ((3, 8, 7, 6), (1, 1, 6, 5), (1, 1), NO_PADS, (1, 1), 1, "pointwise"),
    ((3, 8, 7, 6), (1, 1, 6, 5), (3, 2), ODD_PADS, (2, 2), 1, "pointwise"),
    ((3, 8, 7, 12), (3, 3, 2, 18), (2, 1), ODD_PADS, (1, 1), 6, "grouped"),
    ((2, 5, 5, 96), (3, 3, 24, 8), (1, 1), ODD_PADS, (1, 1), 4, "grouped"),
    ((2, 5, 5, 140), (2, 2, 70, 4), (1, 1), ODD_PADS, (1, 1), 2, "grouped"),
    ((2, 6, 4, 4, 5), (3, 2, 2, 5, 9), (2, 1, 3), ((2, 1), (0, 0), (1, 0)), (2, 2, 1), 1, "by_planes"),
    ((3, 8, 7, 10), (3, 3, 10, 9), (1, 1), NO_PADS, (1, 1), 1, "convolve"),
]


def _way(name):
    module = few_channels if hasattr(few_channels, name) and name != "convolve" else convolution
    return module, name if hasattr(module, name) else f"_{name}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[-1]}-{'x'.join(map(str, case[1]))}")
def test_numbers_and_gradients_are_those_of_xla(case, monkeypatch):
    shape, kernel, strides, pads, dilation, groups, name = case
    used = []
    module, attribute = _way(name)
    chosen = getattr(module, attribute)
    monkeypatch.setattr(module, attribute, lambda *args, **kwargs: used.append(name) or chosen(*args, **kwargs))

    def own(x, kernel):
        return e.conv(x, kernel, strides, pads, dilation, groups)

    def xla(x, kernel):
        return convolve(Window(strides, pads, dilation), x, kernel, groups)

    x, kernel = real(*shape), real(*kernel)
    jax.eval_shape(own, x, kernel)
    assert used
    monkeypatch.undo()
    same_with_gradients(own, xla, x, kernel)


@pytest.mark.parametrize("images", [1, 6, 7])
def test_large_images_are_convolved_in_pieces(images, monkeypatch):
    monkeypatch.setattr(few_channels, "BYTES_AT_ONCE", 4 * 5 * 5 * 9 * 3 * 2)  # two images
    window = Window((1, 1), ((1, 1), (1, 1)), (1, 1))
    x, kernel = real(images, 5, 5, 10), real(3, 3, 10, 3)
    assert len(few_channels._in_pieces(x, kernel)) == {1: 1, 6: 3, 7: 7}[images]
    same_with_gradients(
        lambda x, kernel: few_channels.few_out(window, x, kernel), lambda x, k: convolve(window, x, k), x, kernel
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_left_to_xla(dtype):
    """Sums over taps would round each product."""
    x, kernel = real(2, 6, 6, 1).astype(dtype), real(3, 3, 1, 4).astype(dtype)
    jaxpr = jax.make_jaxpr(lambda x, k: e.conv(x, k, (1, 1), NO_PADS, (1, 1), 1))(x, kernel)
    assert [equation.primitive for equation in jaxpr.eqns] == [lax.conv_general_dilated_p]


TRANSPOSED = [
    ((3, 4, 3, 6), (3, 3, 2, 6), (2, 2), [(0, 1), (1, 1)], (1, 1), (8, 5)),
    ((3, 4, 3, 6), (2, 4, 2, 6), (3, 2), [(0, 0), (1, 1)], (1, 1), (12, 6)),
    ((3, 4, 3, 6), (3, 2, 10, 6), (2, 1), [(1, 1), (0, 0)], (2, 1), (9, 4)),
    ((3, 4, 6), (2, 3, 6), (3,), [(0, 0)], (1,), (13,)),
    ((3, 4, 3, 6), (3, 3, 2, 6), (1, 1), [(1, 1), (0, 0)], (1, 1), (4, 5)),
]


@pytest.mark.parametrize("case", TRANSPOSED, ids=lambda case: "x".join(map(str, case[1])))
def test_transposed(case):
    shape, kernel, strides, pads, dilation, size = case

    def own(y, kernel):
        return e.conv_transpose(y, kernel, strides, pads, dilation, size)

    def gradient(y, kernel):
        start = jnp.zeros((y.shape[0], *size, kernel.shape[-2]))
        _, pull = jax.vjp(lambda x: convolve(Window(strides, tuple(pads), dilation), x, kernel), start)
        return pull(y)[0]

    same_with_gradients(own, gradient, real(*shape), real(*kernel))


@pytest.mark.parametrize("shapes", [((2, 5, 5, 1), (3, 3, 1, 2)), ((2, 5, 5, 9), (3, 3, 9, 2))], ids=["in", "out"])
def test_gradients_of_gradients(shapes):
    """A penalty on the gradient by the input, as in a Wasserstein GAN."""
    x, kernel = (real(*shape) for shape in shapes)

    def penalty(conv):
        return lambda kernel: (jax.grad(lambda x: jnp.tanh(conv(x, kernel)).sum())(x) ** 2).sum()

    own = jax.jit(jax.grad(penalty(lambda x, k: e.conv(x, k, (1, 1), NO_PADS, (1, 1), 1))))(kernel)
    xla = jax.jit(jax.grad(penalty(lambda x, k: convolve(Window((1, 1), NO_PADS, (1, 1)), x, k))))(kernel)
    np.testing.assert_allclose(own, xla, rtol=1e-4, atol=1e-5 * np.abs(xla).max())


def test_forward_mode_through_few_channels_in():
    x, kernel = real(2, 5, 5, 1), real(3, 3, 1, 2)
    _, got = jax.jvp(lambda x: e.conv(x, kernel, (1, 1), NO_PADS, (1, 1), 1), (x,), (x,))
    np.testing.assert_allclose(got, e.conv(x, kernel, (1, 1), NO_PADS, (1, 1), 1), rtol=1e-4, atol=1e-5)
