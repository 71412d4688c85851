"""`Dot`: a graph as text in Graphviz's language, and as a picture: by Graphviz where it is, or else by Hornbeam."""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from typing import Any

from hornbeam.utils.drawing.graph import Box, Frame
from hornbeam.utils.drawing.labels import Cell
from hornbeam.utils.drawing.layout import laid_out
from hornbeam.utils.drawing.picture import drawn


class Dot:
    """A graph in Graphviz's language, with those methods of `pydot.Dot` that make text or pictures of it.

    Args:
        frame: what is drawn.
        look: settings of the whole graph.
        is_part: whether it is a frame for another graph.
    """

    def __init__(self, frame: Frame, look: dict[str, Any], is_part: bool = False):
        self.frame, self.look, self.is_part = frame, look, is_part

    def to_string(self) -> str:
        """The text."""
        if self.is_part:
            return "\n".join(_framed(self.frame))
        settings = [f"{name}={value};" for name, value in self.look.items()]
        settings.append("node [shape=plaintext fontname=Helvetica];")
        return "\n".join(["digraph G {", *settings, *_content(self.frame), "}", ""])

    def create(self, prog: str | None = None, format: str = "ps") -> bytes:
        """A picture in a format such as "png" or "svg".

        Graphviz's program `prog` ("dot" by default) draws it; where there is no "dot", Hornbeam does.
        """
        program = prog or "dot"
        if shutil.which(program) is None:
            if program != "dot":
                raise ImportError(f"`prog` must be a program of Graphviz that is installed. Received: prog={prog!r}.")
            return drawn(laid_out(self.frame, self.look["rankdir"]), format, self.look.get("dpi", 96))
        command = [program, f"-T{format}"]
        done = subprocess.run(command, input=self.to_string().encode(), capture_output=True, check=False)
        if done.returncode:
            raise ValueError(f"Graphviz must be able to draw the graph. Received: {done.stderr.decode().strip()}")
        return done.stdout

    def write(self, path: str | os.PathLike[str], prog: str | None = None, format: str = "raw") -> bool:
        """Write the text ("raw"), or a picture in this format, into a file."""
        content = self.to_string().encode() if format == "raw" else self.create(prog, format)
        with open(path, "wb") as file:
            file.write(content)
        return True

    def as_pydot(self) -> Any:
        """The same as pydot's own graph."""
        import pydot

        text = self.to_string()
        with warnings.catch_warnings(action="ignore"):  # of the parser that pydot is made with
            (graph,) = pydot.graph_from_dot_data("digraph {" + text + "}" if self.is_part else text)
        return graph.get_subgraphs()[0] if self.is_part else graph

    def __repr__(self) -> str:
        return f"<Dot of `{self.frame.label}`>"

    def _repr_svg_(self) -> str:
        """For notebooks."""
        return self.create(format="svg").decode()


def _framed(frame: Frame) -> Iterator[str]:
    yield f"subgraph {_quoted('cluster_' + frame.key)} {{"
    yield f"label={_quoted(frame.label)}; style=dashed; labeljust=l; fontname=Helvetica;"
    yield from _content(frame)
    yield "}"


def _content(frame: Frame) -> Iterator[str]:
    for part in frame.parts:
        if isinstance(part, Box):
            yield f"{_quoted(part.key)} [label={_label(part.rows)}];"
        else:
            yield from _framed(part)
    yield from (f"{_quoted(start)} -> {_quoted(end)};" for start, end in frame.lines)


def _label(rows: list[list[Cell]]) -> str:
    """A small table in HTML, as Graphviz reads it."""
    columns = max(map(len, rows))
    cells = ("".join(_cell(cell, columns if len(row) == 1 else 1) for cell in row) for row in rows)
    table = '<table border="0" cellborder="1" cellspacing="0" cellpadding="10" bgcolor="white">'
    return f"<{table}{''.join(f'<tr>{row}</tr>' for row in cells)}</table>>"


def _cell(cell: Cell, columns: int) -> str:
    before, bold, after = (html.escape(text, quote=False) for text in cell[:3])
    words = f"{before}<b>{bold}</b>{after}"
    if cell.color != "white":
        size = ' point-size="16"' if cell.is_title else ""
        words = f'<font color="white"{size}>{words}</font>'
    span = f' colspan="{columns}"' if columns > 1 else ""
    color = f' bgcolor="{cell.color}"' if cell.color != "white" else ""
    return f"<td{span}{color}>{words}</td>"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
