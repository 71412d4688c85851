"""`preprocessing.text`, as real Keras has it."""

import json

import numpy as np
import pytest

from hornbeam.preprocessing import text

TEXTS = ["The cat sat, on the MAT!", "the dog\tate; the-log", "", "Ä cat & a dög", "cat"]
OPTIONS = [
    {},
    {"num_words": 4},
    {"oov_token": "<oov>"},
    {"num_words": 3, "oov_token": "?"},
    {"char_level": True, "num_words": 9},
    {"lower": False, "filters": "", "split": "a"},
    {"analyzer": lambda t: t.split("t")},
]
NEW = ["a cat and the mouse", "Dog, dog", ""]


@pytest.fixture(scope="module")
def keras_text():
    pytest.importorskip("keras")
    return pytest.importorskip("keras.src.legacy.preprocessing.text")


def both(keras_text, options, texts=TEXTS):
    tokenizers = text.Tokenizer(**options), keras_text.Tokenizer(**options)
    for tokenizer in tokenizers:
        tokenizer.fit_on_texts(texts)
    return tokenizers


@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
@pytest.mark.parametrize("texts", [TEXTS, [["The", "cat"], ["the", "The", "Dog"]]], ids=["texts", "lists"])
def test_tokenizers(keras_text, options, texts):
    ours, theirs = both(keras_text, options, texts)
    for name in ("word_counts", "word_docs", "word_index", "index_word", "index_docs", "document_count"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert list(ours.word_counts) == list(theirs.word_counts)
    for new in (NEW, texts):
        sequences = theirs.texts_to_sequences(new)
        assert ours.texts_to_sequences(new) == sequences == list(ours.texts_to_sequences_generator(new))
        assert ours.sequences_to_texts(sequences) == theirs.sequences_to_texts(sequences)
        for mode in ("binary", "count", "freq", "tfidf"):
            np.testing.assert_allclose(ours.texts_to_matrix(new, mode), theirs.texts_to_matrix(new, mode))
    assert ours.sequences_to_texts([[0, 1, 99]]) == theirs.sequences_to_texts([[0, 1, 99]])


@pytest.mark.parametrize("options", OPTIONS[:-1], ids=range(len(OPTIONS) - 1))
def test_json_goes_both_ways(keras_text, options):
    ours, theirs = both(keras_text, options)
    assert json.loads(ours.to_json()) == json.loads(theirs.to_json())
    for tokenizer in (
        text.tokenizer_from_json(theirs.to_json()),
        keras_text.tokenizer_from_json(ours.to_json(indent=1)),
    ):
        assert tokenizer.texts_to_sequences(NEW) == ours.texts_to_sequences(NEW)
        np.testing.assert_allclose(tokenizer.texts_to_matrix(NEW, "tfidf"), ours.texts_to_matrix(NEW, "tfidf"))


def test_sequences_without_texts(keras_text):
    ours, theirs = text.Tokenizer(num_words=5), keras_text.Tokenizer(num_words=5)
    for tokenizer in (ours, theirs):
        tokenizer.fit_on_sequences([[1, 2, 2], [2, 9]])
    given = [[1, 2, 2, 7], [], [3]]
    np.testing.assert_allclose(ours.sequences_to_matrix(given, "tfidf"), theirs.sequences_to_matrix(given, "tfidf"))


@pytest.mark.parametrize("options", [{}, {"lower": False}, {"filters": "a"}, {"split": "-"}])
def test_words_and_hashes(keras_text, options):
    for line in TEXTS:
        words = keras_text.text_to_word_sequence(line, **options)
        assert text.text_to_word_sequence(line, **options) == words
        for hashed in (None, "md5", len):
            ours = text.hashing_trick(line, 7, hashed, **options)
            assert ours == keras_text.hashing_trick(line, 7, hashed, **options)
        assert text.one_hot(line, 50, **options) == keras_text.one_hot(line, 50, **options)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: text.Tokenizer().texts_to_matrix(["a"]), "needs `num_words`, or `fit_on_texts` first"),
        (lambda: text.Tokenizer(3).sequences_to_matrix([[1]], "tfidf"), "which count texts"),
        (lambda: text.Tokenizer(3).sequences_to_matrix([[1]], "tf"), '"binary", "count", "freq" or "tfidf"'),
        (lambda: text.hashing_trick("a", 1), "`n` must be at least 2"),
        (lambda: text.hashing_trick("a", 5, "sha"), '"md5" or a function'),
        (lambda: text.tokenizer_from_json("{}"), "what `Tokenizer.to_json` gives"),
        (lambda: text.tokenizer_from_json("[1"), "what `Tokenizer.to_json` gives"),
    ],
)
def test_what_cannot_be_done_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
