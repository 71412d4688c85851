"""Data in memory: what is accepted, what it becomes, and in which order it is visited."""

import numpy as np
import pytest

from hornbeam.data import ArraySource, as_source
from hornbeam.utils import set_random_seed

X = np.arange(20.0).reshape(10, 2)


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ("float64", "float32"),
        ("float32", "float32"),
        ("float16", "float16"),
        ("int64", "int32"),
        ("uint32", "int32"),
        ("uint16", "int32"),
        ("int8", "int8"),
        ("uint8", "uint8"),
        ("bool", "bool"),
        ("complex128", "complex64"),
        ("object", "float32"),
    ],
)
def test_dtypes_have_at_most_32_bits(given, dtype):
    x = as_source(np.ones((3, 2)).astype(given)).arrays[0]
    assert x.dtype == dtype
    np.testing.assert_array_equal(x, np.ones((3, 2)))


def test_arrays_that_fit_are_not_copied():
    x = X.astype("float32")
    assert as_source(x).arrays[0] is x


def test_batches_and_steps():
    source = as_source(X, np.arange(10), batch_size=4)
    assert isinstance(source, ArraySource)
    assert (source.rows, source.batch_size, source.steps) == (10, 4, 3)
    assert [y.tolist() for _, y, _ in source.batches()] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert source.batch(2)[1].tolist() == [8, 9]
    assert source.order().dtype == np.int32


def test_batch_size_is_32_unless_given():
    assert as_source(X).batch_size == 32


def test_what_is_one_object_stays_one():
    source = as_source(X, X)
    assert source.arrays[0] is source.arrays[1]
    for part in source.split(0.5):
        assert part.arrays[0] is part.arrays[1]
    x, y, _ = source.batch(0)
    assert x is y


def test_nesting_stays():
    x, y, w = as_source({"a": X, "b": [X, (X, None)]}, [np.ones(10)], None).arrays
    assert isinstance(x["b"], list)
    assert isinstance(x["b"][1], tuple)
    assert x["b"][1][1] is None
    assert isinstance(y, list)
    assert w is None


def test_lists():
    assert as_source([1.0, 2.0]).arrays[0].shape == (2,)
    assert as_source([[1, 2], [3, 4], [5, 6]]).arrays[0].shape == (3, 2)
    assert [a.shape for a in as_source([np.ones((2, 1)), np.ones((2, 3))]).arrays[0]] == [(2, 1), (2, 3)]
    assert [a.tolist() for a in as_source([[1, 2], [3, 4]], input_names=["a", "b"]).arrays[0]] == [[1, 2], [3, 4]]


@pytest.mark.parametrize("engine_name", ["jax", "torch"])
@pytest.mark.parametrize("value", [np.ones((4, 2), "float32"), np.arange(4)])
def test_tensors_of_any_engine(engine_name, value):
    from hornbeam import engine

    x = as_source(engine.load(engine_name).asarray(value), value).arrays[0]
    np.testing.assert_array_equal(np.asarray(x), value)
    assert engine.is_tensor(x) == (engine_name == engine.backend())


def test_64_bit_torch_tensors():
    torch = pytest.importorskip("torch")
    assert as_source(torch.ones(3, 2, dtype=torch.float64, requires_grad=True)).arrays[0].dtype == np.float32
    assert as_source(torch.ones(3, 2, dtype=torch.bfloat16)).arrays[0].shape == (3, 2)
    assert as_source(torch.arange(3)).arrays[0].dtype == np.int32


def test_sparse_matrix():
    scipy = pytest.importorskip("scipy.sparse")
    matrix = scipy.csr_matrix(np.eye(3))
    np.testing.assert_array_equal(as_source(matrix).arrays[0], np.eye(3))
    with pytest.raises(ValueError, match="GiB when dense"):
        as_source(scipy.coo_matrix((10**6, 10**5)))


def test_memory_map(tmp_path):
    x = np.memmap(tmp_path / "x", dtype="float32", mode="w+", shape=(4, 2))
    assert as_source(x).arrays[0] is x


# order


def test_order_is_identity_unless_shuffled():
    assert as_source(X).order().tolist() == list(range(10))


def test_shuffled_order_is_a_new_permutation_each_epoch_and_repeats_with_the_seed():
    def orders():
        set_random_seed(3)
        source = as_source(X, shuffle=True)
        return [source.order().tolist() for _ in range(3)]

    first = orders()
    assert all(sorted(order) == list(range(10)) for order in first)
    assert first[0] != first[1]
    assert first == orders()


def test_shuffled_batches_keep_their_rows():
    set_random_seed(0)
    order = as_source(X, batch_size=3, shuffle="batch").order()
    assert order[-1] == 9
    assert sorted(order[:9].reshape(3, 3).tolist()) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert order[:9].tolist() != list(range(9))


def test_training_goes_on_where_the_last_epoch_ended():
    source = as_source(X, batch_size=3, steps=2, repeat=True)
    assert [source.order().tolist() for _ in range(3)] == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 0, 1], [2, 3, 4, 5, 6, 7]]


def test_more_steps_than_a_pass_has():
    source = as_source(X, batch_size=4, steps=5, repeat=True, shuffle=True)
    counts = np.bincount(source.order(), minlength=10)
    assert counts.tolist() == [2] * 10


def test_evaluation_takes_the_first_batches():
    source = as_source(X, batch_size=4, steps=2)
    assert source.order().tolist() == source.order().tolist() == list(range(8))


def test_evaluation_ends_with_the_data():
    with pytest.warns(UserWarning, match="`steps` is 9, and the data has 3 batches of 4 rows"):
        assert as_source(X, batch_size=4, steps=9).steps == 3


# split


@pytest.mark.parametrize(("rows", "fraction"), [(10, 0.2), (10, 0.25), (7, 0.33), (100, 0.1), (3, 0.5)])
def test_split_is_that_of_keras(rows, fraction):
    pytest.importorskip("keras")
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split

    x = np.arange(float(rows), dtype="float32")
    (expected,), (expected_last,) = train_validation_split((x,), fraction)
    train, validation = as_source(x, shuffle=True).split(fraction)
    np.testing.assert_array_equal(train.arrays[0], expected)
    np.testing.assert_array_equal(validation.arrays[0], expected_last)
    assert train.shuffle
    assert not validation.shuffle


def test_split_weighs_classes_of_the_training_part_only():
    train, validation = as_source(X, np.arange(10) % 2, class_weight={0: 1.0, 1: 3.0}).split(0.2)
    assert train.arrays[2].tolist() == [1.0, 3.0] * 4
    assert validation.arrays[2] is None


@pytest.mark.parametrize("fraction", [0.01, 0.99])
def test_split_leaves_no_part_empty(fraction):
    with pytest.raises(ValueError, match=r"`validation_split` must leave rows .* which leaves"):
        as_source(X[:1]).split(fraction)


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 2])
def test_split_is_a_fraction(fraction):
    with pytest.raises(ValueError, match="must be between 0 and 1"):
        as_source(X).split(fraction)


# complaints


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None,), r"`x` must be data. Received: x=None"),
        ((X, np.ones(9)), r"as many rows in each array. Received: `x` with 10, `y` with 9"),
        ((X, np.ones(10), np.ones(3)), r"`sample_weight` with 3"),
        (({"a": X, "b": X[:5]},), r"`x\['a'\]` with 10, `x\['b'\]` with 5"),
        ((X[:0],), r"at least one row. Received: `x` with 0 rows"),
        (([],), r"at least one row"),
        ((X, 5.0), r"`y` must have one row per sample. Received: the scalar 5.0"),
        ((["red", "blue"],), r"must be numbers. Received: strings, such as 'red'; .*StringLookup"),
        (("text",), r"`x` must be numbers. Received: strings, such as 'text'"),
        ((X, ["a"] * 10), r"`y` must be numbers. Received: strings"),
        ((np.array([1, "a", None], object),), r"Received: strings, such as 'a'"),
        ((np.array([1, object()], object),), r"Received: objects of type"),
        (([[1, 2], [3]],), r"rows of different lengths; pad them with `pad_sequences`"),
        ((np.array([np.ones(2), np.ones(3)], object),), r"rows of different lengths"),
        ((np.array([2**40]),), r"must fit into 32-bit integers. Received: values from 1099511627776"),
        ((np.array(["2020-01-01"], "datetime64[D]"),), r"take numbers from it"),
        ((np.array([[1.0], [np.nan]]),), r"`x` must be finite numbers. Received: NaN in 1 of 2 rows, first in row 1"),
        ((X, np.full(10, np.inf)), r"`y` must be finite numbers. Received: infinity in 10 of 10 rows"),
        ((np.array([1e300]),), r"Received: infinity"),
        (([1.0, None],), r"Received: NaN in 1 of 2 rows"),
    ],
)
def test_says_what_is_wrong_with_the_data(arguments, message):
    with pytest.raises(ValueError, match=message):
        as_source(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, r"`batch_size` must be a positive integer. Received: batch_size=0"),
        ({"batch_size": 2.5}, r"`batch_size` must be"),
        ({"steps": -1}, r"`steps` must be"),
        ({"shuffle": "rows"}, r'`shuffle` must be True, False or "batch"'),
    ],
)
def test_says_what_is_wrong_with_the_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        as_source(X, **arguments)


def test_no_data_at_all():
    with pytest.raises(TypeError, match=r"`x` must be arrays, .* Received: object"):
        as_source(object())
    with pytest.raises(TypeError, match=r"Received: function; call it"):
        as_source(lambda: 0)
    with pytest.raises(TypeError, match=r"`x\['a'\]` must be an array"):
        as_source({"a": object()})


def test_large_finite_numbers_are_finite():
    assert as_source(np.full((4, 1), 3e38, "float32")).rows == 4


def test_nan_is_allowed_where_it_is_asked_for():
    assert np.isnan(as_source(np.array([np.nan]), check_finite=False).arrays[0]).all()


# names


def test_names_of_inputs():
    data = {"b": X, "a": X[:, :1]}
    assert list(as_source(data, input_names=["a", "b"]).arrays[0]) == ["b", "a"]
    with pytest.raises(ValueError, match=r"names of the model's inputs: 'a', 'c'. Received: 'b', 'a'"):
        as_source(data, input_names=["a", "c"])
    with pytest.warns(UserWarning, match="keys that are no inputs of the model and are left out: 'b'"):
        assert list(as_source(data, input_names=["a"]).arrays[0]) == ["a"]


def test_names_of_outputs():
    assert list(as_source(X, {"a": X}, output_names=["a", "b"]).arrays[1]) == ["a"]
    with pytest.raises(ValueError, match=r"`y` must have the names of the model's outputs: 'a', 'b'. Received: 'A'"):
        as_source(X, {"A": X}, output_names=["a", "b"])


def test_a_list_of_samples_is_not_a_list_of_inputs():
    with pytest.raises(ValueError, match=r"one array for each input .* a list of 10 arrays; .*`numpy.stack\(x\)`"):
        as_source(list(X), input_names=["x"])
