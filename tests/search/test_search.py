"""Searches: what is found, what is compiled, what repeats, what goes wrong."""

import threading
import warnings

import numpy as np
import pytest
import scipy.stats as st

import hornbeam
from hornbeam import layers, search
from hornbeam.search.strategies import rungs_of
from hornbeam.training.programs.compiled import forget_compiled

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(60, 4)).astype("float32")
Y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype("float32")


def build(rate=0.01, units=4, activation="relu", dropout=0.1):
    model = hornbeam.Sequential(
        [layers.Input((4,)), layers.Dense(units, activation), layers.Dropout(dropout), layers.Dense(1, "sigmoid")]
    )
    model.compile(hornbeam.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def scores(found):
    return [(one.params, one.scores, one.history) for one in found.candidates]


def test_twenty_fits_of_one_structure_compile_once(engine):
    forget_compiled()
    space = {"rate": st.loguniform(1e-3, 1e-1), "dropout": st.uniform(0.1, 0.4)}
    found = search.random(build, space, X, Y, n=4, folds=5, epochs=1, n_jobs=2, refit=False)
    assert len(found.candidates) * len(found.candidates[0].scores) == 20
    assert found.compilations == 2  # a training step and an evaluation


def test_a_builder_that_clears_the_session_leaves_others_their_programs():
    def clearing(rate):
        hornbeam.backend.clear_session()
        model = build(rate)
        assert model.layers[0].name == "dense"
        return model

    forget_compiled()
    found = search.random(clearing, {"rate": [0.1, 0.01, 0.001]}, X, Y, n=3, folds=2, epochs=1, refit=False)
    assert found.compilations == 2


def test_threads_change_no_number_and_the_same_seed_repeats_all(engine):
    space = {"rate": st.loguniform(1e-3, 1e-1), "units": [3, 4]}
    options = {"n": 4, "folds": 2, "epochs": 2, "objective": "accuracy", "curves": True}
    one = search.random(build, space, X, Y, n_jobs=1, **options)
    two = search.random(build, space, X, Y, n_jobs=3, **options)
    other = search.random(build, space, X, Y, n_jobs=3, seed=1, refit=False, **options)
    assert scores(one) == scores(two) != scores(other)
    assert one.best_params == two.best_params
    for ours, theirs in zip(one.best_model.get_weights(), two.best_model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert one.best_score == max(candidate.score for candidate in one.candidates)


def test_a_search_leaves_everyone_elses_numbers_and_names():
    def draw():
        return float(hornbeam.random.uniform(()))

    hornbeam.utils.set_random_seed(4)
    expected = [draw(), draw()]
    hornbeam.utils.set_random_seed(4)
    names = [layers.Dense(1).name for _ in range(2)]
    first = draw()
    search.random(build, {"rate": [0.1]}, X, Y, n=1, epochs=1, n_jobs=1)
    assert [first, draw()] == expected
    assert int(layers.Dense(1).name.split("_")[-1]) == int(names[1].split("_")[-1]) + 1


def test_grid_with_a_table_and_plots():
    found = search.grid(build, {"units": range(2, 4), "rate": [0.01, 0.1]}, X, Y, folds=3, epochs=2, curves=True)
    table = found.table
    assert len(table) == 4
    assert table["score"].is_monotonic_increasing  # of the loss
    assert {"candidate", "score", "spread", "units", "rate", "fold 0", "seconds"} <= set(table.columns)
    assert dict(table.iloc[0][["units", "rate"]]) == found.best_params
    assert len(found.plot().axes) == 2
    assert found.plot_curves(n=2).axes[0].get_ylabel() == "val_loss"
    assert "best loss" in repr(found)
    with pytest.raises(ValueError, match="Did you mean 'units'"):
        found.plot("unit")


def test_halving_keeps_the_best_and_trains_them_longer():
    assert rungs_of(9, 3, 30) == [(9, 3), (3, 10), (1, 30)]
    assert rungs_of(9, 3, 4) == [(9, 1), (3, 4)]
    assert rungs_of(1, 3, 4) == [(1, 4)]
    found = search.halving(build, {"rate": [1e-6, 1e-5, 0.05]}, X, Y, n=3, epochs=6, refit=False)
    assert [one.epochs for one in found.ranked()] == [6, 2, 2]
    assert found.best_params == {"rate": 0.05}
    assert len(found.best.history["loss"]) == 6


def test_halving_may_go_on_from_the_weights_of_the_rung_before(tmp_path):
    trained = []

    class Count(hornbeam.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            trained.append(epoch)
            if len(trained) == 9:
                raise KeyboardInterrupt

    options = {"n": 3, "epochs": 6, "refit": False, "n_jobs": 1, "curves": True}
    arguments = (build, {"rate": [1e-6, 1e-5, 0.05]}, X, Y)
    with pytest.raises(KeyboardInterrupt):
        search.halving(*arguments, go_on=True, folder=tmp_path, callbacks=Count, **options)
    np.random.seed(3)
    found = search.halving(*arguments, go_on=True, folder=tmp_path, callbacks=Count, **options)
    assert np.random.random() == pytest.approx(0.5507979)  # the caller's numbers
    assert sorted(trained) == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert len(found.best.history["val_loss"]) == 6
    straight = search.halving(build, {"rate": [0.05]}, X, Y, n=1, epochs=6, refit=False, curves=True)
    assert straight.best.history == found.best.history
    assert [path.name for path in tmp_path.iterdir()] == ["search.jsonl"]


def test_optuna_proposes():
    pytest.importorskip("optuna")
    space = {"rate": st.loguniform(1e-4, 0.1), "units": [2, 3], "activation": [hornbeam.ops.relu, "tanh"]}
    given = [search.optuna(build, space, X, Y, n=4, epochs=1, objective="accuracy", n_jobs=2) for _ in range(2)]
    assert scores(given[0]) == scores(given[1])
    assert all(1e-4 <= one.params["rate"] <= 0.1 for one in given[0].candidates)


def test_optuna_ends_candidates_that_do_worse_and_goes_on_with_what_it_knew(tmp_path):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def pruned(folder):
        study = optuna.create_study(
            direction="minimize",
            sampler=optuna.samplers.RandomSampler(seed=0),
            pruner=optuna.pruners.ThresholdPruner(upper=0.0, n_warmup_steps=1),  # no loss is below it
        )
        options = {"n": 2, "epochs": 5, "n_jobs": 1, "refit": False, "folder": folder}
        found = search.optuna(build, {"rate": st.loguniform(1e-3, 1e-2)}, X, Y, study=study, prune=True, **options)
        return found, [(trial.state.name, trial.intermediate_values) for trial in study.trials]

    found, told = pruned(tmp_path)
    assert [len(one.history["loss"]) for one in found.candidates] == [2, 2]
    assert [state for state, _ in told] == ["PRUNED", "PRUNED"]
    assert list(told[0][1].values()) == found.candidates[0].history["val_loss"]
    assert pruned(tmp_path)[1] == told
    with pytest.raises(ValueError, match=r"`prune=True` needs one number .* Received: 2 folds; hold out rows once"):
        search.optuna(build, {"rate": [0.1]}, X, Y, prune=True, folds=2)


def test_a_study_of_the_users_own():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="minimize")
    search.optuna(build, {"dropout": st.beta(2, 3)}, X, Y, n=2, epochs=1, study=study, refit=False)
    assert len(study.trials) == 2
    with pytest.raises(ValueError, match="`study` must have the objective's direction, 'maximize'"):
        search.optuna(build, {"units": [2]}, X, Y, n=1, epochs=1, objective="accuracy", study=study)


def test_a_builder_may_give_arguments_of_fit_and_callbacks_are_copied():
    stopping = hornbeam.callbacks.EarlyStopping("val_loss", mode="max")  # it falls: two epochs

    def with_arguments(epochs_of_mine):
        return build(), {"epochs": epochs_of_mine, "batch_size": 30}

    found = search.grid(with_arguments, {"epochs_of_mine": [1, 5]}, X, Y, folds=2, callbacks=[stopping])
    assert [len(one.history["loss"]) for one in found.candidates] == [1, 2]
    assert stopping.model is None
    assert len(found.best_model.history.history["loss"]) <= 2  # as long as the folds took, with nothing held out


def test_data_frames_several_inputs_and_a_validation_set():
    import pandas

    def named(units):
        a, b = hornbeam.Input((2,), name="a"), hornbeam.Input((2,), name="b")
        out = layers.Dense(1)(layers.Concatenate()([layers.Dense(units)(a), b]))
        model = hornbeam.Model({"a": a, "b": b}, out)
        model.compile("sgd", "mse")
        return model

    parts = {"a": pandas.DataFrame(X[:, :2]), "b": X[:, 2:]}
    found = search.grid(named, {"units": [1, 2]}, parts, Y, folds=2, epochs=1)
    assert found.best_model.predict(parts, verbose=0).shape == (60, 1)
    judged = search.grid(build, {"units": [2]}, pandas.DataFrame(X), pandas.Series(Y), validation_data=(X[:9], Y[:9]))
    assert judged.best_score > 0


def test_a_function_as_objective_and_given_folds():
    from sklearn.model_selection import ShuffleSplit

    def share(model, x, y):
        return float(((model.predict(x, verbose=0)[:, 0] > 0.5) == y).mean())

    found = search.grid(
        build, {"units": [2, 3]}, X, Y, folds=ShuffleSplit(2, random_state=0), epochs=1, objective=share
    )
    assert found.objective == "share"
    assert found.higher_is_better
    assert 0 <= found.best_score <= 1


def test_a_candidate_that_fails_is_named_and_the_rest_goes_on():
    with pytest.warns(UserWarning, match=r"Candidate 0 \(units=-1\) failed, and counts as the worst: ValueError"):
        found = search.grid(build, {"units": [-1, 3]}, X, Y, epochs=1, objective="accuracy")
    assert found.best_params == {"units": 3}
    assert np.isnan(found.candidates[0].score)
    assert found.table["error"].iloc[-1].startswith("ValueError")
    assert "1 failed" in repr(found)


def broken(**settings):
    model = hornbeam.Sequential([layers.Dense(1)])
    if settings["compiled"]:
        model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: search.random(build, {"unit": [1]}, X, Y), ValueError, "`space` must name parameters of `build`.*"
         "Received: 'unit'. Did you mean 'units'"),
        (lambda: search.random(build, {"units": 3}, X, Y), TypeError, r"one value goes in a list: \[3\]"),
        (lambda: search.random(build, {"units": []}, X, Y), ValueError, "at least one value"),
        (lambda: search.random(build, {}, X, Y), TypeError, "`space` must be a dict such as"),
        (lambda: search.grid(build, {"rate": st.uniform(0, 1)}, X, Y), ValueError,
         r"needs a list.*rate=uniform\(0, 1\)"),
        (lambda: search.grid(lambda u: None, {"u": [1]}, X, Y), TypeError, "Received: None from .*end it with `return"),
        (lambda: search.grid(lambda u: 3, {"u": [1]}, X, Y), TypeError, "compiled model.*Received: int"),
        (lambda: search.grid(broken, {"compiled": [False]}, X, Y), ValueError, "a model from .*broken.compiled=False.* "
         "that is not compiled"),
        (lambda: search.grid(lambda u: (build(), 3), {"u": [1]}, X, Y), TypeError, "give a dict such as"),
        (lambda: search.grid(broken, {"compiled": [1]}, X, np.eye(60)[:, :3]), ValueError, "None of the 1 candidates.*"
         r"compiled=1.*must have its shape \(rows, 1\)"),
        (lambda: search.grid(build, {"units": [1]}, X, Y[:50]), ValueError, "60 of `x`, 50 of `y`"),
        (lambda: search.grid(build, {"units": [1]}, X, [0] * 58 + [1, 1], folds=3), ValueError,
         "needs a row of each class. Received: class 1 with 2 rows; use fewer folds, or `stratify=False`"),
        (lambda: search.grid(build, {"units": [1]}, X, [0] * 30 + [1] * 30, folds=[(range(30), range(30, 60))]),
         ValueError, "Each fold must train on each class.*Received: fold 0"),
        (lambda: search.grid(build, {"units": [1]}, X, Y, folds=1), ValueError, "`folds` must be at least 2"),
        (lambda: search.grid(build, {"units": [1]}, X, Y, folds=2, validation_split=0.1), ValueError, "Give one of"),
        (lambda: search.grid(build, {"units": [1]}, X, Y, fold=2), TypeError,
         "no argument `fold`. Did you mean 'folds'"),
        (lambda: search.grid(build, {"units": [1]}, X, Y, objective="f1"), ValueError, "`objective` must be one of "
         "'accuracy', 'loss'.*Received: objective='f1'"),
        (lambda: search.grid(build, {"units": [1]}, X, Y, n_jobs=0), ValueError, "`n_jobs` must be a positive integer"),
        (lambda: search.random(build, {"units": [1]}, X, Y, n=0), ValueError, "`n` must be a positive integer"),
        (lambda: search.grid(build, {"units": [1]}, iter([X]), Y), TypeError, "so that rows can be held out"),
        (lambda: search.halving(build, {"units": [1]}, X, Y, factor=1), ValueError, "`factor` must be"),
        (lambda: search.grid("build", {"units": [1]}, X, Y), TypeError, "`build` must be a function"),
    ],
)  # fmt: skip
def test_mistakes_are_said_in_a_sentence(call, error, message):
    with pytest.raises(error, match=message), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call()


def test_ctrl_c_ends_all_threads_after_their_epoch():
    class Press(hornbeam.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        search.grid(build, {"units": [1, 2]}, X, Y, epochs=10**6, callbacks=lambda: [Press()], n_jobs=2)
    assert threading.active_count() == before


@pytest.mark.parametrize("classes", [None, np.arange(60) % 3, np.arange(60) >= 50])
def test_folds_part_the_rows_and_have_their_share_of_each_class(classes):
    from hornbeam.search.data import Data, splits_of

    for options in ({"folds": 4}, {"validation_split": 0.25}):
        splits = splits_of(Data(X, None if classes is None else classes.astype(int)), seed=2, **options)
        for train, test in splits:
            assert sorted([*train, *test]) == list(range(60))
            if classes is not None:
                shares = [np.bincount(classes[rows].astype(int)) / len(rows) for rows in (train, test)]
                np.testing.assert_allclose(*shares, atol=0.07)
        if len(splits) > 1:
            assert sorted(np.concatenate([test for _, test in splits])) == list(range(60))
