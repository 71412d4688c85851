"""Layers that prepare and vary images."""

import numpy as np
from layer_row import IMAGES, at_rest, eight, normal, row

COLOURS = np.abs(IMAGES[..., :3])
COLOURS_FIRST = np.ascontiguousarray(COLOURS.transpose(0, 3, 1, 2))
TRAINING = {"training": True}
# Eight images of the same pixels: real Keras makes one histogram of a batch.
ROLLED = np.stack([np.roll(COLOURS[0], i, 0) for i in range(8)])
NOISE = {"gradient": "its output in training is random, and it trains unless told otherwise"}


AFFINE = NOISE | {"keras": "Keras warns of the structure when it predicts with a file of it"}


def with_boxes(layer, images, boxes, labels, **kwargs):
    return layer({"images": images, "bounding_boxes": {"boxes": boxes, "labels": labels}}, **kwargs)


OF_DICTIONARIES = {"forward": "called on dictionaries in `test_boxes_of_images.py`", "model": "likewise"}
BOXES = np.abs(normal(3, 4)), eight([1, 2, 3], [4, 5, 6])
LAYERS = {
    "Resizing": row(lambda k: k.Resizing(3, 9, "nearest", True, name="smaller"), IMAGES),
    "Resizing first": row(lambda k: k.Resizing(3, 9, data_format="channels_first", antialias=True), COLOURS_FIRST),
    "Resizing padded": row(lambda k: k.Resizing(5, 3, pad_to_aspect_ratio=True, fill_value=2.0), IMAGES),
    "CenterCrop": row(lambda k: k.CenterCrop(4, 3, name="middle"), IMAGES),
    "CenterCrop first": row(lambda k: k.CenterCrop(5, 4, data_format="channels_first"), COLOURS_FIRST),
    "CenterCrop larger": row(lambda k: k.CenterCrop(9, 4), IMAGES),
    "RandomFlip": row(lambda k: k.RandomFlip("vertical", seed=3, name="flip"), IMAGES, call=at_rest, without=NOISE),
    "RandomFlip first": row(
        lambda k: k.RandomFlip(data_format="channels_first"), COLOURS_FIRST, call=at_rest, without=NOISE
    ),
    "RandomFlip across": row(lambda k: k.RandomFlip("horizontal"), IMAGES[:, :, :1], kwargs=TRAINING),
    "RandomRotation": row(
        lambda k: k.RandomRotation(0.2, "nearest", seed=3, name="turn"), IMAGES, call=at_rest, without=AFFINE
    ),
    "RandomRotation quarter": row(lambda k: k.RandomRotation((0.25, 0.25)), IMAGES[:, :6], kwargs=TRAINING),
    "RandomRotation constant": row(
        lambda k: k.RandomRotation((-0.1, -0.1), "constant", fill_value=2.0, data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomTranslation": row(
        lambda k: k.RandomTranslation(0.2, (0.1, 0.3), seed=3), IMAGES, call=at_rest, without=AFFINE
    ),
    "RandomTranslation down": row(lambda k: k.RandomTranslation((0.3, 0.3), 0.0), IMAGES, kwargs=TRAINING),
    "RandomTranslation both": row(
        lambda k: k.RandomTranslation((-0.2, -0.2), (0.4, 0.4), "wrap", "nearest", data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomZoom": row(lambda k: k.RandomZoom(0.2, (0.1, 0.3), seed=3), IMAGES, call=at_rest, without=AFFINE),
    "RandomZoom in": row(lambda k: k.RandomZoom((-0.35, -0.35)), IMAGES, kwargs=TRAINING),
    "RandomZoom out": row(
        lambda k: k.RandomZoom((0.15, 0.15), (0.45, 0.45), "constant", data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomShear": row(lambda k: k.RandomShear((0.2, 0.2), (0.1, 0.3), seed=3), IMAGES, call=at_rest, without=AFFINE),
    "RandomShear none": row(lambda k: k.RandomShear(), IMAGES, kwargs=TRAINING),
    "RandomShear first": row(
        lambda k: k.RandomShear(0.0, (0.0, 0.0), fill_mode="wrap", data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomBrightness": row(lambda k: k.RandomBrightness(0.2, (0, 200), seed=3), COLOURS, call=at_rest, without=NOISE),
    "RandomBrightness up": row(lambda k: k.RandomBrightness((0.3, 0.3)), COLOURS, kwargs=TRAINING),
    "RandomBrightness down": row(lambda k: k.RandomBrightness((-0.1, -0.1), (-1, 1)), IMAGES, kwargs=TRAINING),
    "RandomContrast": row(
        lambda k: k.RandomContrast((0.2, 0.4), (0, 200), seed=3), COLOURS, call=at_rest, without=NOISE
    ),
    "RandomContrast none": row(lambda k: k.RandomContrast(0.0), COLOURS, kwargs=TRAINING),
    "RandomContrast first": row(
        lambda k: k.RandomContrast((0.0, 0.0), data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomCrop": row(
        lambda k: k.RandomCrop(5, 4, seed=3),
        IMAGES,
        call=at_rest,
        without=NOISE | {"keras": "at inference Keras leaves the size as it is, unlike its documentation"},
    ),
    "RandomCrop same": row(lambda k: k.RandomCrop(7, 6, seed=3), IMAGES, kwargs=TRAINING),
    "RandomCrop first": row(
        lambda k: k.RandomCrop(7, 6, seed=1, data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomHue": row(lambda k: k.RandomHue((0.2, 0.4), (0, 200), seed=3), COLOURS, call=at_rest, without=NOISE),
    "RandomHue half": row(lambda k: k.RandomHue((1.0, 1.0)), COLOURS, kwargs=TRAINING),
    "RandomHue first": row(
        lambda k: k.RandomHue((0.0, 0.0), data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomSaturation": row(lambda k: k.RandomSaturation((0.2, 0.4), seed=3), COLOURS, call=at_rest, without=NOISE),
    "RandomSaturation more": row(lambda k: k.RandomSaturation((0.6, 0.6)), COLOURS, kwargs=TRAINING),
    "RandomSaturation first": row(
        lambda k: k.RandomSaturation((0.1, 0.1), data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomSharpness": row(lambda k: k.RandomSharpness((0.2, 0.4), seed=3), COLOURS, call=at_rest, without=NOISE),
    "RandomSharpness more": row(lambda k: k.RandomSharpness((0.9, 0.9)), COLOURS, kwargs=TRAINING),
    "RandomSharpness first": row(
        lambda k: k.RandomSharpness((0.1, 0.1), data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomColorDegeneration": row(
        lambda k: k.RandomColorDegeneration((0.2, 0.4), seed=3), COLOURS, call=at_rest, without=NOISE
    ),
    "RandomColorDegeneration some": row(lambda k: k.RandomColorDegeneration((0.3, 0.3)), COLOURS, kwargs=TRAINING),
    "RandomColorDegeneration first": row(
        lambda k: k.RandomColorDegeneration((1.0, 1.0), data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomGrayscale": row(
        lambda k: k.RandomGrayscale(0.3, seed=3),
        COLOURS,
        call=at_rest,
        without=NOISE | {"keras": "Keras leaves the seed out of its config"},
    ),
    "RandomGrayscale always": row(lambda k: k.RandomGrayscale(1.0), COLOURS, kwargs=TRAINING),
    "RandomGrayscale first": row(
        lambda k: k.RandomGrayscale(1.0, data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomInvert": row(lambda k: k.RandomInvert((0.2, 0.4), seed=3), COLOURS, call=at_rest, without=NOISE),
    "RandomInvert always": row(lambda k: k.RandomInvert((1.0, 1.0), (0, 3)), COLOURS, kwargs=TRAINING),
    "RandomInvert never": row(lambda k: k.RandomInvert(0.0), COLOURS, kwargs=TRAINING),
    "AutoContrast": row(lambda k: k.AutoContrast((0, 100), name="stretch"), COLOURS),
    "AutoContrast any": row(lambda k: k.AutoContrast((0, 1)), IMAGES),
    "AutoContrast flat": row(
        lambda k: k.AutoContrast((0, 1)), COLOURS[:, :1, :1], without={"step": "Keras's gradient is not a number"}
    ),
    "Equalization": row(
        lambda k: k.Equalization((0, 3), 40, name="flat"),
        ROLLED,
        without={"keras": "Keras makes a graph of it that goes in a circle, and equalizes in training alone"},
    ),
    "Equalization bins": row(lambda k: k.Equalization((0, 3), 40), ROLLED),
    "Equalization any": row(
        lambda k: k.Equalization((-3, 3), 64), np.stack([np.roll(IMAGES[1], i, 1) for i in range(8)])
    ),
    "Equalization first": row(
        lambda k: k.Equalization((0, 3), 40, data_format="channels_first"),
        np.ascontiguousarray(ROLLED.transpose(0, 3, 1, 2)),
    ),
    "ContrastLimitedAdaptiveHistogramEqualization": row(
        lambda k: k.ContrastLimitedAdaptiveHistogramEqualization((0, 3), 30.0, (2, 3), name="contrast"), COLOURS
    ),
    "ContrastLimitedAdaptiveHistogramEqualization all": row(
        lambda k: k.ContrastLimitedAdaptiveHistogramEqualization((-3, 3), -1.0, (1, 1)), IMAGES
    ),
    "ContrastLimitedAdaptiveHistogramEqualization first": row(
        lambda k: k.ContrastLimitedAdaptiveHistogramEqualization((0, 4), data_format="channels_first"), COLOURS_FIRST
    ),
    "MaxNumBoundingBoxes": row(
        lambda k: k.MaxNumBoundingBoxes(5, bounding_box_format="xyxy", name="five"),
        COLOURS,
        *BOXES,
        call=with_boxes,
        without=OF_DICTIONARIES,
    ),
    "MaxNumBoundingBoxes fewer": row(
        lambda k: k.MaxNumBoundingBoxes(2, bounding_box_format="xywh"),
        COLOURS,
        *BOXES,
        call=with_boxes,
        without=OF_DICTIONARIES,
    ),
    "MaxNumBoundingBoxes same": row(
        lambda k: k.MaxNumBoundingBoxes(3), COLOURS, *BOXES, call=with_boxes, without=OF_DICTIONARIES
    ),
    "Solarization": row(
        lambda k: k.Solarization((0.1, 0.2), (0.3, 0.4), (0, 3), seed=3), COLOURS, call=at_rest, without=NOISE
    ),
    "Solarization all": row(lambda k: k.Solarization(value_range=(0, 3)), COLOURS, kwargs=TRAINING),
    "Solarization first": row(
        lambda k: k.Solarization(value_range=(0, 4), data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomPosterization": row(
        lambda k: k.RandomPosterization((2, 4), (0, 4), seed=3), COLOURS, call=at_rest, without=NOISE
    ),
    "RandomPosterization one": row(lambda k: k.RandomPosterization((1, 1), (0, 4)), COLOURS, kwargs=TRAINING),
    "RandomPosterization three": row(lambda k: k.RandomPosterization((3, 3), (0, 5)), COLOURS, kwargs=TRAINING),
    "RandomGaussianBlur": row(
        lambda k: k.RandomGaussianBlur((0.2, 0.4), (5, 3), (0.5, 1.0), seed=3), COLOURS, call=at_rest, without=NOISE
    ),
    "RandomGaussianBlur always": row(
        lambda k: k.RandomGaussianBlur((1.0, 1.0), (5, 3), (0.8, 0.8)), COLOURS, kwargs=TRAINING
    ),
    "RandomGaussianBlur first": row(
        lambda k: k.RandomGaussianBlur((1.0, 1.0), 3, (1.0, 1.0), data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "MixUp": row(
        lambda k: k.MixUp(0.4, seed=3),
        COLOURS,
        call=at_rest,
        without=NOISE | {"keras": "Keras warns of a dtype in its own call"},
    ),
    "MixUp first": row(lambda k: k.MixUp(data_format="channels_first"), COLOURS_FIRST, call=at_rest, without=NOISE),
    "MixUp half": row(lambda k: k.MixUp(9.0), COLOURS, call=at_rest, without=NOISE),
    "RandomColorJitter": row(
        lambda k: k.RandomColorJitter((0, 200), 0.2, (0.2, 0.4), (0.3, 0.6), 0.3, seed=3),
        COLOURS,
        call=at_rest,
        without=NOISE,
    ),
    "RandomColorJitter bright": row(
        lambda k: k.RandomColorJitter((0, 3), brightness_factor=(0.3, 0.3), contrast_factor=0.0),
        IMAGES,
        kwargs=TRAINING,
    ),
    "RandomColorJitter colours": row(
        lambda k: k.RandomColorJitter(
            (0, 3), (-0.1, -0.1), saturation_factor=(0.6, 0.6), hue_factor=(0.0, 0.0), data_format="channels_last"
        ),
        COLOURS,
        kwargs=TRAINING,
        without={
            "forward": "colours lie where they are clipped, and rounding chooses the sector of a hue",
            "step": "as above: rounding chooses the gradient",
        },
    ),
    "RandomColorJitter first": row(
        lambda k: k.RandomColorJitter((0, 3), (-0.1, -0.1), data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "RandomErasing": row(
        lambda k: k.RandomErasing((0.5, 0.6), (0.2, 0.3), 1.5, (0, 3), seed=3), COLOURS, call=at_rest, without=NOISE
    ),
    "RandomErasing all": row(lambda k: k.RandomErasing((1.0, 1.0), (1.0, 1.0), 2.0), IMAGES, kwargs=TRAINING),
    "RandomErasing never": row(
        lambda k: k.RandomErasing(0.0, 0.3, data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomPerspective": row(
        lambda k: k.RandomPerspective((0.5, 0.6), 0.3, "nearest", 1.0, seed=3), IMAGES, call=at_rest, without=AFFINE
    ),
    "RandomPerspective still": row(lambda k: k.RandomPerspective((1.0, 1.0), 0.0), IMAGES, kwargs=TRAINING),
    "RandomPerspective first": row(
        lambda k: k.RandomPerspective(0.0, data_format="channels_first"), COLOURS_FIRST, kwargs=TRAINING
    ),
    "RandomElasticTransform": row(
        lambda k: k.RandomElasticTransform((0.5, 0.6), 0.3, "nearest", "constant", 1.0, (0, 3), seed=3),
        COLOURS,
        call=at_rest,
        without=NOISE,
    ),
    "RandomElasticTransform never": row(lambda k: k.RandomElasticTransform(0.0), IMAGES, kwargs=TRAINING),
    "RandomElasticTransform first": row(
        lambda k: k.RandomElasticTransform(0.0, (0.2, 0.4), data_format="channels_first"),
        COLOURS_FIRST,
        kwargs=TRAINING,
    ),
    "CutMix": row(lambda k: k.CutMix((0.3, 0.4), seed=3), COLOURS, call=at_rest, without=NOISE),
    "CutMix first": row(lambda k: k.CutMix(data_format="channels_first"), COLOURS_FIRST, call=at_rest, without=NOISE),
    "CutMix same": row(
        lambda k: k.CutMix(0.5),
        np.repeat(COLOURS[:1], 8, 0),
        kwargs=TRAINING,
        without={"step": "which rows the gradient goes to is random"},
    ),
    "RandAugment": row(
        lambda k: k.RandAugment((0, 3), 3, (0.2, 0.4), "nearest", seed=3), COLOURS, call=at_rest, without=AFFINE
    ),
    "RandAugment gray": row(lambda k: k.RandAugment(factor=0.1), COLOURS[..., :1], call=at_rest, without=NOISE),
    "RandAugment first": row(
        lambda k: k.RandAugment(num_ops=1, data_format="channels_first"), COLOURS_FIRST, call=at_rest, without=NOISE
    ),
    "AugMix": row(
        lambda k: k.AugMix((0, 3), 2, 4, (0.2, 0.4), 0.7, False, "nearest", seed=3),
        COLOURS,
        call=at_rest,
        without=AFFINE,
    ),
    "AugMix gray": row(lambda k: k.AugMix(factor=0.1), COLOURS[..., :1], call=at_rest, without=NOISE),
    "AugMix first": row(
        lambda k: k.AugMix(num_chains=1, chain_depth=1, data_format="channels_first"),
        COLOURS_FIRST,
        call=at_rest,
        without=NOISE,
    ),
}
