"""`Dataset`: what scripts written for `tf.data` do with it, and training on it."""

import gc
import itertools
import threading
import time

import numpy as np
import pytest

from hornbeam import Sequential, layers, ops
from hornbeam.data.pipeline import Dataset
from hornbeam.utils import PyDataset, set_random_seed, split_dataset

pytestmark = pytest.mark.usefixtures("few_to_collect")


class Counted(PyDataset):
    """As many batches as it is told, by the property that Keras 3 has for it."""

    ended, last = 0, 0

    def __init__(self, count, **kwargs):
        super().__init__(**kwargs)
        self.count = count

    @property
    def num_batches(self):
        return self.count

    def __getitem__(self, index):
        self.last = index
        return np.full((2, 3), float(index)), np.zeros((2, 1))

    def on_epoch_end(self):
        self.ended += 1


def test_a_dataset_may_say_how_many_batches_it_has_by_a_property():
    model = Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    counted, endless = Counted(3), Counted(None)
    history = model.fit(counted, epochs=2, verbose=0, validation_data=Counted(2, workers=2))
    assert (history.params["steps"], counted.ended) == (3, 2)
    assert len(model.predict(Counted(3), verbose=0)) == 6
    model.fit(endless, steps_per_epoch=2, epochs=2, verbose=0)
    assert endless.last >= 3
    with pytest.raises(ValueError, match=r"`steps_per_epoch` .* must say how many batches"):
        model.fit(Counted(None), verbose=0)


def numbers(n=6):
    return Dataset.range(n)


def listed(data):
    return [x.tolist() for x in data]


STEPS = [
    (lambda d: d.map(lambda x: x * 2), [0, 2, 4, 6, 8, 10], 6),
    (lambda d: d.filter(lambda x: x % 2 == 0), [0, 2, 4], None),
    (lambda d: d.batch(4), [[0, 1, 2, 3], [4, 5]], 2),
    (lambda d: d.batch(4, drop_remainder=True), [[0, 1, 2, 3]], 1),
    (lambda d: d.batch(4).unbatch(), [0, 1, 2, 3, 4, 5], None),
    (lambda d: d.take(2), [0, 1], 2),
    (lambda d: d.take(-1), [0, 1, 2, 3, 4, 5], 6),
    (lambda d: d.take(9), [0, 1, 2, 3, 4, 5], 6),
    (lambda d: d.skip(4), [4, 5], 2),
    (lambda d: d.skip(9), [], 0),
    (lambda d: d.skip(-1), [], 0),
    (lambda d: d.shard(4, 1), [1, 5], 2),
    (lambda d: d.window(3).flat_map(lambda w: w.batch(3)), [[0, 1, 2], [3, 4, 5]], None),
    (lambda d: d.window(4, 3, drop_remainder=True).flat_map(lambda w: w.batch(4)), [[0, 1, 2, 3]], None),
    (lambda d: d.window(2, 4).flat_map(lambda w: w), [0, 1, 4, 5], None),
    (lambda d: d.window(2, 3, 2).flat_map(lambda w: w.batch(2)), [[0, 2], [3, 5]], None),
    (lambda d: d.take(4).window(3, 1).flat_map(lambda w: w.batch(9)), [[0, 1, 2], [1, 2, 3], [2, 3], [3]], None),
    (lambda d: d.take(2).repeat(2), [0, 1, 0, 1], 4),
    (lambda d: d.concatenate(d.take(1)), [0, 1, 2, 3, 4, 5, 0], 7),
    (lambda d: d.prefetch(-1).cache(), [0, 1, 2, 3, 4, 5], 6),
    (lambda d: d.apply(lambda e: e.take(1)), [0], 1),
    (lambda d: d.repeat().take(7), [0, 1, 2, 3, 4, 5, 0], 7),
]


@pytest.mark.parametrize(("step", "expected", "length"), STEPS)
def test_steps(step, expected, length):
    data = step(numbers())
    for _ in range(2):  # as often as asked
        assert listed(data) == expected
    assert int(data.cardinality()) == (-2 if length is None else length)
    if length is None:
        with pytest.raises(TypeError, match="does not know its length"):
            len(data)
    else:
        assert len(data) == length


def test_structures_stay():
    data = Dataset.from_tensor_slices(({"a": np.arange(4), "b": np.eye(4)}, ["w", "x", "y", "z"]))
    (inputs, names), *_ = data.batch(3)
    assert inputs["a"].tolist() == [0, 1, 2]
    assert inputs["b"].shape == (3, 4)
    assert names.tolist() == ["w", "x", "y"]
    pairs = Dataset.zip(data, numbers(2)).map(lambda row, i: (row[0]["a"], i))
    assert [(int(a), int(i)) for a, i in pairs] == [(0, 0), (1, 1)]
    assert [(int(i), int(x)) for i, x in numbers(2).enumerate(start=5)] == [(5, 0), (6, 1)]


def test_elements_answer_numpy():
    images = Dataset.from_tensor_slices((np.full((2, 3, 3), 7.0), ["é", "b"])).batch(2)
    for image, names in images.take(1):
        assert type(image[0].numpy()) is np.ndarray
        assert image[0].numpy().astype("uint8").tolist() == [[7] * 3] * 3
        assert [x.numpy() for x in image[0, 0]] == [7.0] * 3
        assert names.numpy().tolist() == ["é".encode(), b"b"]
        assert names.tolist() == ["é", "b"]
        assert names[0].numpy() == "é".encode()
        assert ["zero", "one"][next(iter(Dataset.range(2)))] == "zero"
    image, names = next(images.as_numpy_iterator())
    assert (type(image), names[1]) == (np.ndarray, b"b")


def test_element_spec():
    spec = Dataset.from_tensor_slices((np.zeros((5, 2), "float32"), np.zeros(5, "int32"))).batch(2).element_spec
    assert [(part.shape, part.dtype) for part in spec] == [((None, 2), np.float32), ((None,), np.int32)]
    assert Dataset.from_tensors(1.0).element_spec.shape == ()


def test_python_numbers_have_32_bits_where_they_fit():
    (x,) = Dataset.from_tensors((1, 1.0, 2**40, True))
    assert [part.dtype.name for part in x] == ["int32", "float32", "int64", "bool"]


@pytest.mark.parametrize("size", [3, 100, None])
@pytest.mark.parametrize("source", [numbers, lambda n: Dataset.from_tensor_slices(np.arange(n))])
def test_shuffle(source, size):
    data = source(50).shuffle(size, seed=1)
    first, second = listed(data), listed(data)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second != sorted(second)
    assert listed(source(50).shuffle(size, seed=1)) == first
    if size == 3:
        assert all(x <= place + 2 for place, x in enumerate(first))
    same = source(50).shuffle(size, seed=1, reshuffle_each_iteration=False)
    assert listed(same) == listed(same) == first


def test_shuffle_without_a_seed_follows_the_global_one():
    found = []
    for seed in (1, 1, 2):
        set_random_seed(seed)
        found.append(listed(Dataset.from_tensor_slices(np.arange(50)).shuffle(50).batch(50)))
    assert found[0] == found[1] != found[2]


def test_nothing_is_made_before_it_is_asked_for():
    made = []
    data = Dataset.from_generator(lambda: (made.append(i) or i for i in range(9))).map(lambda x: x).batch(2).prefetch(2)
    assert made == []
    assert listed(data.take(1)) == [[0, 1]]
    assert made[:2] == [0, 1] and len(made) <= 6


def test_cache_makes_elements_once():
    made = []
    data = Dataset.range(3).map(lambda x: made.append(int(x)) or x).cache()
    assert listed(data.take(1)) == [0]  # a pass that does not reach the end is not kept
    assert listed(data) == listed(data) == [0, 1, 2]
    assert made == [0, 0, 1, 2]


def test_padded_batch():
    data = Dataset.from_generator(lambda: iter([np.ones(1), np.ones(3)]))
    assert listed(data.padded_batch(2)) == [[[1, 0, 0], [1, 1, 1]]]
    assert listed(data.padded_batch(2, padding_values=-1)) == [[[1, -1, -1], [1, 1, 1]]]
    with pytest.raises(ValueError, match=r"one shape. Received: \(1,\) and \(3,\); use `padded_batch`"):
        list(data.batch(2))


def test_wrong_arguments():
    for call in (lambda d: d.batch(0), lambda d: d.shuffle(0), lambda d: d.shard(2, 2)):
        with pytest.raises(ValueError, match=r"`(batch_size|buffer_size|index)` must be"):
            call(numbers())
    with pytest.raises(ValueError, match=r"as many rows each. Received: shapes \(2,\), \(3,\)"):
        Dataset.from_tensor_slices((np.ones(2), np.ones(3)))


def model_of(width=2):
    model = Sequential([layers.Input((width,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    return model


def data_of(n=32):
    x = np.arange(2.0 * n, dtype="float32").reshape(n, 2) / n
    return x, x.sum(1, keepdims=True)


def test_fit_is_that_of_arrays(engine):
    x, y = data_of()
    data = Dataset.from_tensor_slices((x, y)).batch(8)
    models = model_of(), model_of()
    of_arrays = models[0].fit(x, y, batch_size=8, epochs=2, shuffle=False, validation_data=(x, y), verbose=0).history
    of_dataset = models[1].fit(data.prefetch(2), epochs=2, validation_data=data, verbose=0).history
    for name, values in of_arrays.items():
        np.testing.assert_allclose(values, of_dataset[name], rtol=1e-5)
    np.testing.assert_allclose(models[1].predict(data, verbose=0), models[0].predict(x, verbose=0), rtol=1e-5)
    assert models[1].evaluate(data, verbose=0) == pytest.approx(models[0].evaluate(x, y, verbose=0), rel=1e-5)


def test_map_takes_layers_and_ops(engine):
    x, y = data_of()
    data = Dataset.from_tensor_slices((x, y)).batch(8).map(lambda x, y: (layers.Rescaling(2.0)(ops.abs(x)), y))
    for batch, _ in data.take(1):
        np.testing.assert_allclose(batch.numpy(), 2 * x[:8])
    model_of().fit(data, verbose=0)


def test_endless_data_need_a_number_of_steps():
    data = Dataset.from_tensor_slices(data_of()).batch(8).repeat()
    assert len(model_of().fit(data, steps_per_epoch=3, epochs=2, verbose=0).history["loss"]) == 2
    with pytest.raises(ValueError, match="`steps_per_epoch`"):
        model_of().fit(data, verbose=0)
    assert data  # as all datasets


def test_single_samples_are_refused_with_what_to_do():
    with pytest.raises(ValueError, match=r"`\.batch\(32\)`"):
        model_of().fit(Dataset.from_tensor_slices((np.ones((4, 2)), np.ones(4))), verbose=0)


def test_an_error_in_a_function_is_raised():
    def broken(x, y):
        raise RuntimeError("no such picture")

    with pytest.raises(RuntimeError, match="no such picture"):
        model_of().fit(Dataset.from_tensor_slices(data_of()).batch(8).map(broken), verbose=0)


def test_adapt(engine):
    words = Dataset.from_tensor_slices((["a b", "a", "a b c"], [0, 1, 0])).batch(2)
    vectorize = layers.TextVectorization()
    vectorize.adapt(words.map(lambda text, label: text))
    assert vectorize.get_vocabulary() == ["", "[UNK]", "a", "b", "c"]
    encoded = words.map(lambda text, label: (vectorize(text), label))
    assert [x.tolist() for x, _ in encoded] == [[[2, 3], [2, 0]], [[2, 3, 4]]]
    assert [vectorize(text).shape for text, _ in words.unbatch().take(1)] == [(2,)]
    normalize = layers.Normalization()
    normalize.adapt(Dataset.from_tensor_slices(np.array([[1.0], [3.0]], "float32")).batch(1))
    assert float(np.ravel(ops.convert_to_numpy(normalize(np.array([[2.0]]))))[0]) == 0.0


def test_a_loop_that_is_left_ends_its_threads():
    before = threading.active_count()
    data = Dataset.from_generator(lambda: (time.sleep(0.001) or np.ones(2) for _ in itertools.count())).prefetch(4)
    for i, _ in enumerate(data):
        time.sleep(0.002)
        if i == 20:
            break
    gc.collect()
    deadline = time.monotonic() + 3
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_split_dataset():
    """As Keras on TensorFlow: batches are taken apart, and put together again."""
    data = Dataset.from_tensor_slices((np.arange(10), np.arange(10) * 2))
    left, right = split_dataset(data, left_size=2, right_size=4)
    assert [int(x) for x, _ in left] + [int(y) for _, y in right] == [0, 1, 12, 14, 16, 18]
    assert [listed(part) for part in split_dataset(numbers(3), left_size=1)] == [[0], [1, 2]]
    left, right = split_dataset(data.batch(4), left_size=0.5)
    assert listed(left.map(lambda x, y: y)) == [[0, 2, 4, 6], [8]]
    assert listed(right.map(lambda x, y: x)) == [[5, 6, 7, 8], [9]]
    left, right = split_dataset(data.shuffle(10).batch(4), left_size=0.8, shuffle=True, seed=1)
    assert sorted(int(i) for part in (left, right) for x, _ in part for i in x) == list(range(10))
    assert (len(left), len(right)) == (2, 1)


def test_datasets_that_give_samples_by_number_are_split_into_such():
    class Squares:
        def __len__(self):
            return 10

        def __getitem__(self, i):
            return np.full(2, i), i**2

    left, right = split_dataset(Squares(), left_size=0.3)
    assert [len(left), len(right), left[2][1], right[0][1]] == [3, 7, 4, 9]
    torch = pytest.importorskip("torch")
    x, y = next(iter(torch.utils.data.DataLoader(right, batch_size=4)))
    assert (tuple(x.shape), y.tolist()) == ((4, 2), [9, 16, 25, 36])
