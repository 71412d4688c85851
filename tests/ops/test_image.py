"""`ops.image` against real Keras."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.core.symbolic import SymbolicTensor

keras = pytest.importorskip("keras")
rng = np.random.default_rng(0)
X = rng.uniform(0, 1, (2, 4, 6, 3)).astype("float32")

METHODS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
RESIZE = [
    *((X, {"size": (3, 9), "interpolation": m, "antialias": a}) for m in METHODS for a in (False, True)),
    (X, {"size": (4, 6)}),
    (rng.uniform(0, 1, (25, 3, 1)).astype("float32"), {"size": (2, 4), "antialias": True}),  # many pixels for one
    (X[0], {"size": (3, 3), "crop_to_aspect_ratio": True, "interpolation": "nearest"}),
    (X, {"size": (2, 5), "pad_to_aspect_ratio": True, "fill_value": 0.5}),
    (X.transpose(0, 3, 1, 2), {"size": (3, 5), "data_format": "channels_first"}),
    ((X * 255).astype("uint8"), {"size": (7, 9), "interpolation": "bicubic"}),
    (X.astype("float16"), {"size": (3, 5)}),
]
PLACED = [np.array([0.7, 1.3], "float32"), np.array([0.3, -0.5], "float32"), (1, 2)]
TRANSFORM = np.array([[1.1, 0.2, -0.73, -0.1, 0.9, 0.43, 0, 0], [0.6, 0.9, 0.7, -0.6, 0.9, 1.4, 0, 0]], "float32")
POINTS = np.array([[[0, 0], [5, 0], [0, 3], [5, 3]], [[1, 0], [4, 0.5], [0, 3], [5, 2]]], "float32")
PLACES = rng.uniform(-9, 9, (2, 3, 4)).astype("float32")
PLACES[:, 0] = np.round(PLACES[:, 0] * 2) / 2  # halves
BORDERS = ("constant", "nearest", "wrap", "reflect", "mirror")
BYTES = (X * 255).astype("uint8")
COLORS = np.concatenate(
    [X, [[[[0.0, 0, 0], [0.5, 0.5, 0.5], [1, 0, 1], [0.3, 0.3, 0.1], [1.3, -0.2, 0], [1, 1, 1]]] * 4]]
)
FIRST = {"data_format": "channels_first"}
LARGE = rng.uniform(0, 1, (2, 2, 7, 8, 3)).astype("float32")
VOLUMES = rng.uniform(0, 1, (1, 4, 3, 5, 2)).astype("float32")
CASES = [
    *(("affine_transform", (X, TRANSFORM, "bilinear", f, 0.3), {}) for f in BORDERS),
    ("affine_transform", (BYTES, TRANSFORM, "nearest"), {}),
    ("affine_transform", (BYTES, TRANSFORM), {}),
    ("affine_transform", (X[0], TRANSFORM[0]), {}),
    ("affine_transform", (X.transpose(0, 3, 1, 2), TRANSFORM), FIRST),
    *(("map_coordinates", (X[0, ..., 0], PLACES, 1, f, 0.3), {}) for f in BORDERS),
    ("map_coordinates", (X[0, ..., 0], PLACES, 0, "mirror"), {}),
    ("map_coordinates", (BYTES[0, ..., 0].astype("int32"), PLACES, 1), {}),
    ("map_coordinates", (X[0], np.ones((3, 2), "int32"), 1), {}),
    ("perspective_transform", (X, POINTS, POINTS[::-1]), {}),
    ("perspective_transform", (X[0], POINTS[0], POINTS[1], "nearest", 0.5), {}),
    ("perspective_transform", (X.transpose(0, 3, 1, 2), POINTS, POINTS + 1), FIRST),
    ("gaussian_blur", (X.transpose(0, 3, 1, 2), (3, 5), (1.0, 0.6)), FIRST),
    ("gaussian_blur", (X[0].transpose(2, 0, 1), (2, 4), (1.0, 2.0)), FIRST),
    ("sobel_edges", (X,), {}),
    ("sobel_edges", (X.transpose(0, 3, 1, 2),), FIRST),
    ("ssim", (LARGE[0], LARGE[1], 1.0, 5), {}),
    ("ssim", (LARGE[0, 0], LARGE[1, 0]), {"filter_size": 4, "filter_sigma": 1.0, "max_val": 2.0}),
    ("ssim", (LARGE[0].transpose(0, 3, 1, 2), LARGE[1].transpose(0, 3, 1, 2), 1.0, 5), FIRST),
    ("rgb_to_hsv", (COLORS.astype("float32"),), {}),
    ("hsv_to_rgb", (COLORS.astype("float32"),), {}),
    ("rgb_to_hsv", (X[0].transpose(2, 0, 1),), FIRST),
    ("hsv_to_rgb", (X.astype("float16"),), {}),
    ("extract_patches", (X, 2), {}),
    ("extract_patches", (X[0], (2, 3)), {"strides": 1, "padding": "same"}),
    ("extract_patches", (X, (2, 3)), {"strides": (1, 2), "dilation_rate": (2, 1)}),
    ("extract_patches", (X.transpose(0, 3, 1, 2), 2), FIRST),
    ("extract_patches", (VOLUMES, (2, 1, 2)), {}),
    ("extract_patches_3d", (VOLUMES, (2, 1, 2)), {}),
    ("extract_patches_3d", (VOLUMES[0], 2), {"strides": 1, "padding": "same"}),
    ("crop_images", (X, 1, 2, 1, 0), {}),
    ("crop_images", (X, None, 1, 1), {"target_height": 2, "target_width": 3}),
    ("crop_images", (X.transpose(0, 3, 1, 2), 1, 0), {"target_height": 2, "right_cropping": 2, **FIRST}),
    ("pad_images", (X[0], 1, 2, 1, 0), {}),
    ("pad_images", (BYTES, None, 1, 1), {"target_height": 8, "target_width": 9}),
    *(("resize", (x,), kwargs) for x, kwargs in RESIZE),
    *(("scale_and_translate", (X, (2, 3, 5, 3), *PLACED, m), {}) for m in ("linear", "cubic", "lanczos3")),
    ("scale_and_translate", (X, (2, 5, 5, 3), *PLACED, "bilinear", False), {}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), CASES)
def test_as_in_keras(of_keras, of_hornbeam, name, args, kwargs):
    expected, found = of_keras(f"image.{name}", args, kwargs), of_hornbeam(getattr(ops.image, name), args, kwargs)
    assert ops.dtype(found) == keras.backend.standardize_dtype(expected.dtype)
    found, expected = ops.convert_to_numpy(found), np.asarray(expected)
    assert found.shape == expected.shape
    exact = {"uint8": 1, "float16": 4e-3}.get(found.dtype.name, 2e-5)
    np.testing.assert_allclose(found.astype("float32"), expected.astype("float32"), atol=exact)


def test_shapes_with_unknown_sizes(engine):
    x = SymbolicTensor((None, None, None, 3))
    assert ops.image.resize(x, (3, 5), crop_to_aspect_ratio=True).shape == (None, 3, 5, 3)


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("resize", (X[0, 0], (2, 2)), r"`images` must have 3 axes \(one\) or 4 .* Received: shape \(6, 3\)"),
        ("resize", (X, 5), "`size` must be two positive integers, .* Received: size=5"),
        ("resize", (X, (2, 2), "area"), "`interpolation` must be one of 'nearest'.* Received: 'area'"),
        ("scale_and_translate", (X, X.shape, *PLACED, "nearest"), "`method` must be one of .* Received: 'nearest'"),
        ("affine_transform", (X, TRANSFORM, "bicubic"), "`interpolation` must be 'nearest' or 'bilinear'.* 'bicubic'"),
        ("affine_transform", (X, TRANSFORM, "nearest", "zero"), "`fill_mode` must be one of 'constant'.* 'zero'"),
        ("affine_transform", (X, TRANSFORM[0]), r"`transform` must hold 8 numbers, .* shape \(8,\) for images"),
        ("map_coordinates", (X, PLACES, 1), r"`coordinates` must hold one array for each axis .* shape \(2, 3, 4\)"),
        ("map_coordinates", (X[0, ..., 0], PLACES, 3), "`order` must be 0 or 1. Received: order=3"),
        ("perspective_transform", (X, POINTS[:, :3], POINTS), r"`start_points` must have shape \(4, 2\)"),
        ("rgb_to_hsv", (X[..., :2],), r"`images` must have 3 channels. Received: shape \(2, 4, 6, 2\)"),
        ("rgb_to_hsv", (BYTES,), "`images` must hold floats .* dtype uint8; divide by 255"),
        ("ssim", (X, X), "at least 11 rows and columns"),
        ("extract_patches", (X, 5), "A patch must fit into the image.* 4 pixels"),
        ("crop_images", (X, 1), "Exactly two of `top_cropping`, `bottom_cropping`, `target_height` must be given"),
        ("crop_images", (X, 3, 0, 3, 0), "`target_height` must not be negative. From the other two follows"),
        ("pad_images", (X, -1, 0, 1, 0), "`top_padding` must not be negative. Received: top_padding=-1"),
    ],
)
def test_what_cannot_be(engine, name, args, sentence):
    with pytest.raises(ValueError, match=sentence):
        getattr(ops.image, name)(*args)


def test_gaussian_blur_is_the_same_with_channels_last(engine):
    """Real Keras blurs width and channels there."""
    found = ops.image.gaussian_blur(X, np.array([3, 5]), np.array([1.0, 0.6], "float32"))
    first = ops.image.gaussian_blur(X.transpose(0, 3, 1, 2), (3, 5), (1.0, 0.6), data_format="channels_first")
    np.testing.assert_allclose(found, ops.transpose(first, (0, 2, 3, 1)), rtol=1e-5)


def test_elastic_transform_moves_pixels_smoothly(engine):
    ramps = np.stack(np.meshgrid(np.arange(40.0), np.arange(40.0)), -1).astype("float32")
    same = ops.image.elastic_transform(ramps, alpha=0.0, seed=1)
    np.testing.assert_allclose(same, ramps)
    found = ops.convert_to_numpy(ops.image.elastic_transform(np.stack([ramps] * 4), alpha=1.0, sigma=2.0, seed=1))
    np.testing.assert_array_equal(
        found, ops.image.elastic_transform(np.stack([ramps] * 4), alpha=1.0, sigma=2.0, seed=1)
    )
    moved = (found - ramps)[:, 8:-8, 8:-8]
    assert abs(moved.mean()) < 0.1
    assert moved.std() == pytest.approx(1 / (2 * np.pi**0.5), rel=0.2)  # noise of deviation sigma, blurred
    assert np.abs(np.diff(moved, axis=1)).mean() < 0.15
    assert np.abs(moved[0] - moved[1]).max() > 0.1


def test_the_last_two_numbers_of_a_transform_are_a_perspective(engine):
    """As documented; real Keras on JAX reads other channels there."""
    x = ops.image.perspective_transform(X[0], POINTS[1], POINTS[0])
    transform = np.linalg.solve(
        [
            row
            for (x, y), (u, v) in zip(POINTS[0], POINTS[1], strict=True)
            for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
        ],
        POINTS[1].ravel(),
    )
    np.testing.assert_allclose(x, ops.image.affine_transform(X[0], transform), atol=1e-4)


def test_gradients(engine):
    """Of the images and of the map, against differences."""
    from hornbeam import engine as e

    def loss(xs):
        return ops.sum(ops.image.affine_transform(xs[0], xs[1]) ** 2) + ops.sum(
            ops.image.resize(xs[0], (3, 3)) ** 2
        ), None

    point = [X[0], TRANSFORM[0]]
    (_, _), slopes = e.value_and_grad(loss)([e.asarray(x) for x in point])
    for i, place in ((0, (2, 3, 1)), (1, (2,)), (1, (4,))):
        ahead, behind = ([x.astype("float64").copy() for x in point] for _ in range(2))
        ahead[i][place] += 1e-2
        behind[i][place] -= 1e-2
        difference = (float(loss(ahead)[0]) - float(loss(behind)[0])) / 2e-2
        assert float(e.to_numpy(slopes[i])[place]) == pytest.approx(difference, rel=2e-2)
