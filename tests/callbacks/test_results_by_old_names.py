"""Numbers in logs and histories answer to what other versions of Keras call them."""

import copy
import inspect
import json
import pickle
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import metrics
from hornbeam.callbacks import EarlyStopping, History, LambdaCallback, ModelCheckpoint, ReduceLROnPlateau
from hornbeam.core import naming
from hornbeam.core.old_names.results import NUMBERED, RESULTS
from hornbeam.core.renaming import notice
from hornbeam.core.renaming.results import Results, recorded

pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")


@pytest.fixture
def unsaid(monkeypatch):
    """As if no old spelling had been met yet."""
    monkeypatch.setattr(notice, "_said", set())


def test_old_code_trains_and_reads_what_it_recorded(engine, tmp_path):
    """One run in the manner of Keras 1, with all that reads its numbers."""
    seen = []
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(24, 3)), rng.integers(0, 2, (24, 1))
    model = hornbeam.Sequential([hornbeam.layers.Dense(1, input_dim=3, activation="sigmoid")])
    model.compile(loss="mse", optimizer="adam", metrics=["accuracy", "mae", metrics.AUC()])
    callbacks = [
        LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append((logs["acc"], logs.get("val_acc"), "acc" in logs))),
        LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs["mean_absolute_error"])),
        EarlyStopping(monitor="val_acc", patience=3),
        ModelCheckpoint(str(tmp_path / "{epoch}-{val_acc:.2f}.weights.h5"), "val_acc", save_weights_only=True),
        ReduceLROnPlateau(monitor="val_mean_absolute_error", patience=3),
    ]
    history = model.fit(x, y, nb_epoch=1, validation_data=[x, y], callbacks=callbacks, verbose=0, batch_size=24).history
    assert history["acc"] == history["accuracy"] and history["val_acc"] == history["val_accuracy"]
    assert history["mean_absolute_error"] == history["mae"] and history["auc_1"] == history["auc"]
    assert history["lr"] == history["learning_rate"]
    assert seen == [history["mae"][0], (history["acc"][0], history["val_acc"][0], True)]
    assert [path.name for path in tmp_path.iterdir()] == [f"1-{history['val_accuracy'][0]:.2f}.weights.h5"]
    assert sorted(history) == sorted(
        [*("loss", "accuracy", "mae", "auc", "val_loss", "val_accuracy", "val_mae", "val_auc"), "learning_rate"]
    )
    assert model.evaluate(x, y, verbose=0, return_dict=True)["acc"] == history["val_acc"][0]
    split = model.fit(x, y, nb_epoch=1, validation_split=0.5, verbose=0, batch_size=24).history
    assert len(split["val_acc"]) == 1
    with pytest.raises(KeyError, match="mape"):
        history["mape"]


@pytest.mark.parametrize(
    ("asked", "names", "found"),
    [
        ("acc", ["loss", "accuracy"], "accuracy"),
        ("accuracy", ["loss", "acc"], "acc"),
        ("acc", ["accuracy", "acc"], "acc"),
        ("val_acc", ["accuracy"], None),
        ("val_mean_absolute_error", ["mae", "val_mae"], "val_mae"),
        ("val_mae", ["mean_absolute_error", "val_mean_absolute_error"], "val_mean_absolute_error"),
        ("MAE", ["mae"], "mae"),
        ("mse", ["rmse"], None),
        ("digit_acc", ["colour_accuracy", "digit_accuracy"], "digit_accuracy"),
        ("kullback_leibler_divergence", ["kl_divergence"], "kl_divergence"),
        ("cosine_similarity", ["cosine_proximity"], "cosine_proximity"),
        ("weighted_acc", ["weighted_accuracy"], "weighted_accuracy"),
        ("val_auc_1", ["auc", "val_auc"], "val_auc"),
        ("auc", ["auc_4"], "auc_4"),
        ("auc_7", ["auc", "auc_1"], None),
        ("auc_1", ["auc", "auc_1"], "auc_1"),
        ("precision_2", ["recall", "precision"], "precision"),
        ("mse_1", ["mean_squared_error"], "mean_squared_error"),
        ("top_5", ["top_1"], None),
        ("loss", ["val_loss"], None),
        (3, ["3"], None),
    ],
)
def test_what_a_name_is_recorded_under(asked, names, found):
    assert recorded(asked, names) == found
    results = Results({name: i for i, name in enumerate(names)})
    assert (asked in results) is (found is not None)
    assert results.get(asked) == (None if found is None else names.index(found))


def test_every_row_is_found_both_ways():
    for old, new in RESULTS.items():
        assert Results({f"val_{new}": 1})[f"val_{old}"] == Results({f"out_{old}": 1})[f"out_{new}"] == 1
    classes = [c for c in vars(metrics).values() if inspect.isclass(c) and issubclass(c, metrics.Metric)]
    bases = {"metric", "sensitivity_specificity_base", "reduce"}
    assert {naming.to_snake_case(c.__name__) for c in classes} - bases <= NUMBERED


def test_elsewhere_it_is_a_plain_dictionary():
    pandas = pytest.importorskip("pandas")
    plain = {"loss": [0.5], "accuracy": [0.75]}
    results = Results(plain)
    assert results == plain and list(results) == list(plain) and len(results) == 2 and isinstance(results, dict)
    assert json.loads(json.dumps(results)) == plain and repr(results) == repr(plain) == str(results)
    assert type(pickle.loads(pickle.dumps(results))) is dict and pickle.loads(pickle.dumps(results)) == plain
    assert {**results} == plain == results | {} and dict(results.items()) == plain
    assert list(pandas.DataFrame(results).columns) == list(plain)
    for same in (results.copy(), copy.copy(results), copy.deepcopy(results)):
        assert same == plain and same["acc"] == [0.75]
    assert copy.copy(results)["acc"] is results["acc"] and copy.deepcopy(results)["acc"] is not results["acc"]
    history = History()
    history.on_epoch_end(0, {"accuracy": 0.75})
    assert pickle.loads(pickle.dumps(history)).history["acc"] == [0.75]


def test_each_spelling_is_said_once_at_the_line_that_has_it(unsaid):
    results = Results({"accuracy": 1, "val_accuracy": 2, "auc": 3})
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            assert "acc" in results and results["accuracy"] == 1
            assert (results["acc"], results.get("val_acc"), results["auc_1"]) == (1, 2, 3)
    assert [str(one.message) for one in said] == [
        "`acc` is recorded as `accuracy` here.",
        "`auc_1` is recorded as `auc` here.",
    ]
    assert {one.filename for one in said} == {__file__} and said[0].category is hornbeam.OldNameWarning
