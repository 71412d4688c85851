"""Images side by side, with bounding boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hornbeam.visualization.boxes import draw_bounding_boxes
from hornbeam.visualization.gallery import plot_image_gallery
from hornbeam.visualization.pixels import as_color, as_pixels


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Any = None,
    y_pred: Any = None,
    value_range: Sequence[float] = (0, 255),
    true_color: Sequence[int] = (0, 188, 212),
    pred_color: Sequence[int] = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Any = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Show images with their true and their predicted boxes, side by side, or save the picture.

    Args:
        images: a batch of shape (batch, height, width, channels).
        bounding_box_format: how boxes are written, such as "xyxy".
        y_true: the true boxes: a dictionary of "boxes" and "labels", see `draw_bounding_boxes`.
        y_pred: the boxes that a model has given, likewise.
        value_range: what is black and what is white in `images`.
        true_color: of true boxes: red, green and blue, from 0 to 255.
        pred_color: of predicted ones.
        line_thickness: in pixels.
        font_scale: the size of letters, by the usual one.
        text_thickness: of letters; 1 by default.
        class_mapping: the names of the classes, by label; nothing is written without it.
        ground_truth_mapping: other names for the labels of `y_true`.
        prediction_mapping: other names for the labels of `y_pred`.
        legend: whether a legend says which color is which.
        legend_handles: matplotlib's handles of a legend of your own.
        rows, cols: see `plot_image_gallery`, which takes `kwargs` (`path`, `show`, `scale`, ...).
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    if legend and legend_handles is not None:
        raise ValueError("A legend is made (`legend=True`) or given (`legend_handles`). Received: both.")
    pixels = as_pixels(images, data_format, value_range)
    pens = [
        (y_true, true_color, ground_truth_mapping or class_mapping),
        (y_pred, pred_color, prediction_mapping or class_mapping),
    ]
    for boxes, color, names in pens:
        if boxes is not None:
            options = (names, color, line_thickness, text_thickness or 1, font_scale, "channels_last")
            pixels = draw_bounding_boxes(pixels, boxes, bounding_box_format, *options)
    handles = _handles(true_color, pred_color) if legend else legend_handles
    kwargs = {"data_format": "channels_last", "legend_handles": handles} | kwargs
    return plot_image_gallery(pixels, rows=rows, cols=cols, **kwargs)


def _handles(true_color: Any, pred_color: Any) -> list[Any]:
    try:
        from matplotlib.patches import Patch
    except ImportError:
        raise ImportError("Galleries need the package `matplotlib`: `pip install hornbeam[plot]`.") from None
    colors = {"Ground Truth": true_color, "Prediction": pred_color}
    return [Patch(color=[c / 255 for c in as_color(color, "color")], label=what) for what, color in colors.items()]
