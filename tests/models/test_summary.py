"""`summary()`: text in a pipe, a table on a terminal."""

import io
import sys

import pytest

import hornbeam
from hornbeam import ops
from hornbeam.layers import BatchNormalization, Dense, Input

pytestmark = pytest.mark.usefixtures("on_torch")


def chain():
    model = hornbeam.Sequential(name="chain")
    model.add(Input((3,)))
    model.add(Dense(4, name="wide"))
    model.add(BatchNormalization(name="norm"))
    model.add(Dense(2, name="narrow", trainable=False))
    return model


def graph():
    x = Input((3,), name="x")
    h = Dense(4, name="h")(x)
    inner = hornbeam.Sequential([Input((4,)), Dense(4, name="inside")], name="inner")
    return hornbeam.Model(x, ops.relu(inner(h) + h), name="net")


def text(model, **kwargs):
    parts = []
    model.summary(print_fn=lambda line, **_: parts.append(line), **kwargs)
    return "\n".join(parts)


def rows(shown):
    """The table's cells."""
    lines = [line for line in shown.splitlines() if line and not set(line) <= set("─")]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[1:]]


def test_in_a_pipe(capsys):
    chain().summary()
    shown = capsys.readouterr().out
    assert shown.startswith('Model: "chain"\n')
    assert "\x1b" not in shown
    assert rows(shown) == [
        ["Layer (type)", "Output Shape", "Param #"],
        ["wide (Dense)", "(None, 4)", "16"],
        ["norm (BatchNormalization)", "(None, 4)", "16"],
        ["narrow (Dense)", "(None, 2)", "10"],
        ["Total params: 42 (168.00 B)"],
        ["Trainable params: 24 (96.00 B)"],
        ["Non-trainable params: 18 (72.00 B)"],
    ]


def test_which_layers_are_trainable():
    found = rows(text(chain(), show_trainable=True))
    assert [row[-1] for row in found[:4]] == ["Trainable", "Y", "Y", "N"]


def test_connections_and_nested_models():
    found = rows(text(graph(), expand_nested=True))
    assert found[0] == ["Layer (type)", "Output Shape", "Param #", "Connected to"]
    assert found[1:5] == [
        ["x (InputLayer)", "(None, 3)", "0", "-"],
        ["h (Dense)", "(None, 4)", "16", "x[0]"],
        ["inner (Sequential)", "(None, 4)", "20", "h[0]"],
        ["inside (Dense)", "(None, 4)", "20", "-"],
    ]
    assert found[5][1:] == ["(None, 4)", "0", "inner[0], h[0]"]
    assert found[6][0].startswith("relu")
    assert "inside" not in text(graph())


def test_calls_of_a_layer_that_is_called_again_are_numbered():
    x, layer = Input((3,), name="x"), Dense(3, name="d")
    found = rows(text(hornbeam.Model(x, layer(layer(layer(x))))))
    assert found[2] == ["d (Dense)", "(None, 3)", "12", "x[0], d[0][0], d[1][0]"]


def test_a_range_of_layers():
    assert [row[0] for row in rows(text(chain(), layer_range=["norm", "narrow"]))[1:3]] == [
        "norm (BatchNormalization)",
        "narrow (Dense)",
    ]
    with pytest.raises(ValueError, match="`layer_range` must be the names"):
        text(chain(), layer_range=["norm", "nothing"])


def test_line_length():
    shown = text(chain(), line_length=60)
    assert max(len(line) for line in shown.splitlines()) <= 60


def test_before_the_model_is_built():
    found = rows(text(hornbeam.Sequential([Dense(4, name="a")])))
    assert found[1] == ["a (Dense)", "?", "0 (unbuilt)"]


def test_the_optimizer_counts_once_it_has_state():
    model = chain()
    model.compile("adam", "mse")
    model.fit([[1.0, 2.0, 3.0]] * 4, [[1.0, 1.0]] * 4, verbose=0)
    assert "Optimizer params: 50 " in text(model)
    assert f"Total params: {model.count_params() + 50} " in text(model)


def test_layers_without_a_graph_show_what_they_give_for_what_they_were_built_for():
    class Pair(hornbeam.layers.Layer):
        def build(self, input_shape):
            self.built = True

        def call(self, x):
            return {"a": x, "b": ops.mean(x, -1)}

    class Own(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two, self.unused = Dense(4), Pair(), Dense(1)

        def call(self, x):
            return self.two(self.one(x))["b"]

    model = Own()
    model.build((None, 3))
    assert [row[1] for row in rows(text(model))[1:4]] == ["(None, 4)", "[(None, 4), (None,)]", "?"]


@pytest.mark.parametrize("width", [70, 100])
def test_on_a_terminal(width, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stdout", Terminal())
    graph().summary(show_trainable=True)
    shown = sys.stdout.getvalue()
    assert 'Model: "net"' in shown
    assert "┏" in shown
    assert max(len(line) for line in shown.splitlines() if "│" in line) <= width
    for part in ("inner", "(None, 4)", "Connected", "Total params: 36"):
        assert part in shown
