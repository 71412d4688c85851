"""Recurrent layers by an engine's kernels: values and gradients are those of the loop over the cell, and Keras's."""

import warnings
from functools import cache

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import layers, ops
from hornbeam.core.lift import lift
from hornbeam.layers.rnn import rnn

pytestmark = pytest.mark.usefixtures("engine")

draw = np.random.default_rng(0)
X = draw.normal(size=(3, 5, 4)).astype("float32")
STATES = list(draw.normal(size=(2, 3, 2)).astype("float32"))
MASK = np.array([[1, 1, 0, 1, 1], [1, 1, 1, 0, 0], [1, 0, 1, 1, 0]], bool)
DROPPED = (draw.random((3, 4)) < 0.7) / 0.7
KEPT = (draw.random((3, 2)) < 0.7) / 0.7

MAKE = {
    "SimpleRNN": lambda k, **options: k.SimpleRNN(2, return_state=True, **options),
    "GRU": lambda k, **options: k.GRU(2, return_state=True, **options),
    "GRU reset before": lambda k, **options: k.GRU(2, return_state=True, reset_after=False, **options),
    "LSTM": lambda k, **options: k.LSTM(2, return_state=True, **options),
}
OPTIONS = {
    "plain": {},
    "sequences": {"return_sequences": True},
    "backwards": {"return_sequences": True, "go_backwards": True},
    "zeros": {"return_sequences": True, "zero_output_for_mask": True},
    "no bias": {"use_bias": False},
    "relu": {"activation": "relu", "return_sequences": True},
    "dropout": {"dropout": 0.3},
    "recurrent dropout": {"dropout": 0.3, "recurrent_dropout": 0.3, "return_sequences": True},
    "unrolled": {"unroll": True},
}


def is_dropping(option):
    return "dropout" in OPTIONS[option]


def mask_for(option):
    """One whose first step is real: where it is not, Keras shows the initial state on JAX and zeros on TensorFlow."""
    return MASK[:, ::-1] if "go_backwards" in OPTIONS[option] else MASK


def states_of(name):
    return STATES if name == "LSTM" else STATES[:1]


def values_for(shapes):
    values = np.random.default_rng(1)
    return [values.normal(scale=0.7, size=shape).astype("float32") for shape in shapes]


def weigh(arrays, asarray=np.asarray):
    """A number that depends on each element in its own way."""
    weights = (np.cos(np.arange(np.prod(y.shape))).reshape(y.shape).astype("float32") for y in arrays)
    return sum((y * asarray(w)).sum() for y, w in zip(arrays, weights, strict=True))


def run(layer, mask, states, training):
    """The outputs, and the gradients by weights, inputs and initial states."""
    layer.build(X.shape)
    values = values_for([v.shape for v in layer.trainable_variables])
    noise = [v for v in layer.variables if not v.trainable]

    def loss(leaves, mask):
        weights, x, first = leaves[: len(values)], leaves[len(values)], leaves[len(values) + 1 :]
        variables = [*layer.trainable_variables, *noise]
        call = lift(lambda: layer(x, initial_state=first, mask=mask, training=training), variables)
        outputs, _ = call([*weights, *(v.value for v in noise)])
        return weigh(outputs, eng.asarray), list(outputs)

    # The mask is an argument, so that programs for one and for another are the same, and found in the cache.
    step = eng.jit(lambda leaves, mask: eng.value_and_grad(lambda leaves: loss(leaves, mask))(leaves))
    leaves = [eng.asarray(v) for v in (*values, X, *states)]
    (_, outputs), gradients = step(leaves, mask if mask is None else eng.asarray(mask))
    return [eng.to_numpy(y) for y in (*outputs, *gradients)]


@cache
def keras_run(name, option, masked):
    """The same by real Keras on JAX, with fixed choices of what is dropped."""
    keras, jax = pytest.importorskip("keras"), pytest.importorskip("jax")
    if keras.backend.backend() != "jax":
        pytest.skip("gradients are taken by JAX")
    with warnings.catch_warnings(action="ignore"):
        layer = MAKE[name](keras.layers, **OPTIONS[option])
        layer.build(X.shape)
        for place, rate, mask in (("", "dropout", DROPPED), ("recurrent_", "recurrent_dropout", KEPT)):
            mask = mask.astype("float32") if rate in OPTIONS[option] else None
            by_gate = hasattr(layer.cell, "dropout_mask_count")  # Keras then draws a mask for each gate; here all equal
            masks = [mask] * layer.cell.dropout_mask_count if by_gate else mask
            setattr(layer.cell, f"get_{place}dropout_mask", lambda x, masks=masks: masks)
        fixed = [v.value for v in layer.non_trainable_variables]
        values = values_for([v.shape for v in layer.trainable_variables])

        mask = mask_for(option) if masked else None

        def loss(values, x, states):
            outputs, _ = layer.stateless_call(
                values, fixed, x, initial_state=states, mask=mask, training=is_dropping(option)
            )
            return weigh(outputs), outputs

        (_, outputs), gradients = jax.jit(jax.value_and_grad(loss, (0, 1, 2), has_aux=True))(values, X, states_of(name))
    return [np.asarray(y) for y in jax.tree.leaves((outputs, gradients))]


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", MAKE)
def test_values_and_gradients_are_those_of_keras(name, option, masked):
    layer = MAKE[name](layers, **OPTIONS[option])
    masks = {4: DROPPED, 2: KEPT}
    layer.cell._mask = lambda shape, rate: eng.asarray(masks[shape[-1]], "float32")
    found = run(layer, mask_for(option) if masked else None, states_of(name), is_dropping(option))
    for ours, theirs in zip(found, keras_run(name, option, masked), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("mask", [None, MASK, ~MASK], ids=["whole", "masked", "first masked"])
@pytest.mark.parametrize("option", ["plain", "backwards", "zeros", "relu", "recurrent dropout"])
@pytest.mark.parametrize("name", MAKE)
def test_kernels_are_the_loop(name, option, mask):
    layer = MAKE[name](layers, seed=3, **OPTIONS[option])
    found = []
    for layer.use_cudnn in (False, "auto"):
        found.append(run(layer, mask, states_of(name), is_dropping(option)))
    for loop, kernel in zip(*found, strict=True):
        np.testing.assert_allclose(kernel, loop, rtol=1e-4, atol=1e-5)


def applied(monkeypatch, layer):
    """How many of the layer's cells an engine's kernel applied."""
    found = []

    def noting(*args):
        found.append(rnn_kernel(*args))
        return found[-1]

    rnn_kernel = rnn.apply_kernel
    monkeypatch.setattr(rnn, "apply_kernel", noting)
    layer(X, mask=MASK, training=True)
    return sum(result is not None for result in found)


def test_what_has_a_kernel(engine, monkeypatch):
    if engine != "jax":
        pytest.skip("kernels for masks and dropout are JAX's")
    dropouts = {"dropout": 0.1, "recurrent_dropout": 0.1}
    for make in (layers.SimpleRNN, layers.GRU, layers.LSTM):
        assert applied(monkeypatch, make(2, **dropouts, go_backwards=True)) == 1
        assert applied(monkeypatch, make(2, activation="relu", use_bias=False)) == 1
        assert applied(monkeypatch, layers.Bidirectional(make(2, return_sequences=True))) == 2
        assert applied(monkeypatch, make(2, activation="elu")) == 0
        assert applied(monkeypatch, make(2, unroll=True)) == 0
    assert applied(monkeypatch, layers.GRU(2, reset_after=False)) == 1
    assert applied(monkeypatch, layers.LSTM(2, recurrent_activation="hard_sigmoid")) == 0
    assert applied(monkeypatch, layers.RNN([layers.LSTMCell(2), layers.GRUCell(3), Doubled(2)])) == 2


class Doubled(layers.SimpleRNNCell):
    """h' = 2 tanh(x W + h U + b)"""

    def step(self, *args, **kwargs):
        h, _ = super().step(*args, **kwargs)
        return 2 * h, [2 * h]


def test_a_cell_of_ones_own_class_steps_as_it_says():
    layer = layers.RNN(Doubled(2))
    layer.build(X.shape)
    x, h = X @ layer.cell.kernel.numpy(), np.zeros((3, 2))
    for t in range(X.shape[1]):
        h = 2 * np.tanh(x[:, t] + h @ layer.cell.recurrent_kernel.numpy())
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), h, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("outer", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("inner", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("mask", [None, MASK], ids=["whole", "masked"])
def test_a_cell_may_have_a_policy_of_its_own(outer, inner, mask):
    """The cell computes in its own dtype; outputs and states have the layer's."""
    for cell in (layers.LSTMCell(2, dtype=inner), [layers.GRUCell(3, dtype=inner), layers.LSTMCell(2, dtype=inner)]):
        layer = layers.RNN(cell, return_sequences=True, return_state=True, dtype=outer)
        exact = layers.RNN.from_config(layer.get_config() | {"dtype": "float32"})
        found = [y for part in layer(X, mask=mask) for y in (part if isinstance(part, list) else [part])]
        assert {eng.dtype_name(y) for y in found} == {layer.compute_dtype}
        exact.build(X.shape)
        exact.set_weights(layer.get_weights())
        np.testing.assert_allclose(
            eng.to_numpy(found[0]).astype("float32"), exact(X, mask=mask)[0], rtol=0.1, atol=0.02
        )


@pytest.mark.parametrize("name", MAKE)
def test_forward_mode_and_second_derivatives(name, engine):
    """d/ds of the output along a direction v is its gradient times v; the same for the gradient and the Hessian."""
    if engine != "jax":
        pytest.skip("PyTorch's engine has no forward mode")
    jax = pytest.importorskip("jax")
    layer = MAKE[name](layers, return_sequences=True, recurrent_dropout=0.3)
    layer.build(X.shape)
    layer.cell._mask = lambda shape, rate: eng.asarray(KEPT, "float32")
    start = [eng.asarray(v) for v in values_for([v.shape for v in layer.trainable_variables])]
    along = [eng.asarray(v) for v in values_for([v.shape for v in layer.trainable_variables])]

    def loss(values):
        return weigh(lift(lambda: layer(X, mask=MASK, training=True), layer.trainable_variables)(values)[0])

    def loop(values):
        layer.use_cudnn = False
        try:
            return loss(values)
        finally:
            layer.use_cudnn = "auto"

    def directional(fn):
        return lambda values: jax.jvp(fn, (values,), (along,))[1]

    for fn in (directional, lambda fn: jax.grad(directional(fn)), lambda fn: directional(jax.grad(fn))):
        for kernel, expected in zip(*(jax.tree.leaves(jax.jit(fn(f))(start)) for f in (loss, loop)), strict=True):
            np.testing.assert_allclose(kernel, expected, rtol=1e-3, atol=1e-4)
