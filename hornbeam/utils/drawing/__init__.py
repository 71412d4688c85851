"""Pictures of models: `model_to_dot` writes a graph in Graphviz's language, `plot_model` draws it."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

from hornbeam.models import Model
from hornbeam.utils.drawing.dot import Dot
from hornbeam.utils.drawing.graph import frame_of
from hornbeam.utils.drawing.labels import Shown

__all__ = ["model_to_dot", "plot_model"]

_DIRECTIONS = ("TB", "BT", "LR", "RL")


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float | None = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str | None = "ortho",
) -> Any:
    """The layers of a model and what flows between them, as a graph for Graphviz.

    Args:
        model: a model that knows its inputs; one that does not is a single box, once it is built.
        show_shapes: of each layer's inputs and outputs.
        show_dtype: of each layer's outputs.
        show_layer_names: beside the names of their classes.
        rankdir: "TB" from top to bottom, "LR" from left to right, "BT" or "RL".
        expand_nested: whether models inside of the model are shown by their layers, in a frame.
        dpi: dots per inch.
        subgraph: whether to return the frame of the model alone, as a part of another graph.
        show_layer_activations: of layers that have one.
        show_trainable: whether weights are trained.
        splines: how lines run: "ortho", "curved", "polyline", "line".

    Returns:
        A `pydot.Dot`, or `pydot.Subgraph`, where pydot is installed; else a `Dot`, which has the methods `to_string`,
        `create` and `write`. The text, `to_string()`, needs neither pydot nor Graphviz.

    Raises:
        ValueError: for a model that is not built.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1, name="a")], name="m")
    >>> "<b>a</b> (Dense)" in hornbeam.utils.model_to_dot(model).to_string()
    True
    """
    shown = Shown(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested)
    dot = _drawn(model, shown, _look(rankdir, dpi, splines), subgraph)
    return dot.as_pydot() if importlib.util.find_spec("pydot") else dot


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float | None = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str | None = "ortho",
) -> Any:
    """Draw a model into a file; in a notebook, show it.

    Args:
        model: see `model_to_dot`, as for all further arguments.
        to_file: its ending says what it becomes: ".png", ".svg", ".pdf" or what else Graphviz knows; ".dot" is the
            text of the graph. PNG without an ending. Where Graphviz is not installed, Hornbeam draws: ".svg" needs
            nothing else, other pictures need Pillow.

    Raises:
        ImportError: for a picture other than SVG, where neither Graphviz nor Pillow is installed.
    """
    shown = Shown(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested)
    path = os.fspath(to_file)
    ending = os.path.splitext(path)[1][1:] or "png"
    dot = _drawn(model, shown, _look(rankdir, dpi, splines))
    dot.write(path, format="raw" if ending in ("dot", "gv") else ending)
    return _shown_in_notebook(path, ending)


def _look(rankdir: str, dpi: float | None, splines: str | None) -> dict[str, Any]:
    if rankdir not in _DIRECTIONS:
        raise ValueError(f"`rankdir` must be one of {', '.join(_DIRECTIONS)}. Received: rankdir={rankdir!r}.")
    look = {"rankdir": rankdir, "concentrate": "true", "dpi": dpi, "splines": splines}
    return {name: value for name, value in look.items() if value is not None}


def _drawn(model: Any, shown: Shown, look: dict[str, Any], subgraph: bool = False) -> Dot:
    if not isinstance(model, Model):
        raise ValueError(f"`model` must be a model. Received: {model!r}.")
    return Dot(frame_of(model, shown), look, subgraph)


def _shown_in_notebook(path: str, ending: str) -> Any:
    kind = {"png": "Image", "jpg": "Image", "jpeg": "Image", "gif": "Image", "svg": "SVG"}.get(ending)
    if kind is None or not importlib.util.find_spec("IPython"):
        return None
    from IPython import display

    return getattr(display, kind)(filename=path)
