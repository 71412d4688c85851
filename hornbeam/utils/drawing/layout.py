"""Where boxes and lines of a graph are drawn: in ranks, from what is taken to who takes it.

The method is that of Sugiyama, Tagawa and Toda (1981): each part stands a rank below all that it takes something from;
lines over several ranks get a place in each; parts of a rank are ordered, and moved, towards the middle of what they
are joined to. A frame is laid out by itself and stands among the others as one part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from hornbeam.utils.drawing.graph import Box, Frame
from hornbeam.utils.drawing.labels import Cell
from hornbeam.utils.drawing.words import width_of

Point = tuple[float, float]
Pair = tuple[object, object]

_PADDING, _ROW, _GAP, _RANK_GAP, _MARGIN, _LABEL = 8.0, 30.0, 24.0, 36.0, 12.0, 22.0
_SWEEPS = 8
_DIRECTIONS = {"TB": (0.0, 1.0), "BT": (0.0, -1.0), "LR": (1.0, 0.0), "RL": (-1.0, 0.0)}


class Rectangle(NamedTuple):
    """A place: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """All that is drawn, in points.

    Attributes:
        cells: of the boxes, with their words.
        frames: of models inside, with their labels.
        lines: the points that each goes through.
        direction: a step of length 1 from what is taken to who takes it.
    """

    width: float
    height: float
    cells: list[tuple[Rectangle, Cell]]
    frames: list[tuple[Rectangle, str]]
    lines: list[list[Point]]
    direction: Point


def laid_out(frame: Frame, direction: str = "TB") -> Layout:
    """Places for a graph that goes "TB" from top to bottom, "LR" from left to right, "BT" or "RL"."""
    placed = _Placed(frame, is_sideways=direction in ("LR", "RL"))
    places = {key: _turned(direction, placed, *rectangle) for key, rectangle in placed.rectangles.items()}
    cells = [cell for key, box in placed.boxes.items() for cell in _cells(box, places[key])]
    frames = [(_turned(direction, placed, *rectangle), label) for rectangle, label in placed.frames]
    lines = [[_turned(direction, placed, x, y, 0, 0)[:2] for x, y in line] for line in placed.lines]
    size = (placed.width, placed.height) if direction in ("TB", "BT") else (placed.height, placed.width)
    return Layout(*size, cells, frames, lines, _DIRECTIONS[direction])


def _turned(direction: str, whole: _Placed, x: float, y: float, width: float, height: float) -> Rectangle:
    if direction in ("BT", "RL"):
        y = whole.height - y - height
    return Rectangle(x, y, width, height) if direction in ("TB", "BT") else Rectangle(y, x, height, width)


def _size(box: Box) -> Point:
    return max(sum(map(_cell_width, row)) for row in box.rows), _ROW * len(box.rows)


def _cell_width(cell: Cell) -> float:
    return width_of(cell) + 2 * _PADDING


def _cells(box: Box, place: Rectangle) -> Iterable[tuple[Rectangle, Cell]]:
    """The cells of a box; those of a row share what is left of its width."""
    for number, row in enumerate(box.rows):
        x, more = place.x, (place.width - sum(map(_cell_width, row))) / len(row)
        for cell in row:
            yield Rectangle(x, place.y + number * _ROW, _cell_width(cell) + more, _ROW), cell
            x += _cell_width(cell) + more


class _Placed:
    """A frame from top to bottom, with (0, 0) as its left upper corner.

    Attributes:
        boxes: all of them, by key.
        rectangles: where they are, by key.
        frames: where the frames inside are, and their labels.
        lines: the points of all lines.
    """

    def __init__(self, frame: Frame, is_sideways: bool):
        self.boxes: dict[str, Box] = {}
        self.rectangles: dict[str, Rectangle] = {}
        self.frames: list[tuple[Rectangle, str]] = []
        self.lines: list[list[Point]] = []
        self.width = self.height = 0.0
        inner = {part.key: _Placed(part, is_sideways) for part in frame.parts if isinstance(part, Frame)}
        sizes: dict[object, Point] = {}
        part_of: dict[str, str] = {}
        for part in frame.parts:
            if isinstance(part, Frame):
                sizes[part.key] = (inner[part.key].width + 2 * _MARGIN, inner[part.key].height + 2 * _MARGIN + _LABEL)
                part_of |= dict.fromkeys(inner[part.key].boxes, part.key)
            else:
                self.boxes[part.key], part_of[part.key] = part, part.key
                sizes[part.key] = _size(part)[::-1] if is_sideways else _size(part)
        ranks = _Ranks(sizes, [(part_of[start], part_of[end]) for start, end in frame.lines])
        self.width, self.height = ranks.size()
        for part in frame.parts:
            self._place(part, ranks.rectangle(part.key), inner.get(part.key))
        for (start, end), between in zip(frame.lines, ranks.between, strict=True):
            self.lines.append(self._line(self.rectangles[start], self.rectangles[end], between))

    def _place(self, part: Box | Frame, rectangle: Rectangle, inner: _Placed | None) -> None:
        if inner is None:
            self.rectangles[part.key] = rectangle
            return
        assert isinstance(part, Frame)
        dx, dy = rectangle.x + _MARGIN, rectangle.y + _MARGIN + _LABEL
        self.boxes |= inner.boxes
        self.frames += [(rectangle, part.label)]
        self.frames += [(place._replace(x=place.x + dx, y=place.y + dy), label) for place, label in inner.frames]
        self.rectangles |= {k: r._replace(x=r.x + dx, y=r.y + dy) for k, r in inner.rectangles.items()}
        self.lines += [[(x + dx, y + dy) for x, y in line] for line in inner.lines]

    def _line(self, start: Rectangle, end: Rectangle, between: list[Point]) -> list[Point]:
        first = (start.x + start.width / 2, start.y + start.height)
        last = (end.x + end.width / 2, end.y)
        if last[1] <= first[1]:  # back, around all
            self.width += _GAP
            self.height = max(self.height, first[1] + _RANK_GAP / 2)
            between = [(self.width, first[1] + _RANK_GAP / 2), (self.width, last[1] - _RANK_GAP / 2)]
        return [first, *between, last]


class _Ranks:
    """Parts of given sizes in ranks, and the places of lines in the ranks between.

    Attributes:
        rank: of each part, and of each place for a line.
        rows: the parts and places of each rank, in order.
        x: their middles.
        tops, heights: of the ranks.
        between: for each line, points in the ranks that it passes.
    """

    def __init__(self, sizes: Mapping[object, Point], lines: Sequence[Pair]):
        self.sizes = dict(sizes)
        forward = _forward(sizes, lines)
        self.rank = _longest_ways(sizes, forward)
        chains = [self._chain(start, end) if (start, end) in forward else [] for start, end in lines]
        joined = [pair for chain in chains for pair in pairwise(chain)]
        self.rows: list[list[object]] = [[] for _ in range(max(self.rank.values()) + 1)]
        for part, rank in self.rank.items():
            self.rows[rank].append(part)
        self.above, self.below = _neighbours(joined)
        self._order()
        self.x = self._columns()
        self.heights = [max(self.sizes[part][1] for part in row) for row in self.rows]
        self.tops = [sum(self.heights[:rank]) + rank * _RANK_GAP for rank in range(len(self.rows))]
        self.between = [[point for place in chain[1:-1] for point in self._through(place)] for chain in chains]

    def rectangle(self, part: object) -> Rectangle:
        """In the middle of its rank."""
        (width, height), rank = self.sizes[part], self.rank[part]
        return Rectangle(self.x[part] - width / 2, self.tops[rank] + (self.heights[rank] - height) / 2, width, height)

    def size(self) -> Point:
        return max(x + self.sizes[part][0] / 2 for part, x in self.x.items()), self.tops[-1] + self.heights[-1]

    def _through(self, place: object) -> tuple[Point, Point]:
        """Where a line comes into a rank that it passes, and leaves it."""
        x, top = self.x[place], self.tops[self.rank[place]]
        return (x, top), (x, top + self.heights[self.rank[place]])

    def _chain(self, start: object, end: object) -> list[object]:
        """The parts at both ends of a line, and places between them in all ranks that it passes."""
        places = [(start, end, rank) for rank in range(self.rank[start] + 1, self.rank[end])]
        for place in places:
            self.rank[place], self.sizes[place] = place[2], (0.0, 0.0)
        return [start, *places, end]

    def _order(self) -> None:
        """Sort ranks by the mean place of what each part is joined to, down and up in turn."""
        for sweep in range(_SWEEPS):
            joined = self.below if sweep % 2 else self.above
            for row in reversed(self.rows) if sweep % 2 else self.rows:
                place = {part: i for other in self.rows for i, part in enumerate(other)}
                middle = {p: _mean([place[q] for q in joined[p]], place[p]) for p in row}
                row.sort(key=middle.__getitem__)

    def _columns(self) -> dict[object, float]:
        """The middles of all parts: as near to those of the parts that they are joined to as the others let them."""
        x = {part: 0.0 for row in self.rows for part in row}
        for sweep in range(2 * _SWEEPS):
            joined = self.below if sweep % 2 else self.above
            for row in reversed(self.rows) if sweep % 2 else self.rows:
                x |= self._apart(row, [_mean([x[q] for q in joined[p]], x[p]) for p in row])
        left = min(value - self.sizes[part][0] / 2 for part, value in x.items())
        return {part: value - left for part, value in x.items()}

    def _apart(self, row: list[object], wanted: list[float]) -> dict[object, float]:
        """Places in order that keep their distance: the mean of the leftmost and of the rightmost ones."""
        room = [(self.sizes[a][0] + self.sizes[b][0]) / 2 + _GAP for a, b in pairwise(row)]
        right, left = list(wanted), list(wanted)
        for i, distance in enumerate(room):
            right[i + 1] = max(right[i + 1], right[i] + distance)
        for i, distance in reversed(list(enumerate(room))):
            left[i] = min(left[i], left[i + 1] - distance)
        return {part: (a + b) / 2 for part, a, b in zip(row, left, right)}


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _neighbours(joined: list[Pair]) -> tuple[dict[object, list[object]], dict[object, list[object]]]:
    above: dict[object, list[object]] = defaultdict(list)
    below: dict[object, list[object]] = defaultdict(list)
    for start, end in joined:
        above[end].append(start)
        below[start].append(end)
    return above, below


def _forward(parts: Iterable[object], lines: Sequence[Pair]) -> set[Pair]:
    """The lines but those that lead back to a part whose output they come from, as where a model is called twice."""
    after: dict[object, list[object]] = defaultdict(list)
    for start, end in lines:
        after[start].append(end)
    found: set[Pair] = set()
    is_open: dict[object, bool] = {}
    for first in parts:
        if first in is_open:
            continue
        is_open[first] = True
        ways = [(first, iter(after[first]))]
        while ways:
            part, ends = ways[-1]
            for end in ends:
                if not is_open.get(end, False):
                    found.add((part, end))
                    if end not in is_open:
                        is_open[end] = True
                        ways.append((end, iter(after[end])))
                        break
            else:
                is_open[part] = False
                ways.pop()
    return found


def _longest_ways(parts: Iterable[object], lines: set[Pair]) -> dict[object, int]:
    """For each part, the number of lines on the longest way to it."""
    after: dict[object, list[object]] = defaultdict(list)
    missing = dict.fromkeys(parts, 0)
    ranks = dict(missing)
    for start, end in lines:
        after[start].append(end)
        missing[end] += 1
    ready = [part for part, count in missing.items() if not count]
    for part in ready:
        for end in after[part]:
            ranks[end] = max(ranks[end], ranks[part] + 1)
            missing[end] -= 1
            if not missing[end]:
                ready.append(end)
    return ranks
