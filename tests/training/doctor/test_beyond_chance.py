"""Alarms are beyond chance: each rule with numbers that show it, and its healthy twin; nothing is compiled for them."""

from types import SimpleNamespace

import numpy as np
import pytest
from small_trainings import blobs, compiled, net

from hornbeam.callbacks import Doctor, EarlyStopping
from hornbeam.callbacks.run_data import RunData, hand_out
from hornbeam.training.doctor.data_view import Gathered, Rows, rows_of
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.examination import before_training
from hornbeam.training.doctor.reference import Kernels, Reference, standardized
from hornbeam.training.doctor.rules.capacity import _seldom, overfitting

X, Y = blobs(rows=96)
MODEL = compiled(net(), metrics=["accuracy"])


def prepared(model, y, x=X):
    """The model's trainer when it knows the data; nothing is compiled for that."""
    model.check(x, y)
    return model.__hornbeam__.run_state.trainer


def severity(best, end, accuracy=(0.9, 0.9), rows=90, keeps_best=False, training=0.05):
    """What `overfitting` says of a validation whose loss and accuracy go from one number to another."""
    trainer = prepared(MODEL, Y)
    history = {
        "loss": [1.0, *[best] * 9, *[training] * 10],
        "accuracy": [0.5, *[0.9] * 9, *[1.0] * 10],
        "val_loss": [1.0, *[best] * 9, *[end] * 10],
        "val_accuracy": [0.5, *[accuracy[0]] * 9, *[accuracy[1]] * 10],
    }
    run = SimpleNamespace(history=history, losses=history["loss"], is_finite=True, keeps_best=keeps_best)
    e = Evidence(trainer, Rows(X, Y, None, 96, ["x"]), Rows(X[:rows], Y[:rows], None, rows, ["x"]), run=run)
    return [finding.severity for finding in overfitting(e, [])]


def test_a_few_confident_mistakes_are_a_note_and_what_is_lost_an_alarm():
    assert severity(0.3, 0.35, (0.8, 0.8)) == []  # a rise of chance
    assert severity(0.3, 0.6, (0.8, 0.8)) == ["note"]  # twice the loss, and as many are right
    assert severity(0.3, 1.2, (0.8, 0.8)) == ["warning"]  # more than a model loses that knows nothing
    assert severity(0.3, 0.6, (0.95, 0.6)) == ["warning"]  # many fewer are right
    assert severity(0.02, 0.07, (0.99, 0.99)) == []  # three times next to nothing
    assert severity(0.3, 1.2, (0.8, 0.8), training=0.28) == []  # the training did not fall, either
    assert severity(0.3, 1.2, (0.8, 0.8), keeps_best=True) == []  # stopped at the best


@pytest.mark.parametrize(("loss", "share"), [("mse", 0.04), ("mae", 0.04**0.5)])
def test_what_the_history_shows_is_compared_by_its_own_measure(loss, share):
    """Absolute errors that are a fifth of what they were leave a twenty-fifth of the squares."""
    y = (X[:, 0] + 0.2 * np.random.default_rng(0).normal(size=96)).astype("float32")
    model = compiled(net(units=1, activation=None), loss=loss)
    error = (lambda a: np.mean(a**2)) if loss == "mse" else (lambda a: np.mean(abs(a)))
    for left, asked in ((share, False), (0.8, True)):
        losses = [float(error(y - np.median(y)) * part) for part in (1.0, left)]
        run = SimpleNamespace(history={"loss": losses}, losses=losses, is_finite=True, source=None, validation=None)
        e = Evidence(prepared(model, y), Rows(X, y, None, 96, ["x"]), run=run)
        e.train_skills = {e.outputs[0].name: 0.2}
        assert (e.deficit > 0) == asked


def test_who_keeps_the_best_epoch_is_told_to_the_doctor():
    seen = []
    listener = EarlyStopping(restore_best_weights=True)
    listener.set_run_data = seen.append
    hand_out([listener], RunData(None, None, {}))
    listener.restore_best_weights = False
    hand_out([listener], RunData(None, None, {}))
    assert [data.keeps_best for data in seen] == [True, False]

    class Mine(Doctor):
        """A doctor of the user's own is told, too; what he calls `set_run_data` himself is his."""

    class Other(Doctor):
        def set_run_data(self, wards, beds):
            raise AssertionError

    mine, data = Mine(), RunData(None, None, {})
    hand_out([mine, Other()], data)
    assert mine._data == data


def test_a_rare_class_is_seldom_found_where_a_coin_would_find_more():
    assert _seldom(0, 5)
    assert not _seldom(0, 4)
    assert not _seldom(2, 6)
    assert not _seldom(20, 40)
    assert _seldom(10, 40)


def test_the_regressions_leave_each_row_out():
    rng = np.random.default_rng(0)
    x = standardized(rng.normal(size=(40, 3)))
    y = x[:, 0] + 0.5 * rng.normal(size=40)
    model = compiled(net(units=1, activation=None, columns=3), loss="mse")
    e = Evidence(prepared(model, y, x), Rows(x, y, None, 40, ["x"]))
    found = Reference(Kernels(e.features), e.outputs[0])
    # The same by solving for each row without it, at the best of the penalties.
    kernel = x @ x.T / 3 + 1
    skills = []
    for penalty in (1e-3, 1e-2, 1e-1, 1.0, 10.0):
        left = [np.delete(np.arange(40), i) for i in range(40)]
        solve = lambda rows: np.linalg.solve(kernel[np.ix_(rows, rows)] + penalty * np.eye(39), y[rows] - y.mean())  # noqa: E731, B023
        said = np.array([kernel[i, rows] @ solve(rows) + y.mean() for i, rows in enumerate(left)])
        skills.append(1 - np.mean((said - y) ** 2) / y.var())
    assert found.linear == pytest.approx(max(skills), abs=1e-6)
    assert 0 < found.error < 0.3


def test_of_a_stream_many_batches_are_looked_at_and_they_need_not_be_of_one_length():
    gathered = Gathered()
    order = np.argsort(Y)  # each batch has one class
    for i in range(0, 96, 16):
        gathered((X[order[i : i + 16]], Y[order[i : i + 16]], None))
    gathered((np.zeros((4, 7), "float32"), np.zeros(4), None))
    x, y, weights = gathered.data
    assert np.array_equal(x, X[order])
    assert np.array_equal(y, Y[order])
    assert weights is None


def test_a_sorted_stream_is_not_taken_for_other_data_than_its_validation(capsys):
    order = np.argsort(Y)
    batches = [(X[order[i : i + 16]], Y[order[i : i + 16]]) for i in range(0, 96, 16)]
    model = compiled(net(), metrics=["accuracy"])
    stream = (batch for _ in range(2) for batch in batches)
    model.fit(stream, steps_per_epoch=6, epochs=2, verbose=0, validation_data=(X + 0.01, Y), doctor=True)
    assert "val_from_other_distribution" not in capsys.readouterr().out
    assert "val_from_other_distribution" not in model.diagnosis.names
    rare = [(X[i : i + 16], np.where(np.arange(i, i + 16) < 3, 2, 0)) for i in range(0, 96, 16)]
    model.fit((batch for batch in rare), steps_per_epoch=6, verbose=0, doctor=True)
    assert "class_imbalance" in model.diagnosis.names


def test_wide_rows_are_looked_at_in_part():
    x, y = np.zeros((1000, 5000), "float32"), np.arange(1000) % 3
    rows = rows_of((x, y, None), False, ["x"])
    assert rows.size == 209
    e = Evidence(prepared(compiled(net(columns=5000)), y, x), rows)
    assert [finding.name for finding in before_training(e)] == ["constant_column"]
