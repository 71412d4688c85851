"""Images side by side, with matplotlib."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hornbeam.ops.arrays import convert_to_numpy
from hornbeam.visualization.pixels import as_pixels

# What a line of text needs, in inches.
_TITLE = 0.3


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: Mapping[int, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: Sequence[float] = (0, 255),
    scale: float = 2,
    path: Any = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: float = 60,
    legend_handles: Any = None,
    data_format: str | None = None,
) -> Any:
    """Show images side by side, or save the picture.

    Args:
        images: a batch of shape (batch, height, width, channels).
        y_true: the labels, which are written above.
        y_pred: the labels that a model has given, likewise.
        label_map: the names of the labels.
        rows: how many rows; as needed by default. Images that find no place are left out.
        cols: how many images in a row.
        value_range: what is black and what is white.
        scale: the width of an image, in inches.
        path: where to save the picture, instead of showing it.
        show: whether to show it; by default where `path` is not given.
        transparent: whether what is between images is transparent in the file.
        dpi: dots per inch of the file.
        legend_handles: matplotlib's handles of a legend.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Returns:
        `None`; matplotlib's figure with `show=False` and without `path`.

    Raises:
        ImportError: when matplotlib is not installed.
    """
    pixels = as_pixels(images, data_format, value_range)
    titles = _titles(len(pixels), y_true, y_pred, label_map)
    figure = gallery(pixels, titles, *_grid(len(pixels), rows, cols), scale, legend_handles)
    return finish(figure, path, show, transparent=transparent, dpi=dpi)


def gallery(pixels: Any, titles: Sequence[str], rows: int, cols: int, scale: float, legend_handles: Any) -> Any:
    """A figure of `rows` times `cols` images."""
    height, width = pixels[0].shape[:2]
    row = scale * height / width + (_TITLE if any(titles) else 0)
    size = scale * cols, row * rows + (0 if legend_handles is None else _TITLE)
    figure, axes = _pyplot().subplots(rows, cols, figsize=size, squeeze=False, layout="constrained")
    for place in axes.flat:
        place.axis("off")
    for place, image, title in zip(axes.flat, pixels, titles, strict=False):
        place.imshow(image)
        if title:
            place.set_title(title, fontsize=8)
    if legend_handles is not None:
        figure.legend(handles=legend_handles, loc="outside lower center", ncols=2, fontsize=8)
    return figure


def finish(figure: Any, path: Any, show: bool | None, transparent: bool, dpi: float) -> Any:
    """Show the figure or save it; else return it."""
    show = path is None if show is None else show
    if path is not None and show:
        _pyplot().close(figure)
        raise ValueError("A gallery is saved or shown: leave out `path`, or `show=True`. Received: both.")
    if path is None and not show:
        return figure
    if show:
        _pyplot().show()
    else:
        figure.savefig(path, pad_inches=0, transparent=transparent, dpi=dpi)
    _pyplot().close(figure)
    return None


def _grid(count: int, rows: int | None, cols: int | None) -> tuple[int, int]:
    for which, value in (("rows", rows), ("cols", cols)):
        if value is not None and value < 1:
            raise ValueError(f"`{which}` of a gallery must be a positive number. Received: {which}={value}.")
    if rows is None:
        cols = cols or math.ceil(math.sqrt(max(count, 1)))
        return max(math.ceil(count / cols), 1), cols
    return rows, cols or max(math.ceil(count / rows), 1)


def _titles(count: int, y_true: Any, y_pred: Any, names: Mapping[int, str] | None) -> list[str]:
    parts: list[list[str]] = [[] for _ in range(count)]
    for what, labels in (("Label", y_true), ("Pred", y_pred)):
        if labels is None:
            continue
        labels = np.asarray(convert_to_numpy(labels)).reshape(-1).tolist()
        if len(labels) != count:
            raise ValueError(f"A gallery of {count} images must have as many labels. Received: {len(labels)}.")
        for part, label in zip(parts, labels, strict=True):
            part.append(f"{what}: {label if names is None else names.get(label, label)}")
    return ["  ".join(part) for part in parts]


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError("Galleries need the package `matplotlib`: `pip install hornbeam[plot]`.") from None
    return pyplot
