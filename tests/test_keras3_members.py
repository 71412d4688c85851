"""What Keras 3 has around layers: members of symbolic tensors, scopes, operations, functions, optimizers, bars."""

import inspect

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops, utils


def test_symbolic_tensors_change_their_shape(engine):
    x = hornbeam.Input((3, 1))
    y = x.reshape((-1, 3))
    assert (y.shape, x.squeeze().shape, x.squeeze(axis=2).shape) == ((None, 3), (None, 3), (None, 3))
    model = hornbeam.Model(x, y)
    np.testing.assert_array_equal(model(np.ones((2, 3, 1))), np.ones((2, 3)))
    assert (x.ragged_rank, x.row_splits_dtype) == (None, None)
    with pytest.raises(ValueError, match="1"):
        x.squeeze(axis=1)


def test_a_stateless_scope_collects_losses(engine):
    layer = layers.ActivityRegularization(l2=1.0)
    with hornbeam.StatelessScope(collect_losses=True) as scope:
        scope.add_loss(3.0)
        layer(np.ones((2, 2)))
    assert [float(loss) for loss in scope.losses] == [3.0, 2.0]
    with hornbeam.StatelessScope() as scope:
        layer(np.ones((2, 2)))
    assert scope.losses == []


class Double(hornbeam.Operation):
    def call(self, x):
        return 2 * x


@pytest.mark.parametrize(
    ("mode", "settings", "is_again"),
    [
        ("full", {}, True),
        ("list_of_layers", {"layer_names": ["double"]}, True),
        ("list_of_layers", {"layer_names": ["other"]}, False),
        ("larger_than", {"output_size_threshold": 3}, True),
        ("larger_than", {"output_size_threshold": 4}, False),
    ],
)
def test_operations_are_computed_again_as_their_scope_says(engine, mode, settings, is_again):
    with hornbeam.RematScope(mode, **settings):
        operation = Double("double")
    x = ops.ones((2, 2))
    assert (operation.rematerialized_call(operation.call, x) != operation.call) == is_again
    np.testing.assert_array_equal(operation(x), 2 * np.ones((2, 2)))
    assert operation(hornbeam.Input((2,))).shape == (None, 2)


def test_shapes_of_functions_and_stacks_by_name():
    x = hornbeam.Input((3,))
    function = hornbeam.Function(x, layers.Dense(2)(x))
    assert function.compute_output_spec(inputs=hornbeam.KerasTensor((5, 3))).shape == (5, 2)
    model = hornbeam.Sequential([layers.Dense(2)])
    assert model.compute_output_spec(inputs=hornbeam.KerasTensor((5, 3)), training=True, mask=None).shape == (5, 2)


@pytest.mark.parametrize("name", ["variables", "var_list"])
def test_optimizers_are_built_by_both_names(engine, name):
    optimizer = hornbeam.optimizers.Adadelta()
    v = hornbeam.Variable([1.0])
    optimizer.build(**{name: [v]})
    optimizer.update_step(grad=ops.ones(1), variable=v, learning_rate=ops.ones(()))
    assert float(v[0]) < 1.0
    assert name in inspect.signature(optimizer.build).parameters


def test_variables_are_on_one_device():
    assert hornbeam.Variable(1.0, layout=None).shape == ()
    with pytest.raises(ValueError, match="`layout` of a `Variable` must be None"):
        hornbeam.Variable(1.0, layout="x")


def test_bars_average_what_they_are_told_to(capsys):
    bar = utils.Progbar(2, verbose=2, stateless_metrics=["mean"])
    bar.update(1, [("mean", 1.0), ("last", 1.0)])
    bar.update(2, [("mean", 3.0), ("last", 3.0)])
    shown = capsys.readouterr().out
    assert "mean: 2.0000" in shown and "last: 3.0000" in shown
    bar = utils.Progbar(1, verbose=2)
    bar.update(1, [("list", [0.0, 1.0]), ("array", ops.ones((2, 2))), ("twice", 1.0), ("twice", 2.0)])
    shown = capsys.readouterr().out
    assert "list: 0.5000" in shown and "array: 1.0000" in shown and "twice: 1.5000" in shown
    with pytest.raises(ValueError, match="`stateful_metrics` or `stateless_metrics`"):
        utils.Progbar(2, stateful_metrics=[], stateless_metrics=[])


def test_names_in_scope_are_given_by_name():
    with utils.CustomObjectScope(custom_objects={"double": lambda x: 2 * x}):
        assert layers.Dense(1, activation="double").activation(2) == 4
