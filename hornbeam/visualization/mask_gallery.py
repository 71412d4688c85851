"""Images beside themselves with segmentation masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hornbeam.visualization.gallery import finish, gallery
from hornbeam.visualization.masks import draw_segmentation_masks
from hornbeam.visualization.pixels import as_pixels


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int,
    value_range: Sequence[float] = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: Mapping[int, Sequence[int]] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    *,
    rows: int | None = None,
    scale: float = 2,
    path: Any = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: float = 60,
    legend_handles: Any = None,
) -> Any:
    """Show each image in a row with what it is with its true mask and with its predicted one, or save the picture.

    Args:
        images: a batch of shape (batch, height, width, channels).
        num_classes: how many classes there are.
        value_range: what is black and what is white in `images`.
        y_true: the true masks: the classes of pixels, see `draw_segmentation_masks`.
        y_pred: the masks that a model has given, likewise.
        color_mapping, blend, alpha, ignore_index: see `draw_segmentation_masks`.
        data_format: "channels_last" or "channels_first"; the global setting by default.
        rows: how many images to show; all by default.
        scale, path, show, transparent, dpi, legend_handles: see `plot_image_gallery`.
    """
    pixels = as_pixels(images, data_format, value_range)
    columns = {"Image": pixels}
    for title, masks in (("Ground Truth", y_true), ("Prediction", y_pred)):
        if masks is not None:
            options = (num_classes, color_mapping, alpha, blend, ignore_index, "channels_last")
            columns[title] = draw_segmentation_masks(pixels, masks, *options)
    rows = len(pixels) if rows is None else min(rows, len(pixels))
    shown = [column[i] for i in range(rows) for column in columns.values()]
    titles = [*columns, *[""] * len(shown)]
    figure = gallery(shown, titles, max(rows, 1), len(columns), scale, legend_handles)
    return finish(figure, path, show, transparent=transparent, dpi=dpi)
