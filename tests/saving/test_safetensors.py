"""safetensors files: weights by the names of the variables, and nothing else."""

import json

import numpy as np
import pytest

import hornbeam
from hornbeam import layers


def net(units=4, name="body", engine_dtype=None):
    x = hornbeam.Input((3,))
    h = layers.Dense(units, name=name, dtype=engine_dtype)(x)
    return hornbeam.Model(x, layers.BatchNormalization(name="norm")(h))


def same(model, other):
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def header_of(path):
    data = path.read_bytes()
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])


def craft(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def test_a_round_trip(tmp_path, engine):
    model, other = net(), net()
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 4)), verbose=0)
    model.save_weights(tmp_path / "w.safetensors")
    report = other.load_weights(tmp_path / "w.safetensors")
    same(model, other)
    assert str(report) == "6 weights loaded"
    names = [name for name in header_of(tmp_path / "w.safetensors") if name != "__metadata__"]
    assert names == [variable.path for variable in model.weights]


def test_bfloat16(tmp_path):
    model, other = net(engine_dtype="bfloat16"), net(engine_dtype="bfloat16")
    model.save_weights(tmp_path / "w.safetensors")
    assert header_of(tmp_path / "w.safetensors")["body/kernel"]["dtype"] == "BF16"
    other.load_weights(tmp_path / "w.safetensors")
    same(model, other)


def test_layers_that_were_named_anew_are_known_by_their_place(tmp_path):
    model, other = net(), net(name="another")
    model.save_weights(tmp_path / "w.safetensors")
    other.load_weights(tmp_path / "w.safetensors")
    same(model, other)


def test_the_library_reads_and_writes_the_same(tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    model, other = net(), net()
    model.save_weights(tmp_path / "w.safetensors")
    found = library.load_file(tmp_path / "w.safetensors")
    for variable in model.weights:
        np.testing.assert_array_equal(found[variable.path], variable.numpy())
    library.save_file(found, tmp_path / "theirs.safetensors")
    other.load_weights(tmp_path / "theirs.safetensors")
    same(model, other)


class TestMatching:
    """A file of another program: names alone."""

    def write(self, path, **arrays):
        entries, data = {}, b""
        for name, array in arrays.items():
            entries[name.replace("__", "/")] = {
                "dtype": "F32",
                "shape": list(array.shape),
                "data_offsets": [len(data), len(data) + 4 * array.size],
            }
            data += array.astype("<f4").tobytes()
        craft(path, entries, data)

    def test_all_must_be_there(self, tmp_path):
        model = net()
        before = model.get_weights()
        self.write(tmp_path / "w.safetensors", body__kernal=np.ones((3, 4)), body__bias=np.ones(5))
        with pytest.raises(
            ValueError, match=r"(?s)no `body/kernel`. Did you mean 'body/kernal'.*\(4,\), in the file \(5,\)"
        ):
            model.load_weights(tmp_path / "w.safetensors")
        for a, b in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(a, b)

    def test_by_name(self, tmp_path):
        model = net()
        self.write(tmp_path / "w.safetensors", body__kernel=np.ones((3, 4)), head__bias=np.ones(5))
        report = model.load_weights(tmp_path / "w.safetensors", by_name=True)
        np.testing.assert_array_equal(model.get_weights()[0], np.ones((3, 4)))
        assert report.loaded == ["body/kernel"] and report.unexpected == ["head/bias"] and len(report.missing) == 5

    def test_a_part(self, tmp_path):
        model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(4, name="body")])
        arrays = {"whole__body__kernel": np.ones((3, 4)), "whole__body__bias": np.ones(4), "head__bias": np.ones(5)}
        self.write(tmp_path / "w.safetensors", **arrays)
        model.load_weights(tmp_path / "w.safetensors", part="whole")
        np.testing.assert_array_equal(model.get_weights()[0], np.ones((3, 4)))
        with pytest.raises(ValueError, match="Did you mean 'whole/body'"):
            model.load_weights(tmp_path / "w.safetensors", part="whole/bod")


ONE = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
DAMAGED = {
    "a header longer than the file": (2**40).to_bytes(8, "little") + b"{}",
    "no JSON": b"{",
    "no dictionary": b"[]",
    "a key twice": b'{"a": {}, "a": {}}',
    "overlap": {"a": ONE, "b": {**ONE, "data_offsets": [4, 12]}},
    "a hole": {"a": ONE, "b": {**ONE, "data_offsets": [12, 20]}},
    "beyond the end": {"a": ONE, "b": {**ONE, "data_offsets": [8, 16]}, "c": {**ONE, "data_offsets": [16, 24]}},
    "bytes that nobody claims": {},
    "a shape of another size": {"a": {**ONE, "shape": [3]}},
    "a huge shape": {"a": {**ONE, "shape": [2**62, 2**62]}},
    "a negative shape": {"a": {**ONE, "shape": [-2]}},
    "too many axes": {"a": {**ONE, "shape": [1] * 1000}},
    "an unknown dtype": {"a": {**ONE, "dtype": "OBJECT"}},
    "offsets the other way": {"a": {**ONE, "data_offsets": [8, 0]}},
    "an entry that is none": {"a": 3},
    "true for a number": {"a": {**ONE, "shape": [True]}},
    "deeply nested": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damaged_files(what, tmp_path):
    path, header = tmp_path / "w.safetensors", DAMAGED[what]
    if what.startswith("a header"):
        path.write_bytes(header)
    else:
        craft(path, header, b"\0" * 16)
    with pytest.raises(ValueError, match=r"w\.safetensors`"):
        net().load_weights(path)


@pytest.mark.parametrize("content", [b"", b"\0" * 7, b"\0" * 20])
def test_files_of_another_kind(content, tmp_path):
    (tmp_path / "w.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match=r"w\.safetensors`"):
        net().load_weights(tmp_path / "w.safetensors")
