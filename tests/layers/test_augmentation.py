"""Random layers for images: seeds, distributions, and input that does not fit."""

import inspect

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.core import tree
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer, Transformation

IMAGES = np.random.default_rng(0).random((4, 5, 5, 3)).astype("float32")
SOME = {
    "flip": lambda seed: layers.RandomFlip(seed=seed),
    "affine": lambda seed: layers.RandomRotation(0.4, seed=seed),
    "colour": lambda seed: layers.RandomHue(0.9, (0, 1), seed=seed),
    "crop": lambda seed: layers.RandomCrop(2, 2, seed=seed),
    "colours": lambda seed: layers.RandomColorJitter((0, 1), 0.3, 0.3, 0.3, 0.3, seed=seed),
    "erased": lambda seed: layers.RandomErasing((0.5, 1.0), value_range=(0, 1), seed=seed),
    "perspective": lambda seed: layers.RandomPerspective(seed=seed),
    "elastic": lambda seed: layers.RandomElasticTransform(value_range=(0, 1), seed=seed),
    "cut": lambda seed: layers.CutMix(seed=seed),
    "policy": lambda seed: layers.RandAugment((0, 1), seed=seed),
    "mixture": lambda seed: layers.AugMix((0, 1), 2, 2, seed=seed),
}


@pytest.mark.parametrize("name", SOME)
def test_the_same_seed_gives_the_same_images_and_the_next_call_others(name, engine):
    one, other = (np.stack([hornbeam.ops.convert_to_numpy(layer(IMAGES)) for _ in range(8)]) for layer in twice(name))
    np.testing.assert_array_equal(one, other)
    assert (one != one[:1]).any()


def twice(name):
    return SOME[name](3), SOME[name](3)


def test_images_are_changed_each_in_its_own_way_and_not_at_inference(engine):
    same = np.repeat(IMAGES[:1], 20, 0)
    layer = layers.RandomBrightness(0.5, (0, 1), seed=1)
    assert len(np.unique(hornbeam.ops.convert_to_numpy(layer(same, training=True))[:, 0, 0, 0])) > 10
    np.testing.assert_array_equal(hornbeam.ops.convert_to_numpy(layer(same, training=False)), same)


def test_layers_in_one_compiled_function_give_what_they_give_one_after_the_other():
    """There they draw in one program, and pixels are read from images that the program has just made."""
    several = [layers.RandomFlip(seed=1), layers.RandomRotation(0.2, seed=2)]
    states = [layer.seed_generator.state.value for layer in several]

    def one_program(x, states):
        for layer, state in zip(several, states, strict=True):
            x, _ = layer.stateless_call([], [state], x, training=True)
        return x

    together = hornbeam.engine.jit(one_program)(hornbeam.engine.asarray(IMAGES), states)
    x = IMAGES
    for layer in several:
        x = layer(x, training=True)
    np.testing.assert_allclose(hornbeam.ops.convert_to_numpy(together), hornbeam.ops.convert_to_numpy(x), atol=1e-5)


def test_an_image_that_stays_where_it_is_stays_as_it_is():
    still = hornbeam.engine.asarray([[1.0, 0, 0, 0, 1, 0, 0, 0]] * 4)
    images = hornbeam.engine.asarray(np.arange(300, dtype="uint8").reshape(4, 5, 5, 3))
    found = hornbeam.engine.jit(lambda x, still: hornbeam.ops.image.affine_transform(x, still))(images, still)
    np.testing.assert_array_equal(hornbeam.ops.convert_to_numpy(found), hornbeam.ops.convert_to_numpy(images))


def test_hues_turn_alike_wherever_the_range_of_values_lies():
    about_zero = layers.RandomHue(0.7, (-1, 1), seed=1)(2 * IMAGES - 1, training=True)
    np.testing.assert_allclose(
        hornbeam.ops.convert_to_numpy(about_zero),
        2 * hornbeam.ops.convert_to_numpy(layers.RandomHue(0.7, (0, 1), seed=1)(IMAGES, training=True)) - 1,
        atol=1e-5,
    )


def test_gray_images_stay_as_they_are_where_colours_are_taken_away():
    gray = IMAGES[..., :1]
    for layer in (layers.RandomGrayscale(1.0), layers.RandomColorDegeneration((1.0, 1.0), (0, 1))):
        np.testing.assert_array_equal(hornbeam.ops.convert_to_numpy(layer(gray, training=True)), gray)


def test_colours_that_are_strengthened_stay_within_the_range():
    y = layers.RandomColorDegeneration((-1, -1), value_range=(0, 1))(np.array([[[[0.0, 0.5, 1.0]]]]), training=True)
    assert float(hornbeam.ops.min(y)) >= 0 and float(hornbeam.ops.max(y)) <= 1


def test_half_of_the_images_are_mirrored():
    x = np.tile(np.array([0.0, 1.0], "float32").reshape(1, 1, 2, 1), (1000, 1, 1, 1))
    flipped = np.asarray(layers.RandomFlip("horizontal", seed=1)(x, training=True))[:, 0, 0, 0]
    assert 430 < flipped.sum() < 570


def test_amounts_are_uniform_in_their_range():
    x = np.zeros((2000, 1, 1, 1), "float32")
    added = np.asarray(layers.RandomBrightness((0.2, 0.6), (0, 1), seed=1)(x, training=True)).ravel()
    assert added.min() >= 0.2
    assert added.max() <= 0.6
    assert abs(added.mean() - 0.4) < 0.02


def test_masks_move_with_the_images_and_keep_their_labels(engine):
    masks = (IMAGES[..., :1] > 0.5).astype("int32")
    found = layers.RandomRotation((0.25, 0.25))({"images": IMAGES, "segmentation_masks": masks}, training=True)
    turned = np.rot90(masks, 1, (1, 2))
    np.testing.assert_array_equal(hornbeam.ops.convert_to_numpy(found["segmentation_masks"]), turned)
    np.testing.assert_allclose(hornbeam.ops.convert_to_numpy(found["images"]), np.rot90(IMAGES, 1, (1, 2)), atol=1e-4)


def test_labels_mix_as_their_images_do(engine):
    x = np.arange(6.0, dtype="float32")
    found = layers.MixUp(1.0, seed=2)({"images": x.reshape(6, 1, 1, 1), "labels": x[:, None]}, training=True)
    images, labels = (hornbeam.ops.convert_to_numpy(found[name]) for name in ("images", "labels"))
    np.testing.assert_allclose(images.ravel(), labels.ravel(), rtol=1e-6)
    assert (images.ravel() != x).any()


def test_a_call_by_itself_is_compiled_and_reads_the_layer_as_it_is(engine):
    layer = layers.RandomInvert((1.0, 1.0), value_range=(0, 1))
    one, inverted = np.full((1, 1, 1, 3), 0.25, "float32"), hornbeam.ops.convert_to_numpy
    assert inverted(layer(one, training=True)).ravel()[0] == 0.75
    layer.value_range = (0, 2)
    assert inverted(layer(one, training=True)).ravel()[0] == 1.75
    assert inverted(layers.RandomInvert((1.0, 1.0), (0, 4))(one, training=True)).ravel()[0] == 3.75


def test_a_layer_of_a_user_may_read_what_it_likes(engine):
    amount = [1.0]

    class Brighter(layers.RandomInvert):
        def recolor(self, images, chosen):
            return images + amount[0]

    layer, one = Brighter(), np.zeros((1, 1, 1, 3), "float32")
    before = hornbeam.ops.convert_to_numpy(layer(one, training=True))
    amount[0] = 2.0
    assert (hornbeam.ops.convert_to_numpy(layer(one, training=True)) - before).ravel().tolist() == [1.0] * 3


def test_images_pass_gradients(engine):
    def loss(parts):
        return hornbeam.engine.sum(layers.RandomContrast(0.0, (-9, 9))(parts[0] * 2.0, training=True)), None

    images = hornbeam.ops.convert_to_tensor(IMAGES)
    gradient = hornbeam.engine.value_and_grad(loss)([images])[1][0]
    np.testing.assert_allclose(hornbeam.ops.convert_to_numpy(gradient), np.full(IMAGES.shape, 2.0), rtol=1e-4)


def test_images_pass_gradients_to_autograd():
    torch = pytest.importorskip("torch")
    previous = hornbeam.config.backend()
    hornbeam.config.set_backend("torch")
    images = torch.tensor(IMAGES, requires_grad=True)
    layers.RandomInvert((1.0, 1.0), (0, 1))(images, training=True).sum().backward()
    hornbeam.config.set_backend(previous)
    assert (images.grad == -1).all()


EVERY = [
    name for name in layers.__all__ if isinstance(one := getattr(layers, name), type) and issubclass(one, ImageLayer)
]


def made(name):
    """A layer of that name."""
    arguments = {
        "height": 2,
        "width": 3,
        "factor": 2 if name == "RandomPosterization" else 0.2,
        "max_number": 2,
        "height_factor": 0.2,
        "width_factor": 0.2,
    }
    expected = inspect.signature(getattr(layers, name)).parameters
    return getattr(layers, name)(**{key: value for key, value in arguments.items() if key in expected})


@pytest.mark.parametrize("name", EVERY)
def test_no_images_stay_no_images(name, engine):
    layer = made(name)
    found = layer(IMAGES[:0], training=True)
    assert tuple(found.shape) == (0, *layer.compute_output_shape((None, 5, 5, 3))[1:])


@pytest.mark.parametrize("name", EVERY)
def test_images_may_have_any_size(name, engine):
    of_any, layer = made(name)(layers.Input((None, None, 3)), training=True), made(name)
    height, width = layer.compute_output_shape(IMAGES.shape)[1:3]
    assert of_any.shape in ((None, None, None, 3), (None, height, width, 3))


def test_an_image_is_equalized_alone_as_in_a_batch_and_at_inference(engine):
    layer = layers.Equalization((0, 1))
    together, alone = layer(IMAGES, training=False), [layer(image, training=True) for image in IMAGES]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(*map(hornbeam.ops.convert_to_numpy, (one, other)))
    assert np.unique(hornbeam.ops.convert_to_numpy(alone[0])[..., 0]).size == 25


def test_erased_rectangles_lie_anywhere_and_have_the_size_that_is_asked_for():
    x = np.ones((1000, 6, 8, 1), "float32")
    erased = np.asarray(layers.RandomErasing((1.0, 1.0), (0.25, 0.25), 0.0, seed=1)(x, training=True))[..., 0] == 0
    assert set(erased.any(2).sum(1)) == {3}
    assert set(erased.any(1).sum(1)) == {4}
    assert set(erased.any(2).argmax(1)) == {0, 1, 2, 3}
    assert np.ptp(erased.mean(0)) > 0.2  # the middle more often than the border


def test_noise_that_erases_is_within_the_range_of_values_and_another_for_each_image(engine):
    found = layers.RandomErasing((1.0, 1.0), (1.0, 1.0), value_range=(0, 1), seed=1)(IMAGES, training=True)
    noise = hornbeam.ops.convert_to_numpy(found)
    assert (noise.min(), noise.max()) == (0, 1)
    assert 0.3 < (noise > 0).mean() < 0.7
    assert (noise[0] != noise[1]).any()


def test_a_channel_is_erased_with_its_own_value(engine):
    layer = layers.RandomErasing((1.0, 1.0), (1.0, 1.0), (1, 2, 3), data_format="channels_first")
    erased = hornbeam.ops.convert_to_numpy(layer(IMAGES.transpose(0, 3, 1, 2), training=True))
    assert [set(erased[:, i].ravel()) for i in range(3)] == [{1}, {2}, {3}]


def test_labels_have_the_share_of_the_pixels_that_were_cut(engine):
    x = np.arange(6.0, dtype="float32")
    images = np.broadcast_to(x[:, None, None, None], (6, 8, 9, 1)).copy()
    data = {"images": images, "labels": x[:, None], "segmentation_masks": images.astype("int32")}
    found = layers.CutMix((1.0, 1.0), seed=2)(data, training=True)
    pixels, labels, masks = (hornbeam.ops.convert_to_numpy(found[name]) for name in data)
    np.testing.assert_allclose(pixels.mean((1, 2, 3)), labels[:, 0], rtol=1e-5)
    np.testing.assert_array_equal(pixels, masks)
    assert (pixels != images).any()


@pytest.mark.parametrize("factor", [(0.0, 0.0), 1.0])
def test_shares_are_numbers_however_small_the_parameter_of_their_distribution(factor, engine):
    labels = np.eye(4, dtype="float32")
    for _ in range(5):
        found = layers.CutMix(factor)({"images": IMAGES, "labels": labels}, training=True)
        np.testing.assert_allclose(hornbeam.ops.convert_to_numpy(found["labels"]).sum(1), 1, rtol=1e-5)


def test_an_elastic_transform_moves_masks_as_images(engine):
    masks = np.repeat(np.arange(40, dtype="int32")[:, None], 40, 1) * np.ones((2, 1, 1), "int32")
    layer = layers.RandomElasticTransform((1.0, 1.0), (1.0, 1.0), "nearest", seed=1)
    images = masks[..., None].astype("float32")
    found = layer({"images": images, "segmentation_masks": masks}, training=True)
    moved, of_images = (hornbeam.ops.convert_to_numpy(found[name]) for name in ("segmentation_masks", "images"))
    np.testing.assert_array_equal(moved, of_images[..., 0])
    assert (moved != masks).any()


@pytest.mark.parametrize("name", ["CutMix", "RandomElasticTransform"])
def test_boxes_that_cannot_follow_are_named(name):
    boxes = {"boxes": np.zeros((4, 1, 4), "float32"), "labels": np.zeros((4, 1))}
    layer = getattr(layers, name)(bounding_box_format="xyxy", name="mixed")
    data = {"images": IMAGES, "bounding_boxes": boxes}
    with pytest.raises(NotImplementedError, match=f"Layer `mixed` .{name}. cannot say .* bounding boxes"):
        layer(data, training=True)
    assert (layer(data, training=False)["bounding_boxes"]["boxes"] == 0).all()


def test_a_policy_does_what_the_layer_of_the_operation_does(engine):
    data = {"images": IMAGES, "segmentation_masks": (IMAGES[..., :1] > 0.5).astype("int32")}
    data["bounding_boxes"] = {"boxes": np.tile(np.float32([[[1, 0, 3, 4]]]), (4, 1, 1)), "labels": np.ones((4, 1))}
    policy = layers.RandAugment((0, 1), 1, seed=1, bounding_box_format="xyxy")
    chosen, amounts = policy.get_random_transformation(data).drawn
    for k, (operation, amount) in enumerate(zip(policy.operations, amounts, strict=True)):
        operation.bounding_box_format = "xyxy"
        once = None if amount is None else tree.map(lambda x: x[0], amount)
        both = (policy, Transformation((chosen * 0 + k, amounts), 5, 5)), (operation, Transformation(once, 5, 5))
        for part, value in data.items():
            one, other = (tree.leaves(getattr(layer, f"transform_{part}")(value, t)) for layer, t in both)
            for ours, expected in zip(one, other, strict=True):
                ours, expected = map(hornbeam.ops.convert_to_numpy, (ours, expected))
                np.testing.assert_allclose(ours, expected, atol=1e-5, err_msg=f"{part} after {operation.name}")


def test_a_policy_in_a_model_draws_anew_for_each_batch_and_leaves_predictions_alone(engine):
    policy = layers.RandAugment((0, 1), seed=1)
    model = hornbeam.Sequential([layers.Input((5, 5, 3)), policy, layers.Flatten()])
    runs = [hornbeam.ops.convert_to_numpy(model(IMAGES, training=True)) for _ in range(6)]
    assert len({run.tobytes() for run in runs}) > 3
    np.testing.assert_array_equal(model.predict(IMAGES, verbose=0), IMAGES.reshape(4, -1))


def test_a_mixture_is_between_the_images_and_keeps_what_belongs_to_them(engine):
    masks = (IMAGES[..., :1] > 0.5).astype("int32")
    layer = layers.AugMix((0, 1), alpha=1e-4, seed=1)  # almost all of one chain, or of the image itself
    found = layer({"images": IMAGES, "segmentation_masks": masks}, training=True)
    images, same = (hornbeam.ops.convert_to_numpy(found[name]) for name in ("images", "segmentation_masks"))
    np.testing.assert_array_equal(same, masks)
    assert -1e-5 < images.min() <= images.max() < 1 + 1e-5
    assert layers.AugMix(all_ops=False).operations[-1].name == "solarization"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.RandomHue(0.2)(IMAGES[..., :2]), "`random_hue.*needs images with 3 channels.*5, 2"),
        (lambda: layers.RandomContrast(-0.2), "`factor` of `RandomContrast` must be .* between 0 and 1.*-0.2"),
        (lambda: layers.Equalization(bins=0), "`bins` of `Equalization` must be a positive integer"),
        (
            lambda: layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 0)),
            "`tile_grid_size` of `Contrast.* must be a positive integer or 2 of them",
        ),
        (
            lambda: layers.ContrastLimitedAdaptiveHistogramEqualization(clip_limit="high"),
            "`clip_limit` of `Contrast.*` must be a number.*'high'",
        ),
        (lambda: layers.Equalization()(IMAGES[0, 0]), "`equalization.*needs one image .3 axes. or a batch.*5, 3"),
        (
            lambda: layers.RandomColorJitter(hue_factor=2.0),
            "`hue_factor` of `RandomColorJitter` must be .*0 and 1.*2.0",
        ),
        (
            lambda: layers.RandomColorJitter(hue_factor=0.1)(IMAGES[..., :2]),
            "`random_color_jitter.*needs images with 3 channels.*5, 2",
        ),
        (lambda: layers.RandomErasing(scale=1.5), "`scale` of `RandomErasing` must be .* between 0 and 1.*1.5"),
        (lambda: layers.RandomErasing(fill_value="red"), "`fill_value` of `RandomErasing` must be a number.*'red'"),
        (lambda: layers.RandomErasing()(IMAGES[0, 0]), "`random_erasing.*needs one image .3 axes. or a batch.*5, 3"),
        (lambda: layers.CutMix(-0.1), "`factor` of `CutMix` must be .* between 0 and 1.*-0.1"),
        (lambda: layers.RandAugment(num_ops=0), "`num_ops` of `RandAugment` must be a positive integer"),
        (lambda: layers.RandAugment(factor=1.5), "`factor` of `RandAugment` must be .* between 0 and 1.*1.5"),
        (lambda: layers.RandAugment()(IMAGES[..., :2]), "`rand_augment.*needs images with 1 or 3 channels.*5, 2"),
        (lambda: layers.AugMix(alpha=0.0), "`alpha` of `AugMix` must be positive.*0.0"),
        (lambda: layers.AugMix()(IMAGES[0, 0]), "`aug_mix.*needs one image .3 axes. or a batch.*5, 3"),
        (lambda: layers.RandomPerspective(scale=2), "`scale` of `RandomPerspective` must be in .0, 1.*scale=2"),
        (lambda: layers.RandomPerspective(interpolation="cubic"), "`interpolation` of `RandomPerspective` must be one"),
        (lambda: layers.RandomElasticTransform(2.0), "`factor` of `RandomElasticTransform` must be .* 0 and 1.*2.0"),
        (
            lambda: layers.RandomElasticTransform(fill_mode="fold"),
            "`fill_mode` of `RandomElasticTransform` must be one",
        ),
        (lambda: layers.RandomFlip()(IMAGES[0, 0]), "needs one image .3 axes. or a batch.*5, 3"),
        (lambda: layers.RandomBrightness(0.1, (1, 1)), "`value_range` of `RandomBrightness` must be two numbers"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_ways_that_there_are_not_are_not_implemented():
    for error in (ValueError, NotImplementedError):
        with pytest.raises(error, match="`fill_mode` of `RandomRotation` must be one of"):
            layers.RandomRotation(0.1, fill_mode="black")
        with pytest.raises(error, match="`interpolation` of `RandAugment` must be one of"):
            layers.RandAugment(interpolation="cubic")
