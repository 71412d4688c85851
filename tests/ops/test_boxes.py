"""Bounding boxes: equal to real Keras, in all formats, for one image and for many; what does not fit is named."""

import keras
import numpy as np
import pytest

import hornbeam
from hornbeam.utils import bounding_boxes as ours

theirs = keras.utils.bounding_boxes
FORMATS = "xyxy yxyx xywh center_xywh center_yxhw rel_xyxy rel_yxyx rel_xywh rel_center_xywh".split()
SIZE = {"height": 40, "width": 60}
BOXES = np.array([[10, 20, 30, 38], [0, 0, 5, 5], [45, 5, 60, 35]], "float32")
OTHER = np.array([[12, 20, 40, 35], [1, 1, 5, 6], [-1, -1, -1, -1]], "float32")
BATCH = np.stack([BOXES, BOXES[::-1] + 1])


def numpy(x):
    return hornbeam.ops.convert_to_numpy(x)


def equal(found, expected, atol=2e-5):
    np.testing.assert_allclose(numpy(found), np.asarray(expected), rtol=2e-5, atol=atol)


@pytest.mark.parametrize("source", FORMATS)
def test_formats(engine, source):
    boxes = np.asarray(theirs.convert_format(BATCH, "xyxy", source, **SIZE))
    for target in FORMATS:
        equal(ours.convert_format(boxes, source, target, **SIZE), theirs.convert_format(boxes, source, target, **SIZE))
    back = ours.convert_format({"boxes": boxes[0], "labels": [1, 2, 3]}, source.upper(), "xyxy", **SIZE)
    equal(back["boxes"], BOXES)
    assert back["labels"] == [1, 2, 3]


def test_each_image_of_a_batch_may_have_its_size(engine):
    found = ours.convert_format(BATCH, "xyxy", "rel_xyxy", height=np.array([40, 80]), width=np.array([60, 10]))
    equal(found[1], BATCH[1] / np.array([10, 80, 10, 80]))


def test_the_dtype_is_the_one_asked_for():
    assert ours.convert_format(BOXES, "xyxy", "xywh", dtype="int32").dtype == "int32"
    assert ours.convert_format(BOXES.astype("int64"), "xyxy", "xywh").dtype == "float32"


@pytest.mark.parametrize("name", FORMATS)
def test_overlap(engine, name):
    shape = (40, 60, 3)
    mine, yours = (np.asarray(theirs.convert_format(b, "xyxy", name, **SIZE)) for b in (BOXES, OTHER))
    for masking in (False, True):
        expected = theirs.compute_iou(BOXES, OTHER, "xyxy", masking, -2)
        equal(ours.compute_iou(mine, yours, name, masking, -2, shape), expected)
    equal(ours.compute_ciou(mine, yours, name, shape), theirs.compute_ciou(BOXES, OTHER, "xyxy"))
    equal(
        ours.compute_iou(np.stack([mine, mine]), yours, name, image_shape=shape)[1],
        theirs.compute_iou(BOXES, OTHER, "xyxy"),
    )


def test_boxes_without_an_area_have_no_overlap(engine):
    equal(ours.compute_iou(BOXES * 0, OTHER * 0, "xyxy"), np.zeros((3, 3)))
    equal(ours.compute_ciou(BOXES * 0, OTHER * 0 + 3, "xyxy"), theirs.compute_ciou(BOXES * 0, OTHER * 0 + 3, "xyxy"))


@pytest.mark.parametrize("encoding", ["center_yxhw", "center_xywh"])
@pytest.mark.parametrize("variance", [None, [0.1, 0.1, 0.2, 0.3]])
def test_deltas(engine, encoding, variance):
    arguments = {"variance": variance, "image_shape": (40, 60, 3)}
    anchors, boxes = BOXES, np.asarray(theirs.convert_format(BATCH + 2, "xyxy", "rel_xywh", **SIZE))
    deltas = theirs.encode_box_to_deltas(anchors, boxes, "xyxy", "rel_xywh", encoding, **arguments)
    equal(ours.encode_box_to_deltas(anchors, boxes, "xyxy", "rel_xywh", encoding, **arguments), deltas)
    found = ours.decode_deltas_to_boxes(anchors, np.asarray(deltas), "xyxy", "rel_xywh", encoding, **arguments)
    equal(found, boxes)


def test_deltas_by_level():
    levels = {"p3": BOXES, "p4": BOXES[:1]}
    deltas = {name: boxes / 100 for name, boxes in levels.items()}
    found = ours.decode_deltas_to_boxes(levels, deltas, "xyxy", "xywh")
    expected = theirs.decode_deltas_to_boxes(levels, deltas, "xyxy", "xywh")
    for name in levels:
        equal(found[name], expected[name])


def test_a_box_without_a_size_has_finite_deltas():
    equal(
        ours.encode_box_to_deltas(BOXES, BOXES * 0, "xyxy", "xyxy"),
        theirs.encode_box_to_deltas(BOXES, BOXES * 0, "xyxy", "xyxy"),
    )


@pytest.mark.parametrize("boxes", [BOXES * 2 - 20, BATCH * 2 - 20])
def test_what_is_outside_is_cut_off_and_loses_its_label(engine, boxes):
    data = {"boxes": boxes, "labels": np.zeros(boxes.shape[:-1], "int32") + 7}
    expected = theirs.clip_to_image_size(data, **SIZE)
    assert (np.asarray(expected["labels"]) == -1).any()
    for name in FORMATS:
        written = ours.convert_format(data, "xyxy", name, **SIZE)
        found = ours.clip_to_image_size(written, **SIZE, bounding_box_format=name)
        equal(ours.convert_format(found["boxes"], name, "xyxy", **SIZE), expected["boxes"])
        np.testing.assert_array_equal(numpy(found["labels"]), np.asarray(expected["labels"]))
    equal(ours.clip_to_image_size(boxes, **SIZE), expected["boxes"])


def test_labels_may_be_one_hot():
    found = ours.clip_to_image_size({"boxes": BOXES * 2 - 20, "labels": np.eye(3, dtype="float32")}, **SIZE)
    assert numpy(found["labels"]).tolist() == [[1, 0, 0], [-1, -1, -1], [-1, -1, -1]]


@pytest.mark.parametrize("name", ["xyxy", "xywh", "center_yxhw"])
def test_crop_and_pad(engine, name):
    written = ours.convert_format(BATCH, "xyxy", name)
    for what, arguments in (("crop", (5, 7, 30, 20)), ("pad", (5, 7)), ("pad", (5, 7, 50, 80))):
        found = getattr(ours, what)(written, *arguments, bounding_box_format=name)
        equal(ours.convert_format(found, name, "xyxy"), getattr(theirs, what)(BATCH, *arguments))
    found = ours.crop({"boxes": BATCH, "labels": np.ones((2, 3))}, np.array([0, 30]), 0, 40, 60)
    assert numpy(found["labels"]).tolist() == [[1, 1, 1], [1, -1, 1]]


@pytest.mark.parametrize("centre", [{}, {"center_x": 0.2, "center_y": 0.7}])
def test_affine_maps(engine, centre):
    numbers = np.array([[30, 0.1, -0.2, 1.5, 10, 20], [-80, 0, 0.2, 0.7, 0, -30]], "float32").T
    expected = theirs.affine_transform(BATCH, *numbers, **SIZE, **centre)
    equal(ours.affine_transform(BATCH, *numbers, **SIZE, **centre), expected, atol=1e-4)
    one = ours.affine_transform(BATCH[1], *(float(n) for n in numbers[:, 1]), **SIZE, **centre)
    equal(one, expected[1], atol=1e-4)
    shares = ours.convert_format(BATCH, "xyxy", "rel_xywh", **SIZE)
    found = ours.affine_transform(shares, *numbers, **SIZE, **centre, bounding_box_format="rel_xywh")
    equal(ours.convert_format(found, "rel_xywh", "xyxy", **SIZE), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ours.convert_format(BOXES, "xyxy", "xyhw"), "`target` must be one of 'xyxy'.*'xyhw'"),
        (lambda: ours.convert_format(BOXES, "xyxy", "rel_xyxy", 4), "`height` and `width` .*height=4, width=None"),
        (lambda: ours.convert_format(BOXES[:, :3], "xyxy", "xywh"), "`boxes` must have a last axis of size 4.*3, 3"),
        (lambda: ours.convert_format({"labels": 1}, "xyxy", "xywh"), 'must have "boxes". Received: .labels.'),
        (lambda: ours.compute_iou(BOXES, BOXES[0], "xyxy"), "`boxes2` must have 2 axes"),
        (lambda: ours.compute_iou(BOXES, BOXES, "rel_xyxy"), "`image_shape` .* must be given"),
        (lambda: ours.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", "xyxy"), "`encoding_format` must be"),
        (lambda: ours.decode_deltas_to_boxes(BOXES, BOXES, "xyxy", "xyxy", "x"), "`encoded_format` must be"),
        (lambda: ours.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", variance=[1]), "must be four numbers"),
        (lambda: ours.decode_deltas_to_boxes({"a": BOXES}, {"b": BOXES}, "xyxy", "xyxy"), "with the keys of `anchors`"),
        (lambda: ours.clip_to_image_size(BOXES), "`height` and `width` of the image must be given"),
        (lambda: ours.crop(BOXES, 0, 0, 5, 5, "rel_xyxy"), "`crop` needs boxes in pixels"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
