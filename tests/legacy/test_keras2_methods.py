"""Methods under the arguments that they had in Keras 1 and 2."""

import inspect

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, optimizers

K = hornbeam.backend
X = np.arange(24, dtype="float32").reshape(2, 4, 3) / 24

ignored = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")


def same(a, b):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-6)


def test_recurrent_layers():
    layer = layers.LSTM(2, return_sequences=True)
    layer.build(input_shape=(None, 4, 3))
    same(layer.call(inputs=X), layer.call(X))
    same(layer(inputs=X), layer(X))
    assert layer.compute_output_shape(input_shape=(2, 4, 3)) == (2, 4, 2)
    mask = np.ones((2, 4), bool)
    assert layer.compute_mask(inputs=X, mask=mask) is mask
    assert [state.shape for state in layer.get_initial_state(inputs=X)] == [(2, 2), (2, 2)]
    assert [state.shape for state in layer.get_initial_state(hornbeam.Input((4, 3)))] == [(None, 2), (None, 2)]
    images = layers.ConvLSTM2D(3, 2)
    assert images.compute_output_shape(input_shape=(1, 4, 5, 6, 2)) == (1, 4, 5, 3)
    assert [state.shape for state in images.get_initial_state(np.zeros((1, 4, 5, 6, 2)))] == [(1, 4, 5, 3)] * 2


def test_layers_around_layers():
    both = layers.Bidirectional(layers.SimpleRNN(2, return_sequences=True, kernel_constraint="non_neg"))
    both.build(input_shape=(None, 4, 3))
    same(both.call(inputs=X), both.call(X))
    mask = np.ones((2, 4), bool)
    assert both.compute_mask(inputs=X, mask=mask) is mask
    assert list(both.constraints) == [both.forward_layer.cell.kernel, both.backward_layer.cell.kernel]
    assert layers.TimeDistributed(layers.Dense(2)).compute_mask(X, mask=mask) is mask
    assert layers.Masking().compute_mask(inputs=X, mask=None).all() and layers.Dropout(0.5).compute_mask(X) is None


def test_what_has_no_effect_in_a_call():
    image = np.ones((1, 3, 3, 1), "float32")
    layer = layers.DepthwiseConv2D(2, depthwise_initializer="ones")
    layer(image)
    same(layer.call(image, training=True), layer.call(image))
    for cls in (layers.PReLU, layers.ThresholdedReLU):
        layer = cls()
        same(layer(X - 0.5, mask=None), layer(X - 0.5))
        same(layer.call(X - 0.5, mask=np.ones((2, 4))), layer.call(X - 0.5))


def test_signatures_show_what_the_versions_call_otherwise():
    for method, names in (
        (layers.RNN.call, ("sequences", "inputs")),
        (layers.RNN.build, ("sequences_shape", "input_shape")),
        (layers.GRU.compute_output_shape, ("sequences_shape", "input_shape")),
        (layers.Layer.compute_mask, ("previous_mask", "mask")),
    ):
        assert set(names) <= inspect.signature(method).parameters.keys()


def test_other_arguments():
    x = hornbeam.Input((3,), name="a")
    y = hornbeam.Input((3,), name="b")
    layer = layers.Dense(2)
    first, _ = layer(x), layer(y)
    assert hornbeam.utils.get_source_inputs(first) == [x]
    assert hornbeam.utils.get_source_inputs(first, layer, 1) == [y]
    image = np.full((1, 2, 2, 3), 255.0)
    from hornbeam.applications import vgg16

    assert np.asarray(vgg16.preprocess_input(image.copy(), mode="tf")).max() == 1
    config = hornbeam.utils.serialize_keras_object(instance=layers.Dense(3))
    assert hornbeam.utils.deserialize_keras_object(identifier=config, printable_module_name="layer").units == 3
    assert hornbeam.utils.deserialize_keras_object("mine", module_objects={"mine": same}) is same


@ignored
def test_samples_of_generators():
    """Keras 1 counted samples: the first batch says how many batches they are, and is used."""
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    taken = []

    def batches(rows):
        while True:
            taken.append(rows)
            yield np.ones((rows, 3)), np.ones((rows, 1))

    history = model.fit_generator(
        batches(2),
        samples_per_epoch=6,
        nb_epoch=2,
        verbose=0,
        validation_data=batches(3),
        nb_val_samples=6,
        max_q_size=2,
        nb_worker=1,
        pickle_safe=False,
    )
    assert len(history.history["val_loss"]) == 2 and taken.count(2) in range(6, 10)
    assert history.params["steps"] == 3
    assert model.predict_generator(batches(2), val_samples=4).shape == (4, 1)
    assert model.evaluate_generator(batches(2), val_samples=4) >= 0
    assert model.fit_generator(batches(2), steps_per_epoch=2, verbose=0).params["steps"] == 2
    with pytest.raises(ValueError, match="Received: one that gives none"):
        model.fit_generator(iter([]), samples_per_epoch=6)


def test_updates_of_optimizers(engine):
    """A training step as scripts for reinforcement learning write it."""
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1, kernel_initializer="ones")])
    wanted = K.placeholder((None, 1))
    loss = K.mean(K.square(model.output - wanted))
    weights = model.trainable_weights
    steps = [
        K.function([model.input, wanted], [loss], updates=optimizers.SGD(0.1).get_updates(loss, weights)),
        K.function([model.input, wanted], [loss], optimizers.SGD(0.1).get_updates(weights, [], loss)),
        K.function([model.input, wanted], [loss], optimizers.SGD(0.1).get_updates(params=weights, loss=loss)),
    ]
    x, y = np.ones((2, 3), "float32"), np.zeros((2, 1), "float32")
    losses = [float(step([x, y])[0]) for step in steps]
    assert losses == pytest.approx([9.0, (3 - 0.1 * 6 * 4) ** 2, ((3 - 0.1 * 6 * 4) * 0.2) ** 2], rel=1e-4)
    kernel = K.function([model.input, wanted], optimizers.SGD().get_gradients(loss, weights))([x, y])[0]
    assert kernel.shape == (3, 1)
    with pytest.raises(TypeError, match="`gradients` takes a loss that was computed from inputs of a graph"):
        optimizers.SGD().get_updates(1.0, weights)


def test_recurrent_layers_on_lists(engine):
    """The sequences, the states to begin with, and constants."""
    h, c = np.ones((2, 2), "float32"), np.zeros((2, 2), "float32")
    lstm = layers.LSTM(2)
    same(lstm([X, h, c]), lstm(X, initial_state=[h, c]))
    same(lstm([X]), lstm(X))
    same(lstm(X, [h, c]), lstm(sequences=X, initial_state=[h, c]))
    both = layers.Bidirectional(layers.GRU(2))
    same(both([X, h, c]), both(X, initial_state=[h, c]))
    stack = layers.RNN([layers.LSTMCell(2), layers.GRUCell(2)])
    same(stack([X, h, c, h]), stack(X, initial_state=[[h, c], h]))
    same(stack([X, [h, c], h]), stack(X, initial_state=[[h, c], h]))
    with pytest.raises(ValueError, match=r"or on a list of them and 2 states, which constants may follow. Received: a"):
        lstm([X, h])
    x, first, second = hornbeam.Input((4, 3)), hornbeam.Input((2,)), hornbeam.Input((2,))
    model = hornbeam.Model([x, first, second], lstm([x, first, second]))
    same(model([X, h, c]), lstm([X, h, c]))


def test_padding_by_sides():
    layer = layers.ZeroPadding2D({"top_pad": 1, "right_pad": 2})
    assert layer.get_config()["padding"] == layers.ZeroPadding2D(((1, 0), (0, 2))).get_config()["padding"]
    with pytest.raises(ValueError, match=r"`padding` of `ZeroPadding2D` must be a number"):
        layers.ZeroPadding2D({"top": 1})


def test_what_optimizers_had():
    optimizer = optimizers.SGD(0.1, decay=0.5)
    assert optimizer.initial_decay == 0.5 and optimizer.updates == []
