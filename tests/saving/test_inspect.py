"""`saving.inspect` and `python -m hornbeam inspect`: what a file holds, said without making a model of it."""

import json
import os
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving
from hornbeam.__main__ import main

sys.path.insert(0, str(Path(__file__).parent))
import hostile


@pytest.fixture(autouse=True)
def nothing_is_made(nothing_runs, monkeypatch):
    """What makes layers out of configs is out of reach while a file is looked at."""
    real = saving.inspect

    def inspect(path):
        with monkeypatch.context() as patch:
            patch.setattr(hornbeam.core.serialization, "deserialize", None)
            patch.setattr(layers.Layer, "__init__", None)
            return real(path)

    return inspect


@pytest.fixture
def model():
    x = hornbeam.Input((3,), name="x")
    h = layers.Dense(2, name="d", activation="relu")(x)
    tail = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(4, name="inner")], name="tail")
    made = hornbeam.Model(x, layers.Add(name="sum")([tail(h), layers.Dense(4, name="e")(h)]), name="graph")
    made.compile("adam", "mse")
    made.fit(np.ones((2, 3)), np.ones((2, 4)), verbose=0)
    return made


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_whole_model(model, tmp_path, ending, nothing_is_made):
    model.save(tmp_path / f"m{ending}")
    found = nothing_is_made(tmp_path / f"m{ending}")
    assert [(row.depth, row.name, row.kind) for row in found.architecture] == [
        (0, "x", "InputLayer"),
        (0, "d", "Dense"),
        (0, "tail", "Sequential"),
        *([(1, found.architecture[3].name, "InputLayer")]),
        (1, "inner", "Dense"),
        (0, "e", "Dense"),
        (0, "sum", "Add"),
    ]
    assert found.parameters()[:3] == [0, 8, 12] and found.architecture[-1].inputs == "tail, e"
    assert sum(array.size for array in found.weights) == model.count_params()
    assert sum(array.size for array in found.optimizer) == 2 + 2 * model.count_params()
    assert found.keras_version == "3.15.1" and found.refused == []
    text = str(found)
    loss = "mse" if ending == ".keras" else "mean_squared_error"  # the name that Keras 3 finds in `.h5`
    assert f"Functional `graph`, compiled with Adam, loss {loss}" in text and "refused: nothing" in text
    assert "units=2, activation=relu" in text and "32 numbers in 6 arrays, 128 B (float32)" in text
    assert "\x1b" not in text and found._repr_html_().startswith("<pre>")


def test_weights_and_texts(model, tmp_path, nothing_is_made):
    model.save_weights(tmp_path / "w.weights.h5")
    found = nothing_is_made(tmp_path / "w.weights.h5")
    assert ("layers/dense/vars/0", (3, 2), "float32", 24) in [array[:4] for array in found.weights]
    assert found.config is None and found.architecture == []
    (tmp_path / "m.json").write_text(model.to_json())
    found = nothing_is_made(tmp_path / "m.json")
    assert len(found.architecture) == 7 and found.weights == [] and "weights" not in str(found).splitlines()[4]


def test_folders_shards_and_tensors(model, tmp_path, nothing_is_made):
    model.save(tmp_path / "folder", zipped=False)
    found = nothing_is_made(tmp_path / "folder")
    assert found.kind == "a model of Keras 3 (a folder)" and len(found.weights) == 6 and found.refused == []
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=1e-7)
    found = nothing_is_made(tmp_path / "w.weights.json")
    assert "shards" in found.kind and sum(array.size for array in found.weights) == model.count_params()
    model.save_weights(tmp_path / "w.safetensors")
    found = nothing_is_made(tmp_path / "w.safetensors")
    assert ("d/kernel", (3, 2), "float32", 24) in [array[:4] for array in found.weights]


def test_files_of_keras_2(shared_samples, nothing_is_made):
    found = nothing_is_made(shared_samples / "k2_fn.h5")
    assert (found.keras_version, found.kind) == ("2.3.1", "a model of Keras 2 (.h5), made with tensorflow")
    assert found.architecture[3].inputs == "dense_1, dense_2" and found.parameters()[1] == 16
    assert len(found.weights) == 6 and len(found.optimizer) == 19


@pytest.fixture
def shared_samples():
    beside = Path(__file__).parents[2].parent / "shared"
    folder = Path(os.environ.get("HORNBEAM_SHARED", beside)) / "api" / "samples"
    if not folder.exists():
        pytest.skip("no sample files")
    return folder


def test_what_is_refused_and_what_to_do(tmp_path, nothing_is_made):
    unknown = hostile.entry("mine", "Alpha", {"name": "a"}, "pkg>Alpha"), hostile.entry("mine", "Beta", {"name": "b"})
    lookup = hostile.entry("keras.layers", "StringLookup", {"name": "s", "vocabulary": "/etc/passwd"})
    config = hostile.stack(hostile.lambda_layer(hostile.LAMBDA), *unknown, lookup)

    def build(file):
        file.create_dataset("layers/dense/vars/0", (3, 2), "float32", external=[("/etc/passwd", 0, 24)])
        file["layers/link"] = h5py.SoftLink("/vars")
        file["layers/dense/vars/9"] = "text"

    path = hostile.keras_file(tmp_path, config, hostile.weights(build, leave_out=True))
    refused = "\n".join(nothing_is_made(path).refused)
    for said in (
        "a Python lambda as compiled code, which Hornbeam never runs: in layer `twice` (after `e`, in `m`)",
        "custom_objects={'Alpha': Alpha, 'Beta': Beta, 'twice': f}",
        "`Alpha`, `Beta`",
        "names a file of this machine to be read as its vocabulary, '/etc/passwd'",
        "keeps its data outside the file",
        "a link at `/layers/link`",
        "must hold numbers",
    ):
        assert said in refused


@pytest.mark.parametrize(
    "number", ["S2", "S4", "S7", "S8", "S9", "S12", "S13", "S14", "S17", "S21", "S22", "S23", "S24"]
)
def test_hostile_files_are_looked_at(number, tmp_path, monkeypatch, nothing_is_made):
    """What reading refuses is said here, too, or is not unpacked."""

    class Found(Exception):
        pass

    def stop(path, *rest, **kwargs):
        raise Found(path)

    class Stand:
        class models:
            load_model = staticmethod(stop)
            Sequential = hornbeam.Sequential

        layers, Input = layers, hornbeam.Input

        class Sequential(hornbeam.Sequential):
            load_weights = staticmethod(stop)

    with pytest.raises(Found) as caught:
        hostile.INPUTS[number](Stand, tmp_path)
    found = nothing_is_made(str(caught.value))
    assert number == "S24" or found.refused


def test_names_cannot_write_to_the_terminal(tmp_path, nothing_is_made):
    config = hostile.stack(hostile.entry("keras.layers", "Dense", {"name": "\x1b[2J\x07" + "x" * 10**5, "units": 1}))
    text = str(nothing_is_made(hostile.keras_file(tmp_path, config)))
    assert "\x1b" not in text and "\\x1b[2J\\x07xxx" in text and len(text) < 10**4


@pytest.mark.parametrize("content", [b"", b"nonsense", b"{", b"[]", b'{"a": 1}', b"\x89HDF\r\n\x1a\n", b"PK\3\4"])
def test_what_is_no_such_file(tmp_path, content, nothing_is_made):
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(ValueError):
        nothing_is_made(tmp_path / "m")


def test_groups_in_themselves(tmp_path, nothing_is_made):
    with h5py.File(tmp_path / "w.weights.h5", "w") as file:
        file["a/0"] = np.ones(2, "float32")
        file["a/a"] = file["a"]
    assert len(nothing_is_made(tmp_path / "w.weights.h5").weights) == 1


def test_the_command(model, tmp_path, monkeypatch, capsys):
    model.save(tmp_path / "m.keras")
    path = str(tmp_path / "m.keras")
    for arguments, code in (([path], 0), ([path, str(tmp_path / "none")], 1)):
        monkeypatch.setattr(sys, "argv", ["hornbeam", "inspect", *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == code
    said = capsys.readouterr()
    assert "a model of Keras 3 (.keras)" in said.out and "There is no such file" in said.err


class TestEditor:
    @pytest.fixture
    def editor(self, model, tmp_path):
        model.save(tmp_path / "m.keras")
        return saving.KerasFileEditor(tmp_path / "m.keras")

    def test_what_it_shows(self, editor, model, capsys):
        assert editor.metadata["keras_version"] == "3.15.1" and editor.config["class_name"] == "Functional"
        np.testing.assert_array_equal(editor.weights_dict["layers"]["dense"]["0"], model.get_weights()[0])
        assert editor.compare(model) == {"status": "success", "error_count": 0, "match_count": 20}
        editor.summary()
        assert "  dense\n    0  (3, 2)  float32" in capsys.readouterr().out

    def test_what_it_changes(self, editor, tmp_path, capsys):
        editor.rename_object("layers/dense_1", "second")
        editor.delete_object("optimizer")
        editor.delete_object("layers/sequential")
        editor.add_object("layers/new", {"0": np.ones((4, 2), "float32")})
        editor.add_weights("new", {"1": np.ones(2, "float32"), "2": np.ones(2)})
        editor.delete_weight("new", "2")
        editor.save(tmp_path / "x.weights.h5")
        again = saving.KerasFileEditor(tmp_path / "x.weights.h5")
        assert list(again.weights_dict) == ["layers"]
        assert list(again.weights_dict["layers"]) == ["dense", "new", "second"]
        assert again.object_metadata["/layers/dense"] == {"name": "d"}
        small = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), layers.Dense(2)])
        assert again.compare(small)["error_count"] == 3
        said = capsys.readouterr().out
        assert "/layers/dense_1 is in the model alone" in said and "/layers/new is in the file alone" in said

    def test_keras_reads_what_it_writes(self, keras, editor, tmp_path):
        editor.delete_object("optimizer")
        editor.save(tmp_path / "x.weights.h5")
        assert keras.saving.KerasFileEditor(str(tmp_path / "x.weights.h5")).weights_dict.keys() == {"layers"}

    @pytest.mark.parametrize(
        "call, said",
        [
            (lambda e: e.rename_object("dence", "x"), "no such object.*mean 'dense'|no such object"),
            (lambda e: e.delete_object("dense"), "which is layers/"),
            (lambda e: e.rename_object("layers/dense", "dense_1"), "must be free"),
            (lambda e: e.rename_object("layers/dense", "vars"), "other than 'vars'"),
            (lambda e: e.add_object("layers/dense", {}), "must be free"),
            (lambda e: e.add_object("nowhere/dense", {}), "no such object"),
            (lambda e: e.delete_weight("layers/dense", "7"), "must have the weight"),
            (lambda e: e.save("x.keras"), r"must end in `.weights.h5`"),
        ],
    )
    def test_mistakes(self, editor, call, said):
        with pytest.raises(ValueError, match=said):
            call(editor)

    def test_other_files(self, model, tmp_path):
        model.save(tmp_path / "m.h5")
        (tmp_path / "m.json").write_text(json.dumps(model.to_json()))
        with pytest.raises(ValueError, match=r"edits `.keras` and `.weights.h5` files.*a model of Keras 3"):
            saving.KerasFileEditor(tmp_path / "m.h5")
