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


class Graph(hb.Model):
    """A number for each of three graphs, from nodes and edges, which are not as many."""

    def __init__(self):
        super().__init__()
        self.message, self.dense = layers.Dense(2), layers.Dense(1)

    def call(self, inputs):
        nodes = ops.segment_sum(self.message(inputs["edges"]), inputs["ends"], num_segments=6)
        return self.dense(ops.mean(ops.reshape(nodes, (3, 2, 2)), axis=1))


def test_batches_of_graphs_have_other_counts_of_nodes_edges_and_targets(engine):
    edges, ends = np.ones((8, 2), "float32"), np.array([0, 1, 2, 3, 4, 5, 0, 1], "int32")
    batches = [({"edges": edges, "ends": ends, "nodes": np.ones((6, 1), "float32")}, np.ones((3, 1), "float32"))] * 2
    model = Graph()
    model.compile("sgd", "mse")
    losses = model.fit(iter(batches), steps_per_epoch=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert model.predict(iter(batches), steps=1, verbose=0).shape == (3, 1)


class SemiSupervised(hb.Model):
    """Trains two parts on a pair of batches, of other sizes, and is never called itself."""

    def __init__(self):
        super().__init__()
        self.encoder = hb.Sequential([layers.Input((2,)), layers.Dense(2)])
        self.probe = hb.Sequential([layers.Input((2,)), layers.Dense(3)])

    def train_step(self, data):
        (unlabelled, _), (labelled, y) = data
        features = self.encoder(ops.concatenate([unlabelled, labelled]))
        targets = hb.utils.to_categorical(y, 3)
        self.last = hb.utils.normalize(features, axis=1)
        return {"rows": ops.shape(features)[0] + 0 * ops.sum(self.last), "classes": ops.sum(targets)}


def test_a_step_takes_pairs_of_batches_apart_and_its_model_is_saved(engine, tmp_path):
    pair = (np.ones((3, 2), "float32"), np.zeros(3, "int32")), (np.ones((2, 2), "float32"), np.ones((2, 1), "int32"))
    model = SemiSupervised()
    model.compile("sgd")
    history = model.fit(iter([pair]), verbose=0).history
    assert history == {"rows": [5.0], "classes": [2.0]}
    assert not model.built
    model.save_weights(tmp_path / "a.weights.h5", options=None)
    kept = model.get_weights()
    model.encoder.set_weights([np.zeros_like(w) for w in model.encoder.get_weights()])
    model.load_weights(tmp_path / "a.weights.h5", options=None)
    for weight, before in zip(model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(weight, before)


class Places(layers.Layer):
    """Computes in `build`, where it is built by the call of another layer in a graph."""

    def build(self, input_shape):
        self.places = ops.reshape(ops.arange(input_shape[-1]), (1, -1)) * 2
        self.shift = hb.Variable(np.asarray(ops.add(self.places, 1)), trainable=False, dtype="float32")

    def call(self, x):
        return x + ops.cast(self.places, "float32") + self.shift


class Outer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.places = Places()

    def call(self, x):
        return self.places(x)


def test_what_build_computes_has_values_in_graphs_too(engine):
    x = layers.Input((3,))
    outer = Outer()
    model = hb.Model(x, outer(x))
    np.testing.assert_array_equal(model.predict(np.zeros((1, 3)), verbose=0), [[1.0, 5.0, 9.0]])
    np.testing.assert_array_equal(np.asarray(outer.places.places), [[0, 2, 4]])


class Local(layers.Layer):
    """Trains itself, by an optimizer of its own."""

    def __init__(self):
        super().__init__()
        self.dense, self.optimizer = layers.Dense(1), hb.optimizers.Adam(0.1)

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, x):
        return self.dense(x)


class LayerWise(hb.Model):
    def __init__(self):
        super().__init__()
        self.parts = [Local(), Local()]

    def call(self, x):
        return self.parts[1](self.parts[0](x))

    def train_step(self, data):
        for part in self.parts:
            weights = part.trainable_weights
            part.optimizer.apply([ops.ones_like(w) for w in weights], weights)
        return {"loss": ops.sum(self.parts[0].dense.kernel)}


def test_layers_have_optimizers_of_their_own(engine):
    model = LayerWise()
    model.build((2, 1))
    model.compile("sgd")
    before = model.get_weights()
    model.fit(np.ones((2, 1)), epochs=2, verbose=0)
    for weight, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_allclose(weight, old - 0.2, atol=1e-5)
