"""`python -m hornbeam run`: a script or notebook written for Keras, as it is, on Hornbeam."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence

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
    if path.endswith(".ipynb"):
        notebook.run(path)
    else:
        runpy.run_path(path, run_name="__main__")


def check_script(path: str) -> str:
    """`path`, if there is a script or notebook."""
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"`hornbeam run` needs a script or notebook. Received: {path!r}: there is no such file."
        )
    if not path.endswith((".py", ".ipynb")):
        raise ValueError(f"`hornbeam run` needs a `.py` or `.ipynb` file. Received: {path!r}.")
    return path
