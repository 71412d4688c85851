"""Images that are not as the weights were trained on them: said once."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import applications, layers
from hornbeam.applications import preprocessing
from hornbeam.applications.preprocessed import Preprocessed


def warned(call):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        call()
    return [str(warning.message) for warning in said]


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "small.weights.h5"
    applications.MobileNet(alpha=0.25, weights=None, include_top=False, input_shape=(32, 32, 3)).save_weights(path)
    return path


def body(weights):
    return applications.MobileNet(alpha=0.25, weights=weights, include_top=False, input_shape=(32, 32, 3))


@pytest.mark.usefixtures("on_torch")
class TestModels:
    images = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype("float32")

    def test_predict_says_it_once(self, weights):
        model = body(weights)
        (message,) = warned(lambda: [model.predict(self.images, verbose=0) for _ in range(2)])
        assert message.startswith(
            "The weights of model `mobilenet_0.25_32` were trained on images as values from -1 to 1."
        )
        assert "call `hornbeam.applications.mobilenet.preprocess_input` on images of 0 to 255, once." in message

    def test_images_as_expected_are_not_spoken_of(self, weights):
        x = applications.mobilenet.preprocess_input(self.images.copy())
        assert not warned(lambda: body(weights).predict(x, verbose=0))
        free = applications.MobileNet(alpha=0.25, weights=None, include_top=False, input_shape=(32, 32, 3))
        assert not warned(lambda: free.predict(self.images, verbose=0))

    def test_a_model_around_it_says_it_when_images_go_straight_in(self, weights):
        model = hornbeam.Sequential([body(weights), layers.GlobalAveragePooling2D(), layers.Dense(1)])
        model.compile("sgd", "mse")
        assert len(warned(lambda: model.fit(self.images, np.zeros((2, 1)), verbose=0))) == 1
        rescaling = layers.Rescaling(1 / 127.5, offset=-1)
        model = hornbeam.Sequential([layers.Input((32, 32, 3)), rescaling, body(weights)])
        assert not warned(lambda: model.predict(self.images, verbose=0))


@pytest.mark.parametrize(
    ("preprocess", "right", "wrong"),
    [
        (preprocessing.preprocess_tf, [(-1, 1), (0, 1)], [(0, 255)]),
        (preprocessing.preprocess_torch, [(-2.1, 2.6), (0, 1)], [(0, 255)]),
        (preprocessing.preprocess_caffe, [(-124, 151), (0, 0)], [(0, 255), (0, 1)]),
        (preprocessing.unchanged, [(0, 255), (0, 0)], [(0, 1), (-1, 1)]),
    ],
)
def test_ranges(preprocess, right, wrong):
    def said(low, high):
        return warned(lambda: Preprocessed("m", preprocess, "hornbeam.applications.m")(np.array([[low, high]])))

    assert [len(said(*values)) for values in right + wrong] == [0] * len(right) + [1] * len(wrong)
