"""DataFrames and other tables."""

import numpy as np
import pytest

from hornbeam.data import StoredSource, as_source, memory

pd = pytest.importorskip("pandas")


def test_columns_side_by_side():
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5], "c": [True, False]})
    x = as_source(frame).arrays[0]
    assert x.dtype == np.float32
    assert x.tolist() == [[1.0, 0.5, 1.0], [2.0, 1.5, 0.0]]


def test_integers_stay_integers():
    assert as_source(pd.DataFrame({"a": [1, 2], "b": [3, 4]})).arrays[0].dtype == np.int32


def test_a_column_as_input_and_as_target():
    x, y, w = as_source(pd.Series([1.0, 2.0]), pd.Series([0, 1]), pd.Series([1.0, 0.5])).arrays
    assert x.shape == (2, 1)
    assert y.tolist() == [0, 1]
    assert w.tolist() == [1.0, 0.5]


def test_objects_that_are_numbers():
    frame = pd.DataFrame({"a": pd.Series([True, False], dtype=object), "b": pd.Series([1, 2.5], dtype=object)})
    assert as_source(frame).arrays[0].tolist() == [[1.0, 1.0], [0.0, 2.5]]


def test_nullable_numbers():
    frame = pd.DataFrame({"a": pd.array([1, 2], dtype="Int64"), "b": pd.array([True, False], dtype="boolean")})
    assert as_source(frame).arrays[0].tolist() == [[1, 1], [2, 0]]


def test_columns_by_name_for_several_inputs():
    frame = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0], "c": [5, 6]})
    x = as_source(frame, input_names=["b", "a"]).arrays[0]
    assert {name: column.tolist() for name, column in x.items()} == {"b": [[3.0], [4.0]], "a": [[1], [2]]}
    with pytest.raises(ValueError, match=r"a column for each input .*: 'b', 'd'. Received: a DataFrame"):
        as_source(frame, input_names=["b", "d"])


def test_dict_of_columns():
    x = as_source(dict(pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]}))).arrays[0]
    assert x["a"].tolist() == [[1], [2]]


TEXTS = ["x", "y"]
DAYS = pd.to_datetime(["2020-01-01", "2020-01-02"])


@pytest.mark.parametrize("column", [TEXTS, pd.Categorical(TEXTS), DAYS], ids=["text", "categories", "days"])
def test_names_the_columns_that_are_no_numbers(column):
    frame = pd.DataFrame({"good": [1, 2], "colour": column})
    with pytest.raises(ValueError, match=r"`x` must have columns of numbers. Received: 'colour' \("):
        as_source(frame)
    with pytest.raises(ValueError, match=r"`y` must be numbers. Received: the column 'colour'"):
        as_source(frame[["good"]], frame["colour"])


def test_names_the_columns_with_missing_values():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [None, 1.0], "c": pd.array([None, 1], dtype="Int64")})
    with pytest.raises(ValueError, match="NaN in 1 of 2 rows, in columns 'b', 'c', first in row 0"):
        as_source(frame)


COLUMNS = {"a": np.ones(2), "b": np.zeros(2), "label": np.array([0, 1])}


def test_hugging_face_dataset():
    class Fake(type("Dataset", (), {"__module__": "datasets.arrow_dataset"})):
        """What is asked of a `datasets.Dataset`."""

        shape = (2, 3)

        def with_format(self, name):
            assert name == "numpy"
            return self

        def __getitem__(self, rows):
            return {name: column[rows] for name, column in COLUMNS.items()}

    x, y, _ = as_source(Fake()).arrays
    assert sorted(x) == ["a", "b"]
    assert y.tolist() == [0, 1]


def test_large_hugging_face_dataset(monkeypatch):
    class Fake(type("Dataset", (), {"__module__": "datasets.arrow_dataset"})):
        """A dataset on disk: whoever asks for all of it gets an error."""

        column_names = ("a", "v", "label")
        data = type("Table", (), {"nbytes": 2**40})
        names = column_names

        def with_format(self, name, columns):
            part = Fake()
            part.names = columns
            return part

        def __len__(self):
            return 1000

        def __getitem__(self, rows):
            assert rows.stop - rows.start <= 64
            number = np.arange(rows.start, rows.stop)
            columns = {"a": number, "v": np.stack([number, -number], 1).astype("float64"), "label": number % 2}
            return {name: columns[name] for name in self.names}

    monkeypatch.setattr(memory, "DEVICE_BYTES", 8192)
    source = as_source(Fake(), batch_size=32)
    assert isinstance(source, StoredSource)
    x, y, _ = source.peek()
    assert (x["a"].dtype, x["v"].shape, y.tolist()[:3]) == (np.int32, (32, 2), [0, 1, 0])
    assert sum(len(window.order) for window, _ in source.windows()) == 1000


def test_real_hugging_face_dataset():
    """Whole, with the targets' column named, and column by column."""
    datasets = pytest.importorskip("datasets")
    rows = {"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 0.0], "kind": [0, 1, 0], "v": [[1.0, 2.0]] * 3}
    dataset = datasets.Dataset.from_dict(rows)
    x, y, _ = as_source(dataset.remove_columns("v"), "kind", input_names=["table"]).arrays
    np.testing.assert_array_equal(x, [[1, 0], [2, 1], [3, 0]])
    assert y.tolist() == [0, 1, 0]
    x, y, _ = as_source(dataset["v"], dataset["kind"]).arrays
    assert x.shape == (3, 2) and y.tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match=r"`y` must name one of the columns .*Received: y='label'"):
        as_source(dataset, "label")
