"""`python -m hornbeam run`: a script or notebook written for Keras, as it is, on Hornbeam."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
import types
from collections.abc import Sequence
from functools import partial

from hornbeam.legacy import imports, notebook, numpy_names


def run(path: str, arguments: Sequence[str] = ()) -> None:
    """Run a script, or a notebook's cells in order, in this process.

    Args:
        path: a `.py` or `.ipynb` file.
        arguments: what it finds in `sys.argv` behind its own name.

    Raises:
        OSError, ValueError: when there is no such file.
        Exception: whatever the code raises.
    """
    check_script(path)
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


def check_script(path: str) -> str:
    """`path`, if there is a script or notebook."""
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"`hornbeam run` needs a script or notebook. Received: {path!r}: there is no such file."
        )
    if not path.endswith((".py", ".ipynb")):
        raise ValueError(f"`hornbeam run` needs a `.py` or `.ipynb` file. Received: {path!r}.")
    return path
