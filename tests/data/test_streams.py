"""Data that comes batch by batch: generators, datasets by number, loaders of other libraries."""

import threading
import time

import numpy as np
import pytest

from hornbeam.data import PyDataset, Sequence, StreamSource, as_source
from hornbeam.utils import set_random_seed


def count(stop=None, rows=2):
    n = 0
    while stop is None or n < stop:
        yield np.full((rows, 1), float(n)), np.full(rows, n)
        n += 1


def firsts(batches):
    return [int(y[0]) for _, y, _ in batches]


class Counted(PyDataset):
    """Batch i holds the number i."""

    def __init__(self, length=5, **arguments):
        super().__init__(**arguments)
        self.length = length
        self.told = []

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return np.full((2, 1), float(index)), np.full(2, index)

    def on_epoch_begin(self):
        self.told.append("begin")

    def on_epoch_end(self):
        self.told.append("end")


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = threading.active_count()
    yield
    deadline = time.monotonic() + 3
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


# generators


def test_endless_generator_goes_on_in_the_next_epoch():
    source = as_source(count(), steps=3)
    assert isinstance(source, StreamSource)
    assert [firsts(source.epoch()) for _ in range(3)] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert source.steps == 3


def test_generator_that_ends():
    source = as_source(count(3))
    assert source.steps is None
    assert firsts(source.epoch()) == [0, 1, 2]
    assert source.steps == 3
    with pytest.warns(UserWarning, match="`generator` gave no batch for an epoch and then ended: give an"):
        assert firsts(source.epoch()) == []


def test_generator_that_ends_too_early():
    source = as_source(count(3), steps=5)
    with pytest.warns(UserWarning, match="gave 3 of 5 batches"):
        assert firsts(source.epoch()) == [0, 1, 2]


def test_an_epoch_takes_no_more_batches_than_it_has():
    generator = count()
    list(as_source(generator, steps=3).epoch())
    assert next(generator)[1][0] == 3


def test_batches_of_an_epoch_that_was_left_come_again():
    source = as_source(count(), steps=10)
    epoch = source.epoch()
    assert firsts([next(epoch), next(epoch)]) == [0, 1]
    time.sleep(0.05)
    epoch.close()
    assert firsts(source.epoch(3)) == [2, 3, 4]


def test_peek_takes_nothing():
    for data in (count(), Counted(), list_of_batches()):
        source = as_source(data, steps=3)
        assert source.peek()[1][0] == source.peek()[1][0] == 0
        assert firsts(source.epoch()) == [0, 1, 2]


def test_peek_into_nothing():
    with pytest.raises(ValueError, match=r"must give at least one batch. Received: generator, which gave none"):
        as_source(count(0)).peek()


def test_errors_of_a_generator_reach_the_caller_at_their_place():
    def failing():
        yield from count(2)
        raise KeyError("lost")

    epoch = as_source(failing(), steps=5).epoch()
    assert firsts([next(epoch), next(epoch)]) == [0, 1]
    with pytest.raises(KeyError, match="lost"):
        next(epoch)


def test_batches_are_prepared_while_others_are_used():
    threads = []

    def slow():
        for batch in count(8):
            time.sleep(0.02)
            threads.append(threading.current_thread())
            yield batch

    for _ in as_source(slow()).epoch():
        time.sleep(0.02)
    assert threads[0] is threading.main_thread() and threads[-1] is not threading.main_thread()


def test_without_prefetch_there_is_no_thread():
    names = []

    def told():
        for batch in count(2):
            names.append(threading.current_thread() is threading.main_thread())
            yield batch

    list(as_source(told(), prefetch=0).epoch())
    assert names == [True, True]


# forms of a batch


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        (np.ones(2), (1, 0, 0)),
        ((np.ones(2),), (1, 0, 0)),
        ((np.ones(2), np.ones(2)), (1, 1, 0)),
        ([np.ones(2), np.ones(2)], (1, 1, 0)),
        ((np.ones(2), np.ones(2), np.ones(2)), (1, 1, 1)),
        (({"a": np.ones(2), "b": np.ones(2)}, np.ones(2)), (2, 1, 0)),
        (((np.ones(2), np.ones(2)), np.ones(2)), (2, 1, 0)),
        ({"a": np.ones(2)}, (1, 0, 0)),
    ],
    ids=str,
)
def test_forms_of_a_batch(batch, expected):
    from hornbeam.core import tree

    x, y, w = as_source(iter([batch])).peek()
    assert tuple(len([a for a in tree.leaves(part) if a is not None]) for part in (x, y, w)) == expected


def test_batches_are_narrowed_and_stay_shared():
    array = np.ones((2, 1))
    x, y, _ = as_source(iter([(array, array)])).peek()
    assert x.dtype == np.float32
    assert x is y


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ((1, 2, 3, 4), r"several inputs are one x: \(\(a, b\), y\). Received: a tuple of 4"),
        ((), "Received: a tuple of 0"),
        ((np.ones((0, 1)), np.ones(0)), "A batch must have at least one row"),
        ((np.ones(2), ["a", "b"]), "`y` must be numbers. Received: strings"),
        (({"a": np.ones(2)}, np.ones(2)), "names of the model's inputs: 'b'. Received: 'a'"),
    ],
    ids=str,
)
def test_says_what_is_wrong_with_a_batch(batch, message):
    with pytest.raises(ValueError, match=message):
        list(as_source(iter([batch]), input_names=["b"]).epoch())


def test_targets_beside_a_generator():
    with pytest.raises(ValueError, match=r"`y` must be part of the batches .* generator and `y` of type ndarray"):
        as_source(count(), np.ones(3))
    with pytest.raises(ValueError, match="`sample_weight` must be part of the batches"):
        as_source(count(), sample_weight=np.ones(3))


def test_no_split_and_no_balance():
    with pytest.raises(ValueError, match=r"`validation_split` needs data in memory. Received: generator"):
        as_source(count()).split(0.1)
    with pytest.raises(ValueError, match=r"needs all targets beforehand. Received: generator"):
        as_source(count(), class_weight="balanced")


def test_class_weights_of_batches():
    source = as_source(count(2), class_weight={0: 1.0, 1: 3.0})
    assert [w.tolist() for _, _, w in source.epoch()] == [[1.0, 1.0], [3.0, 3.0]]


# iterables


def list_of_batches():
    class Batches:
        def __iter__(self):
            return count(4)

    return Batches()


def test_iterables_start_again():
    source = as_source(list_of_batches())
    assert [firsts(source.epoch()) for _ in range(2)] == [[0, 1, 2, 3]] * 2
    assert source.steps == 4


def test_training_goes_on_into_the_next_pass():
    source = as_source(list_of_batches(), steps=3, repeat=True)
    assert [firsts(source.epoch()) for _ in range(3)] == [[0, 1, 2], [3, 0, 1], [2, 3, 0]]


def test_evaluation_starts_anew():
    source = as_source(list_of_batches(), steps=3)
    assert [firsts(source.epoch()) for _ in range(2)] == [[0, 1, 2], [0, 1, 2]]
    with pytest.warns(UserWarning, match="gave 4 of 9 batches for an epoch and then ended: ask for fewer steps"):
        assert firsts(as_source(list_of_batches(), steps=9).epoch()) == [0, 1, 2, 3]


def test_an_empty_iterable_does_not_hang():
    class Nothing:
        def __iter__(self):
            return iter(())

    with pytest.warns(UserWarning, match="gave 0 of 3 batches"):
        assert firsts(as_source(Nothing(), steps=3, repeat=True).epoch()) == []


# datasets by number


@pytest.mark.parametrize("workers", [1, 4])
def test_datasets_keep_their_order_for_any_number_of_workers(workers):
    class Uneven(Counted):
        def __getitem__(self, index):
            time.sleep(0.02 if index % 3 == 0 else 0)
            return super().__getitem__(index)

    source = as_source(Uneven(12, workers=workers))
    assert source.steps == 12
    assert firsts(source.epoch()) == list(range(12))


def test_workers_work_at_once():
    together = threading.Barrier(4, timeout=60)

    class Waiting(Counted):
        def __getitem__(self, index):
            together.wait()  # for three others; an error unless they come
            return super().__getitem__(index)

    assert firsts(as_source(Waiting(8, workers=4)).epoch()) == list(range(8))


def test_number_of_workers_of_the_call():
    threads = set()

    class Told(Counted):
        def __getitem__(self, index):
            threads.add(threading.get_ident())
            time.sleep(0.01)
            return super().__getitem__(index)

    list(as_source(Told(12), workers=3).epoch())
    assert len(threads) == 3


def test_no_more_batches_ahead_than_the_queue_holds():
    asked = []

    class Told(Counted):
        def __getitem__(self, index):
            asked.append(index)
            return super().__getitem__(index)

    epoch = as_source(Told(100, max_queue_size=4)).epoch()
    next(epoch)
    time.sleep(0.1)
    assert len(asked) <= 5
    epoch.close()


def test_shuffled_dataset():
    set_random_seed(0)
    source = as_source(Counted(20), shuffle=True)
    first, second = firsts(source.epoch()), firsts(source.epoch())
    assert sorted(first) == list(range(20))
    assert first != second
    assert first != list(range(20))
    set_random_seed(0)
    assert firsts(as_source(Counted(20), shuffle=True, workers=3).epoch()) == first


def test_training_on_a_dataset_goes_on_into_the_next_pass():
    data = Counted(5, workers=2)
    source = as_source(data, steps=3, repeat=True)
    assert source.peek()[1][0] == 0
    assert [firsts(source.epoch()) for _ in range(4)] == [[0, 1, 2], [3, 4, 0], [1, 2, 3], [4, 0, 1]]
    assert data.told == ["begin", "end", "begin", "end", "begin"]


def test_evaluation_on_a_dataset_starts_anew():
    source = as_source(Counted(5), steps=3)
    assert [firsts(source.epoch()) for _ in range(2)] == [[0, 1, 2], [0, 1, 2]]
    with pytest.warns(UserWarning, match="gave 5 of 9 batches"):
        assert firsts(as_source(Counted(5), steps=9).epoch()) == [0, 1, 2, 3, 4]


def test_an_epoch_on_a_dataset_that_was_left_goes_on():
    source = as_source(Counted(8), steps=6, repeat=True)
    epoch = source.epoch()
    assert firsts([next(epoch), next(epoch)]) == [0, 1]
    epoch.close()
    assert firsts(source.epoch(3)) == [2, 3, 4]


def test_peek_at_a_dataset_fetches_once_and_starts_no_thread():
    asked = []

    class Told(Counted):
        def __getitem__(self, index):
            asked.append(index)
            return super().__getitem__(index)

    source = as_source(Told(3))
    threads = threading.active_count()
    source.peek()
    assert threading.active_count() == threads
    assert firsts(source.epoch()) == asked == [0, 1, 2]


def test_a_dataset_hears_of_its_epochs():
    data = Counted(2)
    source = as_source(data)
    list(source.epoch())
    assert data.told == ["begin", "end"]
    list(source.epoch())
    assert data.told == ["begin", "end"] * 2


def test_length_may_change_between_epochs():
    data = Counted(2)
    source = as_source(data)
    list(source.epoch())
    data.length = 3
    assert firsts(source.epoch()) == [0, 1, 2]


def test_error_of_a_dataset_names_the_batch():
    class Failing(Counted):
        def __getitem__(self, index):
            if index == 3:
                raise OSError("no such image")
            return super().__getitem__(index)

    with pytest.raises(OSError, match="no such image") as caught:
        list(as_source(Failing(workers=2)).epoch())
    assert caught.value.__notes__ == ["While getting batch 3 of `Failing`."]


def test_dataset_without_a_length():
    class Endless(PyDataset):
        def __getitem__(self, index):
            return np.full((1, 1), float(index)), np.full(1, index)

    with pytest.raises(ValueError, match=r"must say how many batches .* Received: Endless, which has no length"):
        as_source(Endless())
    source = as_source(Endless(), steps=2, repeat=True, shuffle=True)
    assert firsts(source.epoch()) == [0, 1]
    assert firsts(source.epoch()) == [2, 3]


def test_dataset_of_length_zero():
    with pytest.raises(ValueError, match=r"at least one batch. Received: Counted of length 0"):
        as_source(Counted(0))


def test_sequence_of_keras_2_does_not_call_the_constructor():
    class Old(Sequence):
        def __init__(self, data):
            self.data = data

        def __len__(self):
            return 2

        def __getitem__(self, index):
            return self.data[index], self.data[index]

    assert as_source(Old(np.ones((2, 3, 1)))).steps == 2


def test_dataset_of_real_keras():
    keras = pytest.importorskip("keras")

    class Theirs(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return np.full((2, 1), float(index)), np.full(2, index)

    assert firsts(as_source(Theirs(workers=2)).epoch()) == [0, 1, 2]


def test_duck_typed_dataset():
    class Duck:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return np.full((2, 1), float(index)), np.full(2, index)

    assert firsts(as_source(Duck()).epoch()) == [0, 1, 2]


def test_iterator_with_a_length():
    class Flow:
        """As the iterators of `ImageDataGenerator`: endless, with the length of a pass."""

        def __init__(self):
            self.batches = count()

        def __len__(self):
            return 3

        def __iter__(self):
            return self

        def __next__(self):
            return next(self.batches)

    source = as_source(Flow())
    assert source.steps == 3
    assert [firsts(source.epoch()) for _ in range(2)] == [[0, 1, 2], [3, 4, 5]]


# other libraries


def test_torch_loader():
    data = pytest.importorskip("torch.utils.data")
    import torch

    dataset = data.TensorDataset(torch.arange(6.0, dtype=torch.float64)[:, None], torch.arange(6))
    source = as_source(data.DataLoader(dataset, batch_size=4))
    assert source.steps == 2
    batches = list(source.epoch())
    assert [len(x) for x, _, _ in batches] == [4, 2]
    assert batches[0][0].dtype == np.float32
    assert batches[0][1].dtype == np.int32
    with pytest.raises(TypeError, match=r"gives single samples; wrap it: `torch.utils.data.DataLoader"):
        as_source(dataset)


class FakeTensors:
    """What is asked of a tf.data.Dataset."""

    def __init__(self, cardinality):
        self.count = cardinality

    def cardinality(self):
        return np.int64(self.count)

    def as_numpy_iterator(self):
        return count(4)

    def __iter__(self):
        raise AssertionError("would give tensors")


Dataset = type("DatasetV2", (FakeTensors,), {"__module__": "tensorflow.python.data.ops.dataset_ops"})


@pytest.mark.parametrize("cardinality", [4, -2])
def test_tensorflow_dataset(cardinality):
    source = as_source(type("Batched", (Dataset,), {})(cardinality))
    assert source.steps == (4 if cardinality == 4 else None)
    assert [firsts(source.epoch()) for _ in range(2)] == [[0, 1, 2, 3]] * 2


def test_endless_tensorflow_dataset():
    with pytest.raises(ValueError, match="when the data does not end"):
        as_source(Dataset(-1))
    assert as_source(Dataset(-1), steps=2).steps == 2


def test_a_source_is_a_source():
    source = as_source(np.ones(3))
    assert as_source(source) is source
