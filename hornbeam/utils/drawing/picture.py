"""A graph that is laid out, as a picture: SVG in text, and by Pillow what that can write."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable, Iterator
from typing import Any

from hornbeam.utils.drawing.labels import Cell
from hornbeam.utils.drawing.layout import Layout, Point, Rectangle
from hornbeam.utils.drawing.words import SIZE, size_of

_MARGIN, _ARROW = 6.0, 7.0
# No picture of dots is longer than this, as many programs cannot show it, or has more dots.
_MOST_DOTS, _MOST_IN_ALL = 30_000, 64_000_000


def drawn(layout: Layout, format: str, dpi: float) -> bytes:
    """The picture in a format: "svg", or one of Pillow's.

    Raises:
        ImportError: without Pillow, or for a format that it does not know.
    """
    return _svg(layout).encode() if format == "svg" else _by_pillow(layout, format, dpi)


def _svg(layout: Layout) -> str:
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"',
            f'  viewBox="{-_MARGIN} {-_MARGIN} {width:.1f} {height:.1f}" font-family="Helvetica, Arial, sans-serif">',
            f'<rect x="{-_MARGIN}" y="{-_MARGIN}" width="100%" height="100%" fill="white"/>',
            *(_svg_frame(place, label) for place, label in layout.frames),
            *(_svg_line(line, layout.direction) for line in layout.lines),
            *(_svg_cell(place, cell) for place, cell in layout.cells),
            "</svg>",
            "",
        ]
    )


def _svg_frame(place: Rectangle, label: str) -> str:
    return _svg_rectangle(place, 'fill="none" stroke="gray" stroke-dasharray="5 4"') + (
        f'<text x="{place.x + 8:.1f}" y="{place.y + 18:.1f}" font-size="{SIZE}">{html.escape(label)}</text>'
    )


def _svg_rectangle(place: Rectangle, style: str) -> str:
    x, y, width, height = place
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {style}/>'


def _svg_cell(place: Rectangle, cell: Cell) -> str:
    before, bold, after = (html.escape(text) for text in cell[:3])
    x, y = place.x + place.width / 2, place.y + place.height / 2 + size_of(cell) * 0.36
    return _svg_rectangle(place, f'fill="{cell.color}" stroke="black"') + (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size_of(cell)}" text-anchor="middle" xml:space="preserve" '
        f'fill="{_ink(cell)}">{before}<tspan font-weight="bold">{bold}</tspan>{after}</text>'
    )


def _svg_line(points: list[Point], direction: Point) -> str:
    (x, y), *curves = points[0], *_curves(points, direction)
    path = f"M {x:.1f} {y:.1f} " + " ".join("C " + _svg_points(curve) for curve in curves)
    return f'<path d="{path}" fill="none" stroke="black"/><polygon points="{_svg_points(_tip(points, direction))}"/>'


def _svg_points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _by_pillow(layout: Layout, format: str, dpi: float) -> bytes:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            f"To draw a model as {format!r}, Pillow or Graphviz (https://graphviz.org/download) must be installed. "
            "Received: neither of them. `plot_model(model, 'model.svg')` needs none."
        ) from None
    kind = Image.registered_extensions().get(f".{format}")
    if kind not in Image.SAVE:
        raise ImportError(
            f"A picture of this kind is drawn by Graphviz (https://graphviz.org/download), which is not installed. "
            f"Received: format={format!r}; 'svg', 'png' and 'pdf' need none."
        )
    picture, file = _Dots(layout, dpi).picture, io.BytesIO()
    picture.save(file, kind, dpi=(dpi, dpi))
    return file.getvalue()


class _Dots:
    """A picture of dots.

    Attributes:
        picture: an image of Pillow.
    """

    def __init__(self, layout: Layout, dpi: float):
        from PIL import Image, ImageDraw

        width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
        scale = min(dpi / 72, _MOST_DOTS / max(width, height), (_MOST_IN_ALL / (width * height)) ** 0.5)
        self.scale = 2 * scale  # and halved at the end, which makes lines smooth
        if self.scale * self.scale * width * height > _MOST_IN_ALL:
            self.scale = scale
        large = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), "white")
        self.draw, self.fonts = ImageDraw.Draw(large), dict[float, Any]()
        for place, label in layout.frames:
            self._frame(place, label)
        for line in layout.lines:
            self._line(line, layout.direction)
        for place, cell in layout.cells:
            self._cell(place, cell)
        self.picture = large if self.scale == scale else large.reduce(2)

    def _at(self, x: float, y: float) -> Point:
        return (x + _MARGIN) * self.scale, (y + _MARGIN) * self.scale

    def _rectangle(self, place: Rectangle, **style: Any) -> None:
        x, y, width, height = place
        self.draw.rectangle([self._at(x, y), self._at(x + width, y + height)], width=max(1, round(self.scale)), **style)

    def _frame(self, place: Rectangle, label: str) -> None:
        self._rectangle(place, outline="gray")
        self.draw.text(self._at(place.x + 8, place.y + 18), label, "black", self._font(SIZE), anchor="ls")

    def _line(self, points: list[Point], direction: Point) -> None:
        way = [self._at(*point) for point in _points(points, direction)]
        self.draw.line(way, "black", max(1, round(self.scale)), joint="curve")
        self.draw.polygon([self._at(*point) for point in _tip(points, direction)], "black")

    def _cell(self, place: Rectangle, cell: Cell) -> None:
        self._rectangle(place, fill=cell.color, outline="black")
        font, thick = self._font(size_of(cell)), size_of(cell) * self.scale / 40
        words = [(cell.before, 0.0), (cell.bold, thick), (cell.after, 0.0)]
        x, y = self._at(place.x + place.width / 2, place.y + place.height / 2)
        x -= sum(font.getlength(text) for text, _ in words) / 2
        for text, stroke in words:
            self.draw.text((x, y), text, _ink(cell), font, anchor="lm", stroke_width=stroke)
            x += font.getlength(text)

    def _font(self, size: float) -> Any:
        from PIL import ImageFont

        if size not in self.fonts:
            self.fonts[size] = ImageFont.load_default(size * self.scale)
        return self.fonts[size]


def _ink(cell: Cell) -> str:
    return "black" if cell.color == "white" else "white"


def _tip(points: list[Point], direction: Point) -> list[Point]:
    """The triangle at the end of a line."""
    (x, y), (dx, dy) = points[-1], direction
    back_x, back_y = x - _ARROW * dx, y - _ARROW * dy
    aside = _ARROW / 2
    return [(x, y), (back_x - aside * dy, back_y + aside * dx), (back_x + aside * dy, back_y - aside * dx)]


def _curves(points: list[Point], direction: Point) -> Iterator[tuple[Point, Point, Point]]:
    """Cubic curves through the points, each by what it leans to and its end; they leave and arrive along the graph."""
    (x, y), (dx, dy) = points[-1], direction
    ends = [*points[1:-1], (x - _ARROW * dx, y - _ARROW * dy)]
    for (x, y), (end_x, end_y) in zip(points, ends):
        if dx:
            middle = (x + end_x) / 2
            yield (middle, y), (middle, end_y), (end_x, end_y)
        else:
            middle = (y + end_y) / 2
            yield (x, middle), (end_x, middle), (end_x, end_y)


def _points(points: list[Point], direction: Point) -> Iterator[Point]:
    """Points of the curves, near to one another."""
    yield points[0]
    for start, (a, b, end) in zip(points, _curves(points, direction)):
        for t in (i / 12 for i in range(1, 13)):
            p, q, r, s = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            yield tuple(p * start[i] + q * a[i] + r * b[i] + s * end[i] for i in (0, 1))  # type: ignore[misc]
