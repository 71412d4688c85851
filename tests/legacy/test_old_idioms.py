"""What programs for Keras 1 and 2 did with models and layers, and today's do not."""

import numpy as np
import pytest

import hornbeam
from hornbeam import Input, Model, Sequential, layers, ops
from hornbeam.layers import Dense, Merge

pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")

X, Y = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3), np.ones((8, 1), "float32")


def model_of_three():
    x = Input((3,))
    return Model(x, Dense(1, name="c")(Dense(4, name="b")(Dense(5, name="a")(x))))


def test_a_stack_that_begins_with_merged_models(tmp_path):
    left, right = Sequential([Dense(2, input_dim=3)]), Sequential([Dense(3, input_dim=2), layers.ReLU()])
    model = Sequential([Merge([left, right], mode="concat"), Dense(1)])
    model.compile("sgd", "mse")
    data = [X, X[:, :2]]
    assert len(model.fit(data, Y, nb_epoch=2, verbose=0, validation_split=0.5).history["val_loss"]) == 2
    expected = model.predict(data, verbose=0)
    by_hand = np.concatenate([left.predict(X, verbose=0), right.predict(X[:, :2], verbose=0)], 1)
    np.testing.assert_allclose(expected, by_hand @ model.get_weights()[4] + model.get_weights()[5], rtol=1e-5)
    copies = [Sequential.from_config(model.get_config())]
    copies[0].set_weights(model.get_weights())
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        copies.append(hornbeam.models.load_model(tmp_path / name))
    for copy in copies:
        np.testing.assert_allclose(copy.predict(data, verbose=0), expected, rtol=1e-5)
    with pytest.raises(ValueError, match=r"takes 2 inputs \(.*\). Received: 1"):
        model.predict([X], verbose=0)


class Sized(Dense):
    def call(self, x):
        y = super().call(x)
        self.add_metric(ops.mean(ops.abs(y)), name="size", aggregation="mean")
        return y


def test_metrics_that_layers_and_graphs_add():
    x = Input((3,))
    hidden = Sized(2)(x)
    model = Model(x, Dense(1)(hidden))
    model.add_metric(ops.sum(hidden), name="total")
    model.compile("sgd", "mse", metrics=["mae"])
    assert model.metrics_names == ["loss", "mae", "size", "total"]
    found = dict(zip(model.metrics_names, model.evaluate(X, Y, batch_size=4, verbose=0), strict=True))
    values = Model(x, hidden).predict(X, verbose=0)
    assert found["size"] == pytest.approx(np.abs(values).mean(), rel=1e-5)
    assert found["total"] == pytest.approx(values.sum() / 2, rel=1e-4)  # of two batches
    history = model.fit(X, Y, batch_size=4, epochs=1, verbose=0, validation_data=(X, Y)).history
    assert history.keys() >= {"size", "total", "val_size", "val_total"}
    assert model.predict(X, verbose=0).shape == (8, 1)
    with pytest.raises(ValueError, match=r"inside of the `call` of a layer"):
        Dense(2).add_metric(x, "a")
    with pytest.raises(ValueError, match=r"`aggregation` of `add_metric` must be \"mean\" or None. Received: 'sum'"):
        Dense(2).add_metric(1.0, "a", "sum")


def test_names_of_metrics_before_the_first_batch():
    x = Input((3,))
    model = Model(x, [Dense(1, name="p")(x), Dense(3, name="q")(x)])
    model.compile("sgd", {"p": "mse", "q": "sparse_categorical_crossentropy"}, metrics={"p": "mae", "q": ["acc"]})
    expected = ["loss", "p_loss", "q_loss", "p_mae", "q_acc"]
    assert model.metrics_names == expected
    model.evaluate(X, [Y, np.zeros(8)], verbose=0)
    assert model.metrics_names == expected


def stack_of_three():
    return Sequential([Input((3,)), Dense(5, name="a"), Dense(4, name="b"), Dense(1, name="c")])


@pytest.mark.parametrize("make", [model_of_three, stack_of_three])
def test_layers_are_taken_from_the_end(make):
    model = make()
    expected = Model(model.input, model.get_layer("b").output).predict(X, verbose=0)
    model.layers.pop()
    model.outputs = [model.layers[-1].output]
    model.layers[-1].outbound_nodes = []
    assert [layer.name for layer in model.layers][-2:] == ["a", "b"] and model.output_shape == (None, 4)
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, rtol=1e-5)
    model.outputs = [model.get_layer("a").output]
    assert model.predict(X, verbose=0).shape == (8, 5) and len(model.weights) == 2


def test_nodes_behind_a_layer():
    a, b, c = model_of_three().layers[1:]
    assert [node.outbound_layer for node in a.outbound_nodes] == [b] and c._outbound_nodes == []


def test_an_input_of_a_computed_tensor():
    x = Input((3,))
    middle = Dense(4)(x)
    start = Input(tensor=middle)
    second = Model(start, Dense(1)(start))
    whole, first = Model(x, second.output), Model(x, middle)
    expected = second.predict(first.predict(X, verbose=0), verbose=0)
    np.testing.assert_allclose(whole.predict(X, verbose=0), expected, rtol=1e-5)
    for model, data in ((whole, X), (second, first.predict(X, verbose=0))):
        copy = hornbeam.models.model_from_json(model.to_json())
        copy.set_weights(model.get_weights())
        np.testing.assert_allclose(copy.predict(data, verbose=0), expected, rtol=1e-5)


class Positions(layers.Layer):
    table = np.arange(20, dtype="float32").reshape(1, 20, 1)

    def call(self, x):
        return x + self.table[:, : ops.shape(x)[1]]


def test_a_table_of_positions_for_rows_of_any_length():
    x = Input((None, 2))
    model = Model(x, Positions()(x))
    assert model.output_shape == (None, None, 2)
    np.testing.assert_array_equal(model(np.zeros((1, 3, 2), "float32"))[0], [[0, 0], [1, 1], [2, 2]])
    with pytest.raises(Exception, match=r"broadcast|[Ii]ncompatible|must match"):
        Positions()(Input((30, 2)))
