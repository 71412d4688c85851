"""`python -m hornbeam run`: a script or notebook written for Keras, as it is, on Hornbeam."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
import types
from collections.abc import Sequence
from functools import partial

from hornbeam.legacy import imports, kernel, notebook, numpy_names


def run(path: str, arguments: Sequence[str] = (), output: str | None = None) -> None:
    """Run a script in this process, or a notebook's cells in order, in its folder.

    Where the packages `nbclient` and `ipykernel` are installed, a notebook runs in a kernel of Jupyter and is saved
    with what its cells gave; otherwise they run in this process, without what only Jupyter knows.

    Args:
        path: a `.py` or `.ipynb` file.
        arguments: what it finds in `sys.argv` behind its own name.
        output: where the executed notebook is saved; `NAME.executed.ipynb` beside it by default.

    Raises:
        OSError, ValueError: when there is no such file, or it cannot be saved so.
        SystemExit: when a notebook's cell fails in a kernel.
        Exception: whatever the code raises.
    """
    check_script(path, output)
    if path.endswith(".ipynb") and kernel.is_there():
        code = kernel.run(path, arguments, kernel.output_of(path, output))
        if code:
            sys.exit(code)
        return
    imports.install()
    numpy_names.install()
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    sys.excepthook = partial(_show, path)
    if path.endswith(".ipynb"):
        notebook.run(path)
    else:
        runpy.run_path(path, run_name="__main__")


def _show(path: str, kind: type[BaseException], error: BaseException, frames: types.TracebackType | None) -> None:
    """Print an error as Python does, from the script on: what runs the script is not its business."""
    own = frames
    while own is not None and not own.tb_frame.f_code.co_filename.startswith(path):
        own = own.tb_next
    is_unread = isinstance(error, SyntaxError) and (error.filename or "").startswith(path)
    traceback.print_exception(kind, error, own if own is not None or is_unread else frames)


def check_script(path: str, output: str | None = None) -> str:
    """`path`, if there is a script or notebook, which may be saved as `output`."""
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"`hornbeam run` needs a script or notebook. Received: {path!r}: there is no such file."
        )
    if not path.endswith((".py", ".ipynb")):
        raise ValueError(f"`hornbeam run` needs a `.py` or `.ipynb` file. Received: {path!r}.")
    if path.endswith(".ipynb"):
        notebook.cells_of(path)
        kernel.output_of(path, output)
    if output is not None and not (path.endswith(".ipynb") and kernel.is_there()):
        raise ValueError(
            "`--output` is for notebooks, with the packages `nbclient` and `ipykernel`: "
            f"`pip install hornbeam[notebooks]`. Received: {output!r} for {path!r}."
        )
    return path
