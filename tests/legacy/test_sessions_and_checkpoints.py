"""What stood around Keras in scripts of TensorFlow 1 and 2: sessions, checkpoints, files; and steps of tf.keras."""

import importlib

import numpy as np
import pytest

import hornbeam
from hornbeam import Input, Model, backend, layers, optimizers
from hornbeam.core.renaming.modules import OldModule
from hornbeam.legacy.notebook import without_commands

tf = importlib.import_module("hornbeam.legacy.tensorflow")
pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
ROWS = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")


def small(**compiled):
    x = Input((2,))
    model = Model(x, layers.Dense(1)(x))
    model.compile(**({"optimizer": "sgd", "loss": "mse"} | compiled))
    return model


def test_a_session_computes_what_a_graph_has():
    config = tf.ConfigProto(log_device_placement=True)
    config.gpu_options.allow_growth = True
    model = small()
    with tf.Session(graph=tf.get_default_graph(), config=config) as session:
        backend.set_session(session)
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        out, kernel = session.run([model.output, model.layers[1].kernel], feed_dict={model.input: ROWS})
        np.testing.assert_allclose(out, model.predict(ROWS, verbose=0), rtol=1e-5)
        np.testing.assert_array_equal(kernel, model.get_weights()[0])
        with pytest.raises(ValueError, match="feed_dict"):
            session.run(model.output)


def test_what_an_old_module_has_not_is_said_by_the_module_that_it_stands_for():
    old = OldModule("tensorflow", ["hornbeam.legacy.tensorflow"])
    assert old.newaxis is None
    with pytest.raises(AttributeError, match=r"no `tf\.estimator`: use a `keras\.Model`"):
        _ = old.estimator
    with pytest.raises(AttributeError, match="module `tensorflow` has no attribute `__foo__`"):
        _ = old.__foo__


def test_a_checkpoint_brings_back_what_it_saved(tmp_path):
    model = small(optimizer=optimizers.Adam(0.1))
    model.fit(ROWS, ROWS[:, :1], verbose=0)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=model.optimizer)
    manager = tf.train.CheckpointManager(checkpoint, tmp_path / "kept", max_to_keep=2)
    weights, steps = model.get_weights(), model.optimizer.get_config()["learning_rate"]
    for _ in range(3):
        manager.save()
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["checkpoint", "ckpt-2.npz", "ckpt-3.npz"]
    model.set_weights([w + 1 for w in weights])
    checkpoint.restore(tf.train.latest_checkpoint(tmp_path / "kept")).expect_partial()
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])
    assert steps == model.optimizer.get_config()["learning_rate"]
    assert tf.train.latest_checkpoint(tmp_path) is None and checkpoint.restore(None) is checkpoint
    other = tf.train.Checkpoint(model=Model(x := Input((3,)), layers.Dense(1)(x)), optimizer=model.optimizer)
    with pytest.raises(ValueError, match="before `restore`"):
        other.restore(manager.latest_checkpoint)


def test_files_and_images(tmp_path):
    image = pytest.importorskip("PIL.Image")
    pixels = np.arange(12, dtype="uint8").reshape(2, 2, 3)
    image.fromarray(pixels).save(tmp_path / "a.png")
    content = tf.io.read_file(str(tmp_path / "a.png"))
    np.testing.assert_array_equal(tf.image.decode_png(content, channels=3), pixels)
    assert tf.io.decode_jpeg(content, channels=1).shape == (2, 2, 1) and tf.io.gfile.exists(tmp_path)


def test_steps_of_tf_keras_use_the_compiled_loss_and_metrics(engine):
    class Own(Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics} | {"same": loss}

    x = Input((2,))
    model = Own(x, layers.Dense(1)(x))
    twin = Model(x, model.output)
    for each in (model, twin):
        each.compile(optimizers.SGD(0.0), "mse", metrics=["mae"])
    found, wanted = (m.fit(ROWS, ROWS[:, :1], verbose=0).history for m in (model, twin))
    assert found["loss"] == found["same"] == pytest.approx(wanted["loss"]) and found["mae"] == pytest.approx(
        wanted["mae"]
    )


def test_steps_of_tf_keras_count_metrics_where_compile_had_no_loss(engine):
    class Distilled(Model):
        def __init__(self, student):
            super().__init__()
            self.student, self.seen = student, hornbeam.metrics.Mean(name="seen")

        @property
        def metrics(self):
            return [*super().metrics, self.seen]

        def train_step(self, data):
            x, y = data
            self.compiled_metrics.update_state(y, self.student(x))
            self.seen.update_state(2.0)
            return {m.name: m.result() for m in self.metrics}

        def call(self, x):
            return self.student(x)

    model = Distilled(small().layers[-1])
    model.compile("sgd", metrics=["mae"])
    found = model.fit(ROWS, ROWS[:, :1], verbose=0).history
    assert found["mae"] == pytest.approx([float(np.abs(ROWS[:, :1] - model.predict(ROWS, verbose=0)).mean())])
    assert found["seen"] == [2.0]


def test_a_metric_may_give_its_variable():
    class Rows(hornbeam.metrics.Metric):
        def __init__(self):
            super().__init__(name="rows")
            self.count = self.add_weight(name="count", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.count.assign_add(1.0)

        def result(self):
            return self.count

    model = small(metrics=[Rows()])
    assert model.fit(ROWS, ROWS[:, :1], batch_size=1, verbose=0).history["rows"] == [2.0]


def test_a_step_down_a_function(engine):
    weight = tf.Variable([3.0])
    optimizer = optimizers.SGD(0.5)
    optimizer.minimize(lambda: tf.reduce_sum(weight * weight), var_list=[weight])
    assert weight.numpy().tolist() == [0.0] and int(optimizer.iterations) == 1


def test_layers_of_keras_1_list_their_weights():
    class Own(layers.Layer):
        def build(self, input_shape):
            self.W = backend.variable(np.ones((2, 1)))
            fixed, free = backend.variable([1.0]), backend.variable([2.0])
            self.trainable_weights = [self.W, free]
            self.non_trainable_weights = [fixed]
            self.add = lambda x: x * free + fixed
            super().build(input_shape)

        def call(self, x):
            return self.add(backend.dot(x, self.W))

    layer = Own()
    assert layer(ROWS).shape == (2, 1)
    assert (len(layer.weights), len(layer.trainable_weights), len(layer.non_trainable_weights)) == (3, 2, 1)
    with pytest.raises(AttributeError, match="is a list of variables"):
        layer.trainable_weights = [1.0]


def test_metrics_third_as_in_keras_2():
    model = small()
    model.compile("sgd", "mse", ["mae", hornbeam.metrics.MeanAbsoluteError(name="own")])
    assert set(model.evaluate(ROWS, ROWS[:, :1], verbose=0, return_dict=True)) == {"loss", "mae", "own"}
    model.compile("sgd", "mse", [0.5])
    assert set(model.evaluate(ROWS, ROWS[:, :1], verbose=0, return_dict=True)) == {"loss"}


def test_layers_that_a_loss_of_a_models_own_builds():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.student, self.teacher = layers.Dense(1), layers.Dense(1)

        def call(self, x):
            return self.student(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return tf.reduce_mean(tf.square(y_pred - self.teacher(x)))

    model = Own()
    model.compile("sgd")
    assert len(model.fit(ROWS, ROWS[:, :1], verbose=0).history["loss"]) == 1 and len(model.trainable_weights) == 4


def test_what_a_command_prints_is_nothing():
    assert without_commands("files = !ls\nx = 1\n  y = %pwd") == "files = []\nx = 1\n  y = []"


def test_each_run_of_a_session_takes_the_next_element_of_an_iterator():
    data = tf.data.Dataset.from_tensor_slices((ROWS, np.array([5, 6]))).batch(1)
    session, (x, y) = tf.Session(), data.make_one_shot_iterator().get_next()
    kernel = backend.variable([[1.0], [1.0]])
    total, rows, label = session.run([backend.dot(x, kernel), x, y])  # one element for all of them
    assert (total.item(), rows.tolist(), label.tolist()) == (3.0, [[1.0, 2.0]], [5])
    assert session.run(x, feed_dict={x: ROWS[:1]}).tolist() == [[1.0, 2.0]]  # what is fed takes none
    assert session.run({"twice": 2 * y})["twice"].tolist() == [12]
    with pytest.raises(tf.errors.OutOfRangeError, match="no more"):
        session.run(x)
    assert [label.tolist() for _, label in tf.data.make_one_shot_iterator(data)] == [[5], [6]]


def test_an_iterator_that_is_initialized_begins_anew():
    iterator = tf.data.make_initializable_iterator(tf.data.Dataset.from_tensor_slices(ROWS))
    session, row = tf.Session(), iterator.get_next()
    with pytest.raises(tf.errors.FailedPreconditionError, match="initializer"):
        session.run(row)
    for _ in range(2):
        session.run(iterator.initializer)
        assert [session.run(row).tolist() for _ in ROWS] == ROWS.tolist()
    tf.reset_default_graph()
    with pytest.raises(ValueError, match="feed_dict"):
        session.run(row)
    empty = tf.data.Dataset.from_tensor_slices(ROWS).take(0)
    with pytest.raises(tf.errors.OutOfRangeError, match="has none"):
        tf.data.make_one_shot_iterator(empty).get_next()


def test_an_update_that_was_computed_once_is_told():
    v = backend.variable([1.0])
    with pytest.warns(UserWarning, match="the same numbers at each call"):
        backend.function([], [v], updates=[(v, 0.9 * v)])
