"""Functions of `ops` on symbolic tensors: recorded, with unknown sizes kept."""

import numpy as np
import pytest

import hornbeam
from hornbeam import ops
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.ops import nn


def test_shapes_with_an_unknown_batch(engine):
    x = SymbolicTensor((None, 6, 4))
    cases = {
        (None, 6, 4): [ops.relu(x), x + 1, 2 * x, -x, x / x, x**2, ops.softmax(x), nn.gelu(x), 1 - x],
        (None, 6): [ops.mean(x, -1), x[:, :, 0], ops.argmax(x, axis=2)],
        (None, 24): [ops.reshape(x, (-1, 24))],
        (None, 4, 6): [ops.transpose(x, (0, 2, 1)), ops.swapaxes(x, 1, 2)],
        (None, 6, 8): [ops.concatenate([x, x], -1), ops.repeat(x, 2, -1), ops.matmul(x, np.ones((4, 8), "float32"))],
        (None, 3, 5): [ops.conv(x, np.ones((2, 4, 5), "float32"), strides=2)],
        (None, 3, 4): [ops.max_pool(x, 2), *ops.split(x, 2, axis=1)],
        (): [ops.sum(x)],
    }
    for shape, results in cases.items():
        for result in results:
            assert result.shape == shape, result


def test_a_slice_takes_what_there_is_of_an_unknown_size(engine):
    x = SymbolicTensor((None, None, 5))
    for key, shape in [
        (np.s_[:5], (None, None, 5)),
        (np.s_[..., -4:, 1:3], (None, None, 2)),
        (np.s_[:, 2:4, None, 0], (None, None, 1)),
        (np.s_[-1:, :1], (1, 1, 5)),
        (np.s_[None, 0, 1:-1], (1, None, 5)),
        (np.s_[:, [0, 1]], (None, 2, 5)),
    ]:
        assert x[key].shape == shape, key


def test_a_call_is_recorded_and_can_be_repeated(engine):
    x = SymbolicTensor((None, 3))
    y = ops.add(x, 1.0)
    node = y.node
    assert node.inputs == [x]
    assert node.operation.name.startswith("add")
    np.testing.assert_allclose(ops.convert_to_numpy(node.operation([[1.0, 2.0, 3.0]], 1.0)), [[2, 3, 4]])
    assert (x > 0).dtype == "bool"
    assert ops.shape(x) == (None, 3)
    assert ops.size(x).shape == ()
    assert not ops.is_tensor(x)


def test_keyword_and_nested_arguments(engine):
    x = SymbolicTensor((None, 3))
    assert ops.where(condition=x > 0, x1=x, x2=0.0).shape == (None, 3)
    assert ops.stack([x, x], axis=1).shape == (None, 2, 3)
    with pytest.raises(TypeError, match="has no value"):
        ops.convert_to_numpy(x)


def test_sizes_that_are_joined_to_repeats_stay_known_in_a_program(engine):
    """The causal mask of Keras's examples of transformers."""

    class Causal(hornbeam.layers.Layer):
        def call(self, x):
            rows, steps = ops.shape(x)[:2]
            mask = ops.reshape(ops.arange(steps)[:, None] >= ops.arange(steps), (1, steps, steps))
            repeats = ops.concatenate([ops.expand_dims(rows, -1), ops.convert_to_tensor([1, 1])], axis=0)
            return ops.matmul(ops.cast(ops.tile(mask, repeats), "float32"), x)

    x = hornbeam.Input((3, 1))
    model = hornbeam.Model(x, Causal()(x))
    assert model.output_shape == (None, 3, 1)
    np.testing.assert_array_equal(model.predict(np.ones((2, 3, 1)), verbose=0)[1], [[1], [2], [3]])
