"""Arguments that do not fit together, unknown sizes that can only be others, and sizes that depend on values."""

import numpy as np
import pytest

import hornbeam
from hornbeam import ops


def unknown(*shape, dtype="float32"):
    return hornbeam.KerasTensor(shape, dtype=dtype)


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        (lambda: ops.add(unknown(None, 3), unknown(2, None)), (2, 3)),
        (lambda: ops.maximum(unknown(None, 1), unknown(1, None)), (None, None)),
        (lambda: ops.matmul(unknown(None, None), unknown(None, None)), (None, None)),
        (lambda: ops.matmul(unknown(2, None), unknown(3, 4)), (2, 4)),
        (lambda: ops.inner(unknown(None, 3), unknown(3, None)), (None, 3)),
        (lambda: ops.broadcast_to(unknown(None, 3), (2, 3)), (2, 3)),
        (lambda: ops.reshape(unknown(None, 3), (None, 3)), (None, 3)),
        (lambda: ops.linspace(unknown(None, 3), unknown(2, 3), 5, axis=1), (2, 5, 3)),
        (lambda: ops.take_along_axis(unknown(None, 3), np.ones((2, 3), "int32"), axis=1), (2, 3)),
        (lambda: ops.diag(unknown(None, 3)), (None,)),
        (lambda: ops.diagonal(unknown(2, None, 3), axis1=1, axis2=2), (2, None)),
        (lambda: ops.unique(unknown(4)), (None,)),
        (lambda: ops.nonzero(unknown(4, 3))[1], (None,)),
        (lambda: ops.where(unknown(4, 3, dtype="bool"))[0], (None,)),
        (lambda: ops.bincount(unknown(2, 3, dtype="int32")), (2, None)),
        (lambda: ops.segment_sum(unknown(4, 2), unknown(4, dtype="int32")), (None, 2)),
        (lambda: ops.size(unknown(None, 3)), ()),
        (lambda: ops.vectorized_map(lambda x: x * 2, unknown(None, 3)), (None, 3)),
        (lambda: ops.while_loop(lambda x: x[0] < 3, lambda x: x + 1, unknown(3)), (3,)),
    ],
)
def test_unknown_sizes(engine, call, shape):
    assert call().shape == shape


MISFITS = [
    lambda tensor: ops.add(tensor(2, 3), tensor(4, 3)),
    lambda tensor: ops.matmul(tensor(2, 3), tensor(2, 3)),
    lambda tensor: ops.concatenate([tensor(2, 3), tensor(3, 4)]),
    lambda tensor: ops.stack([tensor(2, 3), tensor(2, 4)]),
    lambda tensor: ops.reshape(tensor(2, 3), (4, 2)),
    lambda tensor: ops.transpose(tensor(2, 3), (0, 0)),
    lambda tensor: ops.sum(tensor(2, 3), axis=4),
    lambda tensor: ops.sum(tensor(2, 3), axis="a"),
    lambda tensor: ops.cumsum(tensor(2, 3), axis=5),
    lambda tensor: ops.cholesky(tensor(3)),
    lambda tensor: ops.inv(tensor(2, 3)),
    lambda tensor: ops.det(tensor(2, 3)),
    lambda tensor: ops.solve(tensor(2, 3), tensor(2, 3)),
    lambda tensor: ops.max_pool(tensor(2, 3), 2),
    lambda tensor: ops.conv_transpose(tensor(1, 4, 2), tensor(2, 3, 1)),
    lambda tensor: ops.depthwise_conv(tensor(1, 4, 2), tensor(2, 4, 1)),
    lambda tensor: ops.slice(tensor(2, 3), (0,), (1, 1)),
    lambda tensor: ops.slice(tensor(2, 3), unknown(2, dtype="int32"), (1, -1)),
    lambda tensor: ops.scan(lambda c, x: (c, x), tensor(2), tensor(3, 2), unroll=-1),
    lambda tensor: ops.scan(lambda c, x: (c, x), tensor(2)),
    lambda tensor: ops.irfft(tensor(3, 4)),
    lambda tensor: ops.istft((tensor(3, 4), tensor(3, 4)), 4, 0, 6),
    lambda tensor: ops.stft(tensor(8), 4, 1.5, 4),
    lambda tensor: ops.istft((tensor(3, 4),) * 3, 4, 2, 4),
    lambda tensor: ops.unstack(tensor(2, 3), num=3),
    lambda tensor: ops.get_item(tensor(2, 3), 5),
    lambda tensor: ops.cross(tensor(2, 4), tensor(2, 4)),
]


@pytest.mark.parametrize("call", MISFITS)
def test_misfits_are_value_errors_on_arrays_and_on_graphs(engine, call):
    with pytest.raises(ValueError, match="Received"):
        call(lambda *shape: ops.ones(shape))
    with pytest.raises(ValueError, match="Received"):
        call(unknown)


def test_tensors_of_graphs_have_no_values_in_whatever_way_they_are_asked():
    for ask in (iter, float, np.asarray):
        for error in (TypeError, ValueError, NotImplementedError):
            with pytest.raises(error, match="no value"):
                ask(unknown())
    assert not ops.is_tensor(unknown(2))


def test_messages_show_unknown_sizes_as_unknown_and_public_names():
    with pytest.raises(ValueError, match=r"inputs \(None, None, 3\)"):
        ops.conv(unknown(None, None, 3), unknown(3, 4, 5))
    with pytest.raises(ValueError, match=r"^`cond`"):
        ops.cond(ops.ones(3), lambda: 1, lambda: 2)
