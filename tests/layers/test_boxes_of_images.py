"""Bounding boxes and masks go along with the images that layers change."""

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.utils import bounding_boxes

H, W = 24, 30
FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")
RECTANGLES = np.array([[[6, 5, 16, 13]], [[8, 9, 24, 18]]], "float32")  # x0, y0, x1, y1
SEEN = {"fill_mode": "constant", "interpolation": "nearest"}
STRAIGHT = {
    "flip": lambda **k: layers.RandomFlip(seed=1, **k),
    "flip across": lambda **k: layers.RandomFlip("horizontal", seed=2, **k),
    "translation": lambda **k: layers.RandomTranslation(0.2, 0.3, seed=1, **SEEN, **k),
    "zoom": lambda **k: layers.RandomZoom((-0.2, 0.4), (-0.2, 0.3), seed=1, **SEEN, **k),
    "crop": lambda **k: layers.RandomCrop(20, 24, seed=1, **k),
    "crop larger": lambda **k: layers.RandomCrop(30, 40, **k),
    "centre": lambda **k: layers.CenterCrop(15, 21, **k),
    "centre larger": lambda **k: layers.CenterCrop(30, 33, **k),
    "resized": lambda **k: layers.Resizing(40, 20, "nearest", **k),
    "resized, cropped": lambda **k: layers.Resizing(41, 17, "nearest", crop_to_aspect_ratio=True, **k),
    "resized, padded": lambda **k: layers.Resizing(41, 17, "nearest", pad_to_aspect_ratio=True, **k),
}
ASLANT = {
    "perspective": lambda **k: layers.RandomPerspective((1.0, 1.0), 0.4, "nearest", seed=2, **k),
    "rotation": lambda **k: layers.RandomRotation(0.4, seed=1, **SEEN, **k),
    "shear": lambda **k: layers.RandomShear((0.1, 0.4), (0.0, 0.3), seed=1, **SEEN, **k),
}


def filled():
    """Images with a rectangle in each."""
    x, y = np.meshgrid(np.arange(W), np.arange(H))
    x0, y0, x1, y1 = RECTANGLES.reshape(2, 4, 1, 1).transpose(1, 0, 2, 3)
    return ((x >= x0) & (x < x1) & (y >= y0) & (y < y1)).astype("float32")[..., None]


def changed(layer, how, first):
    """The images after the layer, with channels last, and the boxes, as xyxy."""
    images = filled().transpose(0, 3, 1, 2) if first else filled()
    boxes = bounding_boxes.convert_format(RECTANGLES, "xyxy", how, H, W)
    data = {"images": images, "bounding_boxes": {"boxes": boxes, "labels": np.array([[1], [2]])}}
    found = layer(data, training=True)
    images = hornbeam.ops.convert_to_numpy(found["images"])
    images = images.transpose(0, 2, 3, 1) if first else images
    height, width = images.shape[1:3]
    corners = bounding_boxes.convert_format(found["bounding_boxes"]["boxes"], how, "xyxy", height, width)
    return images[..., 0], hornbeam.ops.convert_to_numpy(corners)[:, 0]


def extent(image):
    """The sides of what is seen: x0, y0, x1, y1."""
    rows, columns = np.nonzero(image.max(1) > 0.5)[0], np.nonzero(image.max(0) > 0.5)[0]
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


@pytest.mark.parametrize("first", [False, True], ids=["channels last", "channels first"])
@pytest.mark.parametrize("name", STRAIGHT | ASLANT)
def test_what_was_in_the_box_is_in_the_new_one_and_touches_its_sides(name, first, engine):
    data_format = "channels_first" if first else "channels_last"
    layer = (STRAIGHT | ASLANT)[name](bounding_box_format="xyxy", data_format=data_format)
    images, boxes = changed(layer, "xyxy", first)
    for image, box in zip(images, boxes, strict=True):
        assert abs(extent(image) - box).max() <= (1 if name in STRAIGHT else 2), (extent(image), box)


@pytest.mark.parametrize("name", STRAIGHT | ASLANT)
def test_boxes_are_the_same_however_they_are_written(name):
    make = (STRAIGHT | ASLANT)[name]
    expected = changed(make(bounding_box_format="xyxy"), "xyxy", False)[1]
    for how in FORMATS[1:]:
        np.testing.assert_allclose(changed(make(bounding_box_format=how), how, False)[1], expected, atol=1e-4)


AS_KERAS = {
    "rotation": lambda k, how: k.RandomRotation((0.1, 0.1), bounding_box_format=how),
    "translation": lambda k, how: k.RandomTranslation((0.21, 0.21), (-0.13, -0.13), bounding_box_format=how),
    "zoom": lambda k, how: k.RandomZoom((0.2, 0.2), (-0.3, -0.3), bounding_box_format=how),
    "centre": lambda k, how: k.CenterCrop(9, 12, bounding_box_format=how),
    "centre larger": lambda k, how: k.CenterCrop(30, 33, bounding_box_format=how),
    "resized": lambda k, how: k.Resizing(20, 50, bounding_box_format=how),
    "colours": lambda k, how: k.RandomBrightness((0.1, 0.1), bounding_box_format=how),
    "mirrored": lambda k, how: k.RandomFlip(seed=1, bounding_box_format=how),
}
KERAS_CANNOT = {("rotation", "rel_xywh"), ("mirrored", "xyxy"), ("mirrored", "rel_xywh")}


@pytest.mark.parametrize("how", ["xyxy", "rel_xywh"])
@pytest.mark.parametrize("name", AS_KERAS)
def test_boxes_and_labels_are_those_of_keras(name, how):
    corners = np.array([[[10, 5, 29, 19], [0, 0, 5, 5], [21, 5, 30, 20]], [[3, 3, 9, 9], [9, 7, 20, 15], [-1] * 4]])
    training = (name, how) not in KERAS_CANNOT  # turned boxes in shares are wrong there, and mirrors are drawn
    boxes = np.asarray(keras.utils.bounding_boxes.convert_format(corners, "xyxy", how, height=H, width=W))
    inner = {"boxes": boxes, "labels": np.array([[0, 1, 2], [3, 4, -1]], "int32")}
    data = {"images": filled(), "labels": np.ones(2, "float32"), "bounding_boxes": inner}
    found, expected = (AS_KERAS[name](k, how)(data, training=training) for k in (layers, keras.layers))
    for key in ("boxes", "labels"):
        one, other = (np.asarray(result["bounding_boxes"][key]) for result in (found, expected))
        np.testing.assert_allclose(one, other, atol=1e-4)
        assert one.dtype == other.dtype


def test_boxes_of_one_image_and_none_at_all():
    layer = layers.RandomFlip("horizontal", seed=1, bounding_box_format="xyxy")
    one = layer({"images": filled()[0], "bounding_boxes": {"boxes": RECTANGLES[0], "labels": [3]}}, training=True)
    assert tuple(one["bounding_boxes"]["boxes"].shape) == (1, 4)
    none = {"boxes": np.zeros((2, 0, 4), "float32"), "labels": np.zeros((2, 0), "int32")}
    found = layer({"images": filled(), "bounding_boxes": none}, training=True)["bounding_boxes"]
    assert (tuple(found["boxes"].shape), tuple(found["labels"].shape)) == ((2, 0, 4), (2, 0))


def test_corners_are_not_rounded_in_half_precision():
    boxes = np.array([[[100.25, 100.5, 601.5, 602.75]]], "float32")
    layer = layers.RandomBrightness(0.1, bounding_box_format="xyxy", dtype="mixed_bfloat16")
    found = layer({"images": np.zeros((1, 8, 8, 3), "float32"), "bounding_boxes": {"boxes": boxes}}, training=True)
    np.testing.assert_array_equal(np.asarray(found["bounding_boxes"]["boxes"]), boxes)


def test_a_step_at_a_time_is_the_same_as_all_at_once(engine):
    layer = layers.RandomZoom(0.3, seed=4, bounding_box_format="xywh")
    boxes = {"boxes": RECTANGLES, "labels": np.array([[1], [2]])}
    data = {"images": filled(), "bounding_boxes": boxes, "segmentation_masks": filled()[..., 0].astype("int32")}
    transformation = layer.get_random_transformation(data, training=True, seed=7)
    images = layer.transform_images(data["images"], transformation)
    moved = layer.transform_bounding_boxes(boxes, transformation)["boxes"]
    single = layer.transform_single_bounding_box(
        {"boxes": RECTANGLES[1], "labels": np.array([2])},
        transformation._replace(drawn=transformation.drawn[1:]),
    )
    np.testing.assert_allclose(*(hornbeam.ops.convert_to_numpy(x) for x in (single["boxes"], moved[1])), rtol=1e-6)
    assert tuple(images.shape) == (2, H, W, 1)
    assert tuple(layer(data, training=True)["segmentation_masks"].shape) == (2, H, W)


def test_mixed_images_have_the_boxes_of_both(engine):
    data = {"images": filled(), "bounding_boxes": {"boxes": RECTANGLES, "labels": np.array([[1], [2]])}}
    data["segmentation_masks"] = filled()
    layer = layers.MixUp(1.0, seed=3, bounding_box_format="xyxy")
    found = {key: layer(data, training=True)[key] for key in data}
    boxes = hornbeam.ops.convert_to_numpy(found["bounding_boxes"]["boxes"])
    labels = hornbeam.ops.convert_to_numpy(found["bounding_boxes"]["labels"])
    assert labels[:, 0].tolist() == [1, 2]
    for row in range(2):
        np.testing.assert_array_equal(boxes[row], RECTANGLES[labels[row] - 1, 0])


def test_boxes_go_through_a_model_and_its_symbolic_call():
    inner = {"boxes": layers.Input((None, 4)), "labels": layers.Input((None,))}
    data = {"images": layers.Input((H, W, 1)), "bounding_boxes": inner}
    model = hornbeam.Model(data, layers.CenterCrop(10, 12, bounding_box_format="xyxy")(data))
    assert tuple(model.output["images"].shape) == (None, 10, 12, 1)
    boxes = {"boxes": RECTANGLES, "labels": np.array([[1.0], [2.0]])}
    found = model({"images": filled(), "bounding_boxes": boxes})["bounding_boxes"]["boxes"]
    np.testing.assert_allclose(np.asarray(found)[0], [[0, 0, 7, 6]])


def test_helpers_of_affine_layers_are_those_of_keras():
    boxes = {"boxes": np.array([[[10.0, 20, 30, 38]]], "float32"), "labels": np.array([[1]])}
    zoom, shear = (make(0.1, bounding_box_format="xyxy") for make in (layers.RandomZoom, layers.RandomShear))
    for make in (lambda k: k.RandomZoom(0.1), lambda k: k.RandomShear(0.1)):
        numbers = np.array([[2.0, 3, 4, 5, 6, 7, 0.1, 0.2]], "float32"), np.array([[1.0, 2]]), np.array([[3.0, 4]])
        one, other = (np.asarray(make(k).get_transformed_x_y(*numbers[1:], numbers[0])) for k in (layers, keras.layers))
        np.testing.assert_allclose(one, other, rtol=1e-6)
    assert np.asarray(shear.get_shifted_bbox(boxes, 5, 7)["boxes"]).tolist() == [[[5, 13, 25, 31]]]
    assert np.asarray(zoom.get_clipped_bbox(boxes, 30, 25, 25, 23)["boxes"]).tolist() == [[[0, 0, 2, 5]]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: layers.RandomFlip()(data), "`random_flip.*needs to know how .* pass `bounding_box_format`"),
        (lambda data: layers.RandomFlip(bounding_box_format="xy"), "`bounding_box_format` must be one of 'xyxy'.*'xy'"),
        (lambda data: flip(data | {"bounding_boxes": {"labels": [1]}}), "must have \"boxes\". Received: 'labels'"),
        (lambda data: flip(data | {"bounding_boxes": RECTANGLES[0]}), "must have shape .batch, boxes, 4.*1, 4"),
        (lambda data: flip(data | {"bounding_boxes": RECTANGLES[:1]}), "as many rows as images.*1, 1, 4.*2, 24, 30"),
        (lambda data: flip({"labels": [1]}), "needs images, or a dictionary with \"images\".*'labels'"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call({"images": filled(), "bounding_boxes": {"boxes": RECTANGLES, "labels": np.array([[1], [2]])}})


def flip(data):
    return layers.RandomFlip(bounding_box_format="xyxy")(data)


@pytest.mark.parametrize("number", [1, 2, 4])
@pytest.mark.parametrize("training", [False, True])
def test_the_number_of_boxes_is_that_of_keras(number, training, engine):
    boxes = {"boxes": np.concatenate([RECTANGLES, RECTANGLES + 1], 1), "labels": np.array([[1, 2], [3, 4]], "int32")}
    data = {"images": filled(), "bounding_boxes": boxes}
    ours, theirs = (
        k.layers.MaxNumBoundingBoxes(number, bounding_box_format="xyxy")(data, training=training)
        for k in (hornbeam, keras)
    )
    for name in ("boxes", "labels"):
        one, other = hornbeam.ops.convert_to_numpy(ours["bounding_boxes"][name]), theirs["bounding_boxes"][name]
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(hornbeam.ops.convert_to_numpy(ours["images"]), filled())


def test_missing_boxes_of_one_image_have_the_value_that_is_asked_for():
    boxes = {"boxes": RECTANGLES[0], "labels": np.array([[0.0, 1.0]])}  # one-hot
    layer = layers.MaxNumBoundingBoxes(2, fill_value=7)
    layer = layers.MaxNumBoundingBoxes.from_config(layer.get_config())
    found = layer({"images": filled()[0], "bounding_boxes": boxes})["bounding_boxes"]
    np.testing.assert_array_equal(found["boxes"], np.append(RECTANGLES[0], [[7, 7, 7, 7]], 0))
    np.testing.assert_array_equal(found["labels"], [[0, 1], [7, 7]])
    with pytest.raises(ValueError, match="`max_number` of `MaxNumBoundingBoxes` must be a positive integer"):
        layers.MaxNumBoundingBoxes(0)
