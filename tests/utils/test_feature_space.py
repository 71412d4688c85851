"""`FeatureSpace`: a table as numbers, before a model and as its front."""

import copy

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.utils import FeatureSpace

TABLE = {
    "plain": [1.0, 2.0, 3.0, 5.0],
    "size": [1.0, 2.0, 3.0, 5.0],
    "age": [0.0, 1.0, 2.0, 3.0],
    "kind": [3, 3, 7, 9],
    "city": ["a", "b", "a", "c"],
    "code": [1, 2, 3, 4],
    "shop": ["x", "y", "z", "w"],
    "scaled": [1.0, 2.0, 3.0, 4.0],
}
ARRAYS = {name: np.array(values) for name, values in TABLE.items()}


def table_space(**arguments):
    space = FeatureSpace(
        {
            "plain": "float",
            "size": "float_normalized",
            "age": FeatureSpace.float_discretized(3, bin_boundaries=[0.5, 1.5]),
            "kind": "integer_categorical",
            "city": "string_categorical",
            "code": FeatureSpace.integer_hashed(num_bins=5),
            "shop": FeatureSpace.string_hashed(num_bins=4),
            "scaled": FeatureSpace.float_rescaled(scale=2.0, offset=1.0),
        },
        crosses=[("city", "kind"), FeatureSpace.cross(("code", "age"), 7)],
        crossing_dim=6,
        **arguments,
    )
    space.adapt(TABLE)
    return space


def one_hot(*places):
    def rows(width):
        return np.eye(width)[list(places)]

    return rows


# As Keras 3.15.1 gives them, on TensorFlow; in the order of the alphabet, then crosses.
EXPECTED = np.concatenate(
    [
        one_hot(0, 1, 2, 2)(3),  # age
        one_hot(1, 3, 1, 2)(4),  # city
        one_hot(4, 4, 1, 3)(5),  # code
        one_hot(1, 1, 3, 2)(4),  # kind
        np.array([[1.0, 2.0, 3.0, 5.0]]).T,  # plain
        np.array([[3.0, 5.0, 7.0, 9.0]]).T,  # scaled
        one_hot(2, 1, 1, 3)(4),  # shop
        np.array([[-1.1832159, -0.50709254, 0.16903085, 1.5212775]]).T,  # size
        one_hot(3, 0, 1, 3)(6),  # city and kind
        one_hot(4, 6, 0, 4)(7),  # code and age
    ],
    axis=1,
)


def frame(table):
    return pytest.importorskip("pandas").DataFrame(table)


@pytest.mark.parametrize("form", [dict, lambda t: ARRAYS, frame, lambda t: {k: [[v] for v in t[k]] for k in t}])
def test_columns_become_numbers(engine, form):
    encoded = table_space()(form(TABLE))
    assert isinstance(encoded, np.ndarray)
    np.testing.assert_allclose(encoded, EXPECTED, atol=1e-6)


def test_one_row_is_a_dictionary_of_values():
    space = table_space(output_mode="dict")
    row = space({name: values[0] for name, values in TABLE.items()})
    assert {name: values.shape for name, values in row.items()} == {
        "age": (3,),
        "city": (4,),
        "code": (5,),
        "kind": (4,),
        "plain": (1,),
        "scaled": (1,),
        "shop": (4,),
        "size": (1,),
        "city_X_kind": (6,),
        "code_X_age": (7,),
    }
    np.testing.assert_allclose(np.concatenate([row[name] for name in sorted(row)[:2]]), EXPECTED[0, :7])


BATCHES = [{name: values[i : i + 2] for name, values in TABLE.items()} for i in (0, 2)]
ROWS = [{name: values[i] for name, values in TABLE.items()} for i in range(4)]


DATA = {
    "batches": BATCHES,
    "generator": (batch for batch in BATCHES),
    "rows": ROWS,
    "frames": [frame(batch) for batch in BATCHES],
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_it_learns_in_one_pass_over_batches_or_rows(data):
    space = table_space()
    space.adapt({name: values[:2] for name, values in TABLE.items()})  # forgotten
    space.adapt(data)
    np.testing.assert_allclose(space(TABLE), EXPECTED, atol=1e-6)


def test_the_front_of_a_model_that_takes_tables(engine, tmp_path):
    space = table_space()
    inputs = space.get_inputs()
    assert list(inputs) == list(TABLE) and inputs["city"].dtype == "string" and inputs["age"].shape == (None, 1)
    model = hornbeam.Model(inputs, layers.Dense(1, kernel_initializer="ones")(space.get_encoded_features()))
    np.testing.assert_allclose(model.predict(ARRAYS, verbose=0)[:, 0], EXPECTED.sum(1), rtol=1e-5)
    model.compile("sgd", "mse")
    model.fit(ARRAYS, np.ones(4), epochs=2, verbose=0)
    expected = model.predict(frame(TABLE), verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = hornbeam.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(ARRAYS, verbose=0), expected, atol=1e-6)


def test_a_step_on_data_before_a_model(engine):
    space = table_space()
    model = hornbeam.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(((space(batch), np.ones(2)) for batch in BATCHES), verbose=0)
    assert model.predict(space(TABLE), verbose=0).shape == (4, 1)


def test_files_and_copies(tmp_path):
    space = table_space()
    space.save(tmp_path / "space.keras")
    loaded = hornbeam.saving.load_model(tmp_path / "space.keras")
    assert isinstance(loaded, FeatureSpace)
    for other in (loaded, copy.deepcopy(space)):
        np.testing.assert_allclose(other(TABLE), EXPECTED, atol=1e-6)
    fresh = FeatureSpace.from_config(space.get_config())
    with pytest.raises(ValueError, match=r"must learn from data first: call `adapt\(data\)`"):
        fresh(TABLE)
    fresh.adapt(TABLE)
    np.testing.assert_allclose(fresh(TABLE), EXPECTED, atol=1e-6)


def test_categories_as_integers():
    kinds = {"a": FeatureSpace.string_categorical(output_mode="int"), "b": FeatureSpace.integer_hashed(4, "int")}
    space = FeatureSpace(kinds, output_mode="dict", crosses=[FeatureSpace.cross(("a", "b"), 5, output_mode="int")])
    space.adapt({"a": ["p", "q"], "b": [1, 2]})
    encoded = space({"a": ["p", "?"], "b": [1, 2]})
    assert encoded["a"].tolist() == [[2], [0]] and encoded["b"].tolist() == [[1], [3]]
    assert encoded["a_X_b"].shape == (2, 1)


def test_layers_of_ones_own():
    words = layers.TextVectorization(output_mode="multi_hot")
    space = FeatureSpace({"text": FeatureSpace.feature("string", words, "float"), "n": "float"})
    space.adapt({"text": ["a b", "b c"], "n": [1.0, 2.0]})
    assert space({"text": ["b c"], "n": [3.0]}).tolist() == [[3, 0, 1, 1, 0]]
    halved = FeatureSpace({"n": FeatureSpace.feature("float32", layers.Rescaling(0.5), "float")})
    assert halved({"n": [3.0]}).tolist() == [[1.5]]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: FeatureSpace({"a": "text"}), "must be one of 'float'.* Received: 'a': 'text'"),
        (lambda: FeatureSpace({"a": 3}), "must be the name of a kind"),
        (lambda: FeatureSpace({}), "must be a dictionary of columns"),
        (lambda: FeatureSpace({"a": "float"}, output_mode="list"), 'must be "concat" or "dict"'),
        (lambda: FeatureSpace({"a": "string_hashed"}, crosses=[("a", "b")]), "which are 'a'. Received: 'b'"),
        (lambda: FeatureSpace({"a": "float", "b": "float"}, crosses=[("a", "b")]), "must be one of categories"),
        (lambda: FeatureSpace({"a": FeatureSpace.string_hashed(3, "int")}), 'whose `output_mode` is "int"'),
        (lambda: FeatureSpace.cross(("a",), 3), "at least two features"),
        (lambda: FeatureSpace.cross(("a", "b"), None), "`crossing_dim` must be a positive integer"),
        (lambda: FeatureSpace.feature("string", "upper", "int"), "must be a layer. Received: 'upper'"),
        (lambda: FeatureSpace.string_hashed(3, "vector"), '"int", "one_hot" or "float". Received'),
        (lambda: FeatureSpace({"a": "float"})({"b": [1.0]}), r"no 'a' among \['b'\]"),
        (lambda: FeatureSpace({"a": "string_hashed"})({"a": [1.5]}), "must be strings. Received: float64"),
        (lambda: FeatureSpace({"a": "float_normalized"}).adapt([([1.0], 1)]), "give the inputs alone"),
        (lambda: FeatureSpace({"a": "float_normalized"}).adapt([]), "needs data. Received: none"),
        (
            lambda: FeatureSpace({"a": FeatureSpace.feature("float32", layers.Rescaling(1), "one_hot")})({"a": 1.0}),
            "must count categories",
        ),
    ],
)
def test_what_cannot_be(make, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        make()


def test_bins_are_crossed_in_a_model():
    """Numbers are divided into bins on the host, where the crossing needs them."""
    age, city = hornbeam.Input((1,), name="age"), hornbeam.Input((1,), dtype="string", name="city")
    bins = layers.Discretization([0.5])(layers.Rescaling(0.1)(age))
    crossed = layers.HashedCrossing(3, output_mode="one_hot")([bins, city])
    model = hornbeam.Model([age, city], layers.Concatenate()([layers.CategoryEncoding(2)(bins), crossed]))
    found = model.predict([np.array([1.0, 9.0]), np.array(["a", "a"])], verbose=0)
    expected = layers.HashedCrossing(3, output_mode="one_hot")([np.array([0, 1]), ["a", "a"]])
    np.testing.assert_array_equal(found, np.concatenate([np.eye(2), expected], axis=1))


def test_a_column_has_as_many_bins_as_were_asked_for_whatever_the_data():
    space = FeatureSpace({"x": FeatureSpace.float_discretized(8)}, output_mode="concat")
    space.adapt({"x": np.array([[0.0], [1.0], [2.0]], "float32")})
    assert tuple(space({"x": np.array([[1.0]], "float32")}).shape) == (1, 8)
