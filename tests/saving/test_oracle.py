"""The same models in Hornbeam and in Keras 3, through every kind of file, both ways: predictions and the next step."""

import functools

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import saving

pytestmark = pytest.mark.slow  # two libraries and two engines
ROWS = 4


def stack(k):
    layers = k.layers
    first = layers.Dense(4, activation="relu", kernel_regularizer="l2")
    return k.Sequential([k.Input((3,)), first, layers.BatchNormalization(), layers.Dense(2, activation="softmax")])


def two_inputs(k):
    layers = k.layers
    a, b = k.Input((3,), name="a"), k.Input((3,), name="b")
    shared = layers.Dense(4, activation="tanh", name="shared")
    both = layers.Concatenate()([shared(a), shared(b)])
    return k.Model([a, b], [layers.Dense(1, name="first")(both), layers.Dense(2, name="second")(both)])


def operators(k):
    x = k.Input((4,))
    h = 2.0 - k.layers.Dense(4)(x) * 3.0 + x / 2
    y = k.ops.reshape(k.ops.concatenate([k.ops.sin(h), x], axis=-1)[:, 1:7], (-1, 3, 2))
    return k.Model(x, k.ops.mean(y, axis=1) ** 2)


def nested(k):
    layers = k.layers
    x = k.Input((3,))
    body = k.Model(x, [layers.Dense(2, name="i1")(x), layers.Dense(2, name="i2")(x)], name="body")
    tail = k.Sequential([k.Input((2,)), layers.LayerNormalization(), layers.Dense(2)], name="tail")
    a, b = k.Input((3,), name="a"), k.Input((3,), name="b")
    (p, q), (r, s) = body(a), body(b)
    return k.Model([a, b], [tail(p), tail(s), layers.Add()([q, r])], name="outer")


def recurrent(k):
    layers = k.layers
    x = k.Input((4, 3))
    h = layers.Bidirectional(layers.LSTM(2, return_sequences=True))(x)
    h = layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)], return_sequences=True)(h)
    h = layers.Bidirectional(layers.GRU(2, reset_after=False), merge_mode="sum")(h)
    return k.Model(x, layers.Dense(1)(h))


def images(k):
    layers = k.layers
    convolve = layers.Conv2D(3, 3, padding="same", activation="relu")
    back = layers.Conv2DTranspose(2, 2, strides=2)
    parts = [convolve, layers.MaxPooling2D(), back, layers.DepthwiseConv2D(2), layers.SeparableConv2D(2, 2)]
    return k.Sequential([k.Input((6, 6, 2)), *parts, layers.Flatten(), layers.LayerNormalization(), layers.Dense(1)])


def custom_classes(k):
    class Scaled(k.layers.Layer):
        def __init__(self, factor=2.0, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor
            self.inner = k.layers.Dense(2)

        def build(self, shape):
            self.shift = self.add_weight(shape=(shape[-1],), initializer="ones", name="shift")
            self.inner.build(shape)

        def call(self, x):
            return self.inner(x + self.shift) * self.factor

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    def double(x):
        return x * 2

    return {"Scaled": Scaled, "double": double}


def custom(k):
    objects = custom_classes(k)
    layers = [objects["Scaled"](3.0), k.layers.Dense(2, activation=objects["double"])]
    return k.Sequential([k.Input((3,)), *layers])


def subclassed(k):
    class Net(k.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [k.layers.Dense(3, activation="tanh"), k.layers.Dense(3)]
            self.head = k.layers.Dense(1)

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return self.head(x)

    model = Net()
    model(np.ones((1, 3), "float32"))
    return model


MODELS = [stack, two_inputs, operators, nested, recurrent, images, custom]


def compiled(k, model):
    rates = k.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    optimizer = k.optimizers.SGD(rates, momentum=0.9)
    model.compile(optimizer, loss=k.losses.MeanSquaredError(), run_eagerly=k is not hornbeam)
    optimizer.build(model.trainable_variables)
    return model


def inputs_of(model, seed=0):
    rng = np.random.default_rng(seed)
    shapes = [tensor.shape for tensor in model.inputs] if getattr(model, "inputs", None) else [(None, 3)]
    found = [rng.normal(size=(ROWS, *shape[1:])).astype("float32") for shape in shapes]
    return found if len(found) > 1 else found[0]


def outputs(model, x):
    found = model(x)
    return [
        np.asarray(getattr(y, "detach", lambda y=y: y)())
        for y in (found if isinstance(found, list | tuple) else [found])
    ]


def step(model, x):
    """The weights after one step of training."""
    targets = [np.ones_like(y) for y in outputs(model, x)]
    model.train_on_batch(x, targets if len(targets) > 1 else targets[0])
    return [np.array(value) for value in model.get_weights()]


def close(found, wanted, atol=2e-5):
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=atol)


@pytest.fixture(scope="module")
def written(keras, tmp_path_factory):
    """`written(make)`: a folder with a trained model of Keras in files of every kind, its outputs, its next weights."""

    @functools.cache
    def write(make):
        folder = tmp_path_factory.mktemp(make.__name__)
        model = compiled(keras, make(keras))
        x = inputs_of(model)
        step(model, x)
        model.save_weights(folder / "w.weights.h5")
        if make is not subclassed:
            model.save(folder / "folder", zipped=False)
            model.save(folder / "m.keras")
            model.save(folder / "m.h5")  # last: Keras forgets then how the model was compiled
            (folder / "m.json").write_text(model.to_json())
        return folder, x, outputs(model, x), step(model, x)

    return write


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "folder"])
@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_a_model_of_keras(make, name, written, engine):
    folder, x, wanted, after = written(make)
    model = saving.load_model(folder / name, custom_objects=custom_classes(hornbeam) if make is custom else None)
    close(outputs(model, x), wanted)
    assert model.optimizer.iterations == 1
    close(step(model, x), after)


@pytest.mark.parametrize("make", [*MODELS, subclassed], ids=lambda make: make.__name__)
def test_weights_of_keras(make, written, engine):
    """Into the architecture that JSON describes, or the program that it was; the state of training is in the file."""
    folder, x, wanted, after = written(make)
    if make is subclassed:
        model = make(hornbeam)
    else:
        objects = custom_classes(hornbeam) if make is custom else None
        model = hornbeam.models.model_from_json((folder / "m.json").read_text(), objects)
    compiled(hornbeam, model).load_weights(folder / "w.weights.h5")
    close(outputs(model, x), wanted)
    close(step(model, x), after)


def write(make, folder, weights=None):
    """A trained model of Hornbeam in files of every kind that Keras reads; with `weights`, one that takes these."""
    hornbeam.utils.clear_session()  # layers have the same names each time
    model = compiled(hornbeam, make(hornbeam))
    x = inputs_of(model)
    step(model, x) if weights is None else model.load_weights(weights)
    model.save_weights(folder / "w.weights.h5")
    model.save_weights(folder / "w.weights.json", max_shard_size=1)
    if make is not subclassed:
        model.save(folder / "m.keras")
        model.save(folder / "m.h5")
    return model, x


def same_state(model, other):
    for a, b in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(*(getattr(one.value, "detach", lambda one=one: one)() for one in (a, b)))


@pytest.fixture(scope="module")
def read(keras, tmp_path_factory):
    """`read(make)`: a folder with files of Hornbeam's, and what Keras computes with each: outputs, the next weights."""

    @functools.cache
    def values(make):
        folder = tmp_path_factory.mktemp(make.__name__)
        model, x = write(make, folder)
        found = [make(keras), make(keras)]
        for one, name in zip(found, ["w.weights.h5", "w.weights.json"], strict=True):
            compiled(keras, one).load_weights(folder / name)
        same_state(*found)
        if make is not subclassed:
            objects = custom_classes(keras) if make is custom else None
            found[0] = keras.saving.load_model(folder / "m.keras", objects)
            same_state(*found)
            found.append(keras.saving.load_model(folder / "m.h5", objects))  # of `.h5`, Keras trains none
            found.append(keras.models.model_from_json(model.to_json(), objects))
            found[-1].set_weights(model.get_weights())
        made = [outputs(one, x) for one in found]
        found[0].run_eagerly = True  # the others hold the same
        return folder, made, step(found[0], x)

    return values


def arrays(path):
    """All that an HDF5 file holds in numbers."""
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if hasattr(item, "shape") else None)
    return found


@pytest.mark.parametrize("make", [*MODELS, subclassed], ids=lambda make: make.__name__)
def test_keras_reads_what_is_written(make, read, tmp_path, engine):
    """Keras reads the files of one engine; those of the other hold the same."""
    folder, made, after = read(make)
    model, x = write(make, tmp_path, folder / "w.weights.h5")
    for name in ("w.weights.h5", *([] if make is subclassed else ["m.h5"])):
        mine, theirs = arrays(tmp_path / name), arrays(folder / name)
        assert list(mine) == list(theirs)
        for key, value in mine.items():
            np.testing.assert_array_equal(value, theirs[key])
    wanted = outputs(model, x)
    for one in made:
        close(one, wanted)
    close(after, step(model, x))


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "folder"])
def test_what_is_not_compiled_stays_so(name, keras, tmp_path):
    model = stack(hornbeam)
    model.save(tmp_path / name, zipped=False) if name == "folder" else model.save(tmp_path / name)
    x = inputs_of(model)
    for k in (hornbeam, keras):
        loaded = k.saving.load_model(tmp_path / name)
        assert not loaded.compiled
        close(outputs(loaded, x), outputs(model, x))
