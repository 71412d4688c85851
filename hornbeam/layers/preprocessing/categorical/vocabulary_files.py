"""Vocabularies as files: a term in each line, as Keras writes them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

TEXT = "vocabulary.txt"
#: For terms that a line cannot hold.
EXACT = "vocabulary.json"


def lines_of(path: str, where: str) -> list[str]:
    """The terms of a user's file.

    Raises:
        ValueError: when there is no such file.
    """
    if not os.path.isfile(path):
        raise ValueError(
            f"`vocabulary` of {where} must be a list of terms, or the path of a text file with one in each line. "
            f"Received: {path!r}, where there is no file."
        )
    return _read(path)


def write_terms(folder: str, terms: Sequence[Any]) -> None:
    """Write terms into a folder."""
    with open(os.path.join(folder, TEXT), "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(map(str, terms)))
    if any(isinstance(term, str) and len(term.splitlines()) != 1 and term for term in terms):
        with open(os.path.join(folder, EXACT), "w", encoding="utf-8") as file:
            json.dump(list(terms), file)


def read_terms(folder: str) -> list[Any] | None:
    """The terms in a folder; `None` where there are none."""
    exact = os.path.join(folder, EXACT)
    if os.path.isfile(exact):
        with open(exact, encoding="utf-8") as file:
            terms = json.load(file)
        if not isinstance(terms, list) or not all(isinstance(term, str | int) for term in terms):
            raise ValueError(f"`{EXACT}` must hold a list of terms. Received: {str(terms)[:100]}.")
        return terms
    path = os.path.join(folder, TEXT)
    return _read(path) if os.path.isfile(path) else None


def _read(path: str) -> list[str]:
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = [line.removesuffix("\r") for line in file.read().split("\n")]
    while lines and lines[-1] == "":
        lines.pop()
    return lines
