"""Pictures of models: what is in the text of the graph, who draws it, and Hornbeam's own pictures."""

import os
import re
import stat
import sys
from itertools import combinations, pairwise
from xml.etree import ElementTree

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


@pytest.fixture
def no_graphviz(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "IPython", None)


def drawn_by_hornbeam(model, **options):
    """The words of boxes and where they are, and the ends of lines, in a picture by Hornbeam."""
    svg = ElementTree.fromstring(model_to_dot(model, **options).create(prog="dot", format="svg"))
    space = "{http://www.w3.org/2000/svg}"
    places = {}
    for box, text in pairwise(svg):
        if box.tag == f"{space}rect" and text.tag == f"{space}text":
            x, y, width, height = (float(box.get(key)) for key in ("x", "y", "width", "height"))
            places["".join(text.itertext())] = (x, y, x + width, y + height)
    ways = [re.findall(r"-?[\d.]+", path.get("d")) for path in svg.iter(f"{space}path")]
    tips = [polygon.get("points").split()[0].split(",") for polygon in svg.iter(f"{space}polygon")]
    return places, [(*map(float, way[:2]), *map(float, tip)) for way, tip in zip(ways, tips)]


def test_pictures_without_graphviz(net, no_graphviz):
    places, ways = drawn_by_hornbeam(net)
    assert set(places) == {
        "x (InputLayer)", "y (InputLayer)", "cat (Concatenate)", "shared (Dense)", "get_item (function)",
        "add (function)", "stack (Sequential)", "two (Functional)", "concatenate (function)",
    }  # fmt: skip
    assert len(ways) == len(lines(model_to_dot(net).to_string()))
    for a, b in combinations(places.values(), 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]  # no box lies over another
    middle = {name.split()[0]: (x + end) / 2 for name, (x, _, end, _) in places.items()}
    top = {name.split()[0]: y for name, (_, y, _, _) in places.items()}
    bottom = {name.split()[0]: y for name, (_, _, _, y) in places.items()}
    assert top["cat"] > bottom["x"] and top["get_item"] > bottom["cat"] and top["two"] > bottom["stack"]
    for one, other in [("x", "cat"), ("y", "shared"), ("two", "concatenate"), ("concatenate", "stack")]:
        wanted = (middle[one], bottom[one], middle[other], top[other])
        assert any(np.allclose(way, wanted, atol=1) for way in ways)


def test_frames_and_directions_without_graphviz(net, no_graphviz):
    places, ways = drawn_by_hornbeam(net, expand_nested=True, show_shapes=True)
    frames = {name: place for name, place in places.items() if name in ("stack", "two")}
    inside = {"stack": ["a (Dense)", "b (Dense)"], "two": ["start (InputLayer)", "u (Dense)", "v (Dense)"]}
    for name, (x, y, end_x, end_y) in frames.items():
        for box in inside[name]:
            assert x < places[box][0] and y < places[box][1] and end_x > places[box][2] and end_y > places[box][3]
    assert len(ways) == 13 and "Input shape: [(None, 4), (None, 4)]" in places
    for direction, before in {"TB": (1, 1), "BT": (1, -1), "LR": (0, 1), "RL": (0, -1)}.items():
        places, _ = drawn_by_hornbeam(stack(), rankdir=direction)
        axis, sign = before
        assert (places["b (Dense)"][axis] - places["a (Dense)"][axis]) * sign > 0


def test_a_line_passes_beside_the_boxes_between(no_graphviz):
    x = hornbeam.Input((4,), name="x")
    deep = layers.Dense(4, name="c")(layers.Dense(4, name="b")(x))
    model = hornbeam.Model(x, layers.Add(name="sum")([x, deep]))
    svg = model_to_dot(model).create(format="svg").decode()
    places, _ = drawn_by_hornbeam(model)
    (way,) = [path for path in re.findall(r'd="([^"]*)"', svg) if path.count("C") > 1]
    beside = [float(x) for x, _ in re.findall(r"(-?[\d.]+),(-?[\d.]+)", way)]
    for name in ("b (Dense)", "c (Dense)"):
        assert max(beside) > places[name][2] or min(beside) < places[name][0]


def test_files_without_graphviz(tmp_path, no_graphviz, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    plot_model(stack(), tmp_path / "m.dot")
    assert lines((tmp_path / "m.dot").read_text()) == [("stack/a", "stack/b")]
    sizes = {}
    for dpi in (72, 144):
        plot_model(stack(), tmp_path / "m.png", dpi=dpi, show_layer_names=True)
        with image.open(tmp_path / "m.png") as picture:
            sizes[dpi] = picture.size
            assert {(255, 255, 255), (0, 0, 0)} <= {color for _, color in picture.getcolors(100_000)}
    assert all(abs(large - 2 * small) <= 2 for small, large in zip(sizes[72], sizes[144]))
    plot_model(stack(), tmp_path / "m.pdf")
    assert (tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(ImportError, match=r"drawn by Graphviz \(https.*Received: format='plain'; 'svg', 'png'"):
        plot_model(stack(), tmp_path / "m.plain")
    with pytest.raises(ImportError, match=r"`prog` must be a program of Graphviz.* Received: prog='neato'"):
        model_to_dot(stack()).create(prog="neato")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"Pillow or Graphviz \(https.* Received: neither of them\. .*model.svg"):
        plot_model(stack(), tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists() and not (tmp_path / "m.plain").exists()


def test_a_very_long_model_is_drawn_in_fewer_dots(no_graphviz, tmp_path):
    image = pytest.importorskip("PIL.Image")
    model = hornbeam.Sequential([hornbeam.Input((2,)), *(layers.Flatten() for _ in range(500))])
    plot_model(model, tmp_path / "long.png", dpi=300)
    with image.open(tmp_path / "long.png") as picture:
        assert picture.size[1] <= 30_000


def test_pydot_gets_its_own_graph():
    pydot = pytest.importorskip("pydot")
    graph = model_to_dot(stack())
    assert isinstance(graph, pydot.Dot)
    assert [(edge.get_source(), edge.get_destination()) for edge in graph.get_edges()] == [('"stack/a"', '"stack/b"')]
    assert model_to_dot(stack(), subgraph=True).get_name() == '"cluster_stack"'
