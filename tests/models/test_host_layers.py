"""Strings and tables in a model: layers that compute on the host, at its front."""

import copy
import pickle
import zipfile

import numpy as np
import pytest

import hornbeam
from hornbeam import layers

TEXTS = ["good film", "bad film", "very good", "very bad", "a good one", "the bad one"] * 4
LABELS = np.array([1, 0] * 12, "float32")


def vectorizer(**arguments):
    layer = layers.TextVectorization(output_sequence_length=4, name="words", **arguments)
    layer.adapt(TEXTS)
    return layer


@pytest.fixture(scope="module")
def classifier():
    """A classifier of strings that was trained."""
    hornbeam.utils.set_random_seed(0)
    model = hornbeam.Sequential(
        [vectorizer(), layers.Embedding(10, 4), layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")]
    )
    model.compile(hornbeam.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    model.fit(TEXTS, LABELS, epochs=20, verbose=0)
    return model


def series(values):
    return pytest.importorskip("pandas").Series(values)


FORMS = {"list": list, "array": np.array, "objects": lambda t: np.array(t, object)[:, None], "column": series}


def table_model():
    """A functional model of text, numbers and a category."""
    text, number = hornbeam.Input((1,), dtype="string", name="text"), hornbeam.Input((2,), name="number")
    kind = hornbeam.Input((1,), dtype="string", name="kind")
    words = layers.GlobalAveragePooling1D()(layers.Embedding(10, 2)(vectorizer()(text)))
    kinds = layers.StringLookup(vocabulary=["x", "y"], output_mode="one_hot", name="kinds")(kind)
    joined = layers.Concatenate()([words, number, kinds])
    return hornbeam.Model([text, number, kind], layers.Dense(1)(joined))


TABLE = {"text": TEXTS, "number": np.arange(48.0).reshape(24, 2) / 48, "kind": ["x", "y", "?"] * 8}


def test_a_model_of_strings_trains_and_predicts(engine):
    model = hornbeam.Sequential(
        [vectorizer(), layers.Embedding(10, 4), layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")]
    )
    model.compile(hornbeam.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    model.fit(TEXTS, LABELS, epochs=20, verbose=0)
    assert model.evaluate(TEXTS, LABELS, verbose=0)[1] == 1
    good, bad = model.predict(["good", "bad"], verbose=0).ravel()
    assert good > 0.5 > bad


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_of_strings_give_the_same(classifier, form):
    expected = classifier.predict(TEXTS, verbose=0)
    x = FORMS[form](TEXTS)
    np.testing.assert_array_equal(classifier.predict(x, verbose=0), expected)
    np.testing.assert_allclose(classifier(x), expected, atol=1e-6)
    np.testing.assert_allclose(classifier.predict_on_batch(x), expected, atol=1e-6)
    assert classifier.test_on_batch(x, LABELS)[1] == 1
    assert classifier.evaluate(x, LABELS, verbose=0)[1] == 1


def test_batches_of_strings_go_through_the_layers_as_they_come(classifier):
    model = hornbeam.models.clone_model(classifier)
    model.layers[0].adapt(TEXTS)
    model.compile(hornbeam.optimizers.Adam(0.1), "binary_crossentropy")
    batches = [(TEXTS[i : i + 6], LABELS[i : i + 6]) for i in range(0, 24, 6)] * 20
    history = model.fit(iter(batches), steps_per_epoch=4, epochs=20, verbose=0, validation_data=(TEXTS, LABELS))
    assert history.history["val_loss"][-1] < history.history["val_loss"][0]
    found = model.predict((texts for texts, _ in batches[:4]), verbose=0)
    np.testing.assert_allclose(found, model.predict(TEXTS, verbose=0), atol=1e-6)


class Batches(hornbeam.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, i):
        return TEXTS[6 * i : 6 * i + 6], LABELS[6 * i : 6 * i + 6]


def loader():
    data = pytest.importorskip("torch").utils.data
    return data.DataLoader(list(zip(TEXTS, LABELS)), batch_size=6)


@pytest.mark.parametrize("make", [lambda: Batches(workers=2), loader])
def test_strings_come_from_data_sets(classifier, make):
    assert classifier.evaluate(make(), verbose=0) == pytest.approx(classifier.evaluate(TEXTS, LABELS, verbose=0))
    np.testing.assert_allclose(classifier.predict(make(), verbose=0), classifier.predict(TEXTS, verbose=0), atol=1e-6)


def test_the_strings_of_an_array_are_looked_up_once(classifier, monkeypatch):
    calls = []
    call = layers.TextVectorization.call
    monkeypatch.setattr(layers.TextVectorization, "call", lambda self, x: calls.append(len(x)) or call(self, x))
    classifier.fit(TEXTS, LABELS, epochs=3, batch_size=8, verbose=0)
    assert calls == [24]


def test_several_inputs_some_of_them_strings(engine):
    model = table_model()
    model.compile("sgd", "mse")
    model.fit(TABLE, LABELS, verbose=0, validation_split=0.25)
    expected = model.predict(TABLE, verbose=0)
    assert expected.shape == (24, 1)
    np.testing.assert_allclose(model.predict(list(TABLE.values()), verbose=0), expected, atol=1e-6)
    np.testing.assert_allclose(model({k: v[:2] for k, v in TABLE.items()}), expected[:2], atol=1e-6)
    frame = pytest.importorskip("pandas").DataFrame({"text": TEXTS, "kind": TABLE["kind"]})
    np.testing.assert_allclose(
        model.predict({"text": frame["text"], "kind": frame["kind"], "number": TABLE["number"]}, verbose=0), expected
    )


def test_columns_of_strings_in_a_table(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    model = table_model()
    model.compile("sgd", "mse")
    kinds = hornbeam.Model(model.inputs[2], model.get_layer("kinds")(model.inputs[2]))
    table = pyarrow.table({"kind": TABLE["kind"], "y": LABELS})
    one = hornbeam.Sequential([kinds, layers.Dense(1)])
    one.compile("sgd", "mse")
    parquet.write_table(table, tmp_path / "table.parquet", row_group_size=10)
    for given in (table, str(tmp_path / "table.parquet")):
        one.fit(given, "y", verbose=0)
    expected = one.evaluate(TABLE["kind"], LABELS, verbose=0)
    assert one.evaluate(table, "y", verbose=0) == pytest.approx(expected, rel=1e-6)
    monkeypatch.setattr("hornbeam.data.memory.fits", lambda nbytes: False)
    assert one.evaluate(str(tmp_path / "table.parquet"), "y", verbose=0) == pytest.approx(expected, rel=1e-6)


def test_rows_of_a_table_must_have_one_size(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    lookup = layers.TextVectorization(name="words")
    lookup.adapt(TEXTS)
    model = hornbeam.Sequential([lookup, layers.Embedding(10, 2), layers.GlobalAveragePooling1D()])
    parquet.write_table(pyarrow.table({"text": ["a", "a good one"]}), tmp_path / "t.parquet", row_group_size=1)
    with pytest.raises(ValueError, match=r"`words` must give rows of one size .* an `output_sequence_length`"):
        model.predict(str(tmp_path / "t.parquet"), verbose=0)


def test_the_file_has_the_vocabulary(classifier, tmp_path):
    classifier.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        for place in ("", "_lookup_layer/"):  # Keras looks in both
            lines = archive.read(f"assets/layers/text_vectorization/{place}vocabulary.txt").decode().split("\n")
            assert lines == classifier.layers[0].get_vocabulary()
    loaded = hornbeam.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(TEXTS, verbose=0), classifier.predict(TEXTS, verbose=0))
    assert loaded.evaluate(TEXTS, LABELS, verbose=0)[1] == 1


@pytest.mark.parametrize("mode", ["multi_hot", "count", "tf_idf"])
def test_vectors_as_wide_as_a_vocabulary_come_back_from_a_file(mode, tmp_path):
    lookup = layers.TextVectorization(output_mode=mode)
    lookup.adapt(TEXTS)
    model = hornbeam.Sequential([lookup, layers.Dense(1)])
    expected = model.predict(TEXTS, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = hornbeam.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(TEXTS, verbose=0), expected)


def test_a_functional_model_comes_back_from_a_file_and_from_copies(tmp_path):
    model = table_model()
    expected = model.predict(TABLE, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = hornbeam.models.load_model(tmp_path / "model.keras")
    for other in (loaded, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other.predict(TABLE, verbose=0), expected)


def test_models_in_models(classifier):
    expected = classifier.predict(TEXTS, verbose=0)
    words = hornbeam.Sequential([classifier.layers[0]])
    start = hornbeam.Input((1,), dtype="string")
    rest = hornbeam.Sequential(classifier.layers[1:])
    for model in (
        hornbeam.Sequential([words, rest]),
        hornbeam.Sequential([classifier, layers.Identity()]),
        hornbeam.Model(start, classifier(start)),
        hornbeam.Model(start, rest(words(start))),
    ):
        np.testing.assert_allclose(model.predict(TEXTS, verbose=0), expected, atol=1e-6)
        np.testing.assert_allclose(model(TEXTS[:2]), expected[:2], atol=1e-6)


def test_a_model_of_host_layers_alone_gives_what_they_give(classifier):
    words = hornbeam.Sequential([classifier.layers[0]])
    expected = classifier.layers[0](TEXTS)
    for found in (words(TEXTS), words.predict(TEXTS), words.predict(iter([np.array(TEXTS[:9]), np.array(TEXTS[9:])]))):
        np.testing.assert_array_equal(found, expected)


def test_eager_steps_get_the_same(classifier):
    expected = classifier.predict(TEXTS, verbose=0)
    classifier.run_eagerly = True
    try:
        np.testing.assert_allclose(classifier.predict(TEXTS, verbose=0), expected, atol=1e-6)
        np.testing.assert_allclose(classifier(TEXTS), expected, atol=1e-6)
    finally:
        classifier.run_eagerly = False


def test_integers_and_hashes_stand_at_the_front_as_well(engine):
    ids = hornbeam.Input((2,), dtype="int64")
    city, street = hornbeam.Input((1,), dtype="string"), hornbeam.Input((1,), dtype="string")
    known = layers.IntegerLookup(vocabulary=[10, 20], output_mode="multi_hot")(ids)
    crossed = layers.HashedCrossing(8, output_mode="one_hot")([city, street])
    model = hornbeam.Model([ids, city, street], layers.Dense(1)(layers.Concatenate()([known, crossed])))
    x = [np.array([[10, 20], [20, 7]]), ["Ulm", "Jena"], ["a", "b"]]
    assert model.predict(x, verbose=0).shape == (2, 1)


def test_programs_do_not_depend_on_vocabularies(classifier):
    classifier.predict(TEXTS, verbose=0)
    before = classifier.compile_count()
    classifier.layers[0].adapt([*TEXTS, "new words"])
    classifier.predict(TEXTS, verbose=0)
    assert classifier.compile_count() == before
    classifier.layers[0].adapt(TEXTS)


class Owner(hornbeam.Model):
    """A model that looks up inside of its `call`."""

    def __init__(self, lookup):
        super().__init__()
        self.lookup, self.head = lookup, layers.Dense(1)

    def call(self, x):
        return self.head(self.lookup(x))


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: layers.Dense(1, name="d")(hornbeam.Input((1,), dtype="string")), r"Layer `d` \(Dense\) computes with"),
        (lambda: layers.Dense(1, name="d")(np.array([["a"]])), r"computes with numbers. Received: strings \('a'\)"),
        (lambda: layers.Add()([hornbeam.Input((1,), dtype="string")] * 2), "`StringLookup` or `Hashing`"),
        (
            lambda: layers.IntegerLookup(vocabulary=[1], name="ids")(layers.Dense(1, name="d")(hornbeam.Input((1,)))),
            r"Layer `ids` \(IntegerLookup\) computes on the host, .* Received: the output of `d`",
        ),
        (
            lambda: Owner(layers.IntegerLookup(vocabulary=[1], name="ids")).predict(np.array([[1]]), verbose=0),
            r"`ids` \(IntegerLookup\) computes on the host, with NumPy, and needs values",
        ),
        (lambda: hornbeam.Sequential([layers.TextVectorization(name="t")])(["a"]), "`t` .* has no vocabulary yet"),
        (
            lambda: hornbeam.Sequential([layers.StringLookup(output_mode="count"), layers.Dense(1)]).build((None, 2)),
            "must know its vocabulary before a model is made with it",
        ),
        (lambda: table_model().predict([TEXTS, TABLE["number"], np.ones(24)], verbose=0), "Input `kind` .* strings"),
        (lambda: table_model().predict({"text": TEXTS}, verbose=0), "must have the names of the model's inputs"),
    ],
)
def test_what_does_not_go_is_said_with_the_fix(use, message):
    with pytest.raises((TypeError, ValueError, RuntimeError), match=message):
        use()


def test_strings_of_the_wrong_shape_are_said_with_the_input(classifier):
    with pytest.raises(ValueError, match=r"must have shape \(None, 1\). Received: data of shape \(1, 2\)"):
        classifier.predict(np.array([["a", "b"]]), verbose=0)
    with pytest.raises(TypeError, match="missing value"):
        classifier.fit(np.array(["a", None]), LABELS[:2], verbose=0)
