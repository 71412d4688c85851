"""Pictures of models: what is in the text of the graph, and who draws it."""

import os
import re
import stat
import sys

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops
from hornbeam.utils import model_to_dot, plot_model


def stack(name="stack"):
    parts = [hornbeam.Input((4,)), layers.Dense(3, "relu", name="a"), layers.Dense(2, name="b")]
    return hornbeam.Sequential(parts, name=name)


def boxes(text):
    """What is written in each box, by its name."""
    found = re.findall(r'^"([^"]*)" \[label=<(.*)>\];', text, re.M)
    return {name: re.findall(r">([^<>]+)<", label) for name, label in found}


def lines(text):
    return re.findall(r'^"([^"]*)" -> "([^"]*)"', text, re.M)


def words(text, name):
    return "".join(boxes(text)[name])


def test_layers_are_boxes_and_tensors_are_lines():
    text = model_to_dot(stack()).to_string()
    assert {name: "".join(said) for name, said in boxes(text).items()} == {
        "stack/a": "a (Dense)",
        "stack/b": "b (Dense)",
    }
    assert lines(text) == [("stack/a", "stack/b")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"show_layer_names": False}, "Dense"),
        ({"show_shapes": True}, "a (Dense)Input shape: (None, 4)Output shape: (None, 3)"),
        ({"show_dtype": True}, "a (Dense)Output dtype: float32"),
        ({"show_layer_activations": True}, "a (Dense)Activation: relu"),
        ({"show_trainable": True}, "a (Dense)Non-trainable"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_shown_of_a_layer(options, said):
    model = stack()
    model.layers[0].trainable = False
    text = model_to_dot(model, **options).to_string()
    assert words(text, "stack/a") == said
    assert "Trainable" in words(text, "stack/b") if "show_trainable" in options else True


@pytest.mark.parametrize("setting", ["rankdir=LR", "dpi=96", "splines=curved"])
def test_look_of_the_graph(setting):
    name, value = setting.split("=")
    assert f"{setting};" in model_to_dot(stack(), **{name: value}).to_string()
    assert f"{setting};" not in model_to_dot(stack()).to_string()


@pytest.fixture
def net():
    """Two inputs, a layer that is shared, functions, and two models inside, one of them called twice."""
    hornbeam.utils.clear_session()  # functions are numbered anew
    x, y = hornbeam.Input((4,), name="x"), hornbeam.Input((4,), name="y")
    shared, inner = layers.Dense(3, name="shared"), stack()
    start = hornbeam.Input((2,), name="start")
    two = hornbeam.Model(start, {n: layers.Dense(2, name=n)(start) for n in ("u", "v")}, name="two")
    outputs = two(inner(layers.Concatenate(name="cat")([x, y])[:, :4]))
    again = inner(ops.concatenate([outputs["v"], outputs["v"]], -1))
    return hornbeam.Model([x, y], [shared(x) + shared(y), again], name="net")


OUTSIDE = {("net/x", "net/cat"), ("net/y", "net/cat"), ("net/x", "net/shared"), ("net/y", "net/shared")}
OUTSIDE |= {("net/cat", "net/get_item"), ("net/shared", "net/add")}


def test_graph_with_models_inside(net):
    text = model_to_dot(net, show_shapes=True).to_string()
    assert set(lines(text)) == OUTSIDE | {
        ("net/get_item", "net/stack"),
        ("net/stack", "net/two"),
        ("net/two", "net/concatenate"),
        ("net/concatenate", "net/stack"),
    }
    assert words(text, "net/cat").startswith("cat (Concatenate)Input shape: [(None, 4), (None, 4)]")
    assert words(text, "net/two").endswith("Output shape: u: (None, 2), v: (None, 2)")
    assert words(text, "net/x") == "x (InputLayer)Output shape: (None, 4)"
    assert words(text, "net/add").startswith("add (function)")
    assert words(model_to_dot(net, show_layer_names=False).to_string(), "net/cat") == "Concatenate"


def test_models_inside_are_expanded(net):
    text = model_to_dot(net, expand_nested=True).to_string()
    assert set(lines(text)) == OUTSIDE | {
        ("net/get_item", "net/stack/a"),
        ("net/stack/a", "net/stack/b"),
        ("net/stack/b", "net/two/start"),
        ("net/two/start", "net/two/u"),
        ("net/two/start", "net/two/v"),
        ("net/two/v", "net/concatenate"),
        ("net/concatenate", "net/stack/a"),
    }
    assert re.findall(r'subgraph "cluster_([^"]*)"', text) == ["net/stack", "net/two"]
    assert "net/stack" not in boxes(text)


def test_models_inside_models_inside():
    inner = hornbeam.Sequential([hornbeam.Input((4,)), stack("deep"), layers.Dense(1, name="c")], name="mid")
    x, z = (hornbeam.Input((4,), name=n) for n in "xz")
    pair = hornbeam.Model({"p": x, "q": z}, layers.Add(name="sum")([x, z]), name="pair")
    v, w = (hornbeam.Input((4,), name=n) for n in "vw")
    model = hornbeam.Model([v, w], inner(inputs=pair({"q": v, "p": w})), name="m")
    assert set(lines(model_to_dot(model, expand_nested=True).to_string())) == {
        ("m/w", "m/pair/x"),
        ("m/v", "m/pair/z"),
        ("m/pair/x", "m/pair/sum"),
        ("m/pair/z", "m/pair/sum"),
        ("m/pair/sum", "m/mid/deep/a"),
        ("m/mid/deep/a", "m/mid/deep/b"),
        ("m/mid/deep/b", "m/mid/c"),
    }


def test_subgraph_is_a_frame_alone():
    text = model_to_dot(stack(), subgraph=True).to_string()
    assert text.startswith("subgraph") and "digraph" not in text and lines(text) == [("stack/a", "stack/b")]


class Hidden(hornbeam.Model):
    def __init__(self):
        super().__init__(name="hidden")
        self.dense = layers.Dense(2)

    def call(self, x):
        return self.dense(x)


def test_model_of_unknown_calls_is_a_box():
    model = Hidden()
    with pytest.raises(ValueError, match=r"Model `hidden` must be built before it is drawn"):
        model_to_dot(model)
    model(np.ones((1, 3)))
    assert words(model_to_dot(model).to_string(), "hidden/hidden") == "hidden (Hidden)"


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: model_to_dot(hornbeam.Sequential([layers.Dense(2)], name="s")),
            r"Model `s` must be built before .*Inp",
        ),
        (lambda: model_to_dot(stack(), rankdir="up"), r"`rankdir` must be one of TB, BT, LR, RL. Received: .*'up'"),
        (lambda: model_to_dot(layers.Dense(2, name="d")), r"`model` must be a model. Received: "),
    ],
)
def test_what_is_not_drawn(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


def test_names_are_quoted():
    text = model_to_dot(hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(1, name='<&"')])).to_string()
    assert r'/<&\""' in text and '<b>&lt;&amp;"</b>' in text


@pytest.fixture
def graphviz(tmp_path, monkeypatch):
    """A program `dot` that gives back its arguments and what it read."""
    program = tmp_path / "bin" / "dot"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nif [ "$1" = "-Tbad" ]; then echo "no such format" >&2; exit 1; fi\necho "$@"; cat\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setitem(sys.modules, "IPython", None)  # it would read the picture


def test_ending_says_what_is_drawn(graphviz, tmp_path):
    for name, wanted in {"m.svg": "-Tsvg", "m.pdf": "-Tpdf", "m": "-Tpng"}.items():
        plot_model(stack(), tmp_path / name, show_layer_names=True)
        drawn = (tmp_path / name).read_text()
        assert drawn.startswith(f"{wanted}\n") and lines(drawn) == [("stack/a", "stack/b")]
    with pytest.raises(ValueError, match=r"Graphviz must be able to draw the graph. Received: no such format"):
        plot_model(stack(), tmp_path / "m.bad")


def test_without_graphviz(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ImportError, match=r"Graphviz must be installed \(https.* Received: no program 'dot'.*model.dot"
    ):
        plot_model(stack(), tmp_path / "m.png")
    assert not (tmp_path / "m.png").exists()
    plot_model(stack(), tmp_path / "m.dot")
    assert lines((tmp_path / "m.dot").read_text()) == [("stack/a", "stack/b")]


def test_pydot_gets_its_own_graph():
    pydot = pytest.importorskip("pydot")
    graph = model_to_dot(stack())
    assert isinstance(graph, pydot.Dot)
    assert [(edge.get_source(), edge.get_destination()) for edge in graph.get_edges()] == [('"stack/a"', '"stack/b"')]
    assert model_to_dot(stack(), subgraph=True).get_name() == '"cluster_stack"'
