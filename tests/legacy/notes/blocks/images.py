"""A convolutional network, an image made ready for ResNet50, and what that sees in it."""

from unittest import mock

import numpy as np
from keras.applications.resnet50 import ResNet50, decode_predictions, preprocess_input
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
from keras.preprocessing import image
from PIL import Image

from hornbeam.applications import building


def photograph():
    """An image as `predict` takes it, from a file of another size."""
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype="uint8")
    Image.fromarray(pixels).save("animal.png")
    img = image.load_img("animal.png", target_size=(224, 224))
    img = image.img_to_array(img)
    assert img.shape == (224, 224, 3) and img.dtype == "float32"
    return np.expand_dims(img, axis=0)


def test_convolutions_then_classes():
    model = Sequential()
    model.add(Conv2D(filters=32, kernel_size=3, input_shape=(28, 28, 1), activation="relu"))
    model.add(Conv2D(8, kernel_size=3, activation="relu"))
    model.add(Flatten())
    model.add(Dense(3, activation="softmax"))
    assert [layer.output_shape for layer in model.layers] == [
        (None, 26, 26, 32),
        (None, 24, 24, 8),
        (None, 4608),
        (None, 3),
    ]
    assert model.layers[0].get_weights()[0].shape == (3, 3, 1, 32)
    model.compile("adam", "categorical_crossentropy")
    x, y = np.random.default_rng(0).random((4, 28, 28, 1)), np.eye(3)[[0, 1, 2, 0]]
    model.fit(x, y, verbose=0)
    np.testing.assert_allclose(model.predict(x).sum(1), 1, rtol=1e-5)


def test_made_ready_as_the_training_images_were():
    """Blue before red, less the means of ImageNet."""
    img = photograph()
    ready = preprocess_input(img.copy())
    np.testing.assert_allclose(ready, img[..., ::-1] - [103.939, 116.779, 123.68], rtol=1e-4, atol=1e-3)


def test_resnet50_says_what_it_sees():
    """The weights, 100 MB to be fetched, are stood in for by those that it begins with."""
    img = preprocess_input(photograph())
    with mock.patch.object(building, "load_weights") as load_weights:
        model = ResNet50(weights="imagenet")
    assert load_weights.call_args.args[1] == "imagenet"
    assert model.count_params() == 25_636_712
    preds = model.predict(img)
    assert preds.shape == (1, 1000)
    ((wordnet, name, score),) = decode_predictions(preds, top=1)[0]
    assert wordnet.startswith(("n0", "n1"))
    assert name.isascii() and score == preds.max()
