"""`ops.image` against real Keras."""

import numpy as np
import pytest

import hornbeam
from hornbeam import ops
from hornbeam.core.symbolic import SymbolicTensor

keras = pytest.importorskip("keras")
rng = np.random.default_rng(0)
X = rng.uniform(0, 1, (2, 4, 6, 3)).astype("float32")

METHODS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
RESIZE = [
    *((X, {"size": (3, 9), "interpolation": m, "antialias": a}) for m in METHODS for a in (False, True)),
    (X, {"size": (4, 6)}),
    (X[0], {"size": (3, 3), "crop_to_aspect_ratio": True, "interpolation": "nearest"}),
    (X, {"size": (2, 5), "pad_to_aspect_ratio": True, "fill_value": 0.5}),
    (X.transpose(0, 3, 1, 2), {"size": (3, 5), "data_format": "channels_first"}),
    ((X * 255).astype("uint8"), {"size": (7, 9), "interpolation": "bicubic"}),
    (X.astype("float16"), {"size": (3, 5)}),
]
PLACED = [np.array([0.7, 1.3], "float32"), np.array([0.3, -0.5], "float32"), (1, 2)]
CASES = [
    *(("resize", (x,), kwargs) for x, kwargs in RESIZE),
    *(("scale_and_translate", (X, (2, 3, 5, 3), *PLACED, m), {}) for m in ("linear", "cubic", "lanczos3")),
    ("scale_and_translate", (X, (2, 5, 5, 3), *PLACED, "bilinear", False), {}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), CASES)
def test_as_in_keras(engine, name, args, kwargs):
    expected, found = (getattr(k.ops.image, name)(*args, **kwargs) for k in (keras, hornbeam))
    assert ops.dtype(found) == keras.backend.standardize_dtype(expected.dtype)
    found, expected = ops.convert_to_numpy(found), np.asarray(expected)
    assert found.shape == expected.shape
    exact = {"uint8": 1, "float16": 2e-3}.get(found.dtype.name, 2e-5)
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
    ],
)
def test_what_cannot_be(engine, name, args, sentence):
    with pytest.raises(ValueError, match=sentence):
        getattr(ops.image, name)(*args)
