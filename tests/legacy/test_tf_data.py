"""What scripts use of `tf.data` beside the plain steps."""

import numpy as np
import pytest

from hornbeam import ops
from hornbeam.data.pipeline import Dataset
from hornbeam.legacy.tensorflow import data, signal
from hornbeam.legacy.tensorflow.assigning import TensorSpec

ROWS = [([1], 1), ([1, 2, 3], 0)]


def test_generators_give_the_dtypes_that_were_declared():
    signature = (TensorSpec((None,), "float32"), {"y": TensorSpec((), "int64")})
    made = Dataset.from_generator(lambda: iter([([1, 2], {"y": 3, "z": 4})]), output_signature=signature)
    ((x, rest),) = made
    assert x.dtype == "float32" and x.tolist() == [1, 2] and list(rest) == ["y"] and rest["y"].dtype == "int64"
    ((text, number),) = Dataset.from_generator(lambda n: [["a", n]], ("string", "int32"), args=[5])
    assert text.numpy() == b"a" and number == 5
    with pytest.raises(ValueError, match="A generator must give what was declared"):
        list(Dataset.from_generator(lambda: iter([1]), ("int32", "int32")))


def test_padding_of_each_array():
    rows = Dataset.from_generator(lambda: iter(ROWS), ("int32", "int32"))
    ((x, y),) = rows.padded_batch(2, ([None], []))
    assert x.tolist() == [[1, 0, 0], [1, 2, 3]] and y.tolist() == [1, 0]
    ((x, y),) = rows.padded_batch(2, padded_shapes=([4], []), padding_values=(-1, 0))
    assert x.tolist() == [[1, -1, -1, -1], [1, 2, 3, -1]]
    with pytest.raises(ValueError, match="`padded_batch` fills elements up to `padded_shapes`"):
        list(rows.padded_batch(2, padded_shapes=([2], [])))


def test_batches_of_what_belongs_together():
    lengths = (1, 5, 2, 6, 1, 7, 3)
    texts = Dataset.from_generator(lambda: ([n] * n for n in lengths), "int32")
    step = data.experimental.bucket_by_sequence_length(len, [4], [2, 3], padded_shapes=[None])
    for made in (texts.apply(step), texts.bucket_by_sequence_length(len, [4], [2, 3])):
        assert [batch[:, 0].tolist() for batch in made] == [[1, 2], [5, 6, 7], [1, 3]]
    pairs = Dataset.range(7).group_by_window(lambda x: x % 2, lambda key, group: group.batch(5), window_size=3)
    assert [batch.tolist() for batch in pairs] == [[0, 2, 4], [1, 3, 5], [6]]


def test_nests_of_datasets_and_options(tmp_path):
    one, two = Dataset.range(3), Dataset.range(3, 6)
    assert next(iter(Dataset.zip({"a": one, "b": (one, two)}))) == {"a": 0, "b": (0, 3)}
    assert [*Dataset.zip((one, two))] == [*Dataset.zip(one, two)] == [(0, 3), (1, 4), (2, 5)]
    options = data.Options()
    options.experimental_distribute.auto_shard_policy = data.experimental.AutoShardPolicy.DATA
    assert [*one.with_options(options).cache(str(tmp_path / "cache")).snapshot("x")] == [0, 1, 2] and one.options()
    assert next(iter(Dataset.range(4).batch(2).rebatch(3))).tolist() == [0, 1, 2]
    assert data.experimental.get_single_element(one.take(1)) == 0
    first, second = data.experimental.Counter().take(2)
    assert (first, second) == (0, 1) and data.experimental.cardinality(one) == 3
    assert [*data.choose_from_datasets([one, two], Dataset.from_tensor_slices([1, 0, 1]))] == [3, 0, 4]
    assert sorted([*one.apply(data.experimental.shuffle_and_repeat(3, 2))]) == [0, 0, 1, 1, 2, 2]


def test_tables(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("age,sex,fare,survived\n22,male,7.25,0\n38,female,71.5,1\n?,male,8,1\n")
    made = data.experimental.make_csv_dataset(
        str(path), 2, label_name="survived", na_value="?", num_epochs=1, shuffle=False, ignore_errors=True
    )
    (x, y), (rest, _) = made
    assert list(x) == ["age", "sex", "fare"] and y.tolist() == [0, 1] and rest["age"].tolist() == [0]
    assert (
        x["age"].dtype == "int32" and x["fare"].dtype == "float32" and x["sex"].numpy().tolist() == [b"male", b"female"]
    )
    few = data.experimental.make_csv_dataset(
        [path], 2, select_columns=["sex", "fare"], column_defaults=["none", 0.5], shuffle=False
    )
    assert [*few.take(3)][1]["fare"].tolist() == [8, 7.25]
    (first, *_) = data.experimental.CsvDataset(str(path), ["", 0.0], header=True, select_cols=[1, 2])
    assert first[0].numpy() == b"male" and first[1] == 7.25
    with pytest.raises(ValueError, match="The table has the columns"):
        data.experimental.make_csv_dataset(str(path), 2, label_name="alive")
    with pytest.raises(ValueError, match="`make_csv_dataset` found no file"):
        data.experimental.make_csv_dataset(str(tmp_path / "none*.csv"), 2)
    with pytest.raises(ValueError, match="longest of their batch"):
        Dataset.range(3).bucket_by_sequence_length(int, [2], [1, 1], no_padding=True)


def test_spectra_of_sounds(engine):
    sound = np.sin(np.arange(40) / 3).astype("float32")
    found = ops.convert_to_numpy(ops.abs(signal.stft(sound[None], frame_length=15, frame_step=8)))
    pieces = np.stack([sound[i : i + 15] for i in range(0, 26, 8)]) * (
        0.5 - 0.5 * np.cos(2 * np.pi * np.arange(15) / 15)
    )
    np.testing.assert_allclose(found[0], np.abs(np.fft.rfft(pieces, 16)), rtol=1e-4, atol=1e-4)
    assert signal.frame(sound, 15, 8, pad_end=True).shape == (5, 15)
    assert float(signal.hamming_window(3, periodic=False)[1]) == 1
    with pytest.raises(AttributeError, match=r"has no `tf\.signal\.mdct`"):
        _ = signal.mdct
