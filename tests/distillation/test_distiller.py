"""A student learns from targets and from its teacher, as in real Keras where that is right."""

import functools
import os
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import distillation, layers, losses

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(8, 4)).astype("float32"), RNG.integers(0, 3, 8)


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    with warnings.catch_warnings(action="ignore"):
        return pytest.importorskip("keras")


def stack(units, name, library=hornbeam, **options):
    dense = library.layers.Dense
    parts = [dense(units, "tanh", name="hidden", **options), dense(3, name="last")]
    model = library.Sequential([library.Input((4,)), *parts], name=name)
    rng = np.random.default_rng(units)
    model.set_weights([rng.normal(size=w.shape) for w in model.weights])
    return model


def compiled(make_losses, library=hornbeam, units=(6, 5), student_options=(), **options):
    teacher, student = stack(units[0], "teacher", library), stack(units[1], "student", library, **dict(student_options))
    model = library.distillation.Distiller(teacher, student, make_losses(library.distillation), **options)
    loss = library.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(library.optimizers.SGD(0.1), loss, metrics=["accuracy"])
    return model


def logits(package):
    return package.LogitsDistillation(2.0, "mse")


CASES = {
    "logits": (lambda d: d.LogitsDistillation(2.0), {"student_loss_weight": 0.3}),
    "logits and features": (
        lambda d: [d.LogitsDistillation(loss="mse"), d.FeatureDistillation("mse", "hidden", "hidden")],
        {"distillation_loss_weights": [0.7, 0.2], "units": (6, 6)},
    ),
    "features of the teacher": (lambda d: d.FeatureDistillation("mse", teacher_layer_name="hidden"), {"units": (3, 5)}),
    "targets alone": (lambda d: d.LogitsDistillation(), {"student_loss_weight": 1.0}),
    "teacher alone": (lambda d: d.FeatureDistillation("cosine_similarity"), {"student_loss_weight": 0.0}),
}


def outcome(case, library):
    """The logs of two steps and of an evaluation, and the student's weights after them."""
    make_losses, options = CASES[case]
    model = compiled(make_losses, library, **options)
    history = model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0).history
    return history, model.evaluate(X, Y, verbose=0, return_dict=True), model.student.get_weights()


@functools.cache
def outcome_in_keras(case):
    import keras

    return outcome(case, keras)


@pytest.mark.parametrize("case", CASES)
def test_a_step_is_that_of_keras(engine, keras, case):
    (expected, expected_test, their_weights), (received, received_test, weights) = (
        outcome_in_keras(case),
        outcome(case, hornbeam),
    )
    assert set(received) == set(expected) == {"loss", "accuracy", "student_loss", "distillation_loss", "total_loss"}
    for name, value in expected.items():
        np.testing.assert_allclose(received[name], value, rtol=1e-4, atol=1e-6, err_msg=name)
        np.testing.assert_allclose(received_test[name], expected_test[name], rtol=1e-4, atol=1e-6, err_msg=name)
    for mine, theirs in zip(weights, their_weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_logs_are_means_over_rows_and_weights_count(engine):
    model = compiled(logits, student_loss_weight=0.25)
    weights = np.arange(8.0)
    student = losses.SparseCategoricalCrossentropy(from_logits=True)(Y, model.student(X), weights)
    distillation_loss = logits(distillation).compute_loss(model.teacher(X), model.student(X))
    total = 0.25 * float(student) + 0.75 * float(distillation_loss)
    logs = model.evaluate(X, Y, sample_weight=weights, batch_size=5, verbose=0, return_dict=True)  # 5 and 3 rows
    expected = {"student_loss": student, "distillation_loss": distillation_loss, "total_loss": total, "loss": total}
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], float(value), rtol=1e-5, err_msg=name)


def test_what_the_students_layers_add_counts(engine):
    penalty = {"kernel_regularizer": hornbeam.regularizers.L2(10.0)}
    plain, model = compiled(logits), compiled(logits, student_options=penalty.items())
    logs, more = (m.evaluate(X, Y, verbose=0, return_dict=True) for m in (plain, model))
    np.testing.assert_allclose(more["loss"] - logs["loss"], float(model.student.losses[0]), rtol=1e-4)
    assert more["student_loss"] == logs["student_loss"] and more["total_loss"] == more["loss"]


class Counting(layers.Layer):
    """Counts the calls in training."""

    def build(self, input_shape):
        self.calls = self.add_weight((), "zeros", trainable=False)

    def call(self, x, training=None):
        if training:
            self.calls.assign_add(1.0)
        return x


def functional(name, counting):
    inputs = hornbeam.Input((4,))
    hidden = counting(layers.Dense(3, name="hidden")(inputs))
    return hornbeam.Model(inputs, layers.Dense(3)(hidden), name=name)


def test_student_is_called_once_and_teacher_as_in_inference(engine):
    teacher, student = Counting(), Counting()
    models = functional("teacher", teacher), functional("student", student)
    features = distillation.FeatureDistillation("mse", "hidden", "hidden")
    before = models[0].get_weights()
    model = distillation.Distiller(*models, features)
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(X, Y, batch_size=4, verbose=0)
    assert float(student.calls.numpy()) == 2.0 and float(teacher.calls.numpy()) == 0.0
    for mine, value in zip(models[0].get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, value)


def test_without_targets():
    model = distillation.Distiller(stack(6, "t"), stack(5, "s"), logits(distillation), student_loss_weight=0)
    model.compile("sgd")
    assert set(model.fit(X, verbose=0).history) == {"loss", "student_loss", "distillation_loss", "total_loss"}
    np.testing.assert_array_equal(model.predict(X, verbose=0), model.student.predict(X, verbose=0))


class Plain(hornbeam.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)

    def call(self, x):
        return self.dense(x)


@pytest.mark.parametrize("make", [Plain, lambda: hornbeam.Sequential([layers.Dense(3)])], ids=["subclass", "stack"])
def test_student_that_is_not_built(make):
    model = distillation.Distiller(stack(6, "t"), make(), logits(distillation))
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(X, Y, verbose=0)
    assert len(model.student.weights) == 2 and len(model.trainable_weights) == 2


@pytest.mark.parametrize(
    ("pack", "loss", "count"),
    [
        (lambda a, b: [a, b], "mse", 2),
        (lambda a, b: [a, b], ["mse", None], 1),
        (lambda a, b: {"a": a, "b": b}, {"a": None, "b": losses.MeanSquaredError()}, 1),
        (lambda a, b: {"a": a, "b": [b, b]}, {"a": None, "b": "mse"}, 2),
    ],
)
def test_losses_of_several_outputs_are_added(pack, loss, count):
    x, zero = hornbeam.ops.array([[3.0, 3.0]]), hornbeam.ops.zeros((1, 2))
    compared = distillation.LogitsDistillation(3.0, loss)
    assert float(compared.compute_loss(pack(x, x), pack(zero, zero))) == count


def test_models_of_several_outputs():
    def two(units, name):
        inputs = hornbeam.Input((4,))
        hidden = layers.Dense(units)(inputs)
        return hornbeam.Model(inputs, {n: layers.Dense(2, name=n)(hidden) for n in "ab"}, name=name)

    loss = distillation.LogitsDistillation(loss={"a": "mse", "b": None})
    model = distillation.Distiller(two(6, "t"), two(5, "s"), loss)
    model.compile("sgd", {"a": "mse", "b": "mse"})
    targets = {n: np.ones((8, 2)) for n in "ab"}
    expected = loss.compute_loss(model.teacher(X), model.student(X))
    np.testing.assert_allclose(
        model.fit(X, targets, verbose=0).history["distillation_loss"], [float(expected)], rtol=1e-5
    )


class Distance(distillation.DistillationLoss):
    def __init__(self, power=1):
        self.store(locals())

    def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        return hornbeam.ops.mean(abs(teacher_outputs - student_outputs) ** self.power)


def test_file_goes_on_where_it_stopped(engine, tmp_path):
    model = compiled(lambda d: [Distance(2), d.FeatureDistillation("mse", "hidden", "hidden")], units=(5, 5))
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m.keras")
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Distance": Distance})
    assert again.distillation_losses[0].power == 2 and not again.teacher.trainable
    logs, others = (m.fit(X, Y, shuffle=False, verbose=0).history for m in (model, again))
    for name, value in logs.items():
        np.testing.assert_allclose(others[name], value, rtol=1e-5, err_msg=name)


def test_files_go_both_ways(keras, tmp_path):
    ours, theirs = (compiled(CASES["logits and features"][0], k, units=(6, 6)) for k in (hornbeam, keras))
    theirs.evaluate(X, Y, verbose=0)
    with warnings.catch_warnings(action="ignore"):  # Keras forgets how it was compiled
        ours.save(tmp_path / "ours.keras"), theirs.save(tmp_path / "theirs.keras")
        read_by_keras = keras.models.load_model(tmp_path / "ours.keras")
    read = hornbeam.models.load_model(tmp_path / "theirs.keras", compile=False)
    np.testing.assert_allclose(read.predict(X, verbose=0), theirs.predict(X, verbose=0), rtol=1e-5)
    np.testing.assert_allclose(read_by_keras.predict(X, verbose=0), ours.predict(X, verbose=0), rtol=1e-5)
    assert [loss.get_config() for loss in read.distillation_losses] == [
        loss.get_config() for loss in ours.distillation_losses
    ]


T, S = "teacher", "student"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda d: d.Distiller("t", stack(5, S), logits(d)), r"`teacher` of `Distiller` must be a model. Received: te"),
        (lambda d: d.Distiller(stack(5, T), 3, logits(d)), r"`student` of `Distiller` must be a model. .*student=3"),
        (lambda d: d.Distiller(stack(6, T), stack(5, S), []), r"`distillation_losses` .* list of them. Received: \[\]"),
        (lambda d: d.Distiller(stack(6, T), stack(5, S), "mse"), r"must be a `DistillationLoss`.* Received: \['mse'\]"),
        (lambda d: d.Distiller(stack(6, T), stack(5, S), logits(d), [1, 2]), r"must be 1 numbers.* Received: \[1, 2\]"),
        (
            lambda d: d.Distiller(stack(6, T), stack(5, S), logits(d), student_loss_weight=2),
            r"`student_loss_weight` of `Distiller` must be a number from 0 to 1. Received: 2",
        ),
        (
            lambda d: d.Distiller(stack(6, T), hornbeam.Sequential([hornbeam.Input((4,))], name=S), logits(d)),
            r"The outputs of a student must have the shapes of its teacher's, \[\(3,\)\] .* `student` with \[\(4,\)\]",
        ),
        (
            lambda d: d.Distiller(stack(6, T), stack(5, S), d.FeatureDistillation("mse", "hiden", "hidden")),
            r"Model `teacher` must have one layer 'hiden', called once. Received: .* layers \[.*'hidden', 'last'\]",
        ),
        (
            lambda d: d.Distiller(stack(6, T), Plain(), d.FeatureDistillation("mse", "hidden", "dense")),
            r"must be a functional model, .* for layer 'dense' .* Received: a Plain whose layers' calls are not known",
        ),
        (lambda d: d.LogitsDistillation(0), r"`temperature` of `LogitsDistillation` must be a positive .* Received: 0"),
        (lambda d: d.LogitsDistillation(loss=[None]), r"must hold at least one loss. Received: loss=\[None\]"),
        (lambda d: d.LogitsDistillation().validate_outputs([X], [X, X]), r"in the structure of the teacher's"),
        (
            lambda d: d.LogitsDistillation(loss=["mse"]).compute_loss([X, X], [X, X]),
            r"one entry for each of 2 outputs, or be one loss. Received: \[",
        ),
        (
            lambda d: d.FeatureDistillation().compute_loss(X, X[:, :2]),
            r"The loss 'mean_squared_error' needs outputs of a student in the shape .* \(8, 4\). Received: \(8, 2\)",
        ),
        (
            lambda d: d.Distiller(stack(6, T), stack(5, S), logits(d)).compile("sgd"),
            r"`loss` of `Distiller.compile` must say .* student_loss_weight=0.5. Received: None",
        ),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(distillation)


def test_own_loss_compares_features_of_any_shape():
    def widths(teacher, student):
        return hornbeam.ops.mean(teacher, axis=-1) - hornbeam.ops.mean(student, axis=-1)

    loss = distillation.FeatureDistillation(widths, "hidden", "hidden")
    model = distillation.Distiller(stack(6, T), stack(5, S), loss)
    model.compile("sgd", losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(X, Y, verbose=0)


def test_base_says_what_to_define():
    with pytest.raises(NotImplementedError, match=r"`DistillationLoss` must define `compute_loss\(teacher_outputs"):
        distillation.DistillationLoss().compute_loss(X, X)
