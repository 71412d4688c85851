"""Images as arrays and files, as real Keras has them."""

import io
import sys

import numpy as np
import pytest

import hornbeam
from hornbeam import utils

Image = pytest.importorskip("PIL.Image")
keras = pytest.importorskip("keras")
X = np.linspace(-1, 3, 4 * 5 * 3).reshape(4, 5, 3)
PICTURE = Image.fromarray(np.arange(60, dtype="uint8").reshape(4, 5, 3))

TO_IMAGES = [
    (X, {}),
    (X[..., :1], {}),
    (np.concatenate([X, X[..., :1]], -1), {}),
    (X.transpose(2, 0, 1), {"data_format": "channels_first"}),
    (np.arange(12).reshape(2, 2, 3) * 20.7, {"scale": False}),
    (np.arange(4).reshape(2, 2, 1) * 400.0, {"scale": False}),
    (np.ones((2, 2, 3)), {}),
]


@pytest.mark.parametrize(("x", "kwargs"), TO_IMAGES)
def test_arrays_as_images(x, kwargs):
    expected, found = (k.utils.array_to_img(x, **kwargs) for k in (keras, hornbeam))
    assert (found.mode, found.size) == (expected.mode, expected.size)
    np.testing.assert_allclose(np.asarray(found, "int32"), np.asarray(expected, "int32"), atol=1)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "I", "1"])
def test_images_as_arrays(mode):
    for kwargs in ({}, {"data_format": "channels_first"}, {"dtype": "uint8"}):
        expected, found = (k.utils.img_to_array(PICTURE.convert(mode), **kwargs) for k in (keras, hornbeam))
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


LOADS = [
    *({"color_mode": mode} for mode in ("rgb", "grayscale", "rgba")),
    *({"target_size": (3, 7), "interpolation": i} for i in ("nearest", "bilinear", "box", "lanczos")),
    *({"target_size": size, "keep_aspect_ratio": True} for size in ((3, 7), (6, 2), (4, 5))),
]


def test_files(tmp_path):
    path = tmp_path / "a.png"
    PICTURE.save(path)
    for kwargs in LOADS:
        expected, found = (k.utils.load_img(path, **kwargs) for k in (keras, hornbeam))
        assert found.mode == expected.mode
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))
    assert utils.load_img(io.BytesIO(path.read_bytes())).size == (5, 4)
    utils.save_img(path, X)
    assert PICTURE.size == utils.load_img(path).size
    for name, file_format in (("b.jpg", None), ("b", "jpg")):
        with pytest.warns(UserWarning, match="A JPG file holds no transparency"):
            utils.save_img(tmp_path / name, np.concatenate([X, X[..., :1]], -1), file_format=file_format)
    assert utils.load_img(tmp_path / "b.jpg").size == (5, 4)


def test_smart_resize(engine):
    module = hornbeam.preprocessing.image
    thin = X[:2, :3]  # of which no whole pixel would be left
    many, dark = X[None].astype("float32"), (X * 0.3).astype("uint8")
    for x, size, options in (
        (X, (2, 2), ()), (many, (3, 2), ("nearest",)), (thin, (30, 2), ()), (dark, (7, 3), ("bicubic",)),
    ):  # fmt: skip
        found = module.smart_resize(x, size, *options)
        expected = keras.preprocessing.image.smart_resize(x, size, *options)
        assert isinstance(found, np.ndarray)
        assert (found.dtype == expected.dtype) or x is X
        np.testing.assert_allclose(found, expected, atol=1e-4)
    assert hornbeam.ops.is_tensor(module.smart_resize(hornbeam.ops.array(X), (2, 2)))
    assert hornbeam.preprocessing.sequence.pad_sequences([[1], [1, 2]]).tolist() == [[0, 1], [1, 2]]


def test_what_cannot_be(monkeypatch, tmp_path):
    for call, sentence in (
        (lambda: utils.array_to_img(X[..., :2]), "`x` must have 1, 3 or 4 channels. Received: 2"),
        (lambda: utils.array_to_img(X[0]), "`x` must be one image, with 3 axes"),
        (lambda: utils.img_to_array(X[None]), "`img` must be one image"),
        (lambda: utils.load_img("a", color_mode="hsv"), "`color_mode` must be one of 'grayscale'"),
        (lambda: utils.load_img("a", interpolation="area"), "`interpolation` must be one of 'nearest'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()
    with pytest.raises(TypeError, match="`path` must be a path or a `BytesIO`"):
        utils.load_img(3)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"need the package `pillow`: `pip install hornbeam\[pillow\]`"):
        utils.array_to_img(X)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_the_grayscale_of_keras_2(tmp_path):
    PICTURE.save(tmp_path / "a.png")
    assert utils.load_img(tmp_path / "a.png", grayscale=True).mode == "L"
