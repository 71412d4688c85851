"""What layers do in training, with state, with masks and with users' own parts."""

import json

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import layers, saving
from hornbeam.core import masking, serialization
from hornbeam.core.lift import lift

pytestmark = pytest.mark.usefixtures("engine")

ONES = np.ones((64, 50), "float32")
STEPS = np.random.default_rng(0).normal(size=(3, 5, 4)).astype("float32")
MASK = np.array([[1, 1, 1, 1, 1], [0, 1, 0, 1, 0], [1, 1, 0, 0, 0]], bool)


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


def masked(x, mask):
    x = eng.asarray(x)
    masking.set_mask(x, eng.asarray(mask))
    return x


def test_dropout_drops_a_fraction_and_scales_the_rest():
    layer = layers.Dropout(0.25, seed=1)
    y, again = as_numpy(layer(ONES, training=True)), as_numpy(layer(ONES, training=True))
    assert set(np.unique(y)) == {0, np.float32(1 / 0.75)}
    assert abs((y == 0).mean() - 0.25) < 0.03
    assert (y != again).any()
    np.testing.assert_array_equal(as_numpy(layers.Dropout(0.25, seed=1)(ONES, training=True)), y)
    np.testing.assert_array_equal(as_numpy(layer(ONES)), ONES)


@pytest.mark.parametrize(
    "layer", [layers.Dropout(0.5, noise_shape=(None, 1, None)), layers.SpatialDropout1D(0.5)], ids=["shape", "spatial"]
)
def test_dropout_shares_its_noise_along_an_axis(layer):
    y = as_numpy(type(layer).from_config(layer.get_config())(np.ones((8, 5, 6), "float32"), training=True))
    assert (y == y[:, :1]).all()
    assert (y != y[:1]).any()


def test_noise_has_its_mean_and_deviation():
    noise = as_numpy(layers.GaussianNoise(0.5)(ONES, training=True))
    product = as_numpy(layers.GaussianDropout(0.2)(ONES, training=True))
    np.testing.assert_allclose([noise.mean(), noise.std()], [1, 0.5], atol=0.05)
    np.testing.assert_allclose([product.mean(), product.std()], [1, 0.5], atol=0.05)


def test_activity_regularization_adds_to_the_losses():
    layer = layers.ActivityRegularization(l1=0.1, l2=0.01)
    layer(np.full((2, 3), -2.0, "float32"))
    assert float(as_numpy(sum(layer.losses))) == pytest.approx((0.1 * 12 + 0.01 * 24) / 2)


def test_frozen_batch_normalization_keeps_to_its_moving_statistics():
    layer = layers.BatchNormalization()
    layer.build((None, 4))
    layer.trainable = False
    y = as_numpy(layer(STEPS[:, 0], training=True))
    np.testing.assert_allclose(y, STEPS[:, 0] / np.sqrt(1.001), rtol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), np.zeros(4))


def test_batch_normalization_keeps_float32_statistics_under_mixed_precision():
    layer = layers.BatchNormalization(dtype="mixed_bfloat16", momentum=0.0)
    layer(STEPS + 1000, training=True)
    np.testing.assert_allclose(layer.moving_mean.numpy(), (STEPS + 1000).mean((0, 1)), rtol=4e-3)
    assert {v.dtype for v in layer.weights} == {"float32"}


def test_stateful_layers_begin_where_they_ended():
    whole = layers.LSTM(3, return_sequences=True)
    expected = as_numpy(whole(STEPS))
    layer = layers.LSTM(3, return_sequences=True, stateful=True)
    layer.build((3, None, 4))
    layer.set_weights(whole.get_weights())
    parts = [as_numpy(layer(STEPS[:, :2])), as_numpy(layer(STEPS[:, 2:]))]
    np.testing.assert_allclose(np.concatenate(parts, 1), expected, rtol=1e-4, atol=1e-6)
    layer.reset_state()
    np.testing.assert_allclose(as_numpy(layer(STEPS[:, :2])), expected[:, :2], rtol=1e-4, atol=1e-6)
    assert len(layer.weights) == 3
    assert len(layer.variables) == 6  # with two states and a seed
    with pytest.raises(ValueError, match=r"as many rows as the first. Expected: 3. Received: 2"):
        layer(STEPS[:2])


def test_stateful_layers_run_inside_compiled_functions():
    layer = layers.Bidirectional(layers.GRU(2, stateful=True))
    layer.build((3, 5, 4))
    pure = eng.jit(lift(lambda x: layer(x), layer.variables))
    start = [v.value for v in layer.variables]
    first, values = pure(start, eng.asarray(STEPS))
    second, _ = pure(values, eng.asarray(STEPS))
    np.testing.assert_allclose(as_numpy(layer(STEPS)), as_numpy(first), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(as_numpy(layer(STEPS)), as_numpy(second), rtol=1e-4, atol=1e-6)
    assert (as_numpy(first) != as_numpy(second)).any()


def test_recurrent_dropout_is_the_same_at_all_times():
    layer = layers.SimpleRNN(50, activation="linear", dropout=0.5, return_sequences=True)
    layer.build((None, None, 50))
    layer.set_weights([np.eye(50), np.zeros((50, 50)), np.zeros(50)])
    y = as_numpy(layer(np.ones((4, 3, 50), "float32"), training=True))
    assert set(np.unique(y)) == {0, 2}
    assert (y == y[:, :1]).all()
    assert (as_numpy(layer(np.ones((4, 3, 50), "float32"))) == 1).all()


@pytest.mark.parametrize("make", [layers.LSTM, layers.GRU, layers.SimpleRNN])
def test_recurrent_dropout_acts_in_training_only(make):
    layer = make(3, dropout=0.2, recurrent_dropout=0.4, seed=1)
    quiet, noisy = as_numpy(layer(STEPS)), as_numpy(layer(STEPS, training=True))
    assert (quiet != noisy).any()
    np.testing.assert_array_equal(as_numpy(layer(STEPS)), quiet)


class Counting(layers.Layer):
    """h' = dropout(x + h), counting its calls."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = self.units = units
        self.noise = layers.Dropout(0.5)

    def build(self, input_shape):
        self.count = self.add_weight((), "zeros", trainable=False)

    def call(self, inputs, states, training=False):
        self.count.assign_add(1.0)
        h = self.noise(inputs, training=training) + states[0]
        return h, [h]


@pytest.mark.parametrize("mask", [None, MASK], ids=["plain", "mask"])
def test_a_cell_of_ones_own_may_hold_state_and_random_numbers(mask):
    layer = layers.RNN(Counting(4), return_sequences=True)
    layer.build((3, 5, 4))
    x = np.ones((3, 5, 4), "float32")
    pure = eng.jit(lift(lambda x: layer(x, mask=mask, training=True), layer.variables))
    _, values = pure([v.value for v in layer.variables], eng.asarray(x))
    y = as_numpy(layer(x, mask=mask, training=True))
    assert float(layer.cell.count) == float(as_numpy(values[0])) == 5
    drawn = np.diff(y[0, :, :], axis=0)
    assert set(np.unique(drawn)) == {0, 2}
    assert (drawn != drawn[:1]).any()
    np.testing.assert_allclose(as_numpy(layer(x, mask=mask))[0, -1], 5)


def test_cells_that_are_no_layers_work():
    class Sum:
        state_size = 4

        def call(self, inputs, states):
            return inputs + states[0], inputs + states[0]

    y = layers.RNN([Sum(), Sum()], return_state=True)(STEPS)
    np.testing.assert_allclose(as_numpy(y[0]), STEPS.cumsum(1).sum(1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(as_numpy(y[1]), STEPS.sum(1), rtol=1e-4, atol=1e-5)


def test_attention_leaves_out_what_the_masks_say():
    layer = layers.MultiHeadAttention(2, 3)
    x = masked(STEPS, MASK)
    y = layer(x, x)
    assert masking.get_mask(y) is not None
    for row, real in zip(range(3), MASK, strict=True):
        alone = STEPS[row : row + 1, real]
        np.testing.assert_allclose(as_numpy(y)[row, real], as_numpy(layer(alone, alone))[0], rtol=1e-4, atol=1e-5)
    assert np.isfinite(as_numpy(y)).all()
    _, scores = layer(x, x, return_attention_scores=True)
    np.testing.assert_allclose(as_numpy(scores).sum(-1), np.where(MASK, 1, 0)[:, None].repeat(2, 1), atol=1e-5)
    explicit, _ = layer(STEPS, STEPS, query_mask=MASK, value_mask=MASK, return_attention_scores=True)
    np.testing.assert_allclose(as_numpy(explicit)[MASK], as_numpy(y)[MASK], rtol=1e-4, atol=1e-5)


def test_attention_drops_weights_in_training():
    layer = layers.MultiHeadAttention(2, 3, dropout=0.5, seed=1)
    assert (as_numpy(layer(STEPS, STEPS)) != as_numpy(layer(STEPS, STEPS, training=True))).any()


def test_time_distributed_passes_masks_of_inner_sequences_on():
    words = masked(np.ones((2, 3, 5, 4), "float32"), np.tri(3, 5, dtype=bool)[None].repeat(2, 0))
    inner = layers.LSTM(2)
    y = layers.TimeDistributed(inner)(words)
    for step in range(3):
        np.testing.assert_allclose(as_numpy(y)[:, step], as_numpy(inner(np.ones((2, step + 1, 4)))), rtol=1e-4)
    assert as_numpy(masking.get_mask(y)).tolist() == [[True] * 3] * 2


def test_masks_travel_from_embedding_to_pooling():
    ids = np.array([[1, 2, 0], [3, 0, 0]])
    x = layers.Embedding(5, 2, mask_zero=True)(ids)
    hidden = layers.LSTM(3, return_sequences=True)(x)
    pooled = as_numpy(layers.GlobalAveragePooling1D()(layers.Dropout(0.5)(hidden)))
    np.testing.assert_allclose(pooled[1], as_numpy(hidden)[1, 0], rtol=1e-5)
    np.testing.assert_allclose(pooled[0], as_numpy(hidden)[0, :2].mean(0), rtol=1e-5)


def test_embedding_takes_first_weights_and_moves_ids_into_range():
    table = np.arange(6, dtype="float32").reshape(3, 2)
    layer = layers.Embedding(3, 2, weights=[table], dtype="mixed_bfloat16")
    np.testing.assert_array_equal(layer.embeddings.numpy(), table)  # already there
    np.testing.assert_array_equal(
        as_numpy(layer(eng.asarray(np.array([0.0, 2.0, 7.0])))).astype("float32"), table[[0, 2, 2]]
    )
    assert "weights" not in layer.get_config()


def test_embedding_does_not_round_ids_that_are_floats():
    layer = layers.Embedding(1001, 1, dtype="mixed_bfloat16")
    layer(np.array([1]))
    layer.set_weights([np.arange(1001, dtype="float32")[:, None] % 7])
    assert float(as_numpy(layer(np.array([999.0], "float32")))[0, 0]) == 999 % 7


def double(x, times=2):
    return x * times


def test_lambda_is_saved_by_the_name_of_its_function():
    saving.register_keras_serializable("test")(double)
    layer = layers.Lambda(double, arguments={"times": 3}, mask=lambda x, mask: mask)
    np.testing.assert_array_equal(as_numpy(layer(STEPS)), STEPS * 3)
    assert masking.get_mask(layer(masked(STEPS, MASK))) is not None
    config = json.loads(json.dumps(layers.Lambda(double, arguments={"times": 3}).get_config()))
    assert config["function"]["config"] == "test>double"
    np.testing.assert_array_equal(as_numpy(layers.Lambda.from_config(config)(STEPS)), STEPS * 3)


def test_lambda_passes_what_its_function_asks_for():
    def function(x, mask, training):
        return x * (2 if training else 1) * mask[..., None]

    y = layers.Lambda(function)(masked(STEPS, MASK), training=True)
    np.testing.assert_allclose(as_numpy(y), STEPS * 2 * MASK[..., None], rtol=1e-6)


def test_lambda_refuses_to_save_or_run_code():
    with pytest.raises(ValueError, match=r"A lambda cannot be saved: a file would have to carry code"):
        layers.Lambda(lambda x: x).get_config()
    with pytest.raises(ValueError, match=r"as compiled code, which Hornbeam never runs"):
        layers.Lambda.from_config({"function": ["4wEA", None, None], "function_type": "lambda"})
    with pytest.raises(ValueError, match=r"as compiled code, which Hornbeam never runs"):
        layers.Lambda.from_config({"function": {"class_name": "__lambda__", "config": {"code": "4wEA"}}})


def test_bidirectional_works_on_copies():
    inner = layers.LSTM(2, name="inner")
    layer = layers.Bidirectional(inner)
    assert (layer.forward_layer.name, layer.backward_layer.name) == ("forward_inner", "backward_inner")
    again = serialization.deserialize(serialization.serialize(layer))
    assert (again.forward_layer.name, again.backward_layer.name) == ("forward_inner", "backward_inner")
    assert inner.name == "inner"
    assert not inner.built


def test_bidirectional_gives_each_layer_its_states():
    layer = layers.Bidirectional(layers.GRU(4, return_state=True))
    zeros, ones = np.zeros((3, 4), "float32"), np.ones((3, 4), "float32")
    y, *_ = layer(STEPS, initial_state=[zeros, ones])
    np.testing.assert_allclose(as_numpy(y)[:, :4], as_numpy(layer.forward_layer(STEPS)[0]), rtol=1e-5)
    own = layer.backward_layer(STEPS, initial_state=[ones])[0]
    np.testing.assert_allclose(as_numpy(y)[:, 4:], as_numpy(own), rtol=1e-5)


def test_lists_of_numbers_are_inputs():
    assert as_numpy(layers.Flatten()([[[1, 2], [3, 4]]])).tolist() == [[1, 2, 3, 4]]
    assert as_numpy(layers.Add()([np.ones((1, 2)), np.ones((1, 2))])).tolist() == [[2, 2]]
