"""Programs of 2016 to 2019 that use Keras 2's `keras.backend`, made small."""

import copy
import functools
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

from hornbeam import Input, Model, Sequential, backend, layers, losses, optimizers
from hornbeam import backend as K
from hornbeam.callbacks import Callback
from hornbeam.models import clone_model

pytestmark = pytest.mark.usefixtures("few_to_collect")

rng = np.random.default_rng(0)
ROWS = rng.uniform(size=(33, 4)).astype("float32")
SUMS = ROWS.sum(1, keepdims=True)


@pytest.fixture(autouse=True)
def cleared(engine):
    backend.clear_session()
    yield
    backend.clear_session()


def small_cnn():
    return Sequential(
        [
            layers.Conv2D(3, 3, activation="relu", input_shape=(6, 6, 1), name="last_conv"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, name="classes"),
        ]
    )


def test_grad_cam():
    """Of pooled features, the gradient by the last convolution is the class's weight over the number of places."""
    model, image = small_cnn(), rng.uniform(size=(1, 6, 6, 1))
    conv = model.get_layer("last_conv").output
    gradients = K.gradients(model.output[:, 1], conv)[0]
    pooled = K.mean(gradients, axis=(0, 1, 2))
    weights, features = K.function([model.input], [pooled, conv[0]])([image])
    assert features.shape == (4, 4, 3)
    np.testing.assert_allclose(weights, model.get_layer("classes").get_weights()[0][:, 1] / 16, rtol=1e-4)


def test_gradient_ascent_on_an_input():
    model, image = small_cnn(), rng.uniform(size=(1, 6, 6, 1))
    loss = K.mean(model.get_layer("classes").output[:, 0])
    gradients = K.gradients(loss, model.input)[0]
    gradients /= K.sqrt(K.mean(K.square(gradients))) + 1e-5
    iterate = K.function([model.input], [loss, gradients])
    seen = []
    for _ in range(3):
        value, step = iterate([image])
        image += 0.1 * step
        seen.append(float(value))
    assert seen == sorted(seen) and seen[0] < seen[-1]


def test_style_transfer():
    """Content and style of two variables, by the gradient of a placeholder that stands beside them in one batch."""
    content, style = (K.variable(rng.uniform(size=(1, 6, 6, 1))) for _ in range(2))
    combination = K.placeholder((1, 6, 6, 1))
    batch = K.concatenate([content, style, combination], axis=0)
    features = layers.Conv2D(2, 3, input_shape=(6, 6, 1))(batch)

    def gram(x):
        flat = K.batch_flatten(K.permute_dimensions(x, (2, 0, 1)))
        return K.dot(flat, K.transpose(flat))

    loss = K.variable(0.0)
    loss = loss + K.sum(K.square(features[2] - features[0]))
    loss += 0.1 * K.sum(K.square(gram(features[1]) - gram(features[2])))
    loss += 0.01 * K.sum(K.pow(K.square(combination[:, :5] - combination[:, 1:]), 1.25))
    outputs = K.function([combination], [loss, *K.gradients(loss, combination)])
    x = rng.uniform(size=(1, 6, 6, 1)).astype("float32")
    value, slope = outputs([x])
    move = 1e-2 * rng.normal(size=x.shape).astype("float32")
    up, down = outputs([x + move])[0], outputs([x - move])[0]
    np.testing.assert_allclose(up - down, 2 * (slope * move).sum(), rtol=2e-2, atol=1e-3)
    assert outputs([x - 1e-3 * slope / np.abs(slope).max()])[0] < value


def sampling(arguments):
    mean, log_var = arguments
    noise = K.random_normal(shape=(K.shape(mean)[0], K.int_shape(mean)[1]), mean=0.0, stddev=1.0)
    return mean + K.exp(log_var / 2) * noise


def test_variational_autoencoder():
    x = Input(shape=(4,))
    hidden = layers.Dense(3, activation="relu")(x)
    mean, log_var = layers.Dense(2)(hidden), layers.Dense(2)(hidden)
    z = layers.Lambda(sampling, output_shape=(2,))([mean, log_var])
    vae = Model(x, layers.Dense(4, activation="sigmoid")(z))
    likelihood = 4 * losses.binary_crossentropy(x, vae.output)
    divergence = -0.5 * K.sum(1 + log_var - K.square(mean) - K.exp(log_var), axis=-1)
    vae.add_loss(K.mean(likelihood + divergence))
    vae.compile(optimizer=optimizers.Adam(0.05), loss=None)
    history = vae.fit(ROWS, epochs=10, batch_size=16, verbose=0, validation_data=(ROWS, None)).history
    assert history["loss"][-1] < history["loss"][0] and len(history["val_loss"]) == 10
    assert np.abs(vae.predict(ROWS, verbose=0) - vae.predict(ROWS, verbose=0)).max() > 0  # other draws each time


def test_losses_that_a_model_adds_are_means_over_the_rows_that_are_there():
    x = Input(shape=(4,))
    code = layers.Dense(2)(x)
    model = Model(x, layers.Dense(4)(code))
    model.add_loss(K.sum(K.square(x - model.output), axis=-1))
    model.add_loss(K.mean(layers.Dense(1)(code)))  # a layer that is in the loss alone
    model.compile("sgd")
    y, extra = model.predict(ROWS, verbose=0), Model(x, model.layers[-1](code)).predict(ROWS, verbose=0)
    wanted = ((ROWS - y) ** 2).sum(1).mean() + extra.mean()
    assert model.evaluate(ROWS, batch_size=64, verbose=0) == pytest.approx(wanted, rel=1e-4)
    assert len(model.trainable_weights) == 6
    for same in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert same.evaluate(ROWS, batch_size=64, verbose=0) == pytest.approx(wanted, rel=1e-4)


def test_a_variable_of_a_loss_is_changed_by_a_callback():
    """Annealing: the compiled step reads the value of today."""
    weight = K.variable(1.0)

    class Annealing(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            K.set_value(weight, 2.0 - 2 * epoch)

    model = Sequential([layers.Dense(1, input_shape=(4,))])
    model.compile(optimizers.SGD(0.0), lambda y, p: weight * K.mean(K.square(p - y), axis=-1))
    loss = model.fit(ROWS, SUMS, epochs=3, verbose=0, callbacks=[Annealing()]).history["loss"]
    error = np.square(model.predict(ROWS, verbose=0) - SUMS).mean()
    np.testing.assert_allclose(loss, [2 * error, 0, -2 * error], rtol=1e-4)


def test_a_layer_a_loss_and_a_metric():
    class Own(layers.Layer):
        def __init__(self, units, **kwargs):
            self.units = units
            super().__init__(**kwargs)

        def build(self, input_shape):
            self.kernel = self.add_weight(
                name="kernel", shape=(input_shape[1], self.units), initializer="uniform", trainable=True
            )
            self.seen = self.add_weight(name="seen", shape=(4,), initializer="zeros", trainable=False)
            super().build(input_shape)

        def call(self, x, training=None):
            self.add_update([K.moving_average_update(self.seen, K.mean(x, axis=0), 0.9)], x)
            y = K.relu(K.dot(x, self.kernel), alpha=0.1)
            return K.in_train_phase(lambda: K.dropout(y, 0.5), y, training=training)

        def compute_output_shape(self, input_shape):
            return (input_shape[0], self.units)

    def dice(y_true, y_pred, smooth=1):
        y_true, y_pred = K.flatten(y_true), K.flatten(y_pred)
        return 1 - (2 * K.sum(y_true * y_pred) + smooth) / (K.sum(y_true) + K.sum(y_pred) + smooth)

    def recall(y_true, y_pred):
        found = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
        return found / (K.sum(K.round(K.clip(y_true, 0, 1))) + K.epsilon())

    model = Sequential([Own(3, input_shape=(4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", dice, metrics=[recall])
    labels = (SUMS > 2).astype("float32")
    history = model.fit(ROWS, labels, batch_size=33, verbose=0).history
    assert set(history) == {"loss", "recall"}
    np.testing.assert_allclose(K.get_value(model.layers[0].seen), 0.1 * ROWS.mean(0), rtol=1e-3)
    loss, share = model.evaluate(ROWS, labels, batch_size=33, verbose=0)
    p = model.predict(ROWS, verbose=0)
    assert loss == pytest.approx(1 - (2 * (p * labels).sum() + 1) / (p.sum() + labels.sum() + 1), rel=1e-4)
    assert share == pytest.approx(np.round(p * labels).sum() / labels.sum(), rel=1e-4)


def test_an_intermediate_layer_by_learning_phase():
    model = Sequential()
    model.add(layers.Dense(5, input_shape=(4,)))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    before = model.get_weights()
    of_layer = K.function([model.layers[0].input, K.learning_phase()], [layer.output for layer in model.layers[1:]])
    plain, same = of_layer([ROWS, 0])
    np.testing.assert_allclose(plain, same)
    normalized, dropped = of_layer([ROWS, 1])
    np.testing.assert_allclose(normalized.mean(0), 0, atol=1e-5)
    assert 0 < (dropped == 0).mean() < 1 and (of_layer([ROWS, True])[1] != dropped).any()
    np.testing.assert_allclose(of_layer([ROWS, 0])[0], plain)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_phase_that_is_set_counts_where_a_call_says_none():
    x = Input((4,))
    model = Model(x, K.in_train_phase(2 * x, x))
    apply = K.function([x], [model.output, K.cast(K.learning_phase(), "float32") + K.sum(0 * x)])
    np.testing.assert_allclose(apply([ROWS])[0], ROWS)
    np.testing.assert_allclose(model.predict(ROWS, verbose=0), ROWS)
    np.testing.assert_allclose(K.get_value(model(ROWS, training=True)), 2 * ROWS)
    K.set_learning_phase(1)
    assert K.learning_phase() == 1 and K.in_test_phase(3, 4) == 4
    doubled, phase = apply([ROWS])
    np.testing.assert_allclose(doubled, 2 * ROWS)
    assert phase == 1
    K.clear_session()
    assert K.is_symbolic(K.learning_phase())


def test_rnn_with_masks_and_constants():
    x = rng.normal(size=(2, 3, 2)).astype("float32")
    mask = np.array([[True, False, True], [True, True, False]])
    step = lambda now, states: (now + states[0] + states[1], [now + states[0] + states[1]])  # noqa: E731
    start, constant = np.zeros((2, 2), "float32"), np.full((2, 2), 0.5, "float32")
    inputs = K.placeholder((2, 3, 2))
    results = K.rnn(step, inputs, [K.zeros_like(inputs[:, 0])], mask=mask, constants=[constant])
    for unroll in (False, True):
        last, outputs, states = K.rnn(step, x, [start], mask=mask, constants=[constant], unroll=unroll)
        known = np.cumsum((x + 0.5) * mask[..., None], 1)
        np.testing.assert_allclose(K.get_value(outputs), known, rtol=1e-5)
        np.testing.assert_allclose(K.get_value(last), known[:, -1], rtol=1e-5)
        np.testing.assert_allclose(K.get_value(states[0]), known[:, -1], rtol=1e-5)
    in_graph = K.function([inputs], [results[0], results[1], *results[2]])([x])
    np.testing.assert_allclose(in_graph[1], known, rtol=1e-5)
    backwards = K.rnn(step, x, [start], go_backwards=True, constants=[constant])[1]
    np.testing.assert_allclose(K.get_value(backwards), np.cumsum(x[:, ::-1] + 0.5, 1), rtol=1e-5)


def test_ctc():
    """Of two steps and one label: it stands twice, or beside a blank, which is the last class."""
    p = np.array([[[0.2, 0.3, 0.5], [0.6, 0.1, 0.3]]], "float32")
    cost = K.get_value(K.ctc_batch_cost(np.array([[0]]), p, np.array([[2]]), np.array([[1]])))
    assert cost.shape == (1, 1)
    assert cost[0, 0] == pytest.approx(-np.log(0.2 * 0.6 + 0.2 * 0.3 + 0.5 * 0.6), rel=1e-4)
    paths, scores = K.ctc_decode(p, np.array([2]))
    assert K.get_value(paths[0])[0].tolist()[:1] == [0] and (K.get_value(paths[0])[0][1:] == -1).all()
    assert scores.shape == (1, 1)
    paths, scores = K.ctc_decode(p, np.array([2]), greedy=False, beam_width=9, top_paths=2)
    assert len(paths) == 2 and scores.shape == (1, 2)
    with pytest.raises(ValueError, match="dense"):
        K.ctc_label_dense_to_sparse(np.array([[0]]), np.array([1]))


def test_random_numbers():
    assert K.get_value(K.random_normal((500,), mean=3.0, stddev=0.1, seed=1)).mean() == pytest.approx(3, abs=0.05)
    draws = K.get_value(K.random_uniform((500,), 2.0, 3.0, seed=1))
    assert draws.min() >= 2 and draws.max() < 3
    assert set(np.unique(K.get_value(K.random_uniform((50,), 0, 3, dtype="int32", seed=1)))) == {0, 1, 2}
    ones = K.get_value(K.random_binomial((500,), p=0.3, seed=2))
    assert set(np.unique(ones)) == {0.0, 1.0} and ones.mean() == pytest.approx(0.3, abs=0.1)
    assert np.abs(K.get_value(K.truncated_normal((500,), seed=3))).max() <= 2
    np.testing.assert_array_equal(*(K.get_value(K.random_normal((3,), seed=5)) for _ in range(2)))
    assert K.random_normal_variable((2, 3), 0.0, 1.0).shape == K.random_uniform_variable((2, 3), 0.0, 1.0).shape
    dropped = K.get_value(K.dropout(np.ones((200,), "float32"), 0.5, seed=1))
    assert set(np.unique(dropped)) == {0.0, 2.0}


def test_variables():
    v, w = K.variable([[1, 2]], name="v"), K.zeros((2,))
    assert (v.dtype, v.shape, K.is_variable(w), K.eval(K.ones((2,))).tolist()) == ("float32", (1, 2), True, [1.0, 1.0])
    K.batch_set_value([(v, [[3.0, 4.0]]), (w, np.array([1.0, 1.0]))])
    K.update_add(w, [1.0, 2.0])
    K.update_sub(w, 0.5)
    assert [x.tolist() for x in K.batch_get_value([v, w])] == [[[3.0, 4.0]], [1.5, 2.5]]
    K.moving_average_update(w, np.zeros(2, "float32"), 0.5)
    np.testing.assert_allclose(K.get_value(w), [0.75, 1.25])
    x = K.placeholder((2,))
    K.function([x], [], updates=[K.update(w, w + x), (v, K.expand_dims(x, 0))])([[1.0, 1.0]])
    np.testing.assert_allclose(K.get_value(w), [1.75, 2.25])
    np.testing.assert_allclose(K.get_value(v), [[1.0, 1.0]])
    assert K.function([x], x)([[5.0, 6.0]]).tolist() == [5.0, 6.0]
    assert K.eval(K.eye(2)).tolist() == [[1, 0], [0, 1]] and K.count_params(v) == 2


def test_learning_rates_are_variables():
    model = Sequential([layers.Dense(1, input_shape=(4,))])
    model.compile("sgd", "mse")
    K.set_value(model.optimizer.learning_rate, 0.25)
    assert K.get_value(model.optimizer.learning_rate) == 0.25


def test_sizes_that_are_not_known_yet():
    x = K.placeholder((None, None, 3))
    batch, time, channels = K.shape(x)
    assert channels == 3 and K.int_shape(x) == (None, None, 3) == x._keras_shape and K.ndim(x) == 3
    assert x.get_shape().as_list() == [None, None, 3] and x.get_shape()[2].value == 3
    flat = K.reshape(x, (batch * time, channels))
    assert K.int_shape(flat) == (None, 3)
    wanted = [
        flat,
        K.zeros((time, 2)),
        K.tile(x, [1, time, 1]),
        K.random_uniform((2 * batch, time + 1)),
        K.arange(time),
    ]
    shapes = [y.shape for y in K.function([x], wanted)([np.zeros((2, 5, 3))])]
    assert shapes == [(10, 3), (5, 2), (2, 25, 3), (4, 6), (5,)]
    assert K.function([x], [K.size(x) + 0 * K.cast(K.sum(x), "int32")])([np.zeros((2, 5, 3))]) == [30]
    assert Model(x, K.reshape(x, (batch, time * 3))).predict(np.zeros((2, 5, 3)), verbose=0).shape == (2, 15)


def test_gradients_of_weights_and_of_what_a_loss_does_not_depend_on():
    model = Sequential([layers.Dense(1, input_shape=(4,))])
    other, numbers = K.placeholder((None, 4)), K.placeholder((None, 4), dtype="int32")
    loss = K.sum(model.output)
    kernel, bias, x, nothing, ints = K.gradients(loss, [*model.weights, model.input, other, numbers])
    assert nothing is None and ints is None
    values = K.function([model.input], [kernel, bias, x])([ROWS])
    np.testing.assert_allclose(values[0], ROWS.sum(0)[:, None], rtol=1e-4)
    np.testing.assert_allclose(values[1], [33], rtol=1e-4)
    np.testing.assert_allclose(values[2], np.repeat(model.get_weights()[0].T, 33, 0), rtol=1e-4)


def test_losses_and_metrics_may_name_tensors_of_the_graph():
    """As in Keras 2: by closure, as globals, in a helper, of an object; what was computed of them outside, too."""
    x = Input((4,))
    code = layers.Dense(2)(x)
    model = Model(x, layers.Dense(4)(code))
    doubled = 2 * code  # no tensor of the model itself

    def size():
        return K.sum(K.square(code), axis=-1)

    class Losses:
        def __init__(self, tensor):
            self.tensor = tensor

        def loss(self, y, p):
            return K.mean(K.square(y - p), axis=-1) + 0.5 * size() + 0 * K.sum(self.tensor)

    def largest(y, p, tensor=None):
        return K.max(tensor)

    reference = clone_model(model)
    reference.set_weights(model.get_weights())
    reference.add_loss(0.5 * K.mean(K.sum(K.square(reference.layers[1].output), axis=-1)))
    reference.compile(optimizers.SGD(0.1), "mse")
    metrics = [functools.partial(largest, tensor=doubled)]
    model.compile(optimizers.SGD(0.1), Losses(code).loss, metrics=metrics)
    of_code = Model(x, code).predict(ROWS, verbose=0)
    loss, most = model.evaluate(ROWS, ROWS, batch_size=33, verbose=0)
    assert loss == pytest.approx(reference.evaluate(ROWS, ROWS, batch_size=33, verbose=0), rel=1e-4)
    assert most == pytest.approx(2 * of_code.max(), rel=1e-4)
    wanted = reference.fit(ROWS, ROWS, batch_size=11, epochs=2, shuffle=False, verbose=0).history["loss"]
    history = model.fit(ROWS, ROWS, batch_size=11, epochs=2, shuffle=False, verbose=0).history
    np.testing.assert_allclose(history["loss"], wanted, rtol=1e-4)
    for mine, theirs in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-5)
    model.compile("sgd", "mse")  # names none any more
    assert model.evaluate(ROWS, ROWS, verbose=0) > 0


def test_a_loss_that_names_a_tensor_of_another_model_is_told_what_to_do():
    x, other = Input((4,)), layers.Dense(2)(Input((3,)))
    model = Model(x, layers.Dense(4)(x))
    model.compile("sgd", lambda y, p: K.sum(K.square(y - p), axis=-1) + K.sum(other, axis=-1))
    with pytest.raises(TypeError, match=r"model\.add_loss"):
        model.fit(ROWS, ROWS, verbose=0)


def test_settings_take_keras_2_arguments():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which say how they are called today
        K.set_epsilon(e=1e-5)
        K.set_floatx(floatx="float16")
    assert (K.epsilon(), K.floatx()) == (1e-5, "float16")
    K.set_epsilon(1e-7)
    K.set_floatx("float32")


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: K.get_session().run(K.placeholder((2,))), ValueError, "feed_dict"),
        (lambda: K.tf.Session, AttributeError, "hornbeam.ops"),
        (lambda: K.get_value(Input((3,))), TypeError, "K.function"),
        (lambda: K.gradients(np.float32(1), []), TypeError, "symbolic tensors"),
        (lambda: K.function([K.placeholder((2,))], [None]), ValueError, "None"),
        (lambda: K.function([K.placeholder((2,))], [K.placeholder((2,))])([[1.0, 2.0]]), ValueError, "depends on"),
        (lambda: K.function([x := K.placeholder((2,))], [x])([1, 2]), ValueError, "list of 1"),
        (lambda: K.placeholder(), ValueError, "ndim"),
        (lambda: K.placeholder((2,), sparse=True), ValueError, "dense"),
        (lambda: K.set_learning_phase(2), ValueError, "0 or 1"),
        (lambda: K.set_image_dim_ordering("first"), ValueError, "'tf' or 'th'"),
        (lambda: K.batch_dot(np.ones((2, 3)), np.ones((2, 4)), axes=1), ValueError, "same size"),
        (lambda: K.set_value(np.ones(2), 1), TypeError, "variable"),
    ],
)
def test_errors_say_what_to_do(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_names_of_keras_1_and_of_tensorflow():
    assert K.image_dim_ordering() == "tf"
    K.set_image_dim_ordering("th")
    assert K.image_data_format() == K.normalize_data_format(None) == "channels_first"
    K.set_image_data_format("channels_last")
    K.set_epsilon(1e-7)
    with K.name_scope("tower"), K.control_dependencies([]):
        assert K.is_tensor(K.constant([1, 2], shape=(2, 1))) and not K.is_sparse(K.constant(3.0))
    assert K.symbolic(len) is len is K.eager(len)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which say where the modules are today
        assert backend.common.floatx() == backend.tensorflow_backend.floatx() == "float32"
    assert K.is_placeholder(K.placeholder(ndim=2)) and not K.is_placeholder(K.variable(1.0))


def test_the_backend_has_the_same_name_as_ever():
    """No notice for `keras.backend` itself, and one for its old parts, by whatever path."""
    code = """
import warnings, hornbeam.legacy.as_keras
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    from keras import backend as K
    import keras.backend.tensorflow_backend, hornbeam.backend.tensorflow_backend
print(len(seen), K.square(3.0), keras.backend.tensorflow_backend.int_shape(K.zeros((2,))))
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["1", "9.0", "(2,)"]
