"""What graphs of Keras 2 did with variables, masks, states and functions that files had as code."""

import os
import subprocess
import sys

import numpy as np
import pytest

import hornbeam
from hornbeam import Model, Sequential, layers, ops

K = hornbeam.backend
pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")


def test_a_variable_beside_a_tensor_is_part_of_the_graph(engine):
    w, x = K.variable(1.0), K.placeholder((2,))
    s = K.sum(x)
    found = K.function([x], [w + s, s + w, w * s, w - s, w > s, w**s], updates=[(w, w + s)])
    np.testing.assert_allclose(np.array(found([[1.0, 1.0]]), "float32"), [3, 3, 2, -1, 0, 1])
    np.testing.assert_allclose(np.array(found([[1.0, 1.0]]), "float32"), [5, 5, 6, 1, 1, 9])
    assert K.get_value(w) == 5
    assert w.get_shape().as_list() == [] and w._keras_shape == () and w.eval() == 5


def test_masks_are_computed_of_symbolic_inputs(engine):
    x = layers.Input((3, 4))
    masking, dense = layers.Masking(), layers.TimeDistributed(Sequential([layers.Dense(2)]))
    model = Model(x, dense(masking(x)))
    first = masking.compute_mask(x)
    both = layers.Concatenate(1).compute_mask([x, x], [None, first])
    found = K.function([x], [first, dense.compute_mask(x, first), layers.Add().compute_mask([x, x], [first, first])])
    data = np.ones((2, 3, 4), "float32")
    data[0, 1:] = 0
    for mask in found([data]):
        np.testing.assert_array_equal(mask, [[True, False, False], [True, True, True]])
    assert both.shape == (None, 6)
    with pytest.raises(ValueError, match=r"`mask` should be a list with one for each of the `inputs`"):
        layers.Concatenate(1).compute_mask([x, x], data)
    assert model.output_shape == (None, 3, 2)


def test_inputs_that_have_values(engine):
    x, w = np.eye(2, 3, dtype="float32"), K.variable(np.ones((2, 3)), name="image")
    start, other, d = (
        layers.Input(tensor=w),
        layers.Input((3,), name="other"),
        layers.Dense(1, kernel_initializer="ones"),
    )
    model = Model(start, d(start))
    assert model.predict(None, steps=2, verbose=0).tolist() == [[3]] * 4 and model.predict(x).tolist() == [[1], [1]]
    loss = K.sum(K.square(d(start))) + K.sum(start)
    unread = K.variable(1.0)
    gradients = K.gradients(loss, [start, w, d.kernel, unread])
    assert gradients.pop() is None
    by_start, by_w, by_kernel = K.function([], gradients)([])
    np.testing.assert_allclose(by_start, np.full((2, 3), 7))
    np.testing.assert_allclose(by_w, by_start)
    np.testing.assert_allclose(by_kernel, np.full((3, 1), 12))
    K.set_value(w, np.zeros((2, 3)))
    assert K.function([], [model.output])([])[0].sum() == 0 == model.predict(None).sum()
    both = Model([start, other], layers.add([d(start), d(other)]))
    both.compile("sgd", "mse")
    for data in (x, [x], {"other": x}, [0 * x, x]):
        assert both.evaluate(data, np.ones((2, 1)), verbose=0) == 0
    both.fit(x, np.zeros((2, 1)), epochs=1, verbose=0)
    model.compile("sgd", "mse")
    assert model.train_on_batch(None, np.ones((2, 1))) > 0
    with pytest.raises(ValueError, match=r"a graph begins with `Input\(tensor=variable\)`"):
        K.function([], K.gradients(loss, unread))
    with pytest.raises(ValueError, match="`input_tensor` must be a symbolic tensor, such as `Input` gives, a variable"):
        layers.Input(tensor="image")


def test_calls_of_a_model_begin_with_the_one_that_made_it():
    x, other = layers.Input((3,)), layers.Input((3,))
    model = Model(x, layers.Dense(2)(x))
    y = model(other)
    assert model.get_output_at(0) is model.output and model.get_output_at(1) is y and model.get_input_at(1) is other


def test_products_of_several_axes_of_batches(engine):
    """As attention over heads, and capsules, were written up to Keras 2.2."""
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 3, 4, 5)).astype("float32"), rng.normal(size=(2, 3, 6, 5)).astype("float32")
    found = ops.convert_to_numpy(K.batch_dot(q, k, 3))
    np.testing.assert_allclose(found, np.einsum("bhtd,bhsd->bhts", q, k), rtol=1e-4, atol=1e-5)
    u, w = rng.normal(size=(2, 3, 5)).astype("float32"), rng.normal(size=(2, 3, 6, 5)).astype("float32")
    found = ops.convert_to_numpy(K.batch_dot(u, w, [2, 3]))
    np.testing.assert_allclose(found, np.einsum("nid,nikd->nik", u, w), rtol=1e-4, atol=1e-5)


SCRIPT = """
import os, numpy as np, hornbeam.legacy.as_keras
from keras import backend as K
from keras.layers import *
from keras.models import *
from six.moves import range, cPickle as pickle
from six.moves.urllib.parse import urlparse
import six
from tensorflow.python.ops import math_ops, state_ops
import tensorflow as tf
from keras.layers.merge import _Merge
from keras.utils.generic_utils import func_dump, func_load

def noisy(args):
    return args[0] + 0 * args[1]

x = Input(shape=(3))
twice = Lambda(lambda v: v * 2, output_shape=lambda s: s)(x)
model = Model(x, Dense(1)(Lambda(noisy, output_shape=(3,))([twice, x])))
for path in ("m.h5", "m.keras"):
    model.save(path)
    np.testing.assert_allclose(load_model(path).predict(np.eye(3)), model.predict(np.eye(3)), rtol=1e-5)
again = model_from_json(model.to_json())
outputs = LSTM(2, return_state=True)(Input((4, 3)))
assert len([outputs[0]] + outputs[1:]) == 3
v = tf.Variable([1.0, 2.0])
assert state_ops.assign_add(v, math_ops.square(v)).numpy().tolist() == [2.0, 6.0] == v.eval().tolist()
assert tf.TensorSpec([None, 3], tf.int32) == tf.TensorSpec(shape=(None, 3), dtype="int32")

class Mask(Layer):
    def call(self, x):
        return x[0] * x[1]
    def compute_output_shape(self, input_shape):
        return input_shape[0] if type(input_shape[0]) is tuple else tuple([None, input_shape[5]])

assert Mask()([x, x]).shape == (None, 3)
stack = Sequential([Dense(4, input_dim=3), Reshape((2, 2))])
several = stack(RepeatVector(1)(x))
code, defaults, closure = func_dump(noisy)
assert func_load(code, defaults, closure) is noisy
assert tf.nn.softmax(tf.zeros((2, 4)), dim=1).numpy().tolist() == [[0.25] * 4] * 2
assert v.shape.as_list() == [2]
of_rows = tf.keras.losses.MeanSquaredError(reduction=tf.keras.losses.Reduction.NONE)
assert of_rows([[1.0], [2.0]], [[1.0], [0.0]]).shape == (2,)
tf.io.write_file("words.txt", "two words")
assert tf.io.read_file("words.txt").numpy() == b"two words"
assert float(tf.keras.experimental.CosineDecay(0.1, 10)(0)) == np.float32(0.1)

best = tf.math.top_k([1.0, 3.0, 2.0], k=2)
assert best.indices.numpy().tolist() == tf.nn.top_k([1.0, 3.0, 2.0], 2)[1].numpy().tolist() == [1, 2]

class Halfway(_Merge):
    def _merge_function(self, inputs):
        weight = K.ones((1, 1)) if inputs[0].shape[0] == 1 else K.ones((32, 1))
        return (weight * inputs[0] + inputs[1]) / 2

assert Model(x, Halfway()([x, twice])).predict(np.ones((1, 3))).tolist() == [[1.5] * 3]
class Sized(Layer):
    def call(self, x):
        assert x._keras_shape[1] == x.get_shape()[1].value
        return K.reshape(x, (-1, x.get_shape().as_list()[1], 1))
assert Model(x, Sized()(x)).predict(np.ones((2, 3))).shape == (2, 3, 1)
fed = tf.placeholder(tf.float32, (None, 2))
assert tf.Session().run(2 * fed, feed_dict={fed: [[1.0, 2.0]]}).tolist() == [[2, 4]]
sums = Dense(1, kernel_initializer="ones")
session, loss = tf.Session(), tf.reduce_mean(K.square(sums(fed)))
step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
before, _ = session.run([loss, step], {fed: [[1.0, 1.0]]})
with session.as_default():
    assert before == 4 and loss.eval(feed_dict={fed: [[1.0, 1.0]]}) == 16
assert K.get_value(sums.kernel).tolist() == [[-1], [-1]]
from tensorflow.keras.mixed_precision import experimental as mixed
scaled = mixed.LossScaleOptimizer(tf.keras.optimizers.SGD(0.5), loss_scale="dynamic")
with tf.GradientTape() as tape:
    high = scaled.get_scaled_loss(v[0] * 3)
gradients = scaled.get_unscaled_gradients(tape.gradient(high, [v]))
assert gradients[0].numpy().tolist() == [3, 0]
scaled.apply_gradients(zip(gradients, [v]))
assert v.numpy().tolist() == [0.5, 6]
assert float(tf.nn.compute_average_loss(tf.constant([1.0, 3.0]), global_batch_size=4)) == 1
class Policy(Model):
    def __init__(self):
        super().__init__("mlp_policy")
assert Policy().name == "mlp_policy"
os.makedirs("folder")
stack.save_weights("folder/ckpt_1.weights.h5")
stack.load_weights(tf.train.latest_checkpoint("folder"))
assert several.shape[0] is None and several.shape[-2:] == (2, 2)
assert K.backend() == K._BACKEND == "tensorflow"
assert {1: "one"}.get(tf.argmax(tf.constant([0.0, 2.0])).numpy()) == "one"
turns = [Lambda(lambda v: v[:, i : i + 1])(x) for i in range(3)]
for turn in range(3):
    turns.append(Lambda(lambda v: x[:, turn : turn + 1] * v[:, :1])(x))
found = Model(x, concatenate(turns)).predict(np.array([[1.0, 2.0, 3.0]]))
assert found.tolist() == [[1, 2, 3, 1, 2, 3]], found
longer = [1]
longer += K.zeros((2, 3)).shape
longer.append(4)  # as JAX does in what scatters
assert longer == [1, 2, 3, 4] and (1,) + K.zeros((2, 3)).shape == (1, 2, 3)
x3, share = Input((3,)), Input(batch_shape=())
assert Model([x3, share], hornbeam.ops.quantile(x3, share, axis=1)).output_shape == (None,)
places = hornbeam.ops.scatter(np.array([[0, 1], [2, 0]]), np.array([5, 10]), (3, 2))
assert np.asarray(places).tolist() == [[0, 5], [0, 0], [10, 0]]
assert np.asarray(tf.constant(2.0)).shape == () and np.mean([tf.constant(2.0), tf.constant(4.0)]) == 3
stack_of_one = Sequential([Dense(2, input_shape=(3,)), Dropout(0.5)])
sizes = K.shape(K.zeros((2, 3, 4)))
assert sizes[1:] * 2 == (6, 8) and (sizes[:2] + (1,)) == (2, 3, 1) and 12 // tf.shape(v) == (6,)
assert K.eval(K.cast(sizes[1:3] * 8, "float32") / np.array([8.0, 4.0])).tolist() == [3, 8]
assert np.stack([stack_of_one(np.ones((1, 3)), training=True) for _ in range(2)]).shape == (2, 1, 2)
assert tf.convert_to_tensor(["Cat"]).numpy().tolist() == [b"Cat"] and tf.convert_to_tensor([1, 2]).shape == (2,)
assert tf.data.Dataset.range(2).as_numpy_iterator().next() == 0
words = TextVectorization(vocabulary=["good", "bad"])(tf.constant(["bad one"]))
assert words[:1].numpy().tolist() == [[3, 1]]
listed = Lambda(lambda t: K.gradients(K.sum(K.square(t)), t))(x)
np.testing.assert_allclose(Model(x, multiply([listed, x])).predict(np.ones((1, 3))), 2 * np.ones((1, 3)))
"""
LOADING = """
import hornbeam.legacy.as_keras
from keras.models import load_model
def noisy(args):
    return args[0]
try:
    load_model("m.h5", custom_objects={"noisy": noisy})
except ValueError as error:
    assert "in layer `lambda` (after `input_layer`, in `functional`)" in str(error), error
assert load_model("m.h5", custom_objects={"noisy": noisy, "lambda": lambda v: v * 2}).count_params() == 4
"""


def test_functions_stay_in_the_process_that_saved_them(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    for code in (SCRIPT, LOADING):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    assert "lambda v" not in (tmp_path / "m.h5").read_bytes().decode("latin-1")


def test_settings_for_each_output_and_a_callback_by_itself():
    x = layers.Input((2,))
    model = Model(x, [layers.Dense(1, name="a")(x), layers.Dense(1, name="b")(x)])
    model.compile("sgd", "mse", sample_weight_mode={"a": None, "b": "temporal"})
    with pytest.raises(TypeError, match="`sample_weight_mode` of `compile` must be None or 'temporal'"):
        model.compile("sgd", "mse", sample_weight_mode={"a": None, "b": "spatial"})

    class Anything:
        stop_training, held = False, 0
        get_weights = lambda self: self.held  # noqa: E731

        def set_weights(self, held):
            self.held = held

    stopping = hornbeam.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    stopping.set_model(Anything())
    stopping.on_train_begin()
    for epoch, loss in enumerate([0.2, 0.15, 0.1, 0.11, 0.12]):
        stopping.model.held = epoch
        stopping.on_epoch_end(epoch, {"val_loss": loss})
    stopping.on_train_end()
    assert stopping.model.stop_training and stopping.model.held == 2


def test_without_old_code_lambdas_are_not_saved():
    model = Sequential([layers.InputLayer((2,)), layers.Lambda(lambda x: x)])
    with pytest.raises(ValueError, match="A lambda cannot be saved"):
        model.to_json()
