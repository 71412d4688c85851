"""`hornbeam.legacy.tensorflow`: what scripts use of TensorFlow, by the formulas in NumPy."""

import importlib
import subprocess
import sys

import numpy as np
import pytest

from hornbeam.data.pipeline import as_element
from hornbeam.layers.preprocessing.host_layer import HostLayer
from hornbeam.utils import FeatureSpace

tf = importlib.import_module("hornbeam.legacy.tensorflow")

A = np.arange(6, dtype="float32").reshape(2, 3) - 2.5
B = np.array([[0.5, 2, -1], [3, 1, 0.25]], "float32")
CASES = {
    "constant": (lambda: tf.constant([1, 2.5]), np.array([1, 2.5], "float32")),
    "constant of integers": (lambda: tf.constant([1, 2]), np.array([1, 2], "int32")),
    "constant of a shape": (lambda: tf.constant(2.0, shape=[2, 2]), np.full((2, 2), 2.0)),
    "strings": (lambda: tf.constant(["a", b"b"]).astype(str), np.array(["a", "b"])),
    "cast": (lambda: tf.cast(A, tf.int32), A.astype("int32")),
    "reduce_mean": (lambda: tf.reduce_mean(A), A.mean()),
    "reduce_sum by keywords": (lambda: tf.reduce_sum(input_tensor=A, axis=1, keepdims=True), A.sum(1, keepdims=True)),
    "keep_dims of TensorFlow 1": (lambda: tf.reduce_max(A, axis=0, keep_dims=True), A.max(0, keepdims=True)),
    "argmax along the first axis": (lambda: tf.argmax(A * B), (A * B).argmax(0)),
    "matmul": (lambda: tf.matmul(A, B, transpose_b=True), A @ B.T),
    "concat": (lambda: tf.concat([A, B], axis=0), np.concatenate([A, B])),
    "split": (lambda: tf.split(A, [1, -1], axis=1)[1], A[:, 1:]),
    "slice": (lambda: tf.slice(A, [0, 1], [-1, 2]), A[:, 1:]),
    "transpose": (lambda: tf.transpose(A, perm=[1, 0]), A.T),
    "gather": (lambda: tf.gather(A, [1, 0]), A[[1, 0]]),
    "boolean_mask": (lambda: tf.boolean_mask(A, A > 0), A[A > 0]),
    "one_hot": (lambda: tf.one_hot([1, 0], 3), np.eye(3)[[1, 0]]),
    "one_hot of other values": (lambda: tf.one_hot([1], 2, on_value=5.0, off_value=-1.0), [[-1.0, 5.0]]),
    "range": (lambda: tf.range(2, 8, 3), [2, 5]),
    "range up to": (lambda: tf.range(3), [0, 1, 2]),
    "fill": (lambda: tf.fill([2, 1], 7), [[7], [7]]),
    "pad": (lambda: tf.pad(A, [[0, 0], [1, 0]]), np.pad(A, [[0, 0], [1, 0]])),
    "where": (lambda: tf.where(A > 0, A, B), np.where(A > 0, A, B)),
    "clip_by_value": (lambda: tf.clip_by_value(A, -1, 1), A.clip(-1, 1)),
    "clip_by_global_norm": (lambda: tf.clip_by_global_norm([A, None], 1.0)[0][0], A / np.linalg.norm(A)),
    "clip_by_global_norm of a short one": (lambda: tf.clip_by_global_norm([A, B], 99.0)[0][1], B),
    "gather_nd": (lambda: tf.gather_nd(A, [[0, 1], [1, 2]]), A[[0, 1], [1, 2]]),
    "gather_nd of rows": (lambda: tf.gather_nd(A, [[1], [0]]), A[[1, 0]]),
    "scatter_nd": (lambda: tf.scatter_nd([[2], [0]], [5.0, 1.0], [4]), np.array([1, 0, 5, 0], "float32")),
    "sequence_mask": (lambda: tf.sequence_mask([1, 3], 3), np.array([[1, 0, 0], [1, 1, 1]], bool)),
    "div of integers": (lambda: tf.div(7, 2), 3),
    "band_part": (lambda: tf.linalg.band_part(tf.ones((3, 3)), -1, 0), np.tril(np.ones((3, 3)))),
    "band_part above": (lambda: tf.linalg.band_part(A, 0, 1), np.triu(A) - np.triu(A, 2)),
    "set_diag": (lambda: tf.linalg.set_diag(A, [7.0, 8.0]), [[7, A[0, 1], A[0, 2]], [A[1, 0], 8, A[1, 2]]]),
    "set_diag of a tall one": (lambda: tf.linalg.set_diag(A.T, tf.zeros(2)), np.where(np.eye(3, 2), 0, A.T)),
    "eye of a batch": (lambda: tf.eye(2, batch_shape=[3]), np.stack([np.eye(2)] * 3)),
    "reduce_prod": (lambda: tf.reduce_prod(A, axis=1), A.prod(1)),
    "reduce_prod of sizes": (lambda: np.zeros(tf.math.reduce_prod((2, 3))), np.zeros(6)),
    "diag": (lambda: tf.linalg.diag(A[0]), np.diag(A[0])),
    "matvec": (lambda: tf.linalg.matvec(A, B[0]), A @ B[0]),
    "confusion_matrix": (lambda: tf.math.confusion_matrix([0, 1, 1], [0, 0, 1]), [[1, 0], [1, 1]]),
    "norm": (lambda: tf.norm(A, axis=1), np.linalg.norm(A, axis=1)),
    "tile": (lambda: tf.tile(A, [1, 2]), np.tile(A, [1, 2])),
    "math.log": (lambda: tf.math.log(B[0:1, :2]), np.log(B[0:1, :2])),
    "math.multiply": (lambda: tf.math.multiply(A, y=B), A * B),
    "nn.relu": (lambda: tf.nn.relu(features=A), A.clip(0)),
    "nn.l2_normalize": (lambda: tf.nn.l2_normalize(A, axis=1), A / np.linalg.norm(A, axis=1, keepdims=True)),
    "linalg.norm": (lambda: tf.linalg.norm(A), np.linalg.norm(A)),
    "convert_image_dtype": (lambda: tf.image.convert_image_dtype(np.array([0, 255], "uint8"), tf.float32), [0.0, 1.0]),
    "softmax_cross_entropy_with_logits": (
        lambda: tf.nn.softmax_cross_entropy_with_logits(labels=np.eye(3)[[0, 1]], logits=A),
        [np.log(np.exp(A[i]).sum()) - A[i, i] for i in range(2)],
    ),
    "sigmoid_cross_entropy_with_logits": (
        lambda: tf.nn.sigmoid_cross_entropy_with_logits(labels=np.ones((2, 3)), logits=A),
        np.log1p(np.exp(-A)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_functions(name, engine):
    compute, expected = CASES[name]
    result = compute()
    assert np.asarray(result).dtype.kind == np.asarray(expected).dtype.kind
    if np.asarray(expected).dtype.kind == "U":
        assert result.tolist() == expected.tolist()
    else:
        np.testing.assert_allclose(np.asarray(result), expected, rtol=1e-5, atol=1e-6)


WORDS = ["Café au lait", "tea"]
ON_THE_HOST = {
    "lower": (lambda: tf.strings.lower(WORDS), ["café au lait", "tea"]),
    "length in bytes": (lambda: tf.strings.length(WORDS), [13, 3]),
    "length in letters": (lambda: tf.strings.length(WORDS, unit="UTF8_CHAR"), [12, 3]),
    "substr": (lambda: tf.strings.substr(WORDS, 1, 2), ["af", "ea"]),
    "join": (lambda: tf.strings.join([["a", "b"], "c"], separator="-"), ["a-c", "b-c"]),
    "reduce_join": (lambda: tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=1), ["ab", "cd"]),
    "regex_replace": (lambda: tf.strings.regex_replace(WORDS, b"[^a-z]", b" "), [" af  au lait", "tea"]),
    "split": (lambda: tf.strings.split(WORDS).to_tensor(b"-"), [["Café", "au", "lait"], ["tea", "-", "-"]]),
    "split of one": (lambda: tf.strings.split("a/b", "/")[-1], "b"),
    "unicode_encode": (lambda: tf.strings.unicode_encode(tf.strings.unicode_decode("é!", "UTF-8"), "UTF-8"), "é!"),
    "to_number": (lambda: tf.strings.to_number(["1.5", "2"]), [1.5, 2.0]),
    "as_string": (lambda: tf.strings.as_string([1, 2]), ["1", "2"]),
    "decode_csv": (lambda: tf.io.decode_csv(["1,,x", "2,4,y"], [0, 0.5, "-"])[1], [0.5, 4.0]),
    "lookup": (
        lambda: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [7]), -1).lookup(["a", "z"]),
        [7, -1],
    ),
    "to_number of words": (
        lambda: tf.strings.to_number(tf.strings.split(["1 2", "3"]), tf.int32).to_tensor(), [[1, 2], [3, 0]],
    ),
    "resize to fit": (
        lambda: tf.shape(tf.image.resize(np.ones((2, 6, 1)), (4, 9), preserve_aspect_ratio=True)), [3, 9, 1],
    ),
    "means of segments": (lambda: tf.math.unsorted_segment_mean(A, [2, 0], 3), [A[1], 0 * A[0], A[0]]),
    "maxima of segments": (lambda: tf.math.unsorted_segment_max(A, [0, 0], num_segments=1), A.max(0, keepdims=True)),
    "products before": (lambda: tf.math.cumprod([[2.0, 3.0, 0.0]], axis=-1, exclusive=True), [[1, 2, 6]]),
    "products behind": (lambda: tf.math.cumprod([2, 3, 4], exclusive=True, reverse=True), [12, 4, 1]),
    "constant_initializer": (lambda: tf.constant_initializer(2.0)((2,)), [2.0, 2.0]),
    "cast of texts": (lambda: tf.cast(tf.convert_to_tensor(["a"]), "string"), ["a"]),
    "unique": (lambda: tf.unique([4, 2, 4])[1], [0, 1, 0]),
    "where without values": (lambda: tf.where([True, False, True]), [[0], [2]]),
    "cumsum": (lambda: tf.cumsum([1, 2, 3], exclusive=True, reverse=True), [5, 3, 0]),
    "rot90": (lambda: tf.image.rot90(A[:, :, None])[..., 0], np.rot90(A)),
    "crop_or_pad": (lambda: tf.image.resize_with_crop_or_pad(A[:, :, None], 4, 1)[..., 0], [[0], [-1.5], [1.5], [0]]),
    "crop_and_resize": (
        lambda: tf.image.crop_and_resize(A[None, :, :, None], [[0, 0, 1, 0.5]], [0], [2, 2])[0, ..., 0], A[:, :2],
    ),
    "non_max_suppression": (
        lambda: tf.image.non_max_suppression([[0, 0, 1, 1], [0, 0, 1, 0.9], [2, 2, 3, 3]], [0.9, 0.8, 0.7], 3), [0, 2],
    ),
    "standardization": (lambda: tf.image.per_image_standardization(A[:, :, None])[..., 0], (A - A.mean()) / A.std()),
    "TensorArray": (lambda: tf.TensorArray("float32", size=2).write(1, [2.0]).write(0, [1.0]).stack(), [[1], [2]]),
    "weighted_cross_entropy": (
        lambda: tf.nn.weighted_cross_entropy_with_logits(labels=np.ones((2, 3)), logits=A, pos_weight=3.0),
        3 * np.log1p(np.exp(-A)),
    ),
    "conv1d": (lambda: tf.nn.conv1d(A[None], np.ones((2, 3, 1), "float32"), 1, "VALID"), [[[A.sum()]]]),
    "conv2d_transpose": (
        lambda: tf.nn.conv2d_transpose(A[None, :, :, None], tf.ones((2, 2, 1, 1)), [1, 4, 6, 1], 2)[0, ..., 0],
        np.kron(A, np.ones((2, 2))),
    ),
    "zero_fraction": (lambda: tf.nn.zero_fraction([0, 1, 0, 0]), 0.75),
    "parse_tensor": (lambda: tf.io.parse_tensor(tf.io.serialize_tensor(A), tf.float32), A),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_THE_HOST)
def test_functions_of_texts_tables_and_images(name):
    compute, expected = ON_THE_HOST[name]
    result = np.asarray(compute())
    if result.dtype.kind == "O":
        assert result.tolist() == expected
    else:
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


def test_records_come_back(tmp_path):
    train, path = tf.train, str(tmp_path / "a.tfrecord")
    features = {
        "name": train.Feature(bytes_list=train.BytesList(value=["é".encode()])),
        "sizes": train.Feature(int64_list=train.Int64List(value=[-3, 2**40])),
        "price": train.Feature(float_list=train.FloatList(value=[0.5])),
    }
    with tf.io.TFRecordWriter(path) as writer:
        for _ in range(2):
            writer.write(train.Example(features=train.Features(feature=features)).SerializeToString())
    wanted = {
        "name": tf.io.FixedLenFeature([], tf.string),
        "sizes": tf.io.FixedLenFeature([2], tf.int64),
        "price": tf.io.VarLenFeature(tf.float32),
        "none": tf.io.FixedLenFeature([], tf.float32, default_value=1.0),
    }
    read = list(tf.data.TFRecordDataset([path]).map(lambda one: tf.io.parse_single_example(one, wanted)))
    assert len(read) == 2 and read[1]["name"].numpy() == "é".encode() and read[1]["price"].tolist() == [0.5]
    assert read[0]["sizes"].tolist() == [-3, 2**40] and read[0]["none"] == 1
    with open(path, "r+b") as file:
        file.truncate(20)
    with pytest.raises(ValueError, match="cut off"):
        list(tf.data.TFRecordDataset(path))


def test_assertions_say_what_they_got():
    tf.debugging.assert_near(A, A + 1e-7)
    with pytest.raises(tf.errors.InvalidArgumentError, match="of the sizes Received: 1 and 2"):
        tf.debugging.assert_equal(1, 2, message="of the sizes")
    with pytest.raises(ValueError, match=r"expects \('N', 4\). Received: \(2, 3\)"):
        tf.debugging.assert_shapes([(A, ("N", 4))])


def test_modules_find_their_variables(engine):
    class Line(tf.Module):
        def __init__(self):
            super().__init__(name="line")
            self.parts = [tf.Variable(2.0), tf.Variable([1.0], trainable=False)]
            self.inner = tf.keras.layers.Dense(1)
            self.inner.build((None, 2))

    line = Line()
    assert len(line.variables) == 4 and len(line.trainable_variables) == 3
    assert isinstance(line.inner.kernel, tf.Variable)
    line.parts[1].scatter_nd_update([[0]], [5.0])
    assert line.parts[1].numpy().tolist() == [5.0]


def test_jacobians(engine):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.stack([x[0] * x[1], x[1] ** 2, x[0]])
    np.testing.assert_allclose(tape.jacobian(y, x), [[2, 1], [0, 4], [1, 0]])


def test_gradients_of_ones_own(engine):
    @tf.custom_gradient
    def softplus(z):
        e = tf.exp(z)
        return tf.math.log(e + 1), lambda dy: dy / (1 + 1 / e)

    x = tf.Variable([1000.0])
    with tf.GradientTape() as tape:
        y = softplus(x)
    assert tape.gradient(y, x).numpy().tolist() == [1.0]


def test_arrays_answer_numpy(engine):
    engine_of = importlib.import_module("hornbeam.engine")
    engine_of.answer_numpy()
    assert tf.constant([1.0]).numpy().tolist() == [1.0] and isinstance(tf.constant(1), tf.Tensor)
    buffer = np.zeros(2, "int32")
    buffer[1] = tf.constant([3])
    assert buffer.tolist() == [0, 3] and float(tf.constant([[0.5]])) == 0.5 and int(tf.constant(2)) == 2


def test_dtypes():
    assert tf.float32 == "float32" == tf.float32.name and tf.float32 == np.dtype("float32")
    assert tf.float32.as_numpy_dtype is np.float32 and tf.constant(1.0).dtype == tf.float32
    assert tf.int64.is_integer and tf.bfloat16.is_floating and tf.as_dtype("int32") is not tf.int32
    assert repr(tf.float32) == "tf.float32" and tf.TensorShape([None, 2]).as_list() == [None, 2]


def test_variables_and_datasets():
    weight = tf.Variable(tf.zeros([2]), name="w")
    weight.assign_add([1.0, 2.0])
    assert weight.numpy().tolist() == [1.0, 2.0] and weight.name == "w"
    data = (
        tf.data.Dataset.from_tensor_slices((A, [0, 1])).map(lambda x, y: (x * 2, y)).batch(2).prefetch(tf.data.AUTOTUNE)
    )
    ((x, y),) = data
    np.testing.assert_allclose(x.numpy(), A * 2)
    assert y.numpy().tolist() == [0, 1]


def test_encoded_columns_answer_numpy(engine, monkeypatch):
    monkeypatch.setattr(HostLayer, "gives", staticmethod(as_element))
    space = FeatureSpace({"x": FeatureSpace.integer_hashed(3, output_mode="int")}, output_mode="dict")
    space.adapt({"x": [1, 2]})
    assert space({"x": np.array([1, 2])})["x"].numpy().shape == (2, 1)


def test_random_numbers_repeat():
    draws = []
    for _ in range(2):
        tf.random.set_seed(3)
        draws.append((tf.random.normal([2, 2]).numpy(), tf.random.uniform([3], maxval=9, dtype=tf.int32).numpy()))
    np.testing.assert_array_equal(draws[0][0], draws[1][0])
    np.testing.assert_array_equal(draws[0][1], draws[1][1])


def test_functions_are_as_they_are():
    @tf.function(jit_compile=True)
    def double(x):
        return 2 * x

    assert double(3) == 6 and tf.function(abs)(-1) == 1


@pytest.mark.parametrize(
    "name, said",
    [
        ("feature_column", "`keras.utils.FeatureSpace`, which has"),
        ("estimator", "a `keras.Model`, whose `compile`"),
        ("saved_model", "`model.save`"),
        ("strange", "a function of `keras.ops`"),
    ],
)
def test_what_is_not_there_says_what_to_use(name, said):
    with pytest.raises(AttributeError, match=f"has no `tf.{name}`: use {said}"):
        getattr(tf, name)


SCRIPT = """
import os
os.environ["KERAS_BACKEND"] = "tensorflow"
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
import tensorflow.compat.v1 as tf1
import numpy as np
class Twice(layers.Layer):
    def call(self, x):
        return tf.add(x, x)  # the first use of `tf`, in a program
assert keras.Sequential([Twice()]).predict(np.ones((2, 1)), verbose=0).tolist() == [[2], [2]]
lookup = layers.StringLookup(vocabulary=["a", "b"])
assert lookup(["b", "z"]).numpy().tolist() == [2, 0]
space = keras.utils.FeatureSpace({"x": "string_categorical"}, output_mode="dict")
space.adapt({"x": ["a", "a", "b"]})
assert space({"x": tf.convert_to_tensor(["b"])})["x"].numpy().tolist() == [[0, 0, 1]]
tf.random.set_seed(0)
for gpu in tf.config.experimental.list_physical_devices("GPU"):
    tf.config.experimental.set_memory_growth(gpu, True)
data = tf.data.Dataset.from_tensor_slices((np.ones((8, 2), "float32"), np.zeros(8))).shuffle(8).batch(4)
model = tf.keras.Sequential([layers.Dense(1, kernel_initializer=tf.initializers.Zeros())])
model.compile(optimizer=tf.keras.optimizers.SGD(0.1), loss=lambda t, p: tf.reduce_mean(tf.square(t - p), axis=-1))
model.fit(data, epochs=2, verbose=0)
print(model(tf.constant([[1.0, 2.0]])).numpy().shape, tf.__version__ >= "2.0", tf.keras.layers is layers)
"""


def test_a_script(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-W", "ignore", "-m", "hornbeam", "run", "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout == "(1, 1) True True\n", done.stderr


@pytest.mark.filterwarnings("ignore:`tf.distribute` has one device")
def test_strategies_of_one_device():
    strategy = tf.distribute.MirroredStrategy(["/gpu:0", "/gpu:1"])
    with strategy.scope():
        x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    assert strategy.num_replicas_in_sync == 1 and strategy.run(lambda a, b: a + b, (1,), {"b": 2}) == 3
    assert float(strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(tf.reduce_sum, (x,)), axis=None)) == 10
    np.testing.assert_allclose(np.asarray(strategy.reduce("MEAN", x, axis=0)), [2, 3])
    with pytest.raises(ValueError, match="No TPU"):
        tf.distribute.cluster_resolver.TPUClusterResolver()


def test_functions_along_an_axis_and_choices(engine):
    x = tf.constant([1.0, 2.0, 3.0])
    assert tf.scan(lambda a, v: a + v, x).numpy().tolist() == [1, 3, 6]
    assert float(tf.foldl(lambda a, v: a + v, x)) == float(tf.foldr(lambda a, v: a + v, x)) == 6
    assert tf.vectorized_map(lambda v: v * 2, x).numpy().tolist() == [2, 4, 6]
    assert int(tf.case([(tf.constant(False), lambda: 1), (tf.constant(True), lambda: 2)], default=lambda: 3)) == 2
    assert [int(tf.switch_case(i, [lambda: 5, lambda: 6])) for i in (0, 1)] == [5, 6]
    assert float(tf.math.zero_fraction([0.0, 1.0])) == 0.5 and float(tf.math.polyval([1.0, 2.0], 3.0)) == 5
    assert tf.nest.flatten(tf.nest.map_structure(lambda v: v + 1, [1, (2,)])) == [2, 3]
    assert tf.dtypes.cast(x, tf.dtypes.int32).numpy().dtype == "int32" and tf.__version__ == tf.version.VERSION
