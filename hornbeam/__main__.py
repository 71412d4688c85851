"""`python -m hornbeam demo`, `python -m hornbeam inspect FILE` and `python -m hornbeam run SCRIPT`."""

from __future__ import annotations

import argparse
import sys

from hornbeam import demo
from hornbeam.legacy.run import check_script, run
from hornbeam.saving import inspect

_RUN = """
Run a script or notebook that was written for Keras, as it is: `keras` and `tensorflow` mean Hornbeam in it. Where
nbclient and ipykernel are installed, a notebook runs in a kernel of Jupyter and in its own folder, without its lines
that install packages, and is saved with what its cells gave as NAME.executed.ipynb; the notebook itself stays as it
is. A cell that fails ends the run with exit code 1, and what the cells before it gave is saved.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hornbeam", description="The Keras API, small and fast.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("demo", help="train, check, save and reload a small model on a real table")
    command.add_argument("--out", default="out", help="the folder for the model and the picture (default: %(default)s)")
    command = commands.add_parser("inspect", help="show what a file of a model holds, without making the model")
    command.add_argument("file", nargs="+", help="a .keras, .h5, .weights.h5 or JSON file")
    command = commands.add_parser("run", help="run a script or notebook that was written for Keras", description=_RUN)
    command.add_argument("--output", help="where an executed notebook is saved (default: NAME.executed.ipynb)")
    command.add_argument("script", help="a .py or .ipynb file")
    command.add_argument("arguments", nargs=argparse.REMAINDER, help="what the script finds in sys.argv")
    arguments = parser.parse_args()
    if arguments.command == "demo":
        demo.main(arguments.out)
    elif arguments.command == "run":
        _run(arguments.script, arguments.arguments, arguments.output)
    else:
        sys.exit(max([_inspect(file) for file in arguments.file]))


def _run(script: str, arguments: list[str], output: str | None) -> None:
    if script.endswith(".ipynb") and output is None and arguments[:1] == ["--output"]:  # as Jupyter takes it
        output, arguments = arguments[1] if len(arguments) > 1 else "", arguments[2:]
    try:
        found = check_script(script, output)
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    run(found, arguments, output)


def _inspect(file: str) -> int:
    """Show what `file` holds; 0 if it can be read as it is, 1 if something in it is refused."""
    try:
        contents = inspect(file)
    except (ValueError, OSError) as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    print(contents, end="\n\n")
    return int(bool(contents.refused))


if __name__ == "__main__":
    main()
