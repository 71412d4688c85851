"""`TextVectorization`, and what Keras gives on TensorFlow for all layers of text and categories."""

import json

import numpy as np
import pytest

from hornbeam import layers
from hornbeam.layers.preprocessing.categorical.farmhash import farmhash64
from hornbeam.layers.preprocessing.categorical.siphash import siphash24
from hornbeam.layers.preprocessing.text import splitting, standardizing

SEEN = ["the cat sat on the mat", "the dog sat", "a cat a dog a bird", "WÖRLD é"]
TEXTS = ["The cat sat, on the MAT!", "A dog; a plan", "WÖRLD É é —", ""]
WORDS = ["the", "a", "sat", "dog", "cat", "é", "wÖrld", "on", "mat", "bird"]
HOST = ("StringLookup", "IntegerLookup", "Hashing", "HashedCrossing", "TextVectorization")


@pytest.fixture(scope="module")
def of_keras(shared):
    path = shared / "api" / "text_expected.json"
    if not path.exists():
        pytest.skip("without the values of Keras on TensorFlow")
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_case_of_keras_on_tensorflow(of_keras):
    for case in of_keras["cases"]:
        if case["layer"] in HOST:
            check(case)


def check(case):
    make = getattr(layers, case["layer"])
    if "error" in case or case["init"].get("ragged"):
        with pytest.raises(ValueError, match="Received"):
            make(**case["init"])(case["data"])
        return
    layer = make(**case["init"])
    if case["adapt"] is not None:
        layer.adapt(case["adapt"])
    found = layer(case["data"])
    assert ("string" if found.dtype == object else found.dtype) == case["dtype"], case
    if case["dtype"] == "float32":
        np.testing.assert_allclose(found, case["expected"], rtol=1e-6, err_msg=str(case["init"]))
    else:
        assert found.tolist() == case["expected"], case["init"]
    if "vocabulary" in case:
        assert (layer.get_vocabulary(), layer.vocabulary_size()) == (case["vocabulary"], case["vocabulary_size"])


def test_every_string_of_keras_on_tensorflow(of_keras):
    strings = of_keras["strings"]
    words = [word.encode() for word in strings["words"]]
    for bins in (1000, 2147483647):
        assert (farmhash64(words) % np.uint64(bins)).tolist() == strings[f"fast_mod_{bins}"]
    for key in ((1, 2), (133, 137), (1337, 1337)):
        expected = strings[f"strong_{key[0]}_{key[1]}_mod_2147483647"]
        assert (siphash24(words, key) % np.uint64(2147483647)).tolist() == expected
    for text, expected in strings["lower"]:
        assert standardizing.standardized([text], "lower") == [expected]
    for text, expected in strings["split"]:
        assert splitting.split([standardizing.standardized([text], None)[0]], "whitespace") == [expected]
    for text, expected in strings["strip_punctuation"]:
        assert standardizing.standardized([text], "strip_punctuation") == [expected]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [[2, 6, 4, 9, 2, 10], [3, 5, 3, 1, 0, 0], [8, 1, 7, 1, 0, 0], [0] * 6]),
        ({"output_sequence_length": 3}, [[2, 6, 4], [3, 5, 3], [8, 1, 7], [0, 0, 0]]),
        ({"max_tokens": 5, "output_sequence_length": 3}, [[2, 1, 4], [3, 1, 3], [1, 1, 1], [0, 0, 0]]),
        ({"standardize": "lower", "output_sequence_length": 3}, [[2, 6, 1], [3, 1, 3], [8, 1, 7], [0, 0, 0]]),
        ({"output_mode": "count", "max_tokens": 3}, [[4, 2, 0], [2, 0, 2], [4, 0, 0], [0, 0, 0]]),
    ],
)
def test_texts_get_what_they_get_in_keras_on_tensorflow(arguments, expected):
    layer = layers.TextVectorization(**arguments)
    layer.adapt(SEEN)
    assert layer(TEXTS).tolist() == expected
    assert layer(np.array(TEXTS)[:, None]).tolist() == expected
    assert layer.get_vocabulary(include_special_tokens=False)[:2] == WORDS[:2]


def test_white_space_and_capitals_are_those_of_ascii():
    assert splitting.split(["a\xa0b\tc\x1cd  e\n"], "whitespace") == [["a\xa0b", "c\x1cd", "e"]]
    assert standardizing.standardized(["ÄB İ, “q”", "\ud800X"], "lower_and_strip_punctuation") == [
        "Äb İ “q”",
        "\ud800x",
    ]


def test_pairs_and_characters_are_tokens_if_asked():
    pairs = layers.TextVectorization(ngrams=2, vocabulary=["a", "b", "a b"])
    assert pairs(["a b a"]).tolist() == [[2, 3, 2, 4, 1]]
    only = layers.TextVectorization(ngrams=(2,), vocabulary=["a b"])
    assert only(["a b a"]).tolist() == [[2, 1]]
    characters = layers.TextVectorization(split="character", vocabulary=["a", "é", " "])
    assert characters(["Aé a"]).tolist() == [[2, 3, 4, 2]]


def test_functions_of_arrays_standardize_and_split():
    layer = layers.TextVectorization(
        standardize=lambda x: np.char.replace(np.char.lower(x), "<br>", " "),
        split=lambda x: [text.split("-") for text in x],
        vocabulary=["good", "film"],
    )
    assert layer(["GOOD-film", "film<br>"]).tolist() == [[2, 3], [1, 0]]
    with pytest.raises(ValueError, match="`standardize` must give one string for each"):
        layers.TextVectorization(standardize=lambda x: x[:1], vocabulary=["a"])(["a", "b"])
    with pytest.raises(ValueError, match="`split` must give a list of tokens for each"):
        layers.TextVectorization(split=lambda x: [["a"]], vocabulary=["a"])(["a", "b"])


def test_adapt_goes_through_a_file_by_lines(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(SEEN), encoding="utf-8")
    layer = layers.TextVectorization()
    layer.adapt(path, batch_size=2)
    assert layer.get_vocabulary(include_special_tokens=False) == WORDS


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.TextVectorization(ragged=True), "`ragged` of `TextVectorization` must be False"),
        (lambda: layers.TextVectorization(sparse=True), "`sparse` of `TextVectorization` must be False where"),
        (lambda: layers.TextVectorization(max_tokens=1), "`max_tokens` of `TextVectorization` must be greater than 2"),
        (lambda: layers.TextVectorization(standardize="upper"), "`standardize` of `TextVectorization` must be one of"),
        (lambda: layers.TextVectorization(split="words"), "`split` of `TextVectorization` must be one of"),
        (lambda: layers.TextVectorization(ngrams=0), "`ngrams` of `TextVectorization` must be a positive integer"),
        (lambda: layers.TextVectorization(output_mode="one_hot"), "`output_mode` of `TextVectorization`"),
        (lambda: layers.TextVectorization(output_sequence_length=0), "`output_sequence_length` of"),
        (lambda: layers.TextVectorization(output_sequence_length=3, output_mode="count"), "needs `output_mode="),
        (lambda: layers.TextVectorization(vocabulary=["a"])([["a", "b"]]), r"Received: shape \(1, 2\)"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("mode", ["int", "multi_hot", "count"])
def test_one_text_is_no_batch(mode):
    layer = layers.TextVectorization(vocabulary=["a", "b"], output_mode=mode)
    for text in ("a b", np.array("a b"), np.array("a b", object)):
        np.testing.assert_array_equal(layer(text), layer(["a b"])[0])
