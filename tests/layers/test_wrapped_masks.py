"""Masks that a layer inside a wrapper makes: what follows counts the words of every sentence, and no padding."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers
from hornbeam.core import masking
from hornbeam.layers import LSTM, Bidirectional, Embedding, TimeDistributed

pytestmark = pytest.mark.usefixtures("engine")

TEXTS = np.array([[[1, 2, 0], [3, 0, 0], [4, 4, 4]], [[2, 0, 0], [1, 1, 0], [0, 0, 0]]])


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


def by_sentence(*inner):
    """What the layers give for each sentence alone, its padding cut off."""
    outputs = np.zeros((2, 3, 4), "float32")
    for place in np.ndindex(2, 3):
        words = x = TEXTS[place][TEXTS[place] > 0][None]
        for layer in inner if words.size else []:
            x = layer(x)
        outputs[place] = as_numpy(x)[0] if words.size else 0
    return outputs


class Doubled(layers.Wrapper):
    """y = 2 layer(x), a wrapper of a user's own."""

    def call(self, inputs):
        return 2 * self.layer(inputs)


RECURRENT = {
    "LSTM": lambda: LSTM(4),
    "Bidirectional": lambda: Bidirectional(LSTM(2)),
    "model": lambda: hornbeam.Sequential([hornbeam.Input((None, 3)), layers.Dense(4), layers.GlobalAveragePooling1D()]),
}


@pytest.mark.parametrize("name", RECURRENT)
def test_a_layer_at_every_sentence_sees_its_words_alone(name):
    embedding, inner = Embedding(5, 3, mask_zero=True), RECURRENT[name]()
    model = hornbeam.Sequential(
        [hornbeam.Input((3, 3), dtype="int32"), TimeDistributed(embedding), TimeDistributed(inner)]
    )
    model(TEXTS)
    np.testing.assert_allclose(model.predict(TEXTS, verbose=0), by_sentence(embedding, inner), atol=1e-6)


def model_of(inner):
    return hornbeam.Sequential([hornbeam.Input((None,), dtype="int32"), inner, layers.Dense(3)])


@pytest.mark.parametrize("make", [Doubled, model_of])
def test_wrappers_and_models_pass_on_the_mask_that_is_made_in_them(make):
    inside, lstm = make(Embedding(5, 3, mask_zero=True)), LSTM(4)
    np.testing.assert_allclose(
        as_numpy(TimeDistributed(lstm)(TimeDistributed(inside)(TEXTS))), by_sentence(inside, lstm), atol=1e-6
    )


def test_sentences_that_are_all_padding_are_masked_for_what_reads_the_text():
    embedding, reader = TimeDistributed(Embedding(5, 3, mask_zero=True)), LSTM(2)
    sentences = TimeDistributed(LSTM(4))(embedding(TEXTS))
    np.testing.assert_array_equal(as_numpy(masking.get_mask(sentences)), (TEXTS != 0).any(-1))
    np.testing.assert_allclose(
        as_numpy(reader(sentences))[1], as_numpy(reader(as_numpy(sentences)[1:, :2]))[0], atol=1e-6
    )


def test_texts_of_texts():
    embedding, lstm = Embedding(5, 3, mask_zero=True), LSTM(4)
    deep = TimeDistributed(TimeDistributed(lstm))(TimeDistributed(TimeDistributed(embedding))(TEXTS[None]))
    np.testing.assert_allclose(as_numpy(deep)[0], by_sentence(embedding, lstm), atol=1e-6)


def test_a_step_that_is_masked_outside_is_masked_inside():
    ids = eng.asarray(TEXTS)
    masking.set_mask(ids, eng.asarray(np.array([[True, False, True], [True, True, True]])))
    mask = as_numpy(masking.get_mask(TimeDistributed(Embedding(5, 3, mask_zero=True))(ids)))
    assert not mask[0, 1].any()
    np.testing.assert_array_equal(mask[1], TEXTS[1] != 0)


def test_bidirectional_asks_its_layer_for_the_mask():
    x, mask = np.ones((1, 2, 2), "float32"), np.array([[True, False]])
    both = Bidirectional(LSTM(2, return_sequences=True))
    both.forward_layer.compute_mask = lambda inputs, previous_mask: ~previous_mask
    assert as_numpy(masking.get_mask(both(x, mask=mask))).tolist() == [[False, True]]
