"""The cells of a notebook, run in order without Jupyter."""

from __future__ import annotations

import ast
import json
import linecache
import os
import sys
import types
from typing import Any


def run(path: str) -> dict[str, Any]:
    """Run the code cells of an `.ipynb` file in its folder; the value of a cell's last line is printed.

    Lines for Jupyter alone (`%matplotlib inline`, `!pip install keras`, `?Dense`) are left out; a cell in another
    language (`%%bash`) is, too.

    Returns:
        The names that the cells have made.

    Raises:
        ValueError: when the file is no notebook.
    """
    main = types.ModuleType("__main__")
    vars(main).update(__file__=os.path.abspath(path), display=print)
    before, folder, sources = sys.modules["__main__"], os.getcwd(), cells_of(path)
    sys.modules["__main__"] = main  # so that what pickle or a worker process needs of it is found
    os.chdir(os.path.dirname(os.path.abspath(path)))
    try:
        for number, source in enumerate(sources, 1):
            _run_cell(source, f"{path}, cell {number}", vars(main))
    finally:
        sys.modules["__main__"] = before
        os.chdir(folder)
    return vars(main)


def cells_of(path: str) -> list[str]:
    """The source of each code cell; notebooks of version 3 have them one level deeper."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        cells = content["cells"] if "cells" in content else content["worksheets"][0]["cells"]
        sources = [cell.get("source", cell.get("input")) for cell in cells if cell["cell_type"] == "code"]
        return ["".join(source) for source in sources]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(
            f"A notebook is a JSON file with a list of cells. Received: {path!r}, which is none."
        ) from error


def _run_cell(source: str, name: str, names: dict[str, Any]) -> None:
    source = without_commands(source)
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name  # which errors show lines of
    cell = ast.parse(source, name)
    last = cell.body[-1] if cell.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(cell, name, "exec"), names)
        return
    exec(compile(ast.Module(cell.body[:-1], []), name, "exec"), names)
    value = eval(compile(ast.Expression(last.value), name, "eval"), names)
    if value is not None and not source.rstrip().endswith(";"):
        print(repr(value))


def without_commands(source: str) -> str:
    """The Python of a cell: commands to Jupyter and to a shell are replaced by `pass`, what they print by `[]`."""
    if source.lstrip().startswith("%%") and not source.lstrip().startswith(("%%time", "%%capture")):
        return ""
    return "\n".join(_line(line) for line in source.split("\n"))


def _line(line: str) -> str:
    start = line.lstrip()
    if start.startswith(("%time ", "%timeit ")):
        return line.replace("%timeit ", "", 1).replace("%time ", "", 1)
    name, assigned, command = start.partition("=")
    if assigned and name.strip().isidentifier() and command.lstrip().startswith(("!", "%")):
        return f"{line[: len(line) - len(start)]}{name.strip()} = []"
    if start.startswith(("%", "!", "?")) or (start.endswith("?") and start[:-1].isidentifier()):
        return f"{line[: len(line) - len(start)]}pass"
    return line
