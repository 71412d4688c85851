import os
import numpy as np
import tensorflow as tf
from tensorflow import keras
K = keras.backend
tf.random.set_seed(42)


class LNSimpleRNNCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.output_size = units
        self.simple_rnn_cell = keras.layers.SimpleRNNCell(units, activation=None)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        if inputs is not None:
            batch_size = tf.shape(inputs)[0]
            dtype = inputs.dtype
        return [tf.zeros([batch_size, self.state_size], dtype=dtype)]

    def call(self, inputs, states):
        outputs, new_states = self.simple_rnn_cell(inputs, states)
        return tf.tanh(outputs), [tf.tanh(outputs)]


class MyRNN(keras.layers.Layer):
    def __init__(self, cell, **kwargs):
        super().__init__(**kwargs)
        self.cell = cell

    @tf.function
    def call(self, inputs):
        states = self.cell.get_initial_state(inputs)
        n_steps = tf.shape(inputs)[1]
        sequences = tf.TensorArray(inputs.dtype, size=n_steps)
        for step in tf.range(n_steps):
            outputs, states = self.cell(inputs[:, step], states)
            sequences = sequences.write(step, outputs)
        return tf.transpose(sequences.stack(), [1, 0, 2])


class PositionalEncoding(keras.layers.Layer):
    def __init__(self, max_steps, max_dims, dtype=tf.float32, **kwargs):
        super().__init__(dtype=dtype, **kwargs)
        self.positional_embedding = tf.constant(np.zeros((1, max_steps, max_dims), self.dtype))

    def call(self, inputs):
        shape = tf.shape(inputs)
        return inputs + self.positional_embedding[:, :shape[-2], :shape[-1]]


class Scaled(keras.layers.Layer):
    def build(self, batch_input_shape):
        self.scale = self.add_weight(name="scale", shape=batch_input_shape.as_list()[-1:], initializer="ones")
        super().build(batch_input_shape)

    def call(self, X):
        return (X - np.array([0.1, 0.2, 0.3])) * self.scale

    def compute_output_shape(self, batch_input_shape):
        return tf.TensorShape(batch_input_shape.as_list()[:-1] + [3])


class MyModel(keras.Model):
    def __init__(self):
        super().__init__(name="my_model")
        self.dense = keras.layers.Dense(3)

    def call(self, inputs):
        return self.dense(inputs)

    def compute_output_shape(self, input_shape):
        shape = tf.TensorShape(input_shape).as_list()
        shape[-1] = 3
        return tf.TensorShape(shape)


X = np.random.rand(8, 5, 3).astype(np.float32)
inputs = keras.layers.Input(shape=[5, 3])
z = MyRNN(LNSimpleRNNCell(3))(Scaled()(inputs))
z = PositionalEncoding(6, 3)(keras.layers.RNN(LNSimpleRNNCell(3), return_sequences=True)(z))
z = keras.layers.Attention(use_scale=True, causal=True)([z, z])
model = keras.models.Model(inputs=[inputs], outputs=[keras.layers.TimeDistributed(keras.layers.Dense(2))(z)])
model.compile(loss="mse", optimizer=tf.train.AdamOptimizer(0.01))
model.fit(X, X[..., :2], epochs=1)
y_probas = np.stack([model(X, training=True) for sample in range(2)])
assert y_probas.mean(axis=0).shape == (8, 5, 2) == model.predict(X).shape
assert np.mean(keras.losses.mean_squared_error(X, X)) == 0 and {int(i): 1 for i in np.argmax(model(X)[0], axis=-1)}
later = keras.models.Model(inputs, keras.layers.Flatten()(model(inputs)))
assert later.output_shape == (None, 10)
sub = MyModel()
sub.compile(optimizer=tf.train.GradientDescentOptimizer(0.01), loss="mse")
sub.fit(X[:, 0], X[:, 1], epochs=1, verbose=0)

# gradients of the input, and an activation that is taken away
clf = keras.Sequential([keras.layers.Dense(4, activation="softmax", input_shape=[3])])
clf.layers[-1].activation = None
images = tf.Variable(X[:, 0], dtype=float)
with tf.GradientTape() as tape:
    pred = clf(images, training=False)
    loss = pred[0][int(np.argsort(pred.numpy()[0])[::-1][0])]
grads = tape.gradient(loss, images)
assert np.max(tf.math.abs(grads), axis=1).shape == (8,) and not np.any(grads[1:])
assert images[..., ::-1].numpy()[0, 0] == X[0, 0, 2] == tf.constant(X)[0, 0, ::-1].numpy()[0]

# files of text, of records, and for TensorBoard
for i in range(2):
    with open("book_%d.csv" % i, "w") as f:
        f.write("a,b,c\n" + "".join("%d,%d.5,\n" % (i, j) for j in range(3)))
dataset = tf.data.Dataset.list_files("book_*.csv", seed=42)
dataset = dataset.interleave(lambda path: tf.data.TextLineDataset(path).skip(1), cycle_length=2)


@tf.function
def preprocess(line):
    fields = tf.io.decode_csv(line, record_defaults=[0., 0., 7.])
    return tf.stack(fields[:-1]), tf.stack(fields[-1:])


rows = [(x.numpy(), y.numpy()) for x, y in dataset.map(preprocess, num_parallel_calls=2)]
assert len(rows) == 6 and sorted(float(x[1]) for x, y in rows) == [0.5, 0.5, 1.5, 1.5, 2.5, 2.5] and rows[0][1] == [7]
with tf.io.TFRecordWriter("my.tfrecord") as writer:
    for x, y in rows:
        feature = {"x": tf.train.Feature(float_list=tf.train.FloatList(value=x))}
        writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
description = {"x": tf.io.FixedLenFeature([2], tf.float32)}
records = tf.data.TFRecordDataset(["my.tfrecord"]).map(lambda r: tf.io.parse_single_example(r, description)["x"])
assert [r.numpy().tolist() for r in records] == [x.tolist() for x, y in rows]
writer = tf.summary.create_file_writer("my_logs")
with writer.as_default():
    for step in range(2):
        tf.summary.scalar("my_scalar", np.sin(step / 10), step=step)
        tf.summary.histogram("my_hist", np.random.randn(10), buckets=50, step=step)
        tf.summary.image("my_images", np.random.rand(2, 4, 4, 3), step=step)
assert len(os.listdir("my_logs")) == 1
