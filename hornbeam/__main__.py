"""`python -m hornbeam demo`."""

from __future__ import annotations

import argparse

from hornbeam import demo


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hornbeam", description="The Keras API, small and fast.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("demo", help="train, check, save and reload a small model on a real table")
    command.add_argument("--out", default="out", help="the folder for the model and the picture (default: %(default)s)")
    arguments = parser.parse_args()
    demo.main(arguments.out)


if __name__ == "__main__":
    main()
