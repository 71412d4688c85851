import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.layers import Layer, Dense, Dropout
import numpy as np


class Linear(keras.layers.Layer):
    def __init__(self, units=32, input_dim=32):
        super(Linear, self).__init__()
        w_init = tf.random_normal_initializer()
        self.w = tf.Variable(initial_value=w_init(shape=(input_dim, units), dtype="float32"), trainable=True)
        b_init = tf.zeros_initializer()
        self.b = tf.Variable(initial_value=b_init(shape=(units,), dtype="float32"), trainable=True)

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b


x = tf.ones((2, 2))
linear_layer = Linear(4, 2)
y = linear_layer(x)
print(y)
assert len(linear_layer.weights) == 2 and linear_layer.weights == [linear_layer.w, linear_layer.b]


class ComputeSum(keras.layers.Layer):
    def __init__(self, input_dim):
        super(ComputeSum, self).__init__()
        self.total = tf.Variable(initial_value=tf.zeros((input_dim,)), trainable=False)

    def call(self, inputs):
        self.total.assign_add(tf.reduce_sum(inputs, axis=0))
        return self.total


my_sum = ComputeSum(2)
y = my_sum(tf.ones((2, 2)))
print(y.numpy())
y = my_sum(tf.ones((2, 2)))
assert y.numpy().tolist() == [4.0, 4.0]
print("weights:", len(my_sum.weights), "non-trainable weights:", len(my_sum.non_trainable_weights))


class Lazy(keras.layers.Layer):
    def __init__(self, units=32, **kwargs):
        super(Lazy, self).__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="random_normal", trainable=True)
        self.kernel = self.add_variable("kernel", shape=[int(input_shape[-1]), self.units])

    def call(self, inputs):
        self.add_loss(1e-2 * tf.reduce_sum(tf.square(self.w)))
        return tf.matmul(inputs, self.w) + self.b + inputs @ self.kernel

    def get_config(self):
        config = super(Lazy, self).get_config()
        config.update({"units": self.units})
        return config


class MLPBlock(keras.layers.Layer):
    def __init__(self):
        super(MLPBlock, self).__init__()
        self.linear_1 = Lazy(4)
        self.blocks = [Lazy(4) for _ in range(2)]
        self.linear_3 = Lazy(1)

    def call(self, inputs):
        x = tf.nn.relu(self.linear_1(inputs))
        for block in self.blocks:
            x = tf.nn.relu(block(x))
        return self.linear_3(x)


mlp = MLPBlock()
y = mlp(tf.ones(shape=(3, 6)))
assert len(mlp.weights) == 12 and len(mlp.losses) == 4
layer = Lazy.from_config(Lazy(64).get_config())
print(layer.units)
inputs = keras.Input((6,))
model = keras.Model(inputs, mlp(inputs))
model.compile(optimizer=tf.optimizers.Adam(), loss=tf.keras.losses.MeanSquaredError(), metrics=[tf.keras.metrics.RootMeanSquaredError()])
print(model.fit(np.ones((6, 6)), np.ones((6, 1)), verbose=0).history)


class CustomDropout(keras.layers.Layer):
    def __init__(self, rate, **kwargs):
        super(CustomDropout, self).__init__(**kwargs)
        self.rate = rate

    def call(self, inputs, training=None):
        if training:
            return tf.nn.dropout(inputs, rate=self.rate)
        return inputs


class ActivityRegularizationLayer(keras.layers.Layer):
    def call(self, inputs):
        self.add_loss(tf.reduce_sum(inputs) * 0.1)
        return inputs


inputs = keras.Input(shape=(6,), name="digits")
x = Dense(4, activation="relu")(inputs)
x = CustomDropout(0.5)(x)
x = ActivityRegularizationLayer()(x)
model = keras.Model(inputs, Dense(2)(x))
optimizer = keras.optimizers.SGD(learning_rate=1e-3)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
train_acc_metric = keras.metrics.SparseCategoricalAccuracy()
for step in range(2):
    with tf.GradientTape() as tape:
        logits = model(np.random.rand(8, 6), training=True)
        loss_value = loss_fn(np.random.randint(0, 2, 8), logits)
        loss_value += sum(model.losses)
    grads = tape.gradient(loss_value, model.trainable_weights)
    grads = [tf.clip_by_norm(g, 1.0) for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    train_acc_metric.update_state(np.random.randint(0, 2, 8), logits)
    print("Training loss (for one batch) at step %d: %.4f" % (step, float(loss_value)))


class CategoricalTruePositives(keras.metrics.Metric):
    def __init__(self, name="categorical_true_positives", **kwargs):
        super(CategoricalTruePositives, self).__init__(name=name, **kwargs)
        self.true_positives = self.add_weight(name="ctp", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_pred = tf.reshape(tf.argmax(y_pred, axis=1), shape=(-1, 1))
        values = tf.cast(y_true, "int32") == tf.cast(y_pred, "int32")
        values = tf.cast(values, "float32")
        if sample_weight is not None:
            sample_weight = tf.cast(sample_weight, "float32")
            values = tf.multiply(values, sample_weight)
        self.true_positives.assign_add(tf.reduce_sum(values))

    def result(self):
        return self.true_positives

    def reset_states(self):
        self.true_positives.assign(0.0)


model.compile(optimizer, loss_fn, metrics=[CategoricalTruePositives()])
h = model.fit(np.random.rand(8, 6), np.zeros((8, 1)), batch_size=4, epochs=2, verbose=0)
assert all(v <= 8 for v in h.history['categorical_true_positives'])


class SplitHeads(Layer):
    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def call(self, x):
        _, length, depth = x.shape.as_list()
        assert x.shape.rank == 3 and x.shape[1:].as_list() == [length, depth]
        return tf.transpose(tf.reshape(x, [-1, length, self.heads, depth // self.heads]), [0, 2, 1, 3])


assert SplitHeads(2)(tf.ones((3, 4, 6))).shape.as_list() == [3, 2, 4, 3]
heads = keras.Sequential([keras.Input((4, 6)), SplitHeads(2)])
assert heads.predict(np.ones((3, 4, 6))).shape == (3, 2, 4, 3)
