"""What Keras 3's guides and examples do with models of their own, as they do it."""

import numpy as np

import hornbeam as hb
from hornbeam import layers, ops

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X.sum(1, keepdims=True)


class AskedWhether(hb.Model):
    """Its loss is 1 in training, 2 in evaluation; alone, it computes as in training."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, x, training=True):
        return self.dense(x) + (100.0 if training else 0.0)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(y_pred) * 0 + (1.0 if training else 2.0)


def test_a_loss_of_the_users_is_told_whether_it_is_trained_on(engine):
    model = AskedWhether()
    model.compile("sgd")
    history = model.fit(X, Y, validation_data=(X, Y), verbose=0).history
    assert history == {"loss": [1.0], "val_loss": [2.0]}


def test_a_call_that_trains_unless_it_is_told_otherwise(engine):
    model = AskedWhether()
    first, second = (np.asarray(model(X)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first - model.predict(X, verbose=0), 100, atol=1e-4)


class MaskedKernel(layers.Layer):
    """A convolution of PixelCNN: its weights are masked in every call."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1, use_bias=False, kernel_initializer="ones")

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, x):
        self.dense.kernel.assign(self.dense.kernel * np.array([[1], [0], [1]]))
        return self.dense(x)


def test_weights_that_a_call_masks(engine):
    model = hb.Sequential([hb.Input((3,)), MaskedKernel()])
    model.compile(hb.optimizers.SGD(0.0), "mse")
    history = model.fit(X, Y, batch_size=4, verbose=0, validation_data=(X, Y)).history
    expected = np.mean(X[:, 1] ** 2)
    np.testing.assert_allclose([history["loss"][0], history["val_loss"][0]], expected, rtol=1e-5)


class OverEdges(hb.Model):
    """Nodes and edges: two inputs of different numbers of rows, one of which holds integers."""

    def __init__(self, nodes, edges):
        super().__init__()
        self.graph = nodes, edges
        self.dense = layers.Dense(2)
        self.gather = Gather()

    def call(self, inputs):
        nodes, edges = inputs
        return self.dense(nodes) + self.gather([nodes, edges])

    def loss_of(self, x, y):
        chosen = ops.take(self(self.graph), ops.reshape(x, (-1,)), axis=0)
        return ops.mean(hb.losses.sparse_categorical_crossentropy(y, chosen, from_logits=True))

    def train_step(self, data):
        loss, gradients = self.value_and_grad(lambda: self.loss_of(*data), self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


class Gather(layers.Layer):
    def call(self, inputs):
        nodes, edges = inputs
        neighbours = ops.take(nodes, edges[:, 1], axis=0)
        return ops.segment_sum(neighbours, edges[:, 0], num_segments=4)[:, :1]


def test_a_graph_whose_nodes_are_chosen_in_the_step(engine):
    nodes, edges = X[:4], np.array([[0, 1], [1, 0], [1, 2], [2, 1], [3, 0]])
    model = OverEdges(nodes, edges)
    assert model((nodes, edges)).shape == (4, 2)  # built from integers as they are
    before = model.get_weights()
    model.compile("sgd")
    model.fit(np.array([0, 1, 3]), np.array([0, 1, 0]), verbose=0)
    assert any(np.abs(a - b).max() > 0 for a, b in zip(before, model.get_weights(), strict=True))


def test_a_single_target_is_for_the_only_output_with_a_loss(engine):
    inputs = hb.Input((3,))
    hidden = layers.Dense(2, name="hidden")(inputs)
    model = hb.Model(inputs, [layers.Dense(1, name="out")(hidden), hidden])
    model.compile("sgd", loss=["mse", None])
    history = model.fit(np.ones((4, 3)), np.ones((4, 1)), validation_split=0.5, verbose=0).history
    assert list(history) == ["loss", "val_loss"]


def test_a_single_output_has_the_first_of_several_masks():
    class Paired(layers.Layer):
        supports_masking = True

        def call(self, inputs):
            return inputs[0] + inputs[1]

    words = layers.Embedding(4, 2, mask_zero=True)(np.array([[1, 0], [2, 3]]))
    summed = layers.GlobalAveragePooling1D()(Paired()([words, words]))
    assert np.allclose(summed[0], 2 * words[0, 0])
