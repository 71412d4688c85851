"""Attention under masks, as real Keras has it; and what it says about input that does not fit."""

import itertools
import os
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers

RNG = np.random.default_rng(0)
QUERY, VALUE = (RNG.normal(size=(3, n, 4)).astype("float32") for n in (5, 6))
OF_QUERY = np.array([[1, 1, 1, 0, 0], [0, 1, 0, 1, 1], [1] * 5], bool)
OF_VALUE = np.array([[1, 1, 0, 0, 1, 0], [0, 1, 1, 1, 1, 1], [0] * 6], bool)
OF_KEY = np.array([[1, 1, 1, 0, 1, 0], [0, 0, 1, 1, 1, 1], [1] * 6], bool)
PAIRS = RNG.random((3, 5, 6)) > 0.4
HEADS = RNG.random((3, 2, 5, 6)) > 0.4


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    with warnings.catch_warnings(action="ignore"):
        return pytest.importorskip("keras")


def both(keras, name, *args, **kwargs):
    """The layer of Keras and that of Hornbeam, with the same weights."""
    theirs, ours = (getattr(k.layers, name)(*args, **kwargs) for k in (keras, hornbeam))
    theirs(QUERY, VALUE), ours(QUERY, VALUE)
    weights = [RNG.normal(size=w.shape).astype("float32") for w in theirs.get_weights()]
    theirs.set_weights(weights), ours.set_weights(weights)
    return theirs, ours


def numbers(result):
    return [np.asarray(eng.to_numpy(x)) for x in (result if isinstance(result, tuple) else (result,))]


MASKS = list(
    itertools.product(
        [None, OF_QUERY], [None, OF_VALUE], [None, OF_KEY], [None, PAIRS, PAIRS[:1], HEADS], [False, True]
    )
)


@pytest.mark.parametrize("scores", [False, True], ids=["output", "output and weights"])
@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("MultiHeadAttention", (2, 3), {}),
        ("MultiHeadAttention", (2, 3), {"dropout": 0.5}),
        ("MultiHeadAttention", (2, 3), {"sliding_window": 2}),
        ("GroupQueryAttention", (3, 2, 1), {}),
    ],
    ids=str,
)
def test_every_combination_of_masks_gives_what_keras_gives(keras, engine, name, args, options, scores):
    theirs, ours = both(keras, name, *args, **options)
    for of_query, of_value, of_key, pairs, causal in MASKS[:: 1 if engine == "torch" else 5]:
        if pairs is HEADS and (of_query is not None or of_value is not None or of_key is not None):
            continue  # Keras raises; see below
        masks = {"query_mask": of_query, "value_mask": of_value, "key_mask": of_key, "attention_mask": pairs}
        options = {"use_causal_mask": causal, "return_attention_scores": scores}
        expected, found = theirs(QUERY, VALUE, **masks, **options), numbers(ours(QUERY, VALUE, **masks, **options))
        for a, b in zip(found, expected if scores else (expected,), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_a_mask_of_heads_goes_with_any_other_where_keras_raises(engine):
    layer = layers.MultiHeadAttention(2, 3)
    together = HEADS & OF_VALUE[:, None, None]
    found = numbers(layer(QUERY, VALUE, value_mask=OF_VALUE, attention_mask=HEADS))
    np.testing.assert_allclose(found, numbers(layer(QUERY, VALUE, attention_mask=together)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("mode", ["dot", "concat", "additive"])
def test_attention_under_every_combination_of_masks_gives_what_keras_gives(keras, engine, mode):
    make = lambda k: k.layers.AdditiveAttention() if mode == "additive" else k.layers.Attention(score_mode=mode)  # noqa: E731
    theirs, ours = make(keras), make(hornbeam)
    theirs([QUERY, VALUE]), ours([QUERY, VALUE])
    ours.set_weights(theirs.get_weights())
    for of_query, of_value, causal in itertools.product([None, OF_QUERY], [None, OF_VALUE], [False, True]):
        options = {"mask": [of_query, of_value], "use_causal_mask": causal, "return_attention_scores": True}
        for a, b in zip(numbers(ours([QUERY, VALUE], **options)), theirs([QUERY, VALUE], **options), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_a_mask_that_leaves_nothing_in_16_bits_gives_the_mean_where_keras_gives_nan(engine):
    layer = layers.Attention(dtype="float16")
    found = numbers(layer([QUERY, VALUE], mask=[None, np.zeros((3, 6), bool)]))[0]
    np.testing.assert_allclose(found, np.repeat(VALUE.mean(1, keepdims=True), 5, 1), atol=0.01)


@pytest.mark.parametrize("cls", ["Attention", "AdditiveAttention"])
def test_dropout_drops_weights_of_the_fraction_and_repeats_with_its_seed(engine, cls):
    x = np.ones((2, 40, 3), "float32")
    drop = lambda: numbers(  # noqa: E731
        getattr(layers, cls)(dropout=0.25, seed=1)([x, x], training=True, return_attention_scores=True)
    )[1]
    weights = drop()
    assert 0.2 < (weights == 0).mean() < 0.3
    np.testing.assert_allclose(weights[weights > 0], 1 / 40 / 0.75, rtol=1e-5)
    np.testing.assert_array_equal(weights, drop())


BAD = {
    "one tensor": (lambda: layers.Attention(name="a")(QUERY), r"`a` \(Attention\) takes a list of a query and a value"),
    "four tensors": (lambda: layers.Attention(name="a")([QUERY] * 4), r"takes a list of a query and a value, and perh"),
    "sizes": (
        lambda: layers.AdditiveAttention(name="a")([QUERY, VALUE[..., :3]]),
        r"`a` \(AdditiveAttention\) needs queries and keys of one last size.*value shape \(3, 6, 3\)",
    ),
    "one mask": (
        lambda: layers.Attention(name="a")([QUERY, VALUE], mask=OF_QUERY),
        r"`mask` of layer `a` \(Attention\) must be a list of the masks of query and value",
    ),
    "shape of a mask": (
        lambda: layers.Attention(name="a")([QUERY, VALUE], mask=[None, OF_QUERY]),
        r"`mask\[1\]` of layer `a` \(Attention\) must have the shape of what it masks.*\(3, 6\).",
    ),
    "shape of a value's mask": (
        lambda: layers.MultiHeadAttention(2, 3, name="m")(QUERY, VALUE, value_mask=OF_QUERY),
        r"`value_mask` of layer `m` \(MultiHeadAttention\) must have the shape of what it masks",
    ),
    "mode": (lambda: layers.Attention(score_mode="add"), "`score_mode` of `Attention` must be one of 'dot', 'concat'"),
    "heads": (
        lambda: layers.GroupQueryAttention(3, 4, 3),
        "`num_key_value_heads` of `GroupQueryAttention` must divide `num_query_heads`",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_input_that_does_not_fit_is_named(case):
    act, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        act()


def test_queries_that_are_the_layers_own_attend_to_a_symbolic_input(engine):
    class Latent(layers.Layer):
        def build(self, shape):
            self.latent = self.add_weight(shape=(1, 3, 2, 4), name="latent")

        def call(self, x):
            return hornbeam.ops.dot_product_attention(self.latent, x, x)

    assert Latent()(hornbeam.Input((5, 2, 4), batch_size=1)).shape == (1, 3, 2, 4)
