"""Boxes and masks in images, and images side by side."""

import os
import sys
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import visualization

Image = pytest.importorskip("PIL.Image")
GRAY = np.full((2, 32, 48, 3), 200, "uint8")
BOXES = {
    "boxes": np.array([[[4, 6, 20, 26], [30, 2, 44, 12]], [[1, 1, 30, 30], [-1, -1, -1, -1]]], "float32"),
    "labels": np.array([[0, 1], [2, -1]]),
}
COLORS = {0: (255, 0, 0), 1: (0, 255, 0), 2: (0, 0, 255)}
MASKS = np.zeros((2, 32, 48, 1), "int32")
MASKS[:, :16], MASKS[1, :, 40:] = 1, 2


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    with warnings.catch_warnings(action="ignore"):
        return pytest.importorskip("keras")


def changed(image, value=200):
    """Where an image is not as gray as it was."""
    return (image != value).any(-1)


def frame(left, top, right, bottom):
    expected = np.zeros((32, 48), bool)
    expected[top : bottom + 1, left : right + 1] = True
    expected[top + 1 : bottom, left + 1 : right] = False
    return expected


# boxes


def test_boxes_are_frames_at_their_corners():
    drawn = visualization.draw_bounding_boxes(GRAY, BOXES, "xyxy", color=(250, 0, 20), line_thickness=1)
    assert drawn.dtype == "uint8" and drawn.shape == GRAY.shape and (GRAY == 200).all()
    expected = [frame(4, 6, 20, 26) | frame(30, 2, 44, 12), frame(1, 1, 30, 30)]  # a label of -1 is none
    np.testing.assert_array_equal([changed(image) for image in drawn], expected)
    assert (drawn[changed(drawn)] == (250, 0, 20)).all()


def test_thick_lines_are_around_the_box():
    drawn = visualization.draw_bounding_boxes(GRAY[:1], {"boxes": [[[10, 8, 30, 24]]], "labels": [[0]]}, "xyxy")
    thick = frame(9, 7, 31, 25) | frame(10, 8, 30, 24) | frame(11, 9, 29, 23)
    np.testing.assert_array_equal(changed(drawn[0]), thick)


@pytest.mark.parametrize("form", ["yxyx", "xywh", "center_xywh", "rel_xyxy"])
def test_boxes_of_any_format(engine, form):
    boxes = hornbeam.utils.bounding_boxes.convert_format(BOXES["boxes"], "xyxy", form, 32, 48)
    expected = visualization.draw_bounding_boxes(GRAY, BOXES, "xyxy")
    images = hornbeam.ops.array(GRAY)
    given = BOXES | {"boxes": boxes}
    np.testing.assert_array_equal(visualization.draw_bounding_boxes(images, given, form), expected)


def test_images_have_boxes_of_different_number():
    given = {"boxes": [[[4, 6, 20, 26]], []], "labels": [[0], []]}
    first, second = visualization.draw_bounding_boxes(GRAY, given, "xyxy")
    assert changed(first).any() and not changed(second).any()


@pytest.mark.parametrize(
    ("images", "options"),
    [
        (GRAY.astype("float32"), {}),
        (GRAY / 255.0, {}),
        (GRAY[..., :1], {}),
        (np.moveaxis(GRAY, 3, 1), {"data_format": "channels_first"}),
    ],
    ids=["floats up to 255", "floats up to 1", "one channel", "channels first"],
)
def test_forms_of_images(images, options):
    expected = [
        visualization.draw_bounding_boxes(GRAY, BOXES, "xyxy"),
        visualization.draw_segmentation_masks(GRAY, MASKS, color_mapping=COLORS),
    ]
    drawn = [
        visualization.draw_bounding_boxes(images, BOXES, "xyxy", **options),
        visualization.draw_segmentation_masks(images, MASKS, color_mapping=COLORS, **options),
    ]
    if options:
        drawn = [np.moveaxis(image, 1, 3) for image in drawn]
    np.testing.assert_array_equal(drawn, expected)


def letters(box, names, confidence=None, size=(60, 120)):
    given = {"boxes": [[box]], "labels": [[1]]} | ({} if confidence is None else {"confidence": [[confidence]]})
    drawn = visualization.draw_bounding_boxes(
        np.zeros((1, *size, 3), "uint8"), given, "xyxy", names, (255, 255, 255), line_thickness=1
    )[0]
    plain = visualization.draw_bounding_boxes(
        np.zeros((1, *size, 3), "uint8"), given, "xyxy", None, (255, 255, 255), line_thickness=1
    )[0]
    return (drawn.astype(int) - plain).any(-1)


def test_classes_are_written_above_boxes():
    said = letters([20, 40, 60, 55], {1: "cat"})
    rows, columns = np.nonzero(said)
    assert len(rows) > 30 and rows.max() < 40 and 18 <= columns.min() <= 24
    assert not letters([20, 40, 60, 55], {0: "dog"}).any()
    assert letters([20, 40, 60, 55], {1: "cat"}, 0.75).sum() > said.sum()
    np.testing.assert_array_equal(letters([20, 40, 60, 55], ["dog", "cat"]), said)


def test_what_is_written_stays_in_the_image():
    wide = letters([20, 40, 60, 55], {1: "cat"}).sum()
    for box in ([90, 40, 118, 55], [20, 1, 110, 50], [-9, 40, 30, 55]):
        assert letters(box, {1: "cat"}).sum() > 0.9 * wide, box


# masks


@pytest.mark.parametrize(
    "options",
    [{"alpha": 0.5}, {}, {"blend": False}, {"alpha": 0.5, "ignore_index": 1}],
    ids=["alpha", "default", "no blend", "ignored"],
)
def test_masks_are_blended_as_in_keras(keras, options):
    masks = MASKS if "ignore_index" not in options else np.where(MASKS == 1, 2, MASKS)
    images = np.random.default_rng(0).integers(0, 256, GRAY.shape).astype("uint8")
    theirs, ours = (
        k.visualization.draw_segmentation_masks(images, masks, 3, COLORS, **options) for k in (keras, hornbeam)
    )
    np.testing.assert_allclose(ours, np.asarray(theirs, "float32"), atol=1)


def test_pixels_without_a_class_stay():
    masks = np.array([[[0, -1, 1]]])
    image = np.full((1, 1, 3, 3), 100, "uint8")
    drawn = visualization.draw_segmentation_masks(image, masks, color_mapping=COLORS, ignore_index=1, alpha=0.5)
    assert drawn[0, 0].tolist() == [[177, 50, 50], [100] * 3, [100] * 3]


def test_classes_have_colors_far_apart():
    classes = np.arange(12).reshape(1, 3, 4)
    drawn = visualization.draw_segmentation_masks(np.zeros((1, 3, 4, 3)), classes, alpha=1.0).reshape(-1, 3).astype(int)
    apart = np.abs(drawn[:, None] - drawn[None]).max(-1) + 255 * np.eye(12, dtype=int)
    assert apart.min() > 30
    fewer = visualization.draw_segmentation_masks(np.zeros((1, 3, 4, 3)), classes % 2, num_classes=12, alpha=1.0)
    np.testing.assert_array_equal(fewer[0, 0, 1], drawn[1])  # the same class, the same color


# galleries


def opened(path):
    return np.asarray(Image.open(path).convert("RGB"))


def figure_of(plot, *args, **options):
    from matplotlib import pyplot

    figure = plot(*args, show=False, **options)
    pyplot.close(figure)
    return figure


def shown(figure):
    return [axes.images[0].get_array() for axes in figure.axes if axes.images]


@pytest.mark.parametrize(
    ("options", "grid"),
    [({}, (2, 3)), ({"rows": 1}, (1, 5)), ({"cols": 2}, (3, 2)), ({"rows": 2, "cols": 2}, (2, 2))],
)
def test_gallery_has_rows_and_columns(options, grid):
    images = np.arange(5 * 48).reshape(5, 4, 4, 3).astype("uint8")
    figure = figure_of(visualization.plot_image_gallery, images, **options)
    assert figure.axes[0].get_subplotspec().get_gridspec().get_geometry() == grid
    np.testing.assert_array_equal(shown(figure), images[: grid[0] * grid[1]])


def test_gallery_scales_values_and_names_labels():
    images = np.array([[[[-1.0, 0.0, 1.0]]], [[[0.0, 0.0, 0.0]]]])
    options = {"value_range": (-1, 1), "y_true": [0, 1], "y_pred": [[1], [5]], "label_map": {0: "cat", 1: "dog"}}
    figure = figure_of(visualization.plot_image_gallery, images, **options)
    assert shown(figure)[0].tolist() == [[[0, 128, 255]]]
    assert [axes.get_title() for axes in figure.axes] == ["Label: cat  Pred: dog", "Label: dog  Pred: 5"]


def test_gallery_is_saved_or_shown(tmp_path, monkeypatch):
    from matplotlib import pyplot

    pyplot.close("all")
    calls = []
    monkeypatch.setattr(pyplot, "show", lambda *_: calls.append("shown"))
    assert visualization.plot_image_gallery(GRAY, path=tmp_path / "g.png", dpi=50, scale=1) is None
    assert opened(tmp_path / "g.png").shape[1] == 100 and not calls
    assert visualization.plot_image_gallery(GRAY) is None and calls == ["shown"]
    with pytest.raises(ValueError, match=r"saved or shown: leave out `path`, or `show=True`. Received: both"):
        visualization.plot_image_gallery(GRAY, path=tmp_path / "h.png", show=True)
    assert not pyplot.get_fignums()


def test_gallery_of_boxes():
    options = {"y_true": BOXES, "y_pred": BOXES | {"boxes": BOXES["boxes"] + 2}, "legend": True, "cols": 1}
    figure = figure_of(visualization.plot_bounding_box_gallery, GRAY, "xyxy", line_thickness=1, **options)
    image = np.asarray(shown(figure)[0])
    np.testing.assert_array_equal((image == (255, 235, 59)).all(-1), frame(6, 8, 22, 28) | frame(32, 4, 46, 14))
    assert (image == (0, 188, 212)).all(-1)[6, 4]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Ground Truth", "Prediction"]


def test_gallery_of_masks():
    options = {"y_true": MASKS, "y_pred": MASKS[:, ::-1], "color_mapping": COLORS, "blend": False}
    figure = figure_of(visualization.plot_segmentation_mask_gallery, GRAY, 3, **options)
    assert [axes.get_title() for axes in figure.axes[:3]] == ["Image", "Ground Truth", "Prediction"]
    images = shown(figure)
    assert len(images) == 6 and (images[0] == 200).all()
    assert tuple(images[1][0, 0]) == COLORS[1] and tuple(images[2][0, 0]) == COLORS[0]


# what is wrong


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda v: v.draw_bounding_boxes(GRAY[0], BOXES, "xyxy"), ValueError, r"4 axes.* shape \(32, 48, 3\)"),
        (lambda v: v.draw_bounding_boxes(GRAY[..., :2], BOXES, "xyxy"), ValueError, r"1, 3 or 4 channels.* 48, 2\)"),
        (lambda v: v.draw_bounding_boxes(GRAY, BOXES["boxes"], "xyxy"), ValueError, r"'boxes' and 'labels'.* ndarray"),
        (lambda v: v.draw_bounding_boxes(GRAY, {"boxes": []}, "xyxy"), ValueError, r"Received: \['boxes'\]"),
        (lambda v: v.draw_bounding_boxes(GRAY[:1], BOXES, "xyxy"), ValueError, r"each of 1 images. Received: 2"),
        (lambda v: v.draw_bounding_boxes(GRAY, BOXES, "x"), ValueError, r"must be one of 'xyxy'.* Received: 'x'"),
        (
            lambda v: v.draw_bounding_boxes(GRAY, BOXES | {"labels": [[0], [1]]}, "xyxy"),
            ValueError,
            r"four numbers in 'boxes' for each of the 'labels'. Received: shapes \(2, 4\) and \(1,\) of image 0",
        ),
        (
            lambda v: v.draw_bounding_boxes(GRAY, BOXES, "xyxy", color="red"),
            ValueError,
            r"`color` must be three.*'red'",
        ),
        (
            lambda v: v.draw_bounding_boxes(GRAY, BOXES, "xyxy", line_thickness=0),
            ValueError,
            r"thickness.* Received: 0",
        ),
        (lambda v: v.draw_segmentation_masks(GRAY, MASKS / 2), TypeError, r"must be integers.* Received: float64"),
        (lambda v: v.draw_segmentation_masks(GRAY, MASKS[:, 1:]), ValueError, r"must have shape \(2, 32, 48\)"),
        (
            lambda v: v.draw_segmentation_masks(GRAY, MASKS, color_mapping={0: (1, 2, 3)}),
            ValueError,
            r"a color of class 1. Received: \[0\]",
        ),
        (lambda v: v.draw_segmentation_masks(GRAY, MASKS, alpha=2), ValueError, r"from 0 to 1. Received: alpha=2"),
        (lambda v: v.plot_image_gallery(GRAY, y_true=[1]), ValueError, r"2 images must have as many labels.* 1"),
        (lambda v: v.plot_image_gallery(GRAY, rows=0), ValueError, r"`rows` of a gallery must be .* rows=0"),
        (lambda v: v.plot_image_gallery(GRAY, value_range=(1, 1)), ValueError, r"two different numbers.*=\(1, 1\)"),
        (
            lambda v: v.plot_bounding_box_gallery(GRAY, "xyxy", legend=True, legend_handles=[]),
            ValueError,
            r"A legend is made .* or given .* Received: both",
        ),
    ],
)
def test_what_is_refused(draw, error, message):
    with pytest.raises(error, match=message):
        draw(visualization)


@pytest.mark.parametrize(
    ("package", "draw"),
    [
        ("PIL", lambda v: v.draw_bounding_boxes(GRAY, BOXES, "xyxy")),
        ("matplotlib", lambda v: v.plot_image_gallery(GRAY)),
        ("matplotlib", lambda v: v.plot_bounding_box_gallery(GRAY, "xyxy", legend=True)),
        ("matplotlib", lambda v: v.plot_segmentation_mask_gallery(GRAY, 3)),
    ],
)
def test_package_that_is_not_installed(monkeypatch, package, draw):
    monkeypatch.setitem(sys.modules, package, None)
    name = {"PIL": "pillow"}.get(package, package)
    with pytest.raises(ImportError, match=rf"the package `{name}`: `pip install hornbeam\["):
        draw(visualization)
