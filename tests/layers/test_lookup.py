"""`StringLookup` and `IntegerLookup`."""

import io

import numpy as np
import pytest

from hornbeam import layers

TERMS = ["the", "cat", "sat", "on", "mat"]
WORDS = [["the", "dog"], ["mat", ""], ["cat", "[UNK]"]]
SEEN = ["the cat", "mat", "mat", "the", "the", "on", "cat", "the", "zebra", "ape", "ape"]
LEARNED = ["the", "mat", "ape", "zebra", "the cat", "on", "cat"]
NUMBERS = [[12, 1138, 42], [42, 1000, 36]]


@pytest.mark.parametrize(
    ("arguments", "data", "expected"),
    [
        ({}, WORDS, [[1, 0], [5, 0], [2, 0]]),
        ({"num_oov_indices": 0}, [["the", "cat"]], [[0, 1]]),
        ({"num_oov_indices": 3}, WORDS, [[3, 2], [7, 2], [4, 0]]),
        ({"mask_token": "", "num_oov_indices": 2}, WORDS, [[3, 1], [7, 0], [4, 1]]),
        ({"output_mode": "one_hot"}, ["the", "dog"], [[0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]),
        ({"output_mode": "one_hot"}, [["the"], ["dog"]], [[0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]),
        ({"output_mode": "multi_hot"}, [["the", "the"]], [[0, 1, 0, 0, 0, 0]]),
        ({"output_mode": "count", "mask_token": ""}, [["the", "the", "", "x"]], [[1, 2, 0, 0, 0, 0]]),
        ({"output_mode": "count", "max_tokens": 8, "pad_to_max_tokens": True}, [["x"]], [[1, 0, 0, 0, 0, 0, 0, 0]]),
        ({"invert": True, "mask_token": ""}, [[0, 1, 2], [5, 3, 6]], [["", "[UNK]", "the"], ["on", "cat", "mat"]]),
    ],
)
def test_strings_get_what_they_get_in_keras_on_tensorflow(arguments, data, expected):
    layer = layers.StringLookup(vocabulary=TERMS, **arguments)
    found = layer(data)
    assert found.tolist() == expected
    assert found.dtype == (object if layer.invert else "int64")
    assert layer.compute_output_shape(np.shape(data)) == found.shape


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [[1, 3, 4], [4, 0, 2]]),
        ({"num_oov_indices": 2}, [[2, 4, 5], [5, 0, 3]]),
        ({"mask_token": 0}, [[2, 4, 5], [5, 1, 3]]),
        ({"output_mode": "multi_hot"}, [[0, 1, 0, 1, 1], [1, 0, 1, 0, 1]]),
        ({"output_mode": "tf_idf", "idf_weights": [0.5, 1.5, 1, 1]}, [[0, 0.5, 0, 1, 1], [1, 0, 1.5, 0, 1]]),
    ],
)
def test_integers_get_what_they_get_in_keras_on_tensorflow(arguments, expected):
    assert layers.IntegerLookup(vocabulary=[12, 36, 1138, 42], **arguments)(NUMBERS).tolist() == expected


def test_integers_back():
    layer = layers.IntegerLookup(vocabulary=[12, 36], invert=True)
    assert layer([[1, 2, 0, 9]]).tolist() == [[12, 36, -1, -1]]


def test_many_unknown_integers_are_spread_by_a_hash_if_asked():
    by_remainder = layers.IntegerLookup(vocabulary=[1], num_oov_indices=4)
    by_hash = layers.IntegerLookup(vocabulary=[1], num_oov_indices=4, oov_method="farmhash")
    values = np.arange(8, 400, 4)
    assert set(by_remainder(values).tolist()) == {0}
    assert set(by_hash(values).tolist()) == {0, 1, 2, 3}


class Indexed:
    """What a `PyDataset` is to whom goes through it."""

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return np.array([SEEN[:4], SEEN[4:]][i])


def column(values):
    return pytest.importorskip("pandas").Series(values, index=np.arange(len(values)) / 7)


@pytest.mark.parametrize(
    "given",
    [
        lambda path: SEEN,
        lambda path: np.array(SEEN),
        lambda path: np.array([s.encode() for s in SEEN]),
        lambda path: np.array(SEEN, dtype=object)[:, None],
        lambda path: column(SEEN),
        lambda path: iter(SEEN),
        lambda path: (np.array(SEEN[i : i + 2]) for i in range(0, len(SEEN), 2)),
        lambda path: Indexed(),
        lambda path: io.StringIO("\n".join(SEEN)),
        lambda path: path,
    ],
)
def test_adapt_takes_all_forms_of_data(given, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("\n".join(SEEN) + "\n", encoding="utf-8")
    layer = layers.StringLookup()
    layer.adapt(given(path))
    assert layer.get_vocabulary() == ["[UNK]", *LEARNED]
    assert layer.vocabulary_size() == 8
    assert layer.get_vocabulary(include_special_tokens=False) == LEARNED


def test_adapt_keeps_the_most_frequent_and_can_be_told_batch_by_batch():
    layer = layers.StringLookup(max_tokens=4, mask_token="")
    for batch in (SEEN[:3], SEEN[3:], [""] * 9):
        layer.update_state(batch)
    layer.finalize_state()
    assert layer.get_vocabulary() == ["", "[UNK]", "the", "mat"]
    layer.adapt(["x"])
    assert layer.get_vocabulary() == ["", "[UNK]", "x"]
    numbers = layers.IntegerLookup(max_tokens=3)
    numbers.adapt([12, 5, 5, 7, 7, 7, 99, 99, 99, 99])
    assert numbers.get_vocabulary() == [-1, 99, 7]


def test_adapt_holds_no_more_than_a_batch_of_an_endless_stream():
    layer = layers.StringLookup()
    layer.adapt((["a", "b"] for _ in iter(int, 1)), steps=3)
    assert layer.get_vocabulary() == ["[UNK]", "b", "a"]


def test_adapted_factors_are_large_for_what_is_rare():
    layer = layers.StringLookup(output_mode="tf_idf")
    layer.adapt(SEEN)
    found = layer([["the", "cat"]])
    np.testing.assert_allclose(found[0, [1, 7]], np.log(1 + 11 / np.array([4.0, 2.0])), rtol=1e-6)
    np.testing.assert_allclose(layer([["?"]])[0, 0], 1.6985508, rtol=1e-6)


def test_a_vocabulary_is_a_list_an_array_or_a_file(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_text("\n".join(TERMS) + "\n", encoding="utf-8")
    for vocabulary in (TERMS, tuple(TERMS), np.array(TERMS), str(path), ["[UNK]", *TERMS]):
        assert layers.StringLookup(vocabulary=vocabulary).get_vocabulary() == ["[UNK]", *TERMS]
    path.write_text("12\n36\n", encoding="utf-8")
    assert layers.IntegerLookup(vocabulary=str(path)).get_vocabulary() == [-1, 12, 36]
    layer = layers.StringLookup()
    layer.set_vocabulary(TERMS)
    assert layer(["mat"]).tolist() == [5]


def test_a_config_has_the_terms_and_never_names_a_file_to_read(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_text("a\nb\n", encoding="utf-8")
    config = layers.StringLookup(vocabulary=str(path)).get_config()
    assert config["vocabulary"] == ["a", "b"] and config["vocabulary_size"] == 3
    assert layers.StringLookup.from_config(config)(["b"]).tolist() == [2]
    with pytest.raises(ValueError, match="must hold the terms of its vocabulary"):
        layers.StringLookup.from_config(config | {"vocabulary": str(path)})


def test_the_configs_that_keras_writes_are_read():
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
    config = {"name": "l", "trainable": True, "dtype": policy, "invert": False, "max_tokens": None, "sparse": False}
    config |= {"num_oov_indices": 1, "mask_token": None, "output_mode": "int", "pad_to_max_tokens": False}
    config |= {"idf_weights": None, "oov_method": "floormod", "salt": None, "vocabulary_size": 3}
    strings = config | {"oov_token": "[UNK]", "vocabulary": ["a", "b"], "encoding": "utf-8"}
    found = layers.StringLookup.from_config(strings)
    assert found(["b"]).tolist() == [2] and found(["b"]).dtype == "int64"
    assert found.get_config() == strings
    integers = config | {"oov_token": -1, "vocabulary": [7, 8], "vocabulary_dtype": "int64"}
    assert layers.IntegerLookup.from_config(integers).get_config() == integers


@pytest.mark.parametrize("terms", [["a", "b"], ["two\nlines", "a\r", "", "b"]])
def test_what_was_learned_goes_through_assets(terms, tmp_path):
    layer = layers.StringLookup()
    layer.adapt([term for i, term in enumerate(terms) for _ in range(9 - i)])
    layer.save_assets(tmp_path)
    assert (tmp_path / "vocabulary.txt").read_text(encoding="utf-8").startswith("[UNK]\n")
    other = layers.StringLookup()
    other.load_assets(tmp_path)
    assert other.get_vocabulary() == ["[UNK]", *terms]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.StringLookup(vocabulary=["a", "b", "a"]), "must have each term once. Received: 'a' more than"),
        (lambda: layers.StringLookup(vocabulary=["a", "[UNK]"]), "must have `oov_token` .* in front"),
        (lambda: layers.StringLookup(max_tokens=2, vocabulary=["a", "b"]), "at most `max_tokens=2` .* Received: 3"),
        (lambda: layers.StringLookup(max_tokens=1), "`max_tokens` of `StringLookup` must be greater than 1"),
        (lambda: layers.StringLookup(pad_to_max_tokens=True), "`pad_to_max_tokens` of `StringLookup` needs `max_tok"),
        (lambda: layers.StringLookup(output_mode="counts"), "`output_mode` of `StringLookup` must be one of"),
        (lambda: layers.StringLookup(sparse=True), "`sparse` of `StringLookup` must be False where"),
        (lambda: layers.StringLookup(invert=True, output_mode="count"), '`invert` of .* needs `output_mode="int"`'),
        (lambda: layers.StringLookup(idf_weights=[1.0]), "`idf_weights` of .* need"),
        (lambda: layers.StringLookup(vocabulary=["a"], output_mode="tf_idf"), "needs `idf_weights` beside the vocab"),
        (lambda: layers.StringLookup(vocabulary=["a"], output_mode="tf_idf", idf_weights=[1, 2, 3]), "3 weights for 1"),
        (lambda: layers.StringLookup(vocabulary="no such file"), "the path of a text file"),
        (lambda: layers.StringLookup(vocabulary=["a"], num_oov_indices=0)(["b"]), "Received: 'b'"),
        (lambda: layers.StringLookup(vocabulary=["a"])([["a"], ["b", "c"]]), "needs rows of one length"),
        (lambda: layers.IntegerLookup(salt=3), '`salt` of `IntegerLookup` needs `oov_method="farmhash"`'),
        (lambda: layers.IntegerLookup(vocabulary_dtype="int32"), "`vocabulary_dtype` .* must be"),
        (lambda: layers.StringLookup().adapt([]), "needs data"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: layers.StringLookup(vocabulary=["a"])([1, 2]), "needs strings. Received: 1 .int.*`IntegerLookup`"),
        (lambda: layers.StringLookup(vocabulary=["a"])(np.array(["a", None])), "needs strings. Received: a missing"),
        (lambda: layers.StringLookup(vocabulary=[1]), "must be strings. Received: 1"),
        (lambda: layers.IntegerLookup(vocabulary=[1])(["a"]), "needs integers. Received: strings.*`StringLookup`"),
        (lambda: layers.IntegerLookup(vocabulary=["a"]), "must be integers. Received: 'a'"),
        (lambda: layers.StringLookup().adapt("words.txt"), "`pathlib.Path.name.` for a file's lines"),
        (lambda: layers.StringLookup().adapt((["a"], 1) for _ in range(2)), "batches of inputs alone"),
        (lambda: layers.StringLookup().adapt(3), "Received: int"),
    ],
)
def test_wrong_data(use, message):
    with pytest.raises(TypeError, match=message):
        use()


def test_a_layer_without_a_vocabulary_says_what_to_call():
    with pytest.raises(RuntimeError, match=r"Layer `words` \(StringLookup\) has no vocabulary yet: call `adapt"):
        layers.StringLookup(name="words")(["a"])
    with pytest.raises(RuntimeError, match="was made with a vocabulary, and does not learn one"):
        layers.StringLookup(vocabulary=["a"]).adapt(["b"])
