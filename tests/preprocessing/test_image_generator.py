"""`ImageDataGenerator` and what belongs to it, as real Keras has them: the same seeds give the same batches."""

import itertools
import warnings

import numpy as np
import pytest

from hornbeam.preprocessing import image

Image = pytest.importorskip("PIL.Image")
pytest.importorskip("scipy")
oracle = pytest.importorskip("keras.src.legacy.preprocessing.image")
BOTH = (oracle, image)
pytestmark = pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning")
X = np.random.RandomState(0).uniform(0, 255, (7, 6, 9, 3)).astype("float32")
LAST = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}


def close(found, expected, **kwargs):
    if isinstance(expected, tuple | list):
        assert len(found) == len(expected)
        for f, e in zip(found, expected, strict=True):
            close(f, e, **kwargs)
    else:
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, atol=1e-3, **kwargs)


MOVES = [
    {"theta": 25.0},
    {"theta": 180.0},
    {"tx": 2, "ty": -1},
    {"tx": 2.5, "ty": 100.0},
    {"shear": 20.0},
    {"zx": 0.5, "zy": 3.0},
    {"theta": 33.0, "tx": 4.0, "ty": -8.3, "shear": 11.0, "zx": 1.7, "zy": 0.6},
]


@pytest.mark.parametrize("fill_mode", ["nearest", "constant", "reflect", "wrap"])
def test_affine_transforms(fill_mode):
    shapes = [(6, 9, 3), (1, 5, 1), (5, 1, 2), (30, 500, 1)]  # the last one in several pieces
    for shape, move, order in itertools.product(shapes, MOVES, (0, 1, 3)):
        x = np.random.RandomState(1).uniform(0, 255, shape).astype("float32")
        expected, found = (
            k.apply_affine_transform(x, **move, **LAST, fill_mode=fill_mode, cval=7.0, order=order) for k in BOTH
        )
        close(found, expected, err_msg=f"{shape} {move} {order}")


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float64"])
def test_the_dtype_of_an_image_is_kept(dtype):
    x = X[0].astype(dtype)
    expected, found = (k.apply_affine_transform(x, theta=20, zx=0.7, **LAST) for k in BOTH)
    close(found, expected)


def test_axes_in_any_order():
    for axes in [(0, 1, 2), (1, 2, 0), (1, 0, 2), (2, 1, 0)]:
        kwargs = dict(zip(("row_axis", "col_axis", "channel_axis"), axes, strict=True), theta=20, tx=1, zx=0.7)
        close(image.apply_affine_transform(X[0], **kwargs), oracle.apply_affine_transform(X[0], **kwargs))
    with pytest.raises(ValueError, match="must be three different axes"):
        image.apply_affine_transform(X[0], 20, row_axis=0, col_axis=0)
    x = X[0]
    assert image.apply_affine_transform(x, **LAST) is x


RANDOM = [
    ("random_rotation", (30,), LAST),
    ("random_shift", (0.3, 0.2), LAST),
    ("random_shear", (30,), LAST),
    ("random_zoom", ((0.5, 2.0),), LAST),
    ("random_zoom", ((1, 1),), LAST),
    ("random_channel_shift", (40.0,), {"channel_axis": 2}),
    ("random_brightness", ((0.3, 2.0),), {}),
    ("random_brightness", ((0.3, 2.0),), {"scale": False}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), RANDOM)
def test_random_changes(name, args, kwargs):
    found = []
    for k in BOTH:
        np.random.seed(3)
        found.append(getattr(k, name)(X[0], *args, **kwargs))
    close(found[1], found[0])


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("shift", [0, -100.5])
def test_brightness(scale, shift):
    for x, factor in itertools.product((X[0], X[0, ..., :1]), (0.4, 1.7)):
        expected, found = (k.apply_brightness_shift(x + np.float32(shift), factor, scale) for k in BOTH)
        np.testing.assert_allclose(found, expected, rtol=1e-5)


GENERATORS = [
    {},
    {"rotation_range": 40, "width_shift_range": 0.2, "height_shift_range": 0.3, "shear_range": 20, "zoom_range": 0.4},
    {"width_shift_range": 3, "height_shift_range": [1, 2.5], "fill_mode": "constant", "cval": 4.0},
    {"width_shift_range": [0.1, -0.2], "zoom_range": [0.5, 0.9], "interpolation_order": 0},
    {"horizontal_flip": True, "vertical_flip": True, "rescale": 1 / 255},
    {"horizontal_flip": True},
    {"vertical_flip": True, "rescale": 0.5, "dtype": "float64"},
    {"width_shift_range": 2.5, "height_shift_range": 0.5, "brightness_range": (0.4, 1.8), "horizontal_flip": True},
    {"channel_shift_range": 50.0, "brightness_range": (0.4, 1.8)},
    {"channel_shift_range": 50.0, "rotation_range": 9, "horizontal_flip": True, "dtype": "float64"},
    {"samplewise_center": True, "samplewise_std_normalization": True, "rotation_range": 9},
    {"preprocessing_function": lambda x: x + np.random.uniform(), "rotation_range": 30, "rescale": 0.5},
]


def generators(**kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [k.ImageDataGenerator(**kwargs) for k in BOTH]


@pytest.mark.parametrize("kwargs", GENERATORS, ids=lambda kwargs: "-".join(kwargs) or "none")
def test_the_same_seeds_give_the_same_batches(kwargs):
    batches = []
    for generator in generators(**kwargs):
        np.random.seed(5)
        flow = generator.flow(X, np.arange(7), batch_size=3, sample_weight=np.arange(7.0))
        batches.append([next(flow) for _ in range(4)])
        flow = generator.flow(X, batch_size=3, seed=9)
        batches[-1] += [next(flow), flow[2], flow[0]]
        flow.on_epoch_end()
        batches[-1] += [flow[1], next(flow), np.random.uniform(size=3)]  # and what is drawn next
    close(batches[1], batches[0])


def test_many_large_images_are_changed_by_threads_in_the_same_way():
    x = np.random.RandomState(1).uniform(0, 255, (5, 150, 140, 3)).astype("float32")
    flows = [g.flow(x, batch_size=5, seed=1) for g in generators(rotation_range=40, brightness_range=(0.5, 0.9))]
    expected, found = map(next, flows)
    assert (np.abs(found - expected) > 1).mean() < 1e-4  # bytes that were rounded the other way


def test_channels_first():
    x = X.transpose(0, 3, 1, 2)
    kwargs = {"rotation_range": 40, "width_shift_range": 0.3, "horizontal_flip": True, "data_format": "channels_first"}
    expected, found = (next(g.flow(x, batch_size=7, seed=1)) for g in generators(**kwargs))
    close(found, expected)


def test_what_is_drawn():
    for kwargs in GENERATORS[:10]:
        for seed in range(6):
            expected, found = (g.get_random_transform((6, 9, 3), seed) for g in generators(**kwargs))
            assert found == expected
            close(*(g.random_transform(X[0], seed) for g in reversed(generators(**kwargs))))


STATISTICS = [
    {"featurewise_center": True},
    {"featurewise_std_normalization": True, "rescale": 0.1},
    {"zca_whitening": True, "zca_epsilon": 1e-2},
]


@pytest.mark.parametrize("kwargs", STATISTICS, ids=lambda kwargs: "-".join(kwargs))
@pytest.mark.parametrize("augment", [False, True])
def test_statistics(kwargs, augment):
    results = []
    for generator in generators(**kwargs, rotation_range=20 if augment else 0):
        generator.fit(X, augment=augment, rounds=2, seed=4)
        results.append(next(generator.flow(X, batch_size=4, seed=2)))
    np.testing.assert_allclose(results[1], results[0], atol=2e-3, rtol=1e-3)
    with pytest.warns(UserWarning, match="`ImageDataGenerator.fit` finds: call `fit"):
        generators(**kwargs)[1].standardize(X.copy())


def test_standardize_writes_to_floats_as_it_always_did():
    x, whole = X.copy(), np.arange(12).reshape(2, 2, 3)
    generator = image.ImageDataGenerator(rescale=0.5)
    assert generator.standardize(x) is x
    np.testing.assert_array_equal(x, X * np.float32(0.5))
    np.testing.assert_array_equal(generator.standardize(whole), whole / 2)


def test_parts_for_training_and_validation():
    y = np.array([0, 1, 0, 1, 0, 1, 0])
    for subset in ("training", "validation"):
        flows = [g.flow(X, y, subset=subset, shuffle=False) for g in generators(validation_split=0.4)]
        close(next(flows[1]), next(flows[0]))
    generator = image.ImageDataGenerator(validation_split=0.4)
    with pytest.raises(ValueError, match="must have the same classes as the others"):
        generator.flow(X, np.arange(7), subset="training")
    assert generator.flow(X, np.arange(7), subset="training", ignore_class_split=True).n == 5
    with pytest.raises(ValueError, match='must be "training" or "validation"'):
        generator.flow(X, y, subset="test")


def test_other_inputs_beside_the_images():
    others = np.arange(14.0).reshape(7, 2)
    flows = [g.flow((X, others), np.arange(7), batch_size=4, seed=1) for g in generators()]
    close(next(flows[1]), next(flows[0]))


def test_saved_images_have_the_same_names(tmp_path):
    names = []
    for i, generator in enumerate(generators(rotation_range=10)):
        (tmp_path / str(i)).mkdir()
        next(
            generator.flow(X, batch_size=3, seed=1, save_to_dir=tmp_path / str(i), save_prefix="a", save_format="jpeg")
        )
        names.append(sorted(path.name for path in (tmp_path / str(i)).iterdir()))
    assert names[0] == names[1] and len(names[0]) == 3


def test_an_iterator_goes_on_without_end_and_has_a_length():
    flow = image.ImageDataGenerator().flow(X, batch_size=3, shuffle=False)
    assert len(flow) == 3
    assert [len(batch) for batch in itertools.islice(flow, 5)] == [3, 3, 1, 3, 3]
    flow.reset()
    np.testing.assert_array_equal(flow.next(), X[:3])
    with pytest.raises(ValueError, match=r"one of 3 batches, from 0 on. Received: idx=3"):
        flow[3]


def test_methods_of_a_subclass_count():
    class Bright(image.ImageDataGenerator):
        def apply_transform(self, x, transform_parameters):
            return x + 1000

    assert next(Bright(rotation_range=20).flow(X)).min() >= 1000


BAD = [
    (lambda: image.ImageDataGenerator(zoom_range=[1, 2, 3]), "`zoom_range` must be a list of two numbers"),
    (lambda: image.ImageDataGenerator(brightness_range=3.0), "`brightness_range` must be a list of two numbers"),
    (lambda: image.ImageDataGenerator(validation_split=2), "`validation_split` must be between 0 and 1"),
    (lambda: image.ImageDataGenerator(rotation_range="a"), "`rotation_range` must be a number. Received: 'a'"),
    (lambda: image.ImageDataGenerator(height_shift_range=[1, "a"]), "`height_shift_range` must be a part of the size"),
    (lambda: image.ImageDataGenerator(fill_mode="bad"), "`fill_mode` must be one of 'constant', 'nearest'"),
    (lambda: image.ImageDataGenerator(interpolation_order=9), "`interpolation_order` must be an integer from 0 to 5"),
    (lambda: image.ImageDataGenerator(preprocessing_function=3), "`preprocessing_function` must be a function"),
    (lambda: image.ImageDataGenerator().flow(X[0]), "`x` must be images of rank 4"),
    (lambda: image.ImageDataGenerator().flow(X, np.arange(4)), "`y` must have one entry for each of 7 images"),
    (lambda: image.ImageDataGenerator().fit(X[0]), "`x` must be images of rank 4"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_what_is_wrong_is_said(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_settings_that_imply_others():
    with pytest.warns(UserWarning, match="`samplewise_std_normalization=True` sets `samplewise_center` to True"):
        assert image.ImageDataGenerator(samplewise_std_normalization=True).samplewise_center


def test_a_model_learns_from_a_generator(engine):
    import hornbeam

    model = hornbeam.Sequential([hornbeam.layers.Flatten(), hornbeam.layers.Dense(1)])
    model.compile("sgd", "mse")
    flow = image.ImageDataGenerator(rescale=1 / 255, horizontal_flip=True).flow(X, np.ones(7), batch_size=3)
    losses = model.fit(flow, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert model.predict(flow, verbose=0).shape == (7, 1)
    assert model.fit(flow, steps_per_epoch=2, verbose=0).history["loss"]
