"""What a user gets wrong is one clear sentence; images and names of classes are as the published weights have them."""

import hashlib
import json

import numpy as np
import pytest

import hornbeam
from hornbeam import applications
from hornbeam.applications import VGG16, MobileNet, ResNet50, imagenet_utils, pretrained


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"input_shape": (20, 20, 3)}, "at least 32 rows and columns. Received: .20, 20, 3."),
        ({"input_shape": (3, 64, 64)}, "and the channels last"),
        ({"input_shape": (64, 64)}, "must be three sizes"),
        ({"input_shape": (1, 64, 64, 3)}, "without the batch"),
        ({"input_shape": (None, None, 3)}, "the numbers of rows and columns must be known"),
        ({"pooling": "mean"}, "`pooling` must be"),
        ({"weights": "imagenett"}, "or the path of a file that exists"),
        ({"weights": "imagenet", "classes": 10}, "add a `Dense` layer of your own"),
        ({"weights": "imagenet", "classifier_activation": "relu"}, '"softmax" or `None`'),
        ({"weights": "imagenet", "input_shape": (64, 64, 3)}, "resize the images, or pass `include_top=False`"),
        ({"weights": "imagenet", "input_shape": (64, 64, 4), "include_top": False}, "images of 3 channels"),
        ({"input_tensor": 3}, "must be a symbolic tensor"),
    ],
)
def test_wrong_arguments_are_said_before_anything_is_built(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        ResNet50(**{"weights": None} | options)


def test_unusual_channels_are_said():
    with pytest.warns(UserWarning, match="1 or 3 channels"):
        MobileNet(weights=None, include_top=False, alpha=0.25, input_shape=(32, 32, 5))


def small(**options):
    return MobileNet(**{"weights": None, "alpha": 0.25, "input_shape": (32, 32, 3)} | options)


def test_weights_from_a_file_have_to_fit(tmp_path):
    path = tmp_path / "ten.weights.h5"
    model = small(classes=10)
    model.save_weights(path)
    again = small(classes=10, weights=path)
    for mine, theirs in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
    with pytest.raises(ValueError, match="conv_preds"):
        small(classes=11, weights=path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"ten\.weights\.h5"):
        small(classes=10, weights=path)


def test_published_weights_are_fetched_by_name_address_and_hash(monkeypatch, tmp_path):
    path = tmp_path / "given.weights.h5"
    model = MobileNet(weights=None, include_top=False, alpha=0.25)
    model.save_weights(path)
    asked = []
    monkeypatch.setattr(pretrained, "get_file", lambda *args, **kwargs: asked.append((args, kwargs)) or str(path))
    MobileNet(weights="imagenet", include_top=False, alpha=0.25, input_shape=(160, 160, 3))
    (((name, origin), kwargs),) = asked
    assert name == "mobilenet_2_5_160_tf_no_top.h5"
    assert origin == f"https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/{name}"
    assert kwargs["cache_subdir"] == "models"


def test_all_architectures_have_published_weights():
    keys = {key for key, _ in pretrained.published()}
    assert {(key, kind) for key in keys for kind in ("top", "notop")} == set(pretrained.published())
    names = {name.lower().replace("_", "").replace("-", "") for name in applications.__all__ if name[0].isupper()}
    plain = {key.replace("_", "").replace("-", "") for key in keys}
    assert {name for name in names if not any(key.startswith(name) for key in plain)} == set()


def test_published_weights_that_cannot_be_fetched_say_where_to_put_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(OSError, match=f"put the file at `{tmp_path}/models/mobilenet_2_5_224_tf.h5` yourself"):
        MobileNet(weights="imagenet", alpha=0.25)


def test_a_model_may_begin_with_layers_of_the_users(tmp_path):
    images = hornbeam.Input((32, 32, 3), name="photo")
    model = MobileNet(weights=None, alpha=0.25, include_top=False, pooling="max", input_tensor=images, name="mine")
    assert (model.name, model.layers[0].name, model.output_shape) == ("mine", "photo", (None, 256))
    grey = hornbeam.Input((32, 32, 1))
    colours = hornbeam.layers.Concatenate()([grey, grey, grey])
    assert MobileNet(weights=None, alpha=0.25, include_top=False, input_tensor=colours).input_shape == (None, 32, 32, 1)


def test_without_a_classifier_images_have_any_size():
    assert VGG16(weights=None, include_top=False).output_shape == (None, None, None, 512)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_preprocessing_is_that_of_keras(mode, dtype):
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3)).astype(dtype)
    mine = imagenet_utils.preprocess_input(x.copy(), mode=mode)
    theirs = np.asarray(keras.applications.imagenet_utils.preprocess_input(x.copy(), mode=mode))
    assert mine.dtype == theirs.dtype
    np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


def test_preprocessing_of_tensors_and_of_channels_first(engine):
    x = np.random.default_rng(0).uniform(0, 255, (2, 3, 4, 3)).astype("float32")
    for mode in ("caffe", "tf", "torch"):
        expected = imagenet_utils.preprocess_input(x.copy(), mode=mode)
        tensor = imagenet_utils.preprocess_input(hornbeam.ops.convert_to_tensor(x), mode=mode)
        np.testing.assert_allclose(hornbeam.ops.convert_to_numpy(tensor), expected, atol=1e-4)
        turned = imagenet_utils.preprocess_input(x.transpose(0, 3, 1, 2).copy(), "channels_first", mode)
        np.testing.assert_allclose(turned.transpose(0, 2, 3, 1), expected, atol=1e-4)
    images = hornbeam.Input((3, 4, 3))
    model = hornbeam.Model(images, applications.resnet50.preprocess_input(images))
    np.testing.assert_allclose(
        model.predict(x, verbose=0), imagenet_utils.preprocess_input(x.copy(), mode="caffe"), atol=1e-4
    )


def test_wrong_images_are_said():
    with pytest.raises(ValueError, match="3 channels on axis -1"):
        imagenet_utils.preprocess_input(np.zeros((3, 8, 8)))
    with pytest.raises(ValueError, match="`mode` must be"):
        imagenet_utils.preprocess_input(np.zeros((8, 8, 3)), mode="keras")


def test_classes_are_named_offline():
    scores = np.zeros((2, 1000), "float32")
    scores[0, 281], scores[1, 207] = 0.75, 0.5
    first, second = imagenet_utils.decode_predictions(scores, top=2)
    assert first[0] == ("n02123045", "tabby", 0.75) and len(first) == 2
    assert second[0][1] == "golden_retriever"
    with pytest.raises(ValueError, match=r"must have the shape \(images, 1000\)"):
        imagenet_utils.decode_predictions(np.zeros((1, 10)))


def test_the_names_are_those_of_keras_file():
    """Its hash is the one that Keras checks the file by."""
    text = json.dumps({str(i): list(names) for i, names in enumerate(imagenet_utils.classes())})
    assert hashlib.md5(text.encode()).hexdigest() == "c2c37ea517e94d9795004a39431a14cb"
