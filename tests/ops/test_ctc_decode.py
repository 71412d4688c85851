"""Decoding of class scores by time step: as real Keras, and the most probable of all label sequences."""

import functools
import itertools

import hypothesis.strategies as st
import keras
import numpy as np
import pytest
from hypothesis import given, settings

import hornbeam
from hornbeam import engine as eng
from hornbeam import ops

LOGITS = np.random.default_rng(0).normal(size=(4, 7, 4)).astype("float32")
LENGTHS = np.array([7, 5, 3, 1])


OPTIONS = (
    {},
    {"mask_index": 3},
    {"merge_repeated": False},
    {"strategy": "beam_search", "beam_width": 5, "top_paths": 3, "mask_index": 1},
    {"strategy": "beam_search", "top_paths": 2, "merge_repeated": False},
)


@functools.cache
def theirs(case):
    return [np.asarray(a) for a in keras.ops.ctc_decode(LOGITS, LENGTHS, **OPTIONS[case])]


@pytest.mark.parametrize("case", range(len(OPTIONS)))
def test_as_keras(engine, case):
    decode = eng.jit(lambda logits, lengths: ops.ctc_decode(logits, lengths, **OPTIONS[case]))
    labels, scores = (eng.to_numpy(a) for a in decode(eng.asarray(LOGITS), eng.asarray(LENGTHS)))
    expected_labels, expected_scores = theirs(case)
    assert labels.dtype == np.int32 and scores.dtype == np.float32
    np.testing.assert_array_equal(labels, expected_labels)
    np.testing.assert_allclose(scores, expected_scores, rtol=1e-5, atol=1e-5)


def spelled(path, blank):
    return tuple(c for c, _ in itertools.groupby(path) if c != blank)


@given(st.integers(0, 1000), st.integers(1, 4), st.integers(0, 2))
@settings(max_examples=15, deadline=None)
def test_a_beam_for_every_sequence_finds_the_most_probable(seed, steps, blank):
    logits = np.random.default_rng(seed).normal(size=(steps, 3)).astype("float32") * 2
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    totals = {}
    for path in itertools.product(range(3), repeat=steps):
        key = spelled(path, blank)
        totals[key] = totals.get(key, 0) + np.prod([p[t, c] for t, c in enumerate(path)])
    best = sorted(totals, key=totals.get)[:-4:-1]
    padded = np.concatenate([logits, np.full((4 - steps, 3), 9, "float32")])[None]  # one shape, so one compilation
    labels, scores = ops.ctc_decode(padded, [steps], "beam_search", 40, 3, mask_index=blank)
    found = [tuple(int(c) for c in row[0] if c >= 0) for row in eng.to_numpy(labels)]
    assert found[: len(best)] == best
    np.testing.assert_allclose(eng.to_numpy(scores)[0, : len(best)], np.log([totals[key] for key in best]), rtol=1e-4)


def test_where_there_are_fewer_sequences(engine):
    labels, scores = ops.ctc_decode(LOGITS[:, :1, :2], [1, 1, 0, 0], "beam_search", 5, 4)
    assert (eng.to_numpy(labels)[2:] == -1).all() and np.isneginf(eng.to_numpy(scores)[:, 2:]).all()
    assert eng.to_numpy(scores)[2:, 0].tolist() == [0, 0]  # without a time step, the empty sequence is certain


def test_in_a_model_and_compiled(engine):
    x = hornbeam.Input((7, 4))
    labels, scores = ops.ctc_decode(x, hornbeam.Input((), dtype="int32"), "beam_search", 3, 2)
    assert (labels.shape, labels.dtype, scores.shape) == ((2, None, 7), "int32", (None, 2))
    compiled = eng.jit(lambda x: ops.ctc_decode(x, LENGTHS, "beam_search", 3, 2))
    for mine, eager in zip(compiled(eng.asarray(LOGITS)), ops.ctc_decode(LOGITS, LENGTHS, "beam_search", 3, 2)):
        np.testing.assert_allclose(eng.to_numpy(mine), eng.to_numpy(eager), rtol=1e-5)


def test_what_is_refused():
    with pytest.raises(ValueError, match='`strategy` must be "greedy" or "beam_search"'):
        ops.ctc_decode(LOGITS, LENGTHS, "best")
    with pytest.raises(ValueError, match="`top_paths` must be from 1 to `beam_width`"):
        ops.ctc_decode(LOGITS, LENGTHS, "beam_search", 2, 3)
    with pytest.raises(ValueError, match="inputs of shape"):
        ops.ctc_decode(LOGITS[0], LENGTHS)
