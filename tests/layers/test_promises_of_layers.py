"""What users of Keras rely on in `Layer` itself: when weights may come, what `build` is told, masks, dtypes."""

import numpy as np
import pytest

import hornbeam as hb
from hornbeam import layers

X = np.ones((2, 3), "float32")


class WeightInCall(layers.Layer):
    def call(self, x):
        self.w = self.add_weight(())
        return x * self.w


class LayerInCall(layers.Layer):
    def call(self, x):
        self.inner = layers.Dense(2)
        return self.inner(x)


class ListInCall(layers.Layer):
    def call(self, x):
        self.inner = [layers.Dense(2)]
        return self.inner[0](x)


@pytest.mark.parametrize("make", [WeightInCall, LayerInCall, ListInCall])
def test_weights_and_layers_that_come_with_each_call_are_refused(make):
    with pytest.raises(ValueError, match=r"cannot add new elements of state .* already built"):
        make()(X)


def test_a_built_layer_takes_values_and_what_it_has_already():
    layer = layers.Dense(2)
    layer.build((None, 3))
    layer.note, layer.kernel, layer.sizes = {"a": [1]}, layer.kernel, (1, 2)
    for value in (layers.Dense(2), [hb.Variable(1.0)], {"a": layers.Dense(2)}):
        with pytest.raises(ValueError, match="`late` of type"):
            layer.late = value
    with pytest.raises(ValueError, match="a weight 'late'"):
        layer.add_weight((), name="late")


class Resettable(layers.Layer):
    def build(self, input_shape):
        self.reset_states()

    def reset_states(self):
        self.states = [hb.Variable(np.zeros(2), trainable=False)]

    def call(self, x):
        return x + self.states[0][:1]


def test_state_may_take_the_place_of_state_after_a_layer_is_built():
    layer = Resettable()
    layer(X)
    before = layer.states[0]
    layer.reset_states()
    assert layer.states[0] is not before and len(layer.weights) == 1


def test_a_model_takes_layers_after_it_is_built():
    x = hb.Input((3,))
    model = hb.Model(x, layers.Dense(2)(x))
    model.late = layers.Dense(2)
    assert model.late in model.layers


class Summed(layers.Layer):
    def call(self, x, y):
        return x + y


class WrongNames(Summed):
    def build(self, first, second):
        pass


class NoSuchArguments(Summed):
    def build(self, a_shape, b_shape):
        pass


@pytest.mark.parametrize("make", [WrongNames, NoSuchArguments])
def test_build_of_several_shapes_says_how_they_are_named(make):
    with pytest.raises(ValueError, match="each with `_shape`: `x_shape`, `y_shape`"):
        make()(X, X)


@pytest.mark.parametrize("value", ["much", None, [None]])
def test_add_loss_takes_numbers(value):
    with pytest.raises(ValueError, match="takes a number that `call` computes"):
        layers.Layer().add_loss(value)


def test_add_weight_takes_an_array_and_refuses_a_number_as_shape():
    assert layers.Layer().add_weight((2,), initializer=np.array([1.0, 2.0])).numpy().tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"`shape` of a weight .* must be a tuple. Received: shape=3"):
        layers.Layer().add_weight(3)


def test_layers_that_need_a_tensor_say_so_for_none():
    with pytest.raises(ValueError, match=r"must be called on tensors. Received: None"):
        layers.Dense(2)(None)


def test_layers_that_make_no_weights_are_built_at_once():
    assert layers.Dropout(0.1).built and layers.Activation("relu").built and layers.Flatten().built
    assert not layers.Dense(2).built and not layers.Layer().built and not Summed().built


def test_the_mask_of_a_layer_can_be_asked_for_whether_or_not_it_supports_masks(engine):
    mask = hb.ops.array([[True, False]])
    assert layers.Layer().compute_mask(X, mask) is mask
    masked = layers.Embedding(4, 2, mask_zero=True)(np.array([[1, 0]]))
    assert hb.ops.convert_to_numpy(masked._keras_mask).tolist() == [[True, False]]
    x = hb.ops.ones((1, 2, 3))
    x._keras_mask = mask
    assert layers.LSTM(2, return_sequences=True)(x)._keras_mask is mask
    assert not hasattr(layers.Conv1D(2, 1)(masked), "_keras_mask")


@pytest.mark.parametrize(
    "make",
    [
        lambda dtype: layers.SpectralNormalization(layers.Dense(2, dtype="float32"), dtype=dtype),
        lambda dtype: layers.Bidirectional(layers.SimpleRNN(2, dtype="float32"), dtype=dtype),
    ],
)
def test_wrappers_give_what_the_layer_inside_computes_in_their_own_dtype(make, engine):
    wrapper = make("mixed_bfloat16")
    x = np.ones((1, 2, 3), "float32")
    assert wrapper(hb.Input((2, 3))).dtype == "bfloat16" and "bfloat16" in str(wrapper(x).dtype)
    assert {weight.dtype for weight in wrapper.weights} == {"float32"}


class Stateful(hb.Model):
    def __init__(self):
        super().__init__()
        self.rnn = layers.SimpleRNN(2, stateful=True)

    def call(self, x):
        return self.rnn(x)


def test_a_stateful_layer_in_a_model_of_ones_own_can_be_trained_after_a_call(engine):
    model, x = Stateful(), np.ones((3, 2, 4), "float32")
    model(x)
    model.compile("sgd", "mse")
    assert np.isfinite(model.train_on_batch(x, np.ones((3, 2))))
    assert model.rnn.states[0].shape == (3, 2)


def test_input_spec_checks_what_it_is_made_of():
    with pytest.raises(ValueError, match=r"`axes` of `InputSpec` must be in \[-2, 2\)"):
        layers.InputSpec(axes={5: 2}, ndim=2)
    with pytest.raises(ValueError, match="`shape` of `InputSpec` must have sizes"):
        layers.InputSpec(shape="x")


@pytest.mark.parametrize("cell", [layers.SimpleRNNCell, layers.GRUCell])
def test_a_cell_gives_its_state_in_the_form_that_it_got_it_in(cell):
    step, h = cell(2), np.ones((2, 2), "float32")
    _, bare = step(X, h)
    _, (listed,) = step(X, [h])
    assert bare.shape == (2, 2)
    np.testing.assert_allclose(bare, listed)


class MaskedMean(layers.Layer):
    """Made for masks alone."""

    def call(self, x, mask=None):
        keep = hb.ops.cast(mask, x.dtype)[..., None]
        return hb.ops.sum(x * keep, 1) / hb.ops.sum(keep, 1)


class Shaped(layers.Layer):
    supports_masking = True

    def call(self, x):
        return x

    def compute_output_shape(self, input_shape):
        return input_shape


def test_layers_that_need_a_mask_have_it_when_a_graph_is_made(engine):
    ids = hb.Input((None,), dtype="int32")
    x = layers.Embedding(4, 2, mask_zero=True, embeddings_initializer="ones")(ids)
    assert x._keras_mask.shape == (None, None)
    inner = hb.Model(ids, Shaped()(layers.LSTM(2, return_sequences=True)(layers.Dropout(0.1)(x))))
    again = hb.Input((None,), dtype="int32")
    model = hb.Model(again, MaskedMean()(inner(again)))
    assert np.isfinite(model.predict(np.array([[1, 2, 0]]), verbose=0)).all()
    stack = hb.Sequential([hb.Input((2, 3)), layers.Masking(), MaskedMean()])
    assert stack.predict(np.array([[[1, 2, 3], [0, 0, 0]]]), verbose=0).tolist() == [[1, 2, 3]]
    with pytest.raises((TypeError, ValueError)):
        MaskedMean()(layers.Conv1D(2, 1)(x))  # which supports no masks


class TwoMasked(layers.Layer):
    def call(self, x, y, x_mask=None, y_mask=None):
        assert isinstance(x_mask, tuple) and len(x_mask) == 2 and y_mask is not None
        return x[0] + y


def test_masks_come_in_the_structure_of_their_tensors():
    for x in (np.ones((1, 2, 3), "float32"), hb.Input((2, 3))):
        one, other, last = (layers.Masking()(x) for _ in range(3))
        assert TwoMasked()((one, other), last).shape[1:] == (2, 3)


class AddsLoss(hb.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1, kernel_initializer="ones", activity_regularizer=lambda y: 2 * hb.ops.sum(y))

    def call(self, x):
        self.add_loss(hb.ops.sum(x))
        return self.dense(x)


def test_what_a_call_of_a_model_adds_to_the_loss_can_be_read_after_it(engine):
    model = AddsLoss()
    for _ in range(3):
        model(X)
        assert sorted(float(loss) for loss in model.losses) == [6, 6]
    model.predict(X, verbose=0)
    model.compile("sgd")
    assert model.evaluate(X, verbose=0) == pytest.approx(12)


class Trained(layers.Layer):
    def call(self, x, training=None):
        return x if training else 0 * x


class TrainedByDefault(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Trained()

    def call(self, x, training=True):
        return self.inner(x)


def test_the_default_of_training_is_that_of_the_layers_inside_too():
    layer = TrainedByDefault()
    assert float(hb.ops.sum(layer(X))) == 6 and float(hb.ops.sum(layer(X, training=False))) == 0
    assert float(hb.ops.sum(Trained()(X))) == 0


def test_layers_and_functions_in_a_graph_are_operations():
    x = hb.Input((2,))
    model = hb.Model(x, layers.Dense(2)(x) + 1)
    assert isinstance(model, hb.Operation) and all(isinstance(one, hb.Operation) for one in model.operations)
    assert not isinstance(hb.metrics.Mean(), hb.Operation)


def test_a_number_asked_of_a_symbolic_tensor_is_a_value_error_as_in_keras():
    for ask in (float, int, np.asarray):
        with pytest.raises(ValueError, match="has no value yet"):
            ask(hb.Input(()))
