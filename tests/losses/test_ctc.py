"""Connectionist temporal classification: as real Keras, and as the sum over all paths."""

import itertools

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import losses, ops

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(5, 6, 4)).astype("float32") * 2
LABELS = np.array([[1, 1, 2], [3, 2, 1], [3, 3, 3], [2, 0, 0], [0, 0, 0]])
LABEL_LENGTHS, LENGTHS = np.array([3, 3, 3, 1, 0]), np.array([6, 5, 5, 6, 4])


def by_all_paths(labels, logits, blank=0):
    """-log of the sum of the probabilities of all paths that spell `labels`."""
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    total = 0.0
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        if [c for c, _ in itertools.groupby(path) if c != blank] == list(labels):
            total += np.prod([p[t, c] for t, c in enumerate(path)])
    return -np.log(total)


def test_values_and_gradients_are_those_of_keras(engine):
    import jax
    import keras

    def loss(x):
        return ops.ctc_loss(LABELS, x, LABEL_LENGTHS, LENGTHS)

    both = eng.value_and_grad(lambda xs: (eng.sum(loss(xs[0])), loss(xs[0])))
    (_, mine), (gradient,) = eng.jit(both)([eng.asarray(LOGITS)])
    theirs = lambda x: keras.ops.ctc_loss(LABELS, x, LABEL_LENGTHS, LENGTHS)  # noqa: E731
    np.testing.assert_allclose(eng.to_numpy(mine), theirs(LOGITS), rtol=1e-5)
    np.testing.assert_allclose(eng.to_numpy(gradient), jax.grad(lambda x: theirs(x).sum())(LOGITS), atol=1e-5)
    values = losses.CTC(reduction="none")(LABELS, LOGITS)
    np.testing.assert_allclose(eng.to_numpy(values), keras.losses.CTC(reduction="none")(LABELS, LOGITS), rtol=1e-5)


def test_a_label_that_is_the_class_of_the_blank_is_a_label_all_the_same(engine):
    import keras

    mine = ops.ctc_loss([[1, 2, 1]], LOGITS[:1, :5], [3], [5], mask_index=2)
    np.testing.assert_allclose(
        eng.to_numpy(mine),
        keras.ops.ctc_loss(np.array([[1, 2, 1]]), LOGITS[:1, :5], np.array([3]), np.array([5]), mask_index=2),
        rtol=1e-5,
    )


def test_it_is_the_sum_over_all_paths():
    for blank, labels in ((0, [1, 1]), (0, [2, 1]), (2, [0, 1]), (0, [])):
        padded = np.array([[*labels, blank, blank][:2]])
        mine = ops.ctc_loss(padded, LOGITS[:1, :5], [len(labels)], [5], mask_index=blank)
        assert float(mine[0]) == pytest.approx(by_all_paths(labels, LOGITS[0, :5], blank), rel=1e-5)


def test_labels_that_no_path_is_long_enough_for_are_finite():
    (value, _), (gradient,) = eng.value_and_grad(lambda xs: (ops.ctc_loss([[1, 1]], xs[0], [2], [2])[0], None))(
        [eng.asarray(LOGITS[:1, :2])]
    )
    assert 1e8 < float(value) < np.inf and np.isfinite(eng.to_numpy(gradient)).all()


def test_a_model_learns_to_spell(engine):
    model = hornbeam.Sequential([hornbeam.Input((6, 4)), hornbeam.layers.Dense(4)])
    model.compile(hornbeam.optimizers.Adam(0.1), "ctc")
    history = model.fit(LOGITS, LABELS, batch_size=2, epochs=6, verbose=0).history["loss"]
    assert history[-1] < history[0] / 1.5


def test_messages():
    with pytest.raises(ValueError, match=r"`y_true` must have the shape \(batch, labels\).* \(5,\), \(5, 6, 4\)"):
        losses.CTC()(LABELS[:, 0], LOGITS)
    with pytest.raises(ValueError, match=r"`target` must have the shape \(batch, labels\)"):
        ops.ctc_loss(LABELS[0], LOGITS, LABEL_LENGTHS, LENGTHS)
