"""How wide words are in Helvetica and its likes, in points: enough to make room for them without the font."""

from __future__ import annotations

from hornbeam.utils.drawing.labels import Cell

SIZE, TITLE_SIZE = 13.0, 15.0

_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]{} "), frozenset("mwMW@%")
_BOLD = 1.08


def size_of(cell: Cell) -> float:
    """The size of the letters."""
    return TITLE_SIZE if cell.is_title else SIZE


def width_of(cell: Cell) -> float:
    """The width of all words of a cell."""
    return size_of(cell) * (_ems(cell.before) + _BOLD * _ems(cell.bold) + _ems(cell.after))


def _ems(text: str) -> float:
    return sum(0.32 if c in _NARROW else 0.87 if c in _WIDE else 0.68 if c.isupper() else 0.57 for c in text)
