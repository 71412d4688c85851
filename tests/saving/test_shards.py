"""Weights in several files, as Keras 3 writes and reads them."""

import json
import os

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers

KIB = 2.0**-20  # in GiB


def stack(k=hornbeam):
    model = k.Sequential(
        [k.Input((3,)), k.layers.Dense(100, activation="tanh"), k.layers.Dense(100), k.layers.Dense(2)]
    )
    model.compile("adam", k.losses.MeanSquaredError())
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    return model


def same(model, other):
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_keras_reads_shards_and_its_shards_are_read(keras, tmp_path):
    mine, theirs, back = stack(), stack(keras), stack()
    for _ in range(2):  # the names of a second save are others
        mine.save_weights(tmp_path / "again.weights.json", max_shard_size=41 * KIB)
    theirs.load_weights(tmp_path / "again.weights.json")
    same(theirs, mine)
    for path in tmp_path.iterdir():
        path.unlink()
    mine.save_weights(tmp_path / "mine.weights.json", max_shard_size=41 * KIB)
    listing = json.loads((tmp_path / "mine.weights.json").read_text())
    shards = [f"mine_{i:05d}.weights.h5" for i in range(5)]
    assert sorted(os.listdir(tmp_path)) == sorted(["mine.weights.json", *shards])
    assert listing["weight_map"]["/layers/dense_1/vars"] == shards[:2]
    theirs.load_weights(tmp_path / "mine.weights.json")
    same(theirs, mine)
    for a, b in zip(theirs.optimizer.variables, mine.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    theirs.save_weights(tmp_path / "theirs.weights.json", max_shard_size=41 * KIB)
    report = back.load_weights(tmp_path / "theirs.weights.json")
    same(back, mine)
    assert back.optimizer.iterations == 1 and not report.missing and not report.unexpected


def test_twice_k_steps_are_2k_steps_with_noise(tmp_path, engine):
    def make():
        model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(9), layers.Dropout(0.5), layers.Dense(2)])
        model.compile("adam", "mse")
        return model

    model, resumed = make(), make()
    data = np.ones((8, 3)), np.ones((8, 2))
    model.fit(*data, verbose=0)
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=KIB)
    resumed.load_weights(tmp_path / "w.weights.json")
    for one in (model, resumed):
        one.fit(*data, verbose=0)
    same(model, resumed)


def test_fewer_shards_leave_none_of_the_old(tmp_path):
    model = stack()
    model.save_weights(tmp_path / "w", max_shard_size=41 * KIB)
    model.save_weights(tmp_path / "w", max_shard_size=1)
    assert sorted(os.listdir(tmp_path)) == ["w.weights.json", "w_00000.weights.h5", "w_b_00000.weights.h5"]
    assert os.path.getsize(tmp_path / "w_00000.weights.h5") < 10_000
    other = stack()
    other.load_weights(tmp_path / "w")
    same(other, model)
    model.save_weights(tmp_path / "w", max_shard_size=1)
    assert sorted(os.listdir(tmp_path)) == ["w.weights.json", "w_00000.weights.h5"]


def test_files_that_are_no_shards_stay(tmp_path):
    """Such as those of a checkpoint for each epoch."""
    model = stack()
    model.save_weights(tmp_path / "w_00007.weights.h5")
    for _ in range(2):
        model.save_weights(tmp_path / "w", max_shard_size=1)
    assert sorted(os.listdir(tmp_path)) == [
        "w.weights.json",
        "w_00000.weights.h5",
        "w_00007.weights.h5",
        "w_b_00000.weights.h5",
    ]


def test_a_failure_on_the_way_leaves_the_old_shards(tmp_path, monkeypatch):
    model = stack()
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=41 * KIB)
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}

    def fail(*_, **__):
        raise KeyboardInterrupt

    for target in ("hornbeam.saving.hdf5.write", "hornbeam.saving.seeds.write", "os.fsync", "json.dumps", "os.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(target, fail)
            with pytest.raises(KeyboardInterrupt):
                model.save_weights(tmp_path / "w.weights.json", max_shard_size=41 * KIB)
        assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


def test_a_writer_that_dies_between_two_shards(tmp_path, monkeypatch):
    """The old set is read, and the next save removes what was left."""
    model, other = stack(), stack()
    path = tmp_path / "w.weights.json"
    model.save_weights(path, max_shard_size=41 * KIB)
    old = [value.copy() for value in model.get_weights()]
    before, replaced, replace = set(os.listdir(tmp_path)), [], os.replace

    def die_at_the_third(*names):
        replaced.append(names)
        if len(replaced) == 3:
            raise SystemExit
        replace(*names)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("os.replace", die_at_the_third)
        patch.setattr("os.remove", lambda name: None)
        model.set_weights([value + 1 for value in old])
        model.save_weights(path, max_shard_size=41 * KIB)
    assert len(os.listdir(tmp_path)) == 2 * len(before)
    other.load_weights(path)
    assert all((a == b).all() for a, b in zip(other.get_weights(), old, strict=True))
    model.save_weights(path, max_shard_size=1)
    assert sorted(os.listdir(tmp_path)) == ["w.weights.json", "w_00000.weights.h5", "w_b_00000.weights.h5"]
    other.load_weights(path)
    same(other, model)


def test_a_set_that_is_replaced_while_it_is_read(tmp_path, monkeypatch):
    from hornbeam.saving import shards

    model, other = stack(), stack()
    path, listing = tmp_path / "w.weights.json", shards._listing

    def slow(path):
        found = listing(path)
        monkeypatch.setattr(shards, "_listing", listing)
        model.save_weights(path, max_shard_size=41 * KIB)
        return found

    model.save_weights(path, max_shard_size=41 * KIB)
    monkeypatch.setattr(shards, "_listing", slow)
    other.load_weights(path)
    same(other, model)


class TestRefused:
    def test_a_size_that_is_too_small(self, tmp_path):
        with pytest.raises(ValueError, match=r"room for the largest weight.*dense_1/vars/0"):
            stack().save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
        assert os.listdir(tmp_path) == []
        with pytest.raises(ValueError, match="above 0"):
            stack().save_weights(tmp_path / "w.weights.json", max_shard_size=0)

    def test_names(self, tmp_path):
        with pytest.raises(ValueError, match=r"must end in `\.weights\.json`"):
            stack().save_weights(tmp_path / "w.h5", max_shard_size=1)
        with pytest.warns(UserWarning, match=r"becomes .*w\.weights\.json"):
            stack().save_weights(tmp_path / "w.weights.h5", max_shard_size=1)

    @pytest.mark.parametrize("name", ["../elsewhere.weights.h5", "/etc/passwd", "..", "w.weights.json", 3])
    def test_shards_elsewhere(self, name, tmp_path):
        listing = {"metadata": {}, "weight_map": {"/layers/dense/vars": [name]}}
        (tmp_path / "w.weights.json").write_text(json.dumps(listing))
        with pytest.raises(ValueError, match="must list files beside it"):
            stack().load_weights(tmp_path / "w.weights.json")

    def test_links(self, tmp_path):
        model = stack()
        model.save_weights(tmp_path / "w.weights.json", max_shard_size=1)
        (tmp_path / "w_00000.weights.h5").rename(tmp_path / "elsewhere.h5")
        with pytest.raises(ValueError, match="a plain file beside it"):
            model.load_weights(tmp_path / "w.weights.json")
        (tmp_path / "w_00000.weights.h5").symlink_to(tmp_path / "elsewhere.h5")
        with pytest.raises(ValueError, match="a plain file beside it"):
            model.load_weights(tmp_path / "w.weights.json")

    def test_shards_of_two_saves(self, tmp_path):
        model = stack()
        model.save_weights(tmp_path / "w.weights.json", max_shard_size=41 * KIB)
        kept = (tmp_path / "w_00001.weights.h5").read_bytes()
        model.save_weights(tmp_path / "w.weights.json", max_shard_size=41 * KIB)
        (tmp_path / "w_b_00001.weights.h5").write_bytes(kept)
        with pytest.raises(ValueError, match=r"w_b_00001\.weights\.h5` is of another save"):
            model.load_weights(tmp_path / "w.weights.json")

    def test_an_array_in_two_shards(self, tmp_path):
        model = stack()
        model.save_weights(tmp_path / "w.weights.json", max_shard_size=41 * KIB)
        with h5py.File(tmp_path / "w_00001.weights.h5", "a") as file:
            file["layers/dense/vars/0"] = np.zeros((3, 100), "float32")
        with pytest.raises(ValueError, match=r"dense/vars/0` twice"):
            model.load_weights(tmp_path / "w.weights.json")

    @pytest.mark.parametrize("text", ["{", "[]", '{"weight_map": 3}', "{}", ""])
    def test_damaged_lists(self, text, tmp_path):
        (tmp_path / "w.weights.json").write_text(text)
        with pytest.raises(ValueError, match=r"w\.weights\.json`.*(JSON|weight_map)"):
            stack().load_weights(tmp_path / "w.weights.json")
