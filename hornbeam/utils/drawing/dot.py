"""`Dot`: the text of a graph, and Graphviz's programs run on it."""

from __future__ import annotations

import os
import subprocess
import warnings
from typing import Any


class Dot:
    """A graph in Graphviz's language, with those methods of `pydot.Dot` that make text or pictures of it."""

    def __init__(self, source: str):
        self.source = source

    def to_string(self) -> str:
        """The text."""
        return self.source

    def create(self, prog: str | None = None, format: str = "ps") -> bytes:
        """What Graphviz's program `prog` ("dot" by default) makes of it, in a format such as "png" or "svg"."""
        command = [prog or "dot", f"-T{format}"]
        try:
            done = subprocess.run(command, input=self.source.encode(), capture_output=True, check=False)
        except FileNotFoundError:
            raise ImportError(
                f"To draw a model, Graphviz must be installed (https://graphviz.org/download). Received: no program "
                f"{command[0]!r}. `model_to_dot(model).to_string()` and `plot_model(model, 'model.dot')` need none."
            ) from None
        if done.returncode:
            raise ValueError(f"Graphviz must be able to draw the graph. Received: {done.stderr.decode().strip()}")
        return done.stdout

    def write(self, path: str | os.PathLike[str], prog: str | None = None, format: str = "raw") -> bool:
        """Write the text ("raw"), or a picture in this format, into a file."""
        content = self.source.encode() if format == "raw" else self.create(prog, format)
        with open(path, "wb") as file:
            file.write(content)
        return True

    def as_pydot(self, subgraph: bool) -> Any:
        """The same as pydot's own graph."""
        import pydot

        with warnings.catch_warnings(action="ignore"):  # of the parser that pydot is made with
            (graph,) = pydot.graph_from_dot_data("digraph {" + self.source + "}" if subgraph else self.source)
        return graph.get_subgraphs()[0] if subgraph else graph

    def __repr__(self) -> str:
        return f"<Dot of {len(self.source)} characters>"

    def _repr_svg_(self) -> str | None:
        """For notebooks."""
        try:
            return self.create(format="svg").decode()
        except ImportError:
            return None
