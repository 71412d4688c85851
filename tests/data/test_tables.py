"""Parquet files, Arrow tables and datasets: columns by name, read group by group."""

import numpy as np
import pytest

import hornbeam
from hornbeam.data import ArraySource, StoredSource, as_source, memory, tables

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
datasets = pytest.importorskip("pyarrow.dataset")

ROWS = 1000


@pytest.fixture(autouse=True)
def groups_of_a_hundred(monkeypatch):
    monkeypatch.setattr(tables, "_TABLE_GROUP", 100)


@pytest.fixture
def small_budget(monkeypatch):
    monkeypatch.setattr(memory, "DEVICE_BYTES", 8192)


def table():
    number = np.arange(ROWS)
    return pyarrow.table(
        {
            "a": number.astype("float64"),
            "label": number % 3,
            "b": -number,
            "weight": np.linspace(1, 2, ROWS),
        }
    )


def as_path(folder):
    parquet.write_table(table(), folder / "all.parquet", row_group_size=100)
    return str(folder / "all.parquet")


def as_folder(folder):
    for i in range(2):
        parquet.write_table(table().slice(i * 500, 500), folder / f"{i}.parquet", row_group_size=100)
    return datasets.dataset(folder)


FORMS = {
    "table": lambda folder: table(),
    "path": as_path,
    "file": lambda folder: parquet.ParquetFile(as_path(folder)),
    "dataset of two files": as_folder,
}


@pytest.fixture(params=FORMS.values(), ids=FORMS)
def form(request, tmp_path):
    return request.param(tmp_path)


def test_small_ones_are_arrays(form):
    source = as_source(form, "label", "weight")
    assert type(source) is ArraySource
    x, y, w = source.arrays
    np.testing.assert_array_equal(x, np.stack([np.arange(ROWS), -np.arange(ROWS)], 1))
    assert (x.dtype, y.dtype, w.dtype) == (np.float32, np.int32, np.float32)
    np.testing.assert_array_equal(y, np.arange(ROWS) % 3)
    np.testing.assert_allclose(w, np.linspace(1, 2, ROWS), rtol=1e-6)


def test_large_ones_come_in_parts(form, small_budget):
    source = as_source(form, "label", "weight", batch_size=32, shuffle=True)
    assert isinstance(source, StoredSource)
    assert source.steps == 32
    windows = [window for window, _ in source.windows()]
    rows = np.concatenate([window.data[0][window.order, 0] for window in windows])
    assert sorted(rows) == list(range(ROWS))
    assert rows.tolist() != sorted(rows)
    for window in windows:
        x, y, _ = window.used()
        np.testing.assert_array_equal(x[:, 0] % 3, y)
    train, validation = source.split(0.25)
    assert train.rows == 750
    assert [x[0, 0] for x, _, _ in validation.epoch()] == list(range(750, ROWS, 32))


def test_fit_evaluate_predict(form, small_budget, engine):
    model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(3, activation="softmax")])
    model.compile(hornbeam.optimizers.SGD(1e-9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    t = table()
    x = np.stack([t["a"].to_numpy(), t["b"].to_numpy()], 1)
    history = model.fit(form, "label", sample_weight="weight", validation_data=(form, ["label"], "weight"), verbose=0)
    expected = model.evaluate(x, t["label"].to_numpy(), sample_weight=t["weight"].to_numpy(), verbose=0)
    found = model.evaluate(form, "label", sample_weight="weight", verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert np.isfinite(history.history["val_loss"]).all()
    np.testing.assert_allclose(model.predict(t.select(["a", "b"]), verbose=0), model.predict(x, verbose=0), rtol=1e-5)


def test_inputs_and_outputs_by_name(small_budget):
    x, y, _ = as_source(table(), ["label", "weight"], input_names=["b", "a"], output_names=["weight", "label"]).peek()
    assert {name: part.shape for name, part in x.items()} == {"a": (32, 1), "b": (32, 1)}
    assert y["label"].tolist()[:4] == [0, 1, 2, 0]


def test_lists_and_missing_numbers():
    t = pyarrow.table({"v": [[1.0, 2.0], [3.0, 4.0]], "n": pyarrow.array([1, None]), "y": [True, False]})
    x, y, _ = as_source(t.select(["v", "y"]), "y").arrays
    assert x.tolist() == [[1, 2], [3, 4]]
    assert y.tolist() == [True, False]
    with pytest.raises(ValueError, match="NaN in 1 of 2 rows, first in row 1"):
        as_source(t, "y")


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ("c", r"`y` must name columns when `x` is a table: one of 'a', 'label', 'b', 'weight'. Received: y='c'"),
        (np.ones(3), r"`y` must name columns .* Received: y=ndarray"),
        (["a", "label", "b", "weight"], r"`x` must have columns beside `y`"),
    ],
    ids=str,
)
def test_says_what_is_wrong(y, message):
    with pytest.raises(ValueError, match=message):
        as_source(table(), y)


def test_text_and_lists_of_many_lengths():
    with pytest.raises(ValueError, match=r"`column 'x'` must be numbers. Received: strings, such as 'u'"):
        as_source(pyarrow.table({"x": ["u", "v"], "y": [0, 1]}), "y")
    with pytest.raises(ValueError, match="`column 'x'` must have lists of one length"):
        as_source(pyarrow.table({"x": [[1], [2, 3, 4]], "y": [0, 1]}), "y")
    with pytest.raises(ValueError, match=r"column for each of the model's inputs: 'a', 'z'. Received: the columns"):
        as_source(table(), "label", input_names=["a", "z"])
