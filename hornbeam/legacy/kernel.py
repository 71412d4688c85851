"""A notebook run as Jupyter runs it, by `nbclient` in a kernel of its own, and saved with what its cells gave."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hornbeam.legacy import imports, notebook, numpy_names

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Hornbeam is there already; what else a notebook needs, its user installs.
_INSTALLS = re.compile(r"\s*([!%]{1,2}\s*(python3?\s+-m\s+)?(pip3?|conda|mamba|uv)\b|%tensorflow_version\b)")


def is_there() -> bool:
    """Whether the packages are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("nbclient", "ipykernel"))


def output_of(path: str, output: str | None) -> str:
    """Where an executed notebook is saved: `NAME.executed.ipynb` beside it, or the `output` that was asked for.

    Raises:
        ValueError: when that is the notebook itself.
        FileNotFoundError: when there is no such folder.
    """
    output = f"{path.removesuffix('.ipynb')}.executed.ipynb" if output is None else output
    if os.path.realpath(output) == os.path.realpath(path):
        raise ValueError(
            f"`--output` must be another file than the notebook, which stays as it is. Received: {output!r}."
        )
    if not os.path.isdir(os.path.dirname(os.path.abspath(output))):
        raise FileNotFoundError(f"`--output` must be in a folder that is there. Received: {output!r}.")
    return output


def run(path: str, arguments: Sequence[str], output: str) -> int:
    """Run a notebook's cells in order, show what they give, and save it, also when one of them fails.

    Returns:
        The exit code: 0, or that of the cell that failed.
    """
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    content = _read(path)
    client = _client(content, path, arguments)
    try:
        client.execute(env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))})
        return 0
    except CellExecutionError as error:
        return _tell(error, path, content)
    except DeadKernelError:
        print(f"{path}: the kernel has died, in {_running(content)}: was there enough memory?", file=sys.stderr)
        return 1
    finally:
        _write(content, output)
        print(f"Saved as {output}", file=sys.stderr)


def prepare(path: str, arguments: Sequence[str]) -> None:
    """Make the kernel's process one in which `keras` is Hornbeam."""
    from IPython import get_ipython

    imports.install()
    numpy_names.install()
    sys.argv = [path, *arguments]
    get_ipython().input_transformers_cleanup.append(without_installs)


def without_installs(lines: list[str]) -> list[str]:
    """The lines of a cell without those that install packages, whatever lines they go on over.

    >>> without_installs(["!pip install keras \\\\\\n", "  tensorflow\\n", "import keras\\n"])
    ['pass\\n', 'import keras\\n']
    """
    kept, within = [], False
    for line in lines:
        if not within and not _INSTALLS.match(line):
            kept.append(line)
            continue
        if not within:
            kept.append(f"{line[: len(line) - len(line.lstrip())]}pass\n")
        within = line.rstrip().endswith("\\")
    return kept


def _client(content: Any, path: str, arguments: Sequence[str]) -> Any:
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class OwnPython(KernelSpecManager):
        """This Python's kernel, whatever others are installed."""

        def get_kernel_spec(self, kernel_name: str) -> Any:
            return KernelSpec(**get_kernel_dict())

    class Showing(NotebookClient):
        """Shows what cells give as they give it."""

        def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
            _show(msg["msg_type"], msg["content"])
            return super().output(outs, msg, display_id, cell_index)

    start = f"__import__('hornbeam.legacy.kernel', fromlist=['prepare']).prepare({path!r}, {list(arguments)!r})"
    return Showing(
        content,
        km=AsyncKernelManager(kernel_spec_manager=OwnPython()),
        timeout=None,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}},
        extra_arguments=["--IPKernelApp.log_level=40", f"--IPKernelApp.exec_lines={start}"],
    )


def _show(kind: str, content: Any) -> None:
    if kind == "stream":
        to = sys.stderr if content["name"] == "stderr" else sys.stdout
        print(content["text"], end="", file=to, flush=True)
    elif kind in ("execute_result", "display_data"):
        print(content["data"].get("text/plain", ""), flush=True)


def _tell(error: Any, path: str, content: Any) -> int:
    """Say which cell has failed and where; `sys.exit(3)` gives 3."""
    last = next(one for cell in content.cells for one in cell.get("outputs", ()) if one.output_type == "error")
    if error.ename == "SystemExit":
        value = str(error.evalue)
        return int(value) if value.isdigit() else int(value not in ("", "None"))
    text = "\n".join(last.traceback)
    print(f"{path}, {_running(content)}:\n{text if sys.stderr.isatty() else _COLOURS.sub('', text)}", file=sys.stderr)
    return 1


def _running(content: Any) -> str:
    """The last cell that has begun."""
    begun = [cell for cell in content.cells if cell.cell_type == "code" and cell.get("execution_count")]
    return f"cell {len(begun)}" if begun else "the first cell"


def _read(path: str) -> Any:
    """A notebook of any version, without what its cells gave before."""
    import nbformat

    sources = notebook.cells_of(path)  # raises what is wrong with the file
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of cells without an `id`
        if "nbformat" not in content:
            return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        found = nbformat.reads(json.dumps(content), as_version=4)
    for cell in found.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return found


def _write(content: Any, output: str) -> None:
    import nbformat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nbformat.write(content, output)
