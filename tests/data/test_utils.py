"""Helpers of `hornbeam.utils`, against real Keras."""

import numpy as np
import pytest

from hornbeam import engine as arrays
from hornbeam import ops, utils

pytestmark = pytest.mark.usefixtures("few_to_collect")


@pytest.fixture
def keras():
    return pytest.importorskip("keras")


@pytest.mark.parametrize("x", [[0, 2, 1], [[0], [2]], np.zeros((2, 3, 1)), np.array([[0, 1], [2, 3]])], ids=str)
@pytest.mark.parametrize("num_classes", [None, 5])
def test_to_categorical(keras, x, num_classes):
    np.testing.assert_array_equal(utils.to_categorical(x, num_classes), keras.utils.to_categorical(x, num_classes))


@pytest.mark.parametrize("x", [[0, 3], [-1, 0], [0.5]])
def test_to_categorical_of_what_is_no_class(x):
    with pytest.raises(ValueError, match="must hold integers from 0 to 1"):
        utils.to_categorical(x, 2)


def test_of_tensors_they_make_tensors(engine):
    """In compiled code, too, where no number is known."""
    classes, vectors = ops.convert_to_tensor([[1], [0]]), ops.convert_to_tensor([[3.0, 4.0], [0.0, 0.0]])
    for one, two in (both(classes, vectors), arrays.jit(both)(classes, vectors)):
        assert arrays.is_tensor(one) and arrays.is_tensor(two)
        np.testing.assert_array_equal(ops.convert_to_numpy(one), [[0, 1, 0], [1, 0, 0]])
        np.testing.assert_allclose(ops.convert_to_numpy(two), [[0.6, 0.8], [0, 0]], rtol=1e-6)
    with pytest.raises(ValueError, match="needs `num_classes` in compiled code"):
        arrays.jit(utils.to_categorical)(classes)


def both(classes, vectors):
    return utils.to_categorical(classes, 3), utils.normalize(vectors)


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("order", [1, 2])
def test_normalize(keras, axis, order):
    x = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, -1.0]])
    np.testing.assert_allclose(utils.normalize(x, axis, order), keras.utils.normalize(x, axis, order))
    np.testing.assert_allclose(utils.normalize(x.T, 0, order), utils.normalize(x, 1, order).T)


@pytest.mark.parametrize(
    "sequences", [[[1, 2, 3], [4], []], [[[1, 2]], [[3, 4], [5, 6]]], [np.array([1.5, 2.5]), np.array([1.0])]], ids=str
)
@pytest.mark.parametrize("maxlen", [None, 2])
@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
def test_pad_sequences(keras, sequences, maxlen, padding, truncating):
    arguments = {"maxlen": maxlen, "padding": padding, "truncating": truncating, "dtype": "float32", "value": 9.0}
    np.testing.assert_array_equal(
        utils.pad_sequences(sequences, **arguments), keras.utils.pad_sequences(sequences, **arguments)
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2],), "must be a list of lists. Received: 1 at position 0"),
        (([[1]], None, "int32", "before"), '`padding` must be "pre" or "post"'),
        (([[[1, 2]], [[1]]],), r"items of one shape, \(2,\). Received: shape \(1,\) in sequence 1"),
    ],
)
def test_pad_sequences_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        utils.pad_sequences(*arguments)


def test_packing(keras):
    for arguments in ((1,), ([1],), (1, 2), (1, 2, 3)):
        packed = utils.pack_x_y_sample_weight(*arguments)
        assert packed == keras.utils.pack_x_y_sample_weight(*arguments)
        assert utils.unpack_x_y_sample_weight(packed) == keras.utils.unpack_x_y_sample_weight(packed)


def test_clear_session_counts_names_anew():
    from hornbeam.core import naming

    utils.clear_session()
    assert naming.unique("dense") == "dense"
    utils.clear_session()
    assert naming.unique("dense") == "dense"


class Tens(utils.Sequence):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return np.full(2, 10 * index + self.passes)

    passes = 0

    def on_epoch_end(self):
        self.passes += 1


@pytest.mark.parametrize(("workers", "processes"), [(0, False), (1, False), (3, False), (2, True)])
def test_ordered_enqueuer(workers, processes):
    enqueuer = utils.OrderedEnqueuer(Tens(), use_multiprocessing=processes)
    with pytest.raises(RuntimeError, match=r"call `start\(\)` before `get\(\)`"):
        enqueuer.get()
    enqueuer.start(workers, max_queue_size=2)
    batches = enqueuer.get()
    assert [int(next(batches)[0]) for _ in range(5)] == [0, 10, 20, 1, 11]
    assert enqueuer.is_running()
    enqueuer.stop()
    assert not enqueuer.is_running()


@pytest.mark.parametrize("workers", [0, 1])
def test_generator_enqueuer(workers):
    enqueuer = utils.GeneratorEnqueuer(iter(range(4)), wait_time=0.1)
    enqueuer.start(workers)
    assert list(enqueuer.get()) == [0, 1, 2, 3]
    enqueuer.stop()


def test_a_list_is_a_batch_as_a_tuple_is():
    assert utils.unpack_x_y_sample_weight([1, 2]) == (1, 2, None)
    assert utils.unpack_x_y_sample_weight(["a", "b"]) == (["a", "b"], None, None)
