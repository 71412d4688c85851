"""State as values: trees of a whole model, losses without assignments, functions of iterators, scopes."""

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops

X, Y = np.ones((2, 3), "float32"), np.ones((2, 2), "float32")


def made(library):
    model = library.Sequential(
        [library.Input((3,)), library.layers.Dense(2, name="d"), library.layers.BatchNormalization(name="b")], name="m"
    )
    model.compile(library.optimizers.SGD(name="sgd"), "mse", metrics=["mae"])
    model.fit(X, Y, verbose=0)
    return model


def plain(x):
    return np.asarray(ops.convert_to_numpy(x))


def test_state_trees(engine):
    model = made(hornbeam)
    tree, arrays = model.get_state_tree(), model.get_state_tree("numpy_array")
    assert list(tree) == list(made(keras).get_state_tree())
    assert ops.is_tensor(tree["trainable_variables"]["m"]["d"]["kernel"])
    assert int(arrays["optimizer_variables"]["sgd"]["iteration"]) == 1
    arrays["trainable_variables"]["m"]["d"]["bias"] = np.array([5.0, 6.0])
    model.set_state_tree(arrays)
    np.testing.assert_array_equal(model.layers[0].bias.numpy(), [5, 6])
    model.set_state_tree({"trainable_variables": {"m": {"d": {"bias": np.zeros(2)}}}})
    assert not model.layers[0].bias.numpy().any()
    for wrong in ({"weights": {}}, {"trainable_variables": {"z": {"q": 1}}}):
        with pytest.raises(ValueError, match=r"A state tree has the keys|has no variable `z/q`"):
            model.set_state_tree(wrong)
    with pytest.raises(ValueError, match="`value_format` must be one of"):
        model.get_state_tree("lists")


def test_loss_with_given_values(engine):
    model, theirs = made(hornbeam), made(keras)
    results = []
    for m in (model, theirs):
        kinds = (m.trainable_variables, m.non_trainable_variables, m.metrics_variables)
        values = [[v.numpy() for v in kind] for kind in kinds]
        loss, new = m.stateless_compute_loss(*values, x=X, y=Y, y_pred=np.zeros((2, 2), "float32"))
        assert [len(part) for part in new] == [len(kind) for kind in kinds]
        results.append(float(loss))
    assert results[0] == results[1] == 1.0


def test_functions_of_iterators(engine):
    model = made(hornbeam)
    before = model.get_weights()[3]
    batches = iter([(X, Y), (X, Y), (X,)])
    assert set(model.make_train_function()(batches)) == {"loss", "mae"}
    assert np.any(model.get_weights()[3] != before)
    expected = model.evaluate(X, Y, verbose=0)[0]
    np.testing.assert_allclose(model.make_test_function()(batches)["loss"], expected, rtol=1e-6)
    np.testing.assert_allclose(model.make_predict_function()(batches), model.predict(X, verbose=0), rtol=1e-6)
    with pytest.raises(RuntimeError, match="call `compile"):
        hornbeam.Sequential([layers.Dense(2)]).make_train_function()


def test_scopes(engine):
    v = hornbeam.Variable([1.0, 2.0], name="v")
    w = hornbeam.Variable(0.0)
    with hornbeam.StatelessScope([(v, [3.0, 4.0])]) as scope:
        v.assign_add([1.0, 1.0])
        np.testing.assert_array_equal(plain(v.value), [4, 5])
    np.testing.assert_array_equal(plain(scope.get_current_value(v)), [4, 5])
    assert scope.get_current_value(w) is None
    np.testing.assert_array_equal(v.numpy(), [1, 2])
    with pytest.raises(ValueError, match="has shape"):
        hornbeam.StatelessScope([(v, np.ones(3))])
    with pytest.raises(ValueError, match="pairs of a variable"):
        hornbeam.StatelessScope([(1, 2)])
    with hornbeam.SymbolicScope():
        v.assign([0.0, 0.0])
    np.testing.assert_array_equal(v.numpy(), [1, 2])


def test_name_scopes():
    scope = hornbeam.name_scope("a")
    for _ in range(2):
        with scope, hornbeam.name_scope("b"):
            assert hornbeam.Variable(1.0, name="v").path == "a/b/v"
    assert hornbeam.Variable(1.0, name="v").path == "v"
    with pytest.raises(ValueError, match="without '/'"):
        hornbeam.name_scope("a/b")


class Double(hornbeam.Operation):
    def call(self, x, times=2):
        return x * times


def test_operations_of_users(engine):
    operation = Double(name="double")
    np.testing.assert_array_equal(plain(operation(ops.convert_to_tensor(X))), 2 * X)
    x = hornbeam.Input((3,))
    y = operation(x)
    assert isinstance(y, hornbeam.KerasTensor) and y.shape == (None, 3)
    assert operation.input is x and operation.output is y
    np.testing.assert_array_equal(hornbeam.Model(x, y).predict(X, verbose=0), 2 * X)
    with pytest.raises(NotImplementedError, match="`Operation` must define `call`"):
        hornbeam.Operation()(X)


class Scaled(hornbeam.Operation):
    def __init__(self, by, *more, name=None):
        super().__init__(name=name)
        self.by = by

    def call(self, x):
        return x * self.by


def test_operations_of_users_are_saved_with_what_they_were_made_with(tmp_path):
    assert Scaled(3.0, name="a").get_config() == {"by": 3.0, "name": "a"}
    x = hornbeam.Input((3,))
    model = hornbeam.Model(x, Scaled(3.0)(x))
    model.save(tmp_path / "scaled.keras")
    again = hornbeam.saving.load_model(tmp_path / "scaled.keras", custom_objects={"Scaled": Scaled})
    np.testing.assert_allclose(again.predict(X, verbose=0), 3 * X, rtol=1e-6)
    for wrong in (Scaled(object()), Scaled(3.0, 4.0)):
        with pytest.raises(NotImplementedError, match="config"):
            wrong.get_config()


def test_functions_of_graphs(engine):
    x = hornbeam.Input((3,))
    dense = layers.Dense(2)
    function = hornbeam.Function(x, 2 * dense(x), name="f")
    np.testing.assert_allclose(plain(function(X)), 2 * plain(dense(X)), rtol=1e-6)
    assert function(hornbeam.Input((3,))).shape == (None, 2)
    assert function.compute_output_shape((5, 3)) == (5, 2)
    assert [t.shape for t in (*function.inputs, *function.outputs)] == [(None, 3), (None, 2)]
    assert dense in function.operations


def test_devices(engine):
    with hornbeam.device("cpu:0"):
        x = ops.ones(2)
    np.testing.assert_array_equal(plain(x), [1, 1])
    assert "cpu" in str(x.device).lower()
    for unknown in ("tpu:9", 123):
        with pytest.raises(ValueError, match="`device` must be one of"), hornbeam.device(unknown):
            pass
