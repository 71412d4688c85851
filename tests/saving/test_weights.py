"""Weights files: where everything lies, and that they are loaded wholly or not at all."""

import io
import os

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, saving


def paths(file):
    found = []
    with h5py.File(file) as opened:
        opened.visit(found.append)
    return sorted(path for path in found if not path.startswith("hornbeam_seeds"))


def stack(*units, compiled=False):
    model = hornbeam.Sequential([hornbeam.Input((3,)), *(layers.Dense(n, name=f"d{i}") for i, n in enumerate(units))])
    if compiled:
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
    return model


def attributes_everywhere(k):
    """A subclassed model with layers in attributes of every kind."""

    class Block(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = k.layers.Dense(2)
            self.scale = self.add_weight(shape=(2,), initializer="ones", name="scale")

        def call(self, x):
            return self.inner(x) * self.scale

    class Net(k.Model):
        def __init__(self):
            super().__init__(name="net")
            dense = k.layers.Dense
            self.b, self.a, self._private = dense(2), dense(2), dense(2)
            self.blocks = [dense(2), Block(), [dense(2), k.layers.Dropout(0.1)], (dense(2),), {"z": dense(2)}]
            self.by_name = {"z": dense(2), "y": k.layers.LayerNormalization()}
            self.shared = [self.a, dense(2)]
            self.frozen = self.add_weight(shape=(1,), trainable=False, name="frozen")
            self.variable = k.Variable(np.zeros(4, "float32"))
            self.own = self.add_weight(shape=(4,), name="own")
            self.metric = k.metrics.Mean(name="metric")
            self.seed = k.random.SeedGenerator(1)
            self.text, self.number, self.nothing = "text", 3, None

        @property
        def a_property(self):
            return self.blocks[1]

        @property
        def broken(self):
            raise RuntimeError

        def call(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    model = Net()
    model(np.ones((1, 2), "float32"))
    return model


def test_paths_of_a_subclassed_model_are_those_of_keras(keras, tmp_path):
    for package in (hornbeam, keras):
        attributes_everywhere(package).save_weights(tmp_path / f"{package.__name__}.weights.h5")
    assert paths(tmp_path / "hornbeam.weights.h5") == paths(tmp_path / "keras.weights.h5")
    mine, theirs = attributes_everywhere(hornbeam), attributes_everywhere(keras)
    mine.variable.assign([1.0, 2.0, 3.0, 4.0])
    mine.save_weights(tmp_path / "mine.weights.h5")
    theirs.load_weights(tmp_path / "mine.weights.h5")
    np.testing.assert_array_equal(theirs.variable.numpy(), [1, 2, 3, 4])
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    back = attributes_everywhere(hornbeam)
    back.load_weights(tmp_path / "theirs.weights.h5")
    for a, b in zip(back.get_weights(), mine.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("made_trainable", [True, False])
def test_weights_frozen_one_by_one_keep_their_places(keras, tmp_path, made_trainable):
    """Files have them by number: gamma and beta, as long as each other, would change places in silence."""

    def normalized(k):
        model = k.Sequential([k.Input((2,)), k.layers.BatchNormalization(name="n")], name="s")
        model.set_weights([np.full(2, i, "float32") for i in range(4)])
        variables = model.layers[0].weights
        variables[0 if made_trainable else 2].trainable = not made_trainable
        return model

    mine, theirs = normalized(hornbeam), normalized(keras)
    for part in ("weights", "trainable_weights", "non_trainable_weights"):
        assert [v.path for v in getattr(mine, part)] == [v.path for v in getattr(theirs, part)]
    mine.save_weights(tmp_path / "w.weights.h5")
    theirs.load_weights(tmp_path / "w.weights.h5")
    for value, weight in enumerate(theirs.get_weights()):
        np.testing.assert_array_equal(weight, [value, value])


def test_what_does_not_fit_changes_nothing(tmp_path):
    stack(4, 2).save_weights(tmp_path / "w.weights.h5")
    model = stack(4, 3)
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"(?s)d1`\): `kernel` has shape \(4, 3\), in the file \(4, 2\).*skip"):
        model.load_weights(tmp_path / "w.weights.h5")
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_skip_mismatch_loads_the_rest(tmp_path):
    source, model = stack(4, 2), stack(4, 3)
    source.save_weights(tmp_path / "w.weights.h5")
    with pytest.warns(UserWarning, match="keep their weights.*\n.*d1"):
        model.load_weights(tmp_path / "w.weights.h5", skip_mismatch=True)
    np.testing.assert_array_equal(model.get_weights()[0], source.get_weights()[0])


def test_every_object_that_does_not_fit_is_named(tmp_path):
    stack(4, 2).save_weights(tmp_path / "w.weights.h5")
    model = hornbeam.Sequential(
        [hornbeam.Input((3,)), layers.Dense(4, use_bias=False), layers.Dense(2, use_bias=False)]
    )
    with pytest.raises(ValueError) as caught:
        model.load_weights(tmp_path / "w.weights.h5")
    lines = str(caught.value).splitlines()[1:-1]
    assert len(lines) == 2 and all("the model has 1 variable, the file 2 variables" in line for line in lines)


def test_variables_of_the_optimizer_are_counted_apart(tmp_path):
    model = stack(2, compiled=True)
    model.save_weights(tmp_path / "w.weights.h5")
    report = model.load_weights(tmp_path / "w.weights.h5")
    own = len(model.weights)
    assert str(report) == f"{own} weights loaded with {report.of_optimizer} variables of the optimizer"
    assert len(report.loaded) == own + len(model.optimizer.variables)


def test_weights_without_a_place_are_reported(tmp_path):
    stack(4, 2).save_weights(tmp_path / "w.weights.h5")
    with pytest.warns(UserWarning, match="no place for:\n  /layers/dense_1/vars"):
        stack(4).load_weights(tmp_path / "w.weights.h5")


def test_an_optimizer_that_does_not_fit_starts_anew_and_says_so(tmp_path):
    stack(4, 2, compiled=True).save_weights(tmp_path / "w.weights.h5")
    model = stack(4, 2)
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="fresh one:\n.*SGD.*the model has 2 variables, the file 10 variables"):
        model.load_weights(tmp_path / "w.weights.h5")


def test_an_optimizer_that_never_trained_is_no_mismatch(tmp_path):
    fresh = stack(4, 2)
    fresh.compile("adam", "mse")
    fresh.save_weights(tmp_path / "w.weights.h5")
    stack(4, 2, compiled=True).load_weights(tmp_path / "w.weights.h5")
    stack(4, 2).load_weights(tmp_path / "w.weights.h5")


def test_weights_are_read_from_a_model_file(tmp_path):
    source, model = stack(4, 2, compiled=True), stack(4, 2)
    source.save(tmp_path / "m.keras")
    model.load_weights(tmp_path / "m.keras")
    np.testing.assert_array_equal(model.get_weights()[0], source.get_weights()[0])


@pytest.mark.parametrize("wrong", [None, 3.5, io.BytesIO()], ids=["None", "a number", "an open file"])
def test_what_is_no_path(wrong):
    model = stack(2)
    does = model.save, model.save_weights, saving.load_model, model.load_weights, saving.KerasFileEditor
    for do in does:
        with pytest.raises(ValueError, match=r"`filepath` must be the path of a file or folder\. Received: "):
            do(wrong)


def kept(model, before):
    return [bool((a == b).all()) for a, b in zip(model.get_weights(), before, strict=True)]


@pytest.mark.parametrize("name", ["m.weights.h5", "m.weights.json", "m.keras"])
def test_objects_to_skip_keep_their_weights(name, tmp_path):
    encoder = stack(2, 2)

    def whole(encoder):
        return hornbeam.Sequential([hornbeam.Input((3,)), encoder, layers.Dense(1, bias_initializer="normal")])

    old, new = whole(encoder), whole(stack(2, 2))
    (old.save if name == "m.keras" else old.save_weights)(tmp_path / name)
    before = new.get_weights()
    saving.load_weights(new, tmp_path / name, objects_to_skip=[new.layers[0]])
    assert kept(new, before) == [True] * 4 + [False] * 2
    if name != "m.keras":
        saving.save_weights(old, tmp_path / name, objects_to_skip=[encoder])
        with pytest.raises(ValueError, match="the file 0 variables"):
            new.load_weights(tmp_path / name)
        assert len(new.load_weights(tmp_path / name, objects_to_skip=[new.layers[0]]).loaded) == 2


@pytest.mark.filterwarnings("ignore:.save_weights:hornbeam.core.renaming.notice.OldNameWarning")
def test_files_without_places_refuse_objects_to_skip(tmp_path):
    model = stack(2)
    for name in ("m.safetensors", "m.h5"):
        with pytest.raises(ValueError, match=r"needs a file .* such as `.weights.h5`"):
            saving.save_weights(model, tmp_path / name, objects_to_skip=model.layers)
        model.save_weights(tmp_path / name)
        with pytest.raises(ValueError, match=r"needs a file .* such as `.weights.h5`"):
            model.load_weights(tmp_path / name, objects_to_skip=model.layers)


def holder(attribute, alias=None):
    """A model that holds a block in this attribute, and in a property of another name."""

    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2, bias_initializer="normal")

        def call(self, x):
            return self.inner(x)

    class Holder(hornbeam.Model):
        def __init__(self):
            super().__init__()
            setattr(self, attribute, Block())

        def call(self, x):
            return getattr(self, attribute)(x)

    if alias:
        setattr(Holder, alias, property(lambda self: getattr(self, attribute)))
    model = Holder()
    model(np.ones((1, 3)))
    return model


@pytest.mark.parametrize(("old", "new"), [(("block",), ("a_block", "block")), (("my_block",), ("a_block",))])
def test_an_attribute_that_is_called_anew_finds_its_weights_by_another_path(old, new, tmp_path):
    """By a property with the old name, or as the block among the `layers`, in whose place files have it."""
    saved, model = holder(*old), holder(*new)
    saved.save_weights(tmp_path / "m.weights.h5")
    model.load_weights(tmp_path / "m.weights.h5")
    assert kept(model, saved.get_weights()) == [True, True]


def test_shared_layers_are_shared_again(tmp_path):
    shared = layers.Dense(3, name="shared")
    x = hornbeam.Input((3,))
    inner = hornbeam.Model(x, shared(x), name="inner")
    y = hornbeam.Input((3,))
    model = hornbeam.Model(y, shared(inner(y)), name="outer")
    model.save(tmp_path / "m.keras")
    copy = saving.load_model(tmp_path / "m.keras")
    assert len(copy.weights) == 2 and copy.get_layer("shared") is copy.get_layer("inner").get_layer("shared")
    data = np.ones((2, 3), "float32")
    np.testing.assert_array_equal(copy.predict(data, verbose=0), model.predict(data, verbose=0))


def test_a_layer_may_store_its_variables_itself(tmp_path):
    @saving.register_keras_serializable("tests")
    class Packed(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight((shape[-1],), "ones")

        def call(self, x):
            return x * self.w

        def save_own_variables(self, store):
            store["packed"] = np.stack([self.w.numpy(), self.w.numpy()])

        def load_own_variables(self, store):
            self.w.assign(store["packed"][0])

    model = hornbeam.Sequential([hornbeam.Input((3,)), Packed()])
    model.set_weights([np.arange(3.0)])
    model.save(tmp_path / "m.keras")
    np.testing.assert_array_equal(saving.load_model(tmp_path / "m.keras").get_weights()[0], np.arange(3.0))


@saving.register_keras_serializable("tests")
class Words(layers.Layer):
    """A layer with a file of its own."""

    words = ("a", "b")

    def call(self, x):
        return x

    def save_assets(self, folder):
        with open(os.path.join(folder, "words.txt"), "w") as file:
            file.write("\n".join(self.words))

    def load_assets(self, folder):
        with open(os.path.join(folder, "words.txt")) as file:
            self.words = tuple(file.read().split())


def test_assets_are_kept_where_keras_looks_for_them(keras, tmp_path):
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2), Words()])
    model.layers[1].words = ("x", "y", "z")
    model.save(tmp_path / "m.keras")
    assert saving.load_model(tmp_path / "m.keras").layers[1].words == ("x", "y", "z")
    methods = {name: vars(Words)[name] for name in ("call", "save_assets", "load_assets")}
    theirs = keras.saving.load_model(
        tmp_path / "m.keras", {"tests>Words": type("Words", (keras.layers.Layer,), methods)}
    )
    assert theirs.layers[1].words == ("x", "y", "z")
    theirs.save(tmp_path / "back.keras")
    assert saving.load_model(tmp_path / "back.keras", {"Words": Words}).layers[1].words == ("x", "y", "z")


class TestNames:
    """One sentence for each wrong name."""

    def test_endings(self, tmp_path):
        model = stack(2)
        with pytest.raises(ValueError, match=r"save_weights` writes"):
            model.save(tmp_path / "model.weights.h5")

    def test_there_must_be_a_file(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="no such file"):
            saving.load_model(tmp_path / "none.keras")
        with pytest.raises(IsADirectoryError, match="SavedModel"):
            saving.load_model(tmp_path)
        with pytest.raises(FileNotFoundError, match="folder to save into"):
            stack(2).save(tmp_path / "none" / "m.keras")

    def test_overwrite(self, tmp_path):
        (tmp_path / "m.keras").write_text("old")
        with pytest.raises(FileExistsError, match="`overwrite` is false"):
            stack(2).save(tmp_path / "m.keras", overwrite=False)

    def test_weights_alone_are_no_model(self, tmp_path):
        stack(2).save_weights(tmp_path / "w.weights.h5")
        with pytest.raises(ValueError, match=r"holds weights without a model.*load_weights"):
            saving.load_model(tmp_path / "w.weights.h5")

    def test_a_model_without_weights(self, tmp_path):
        model = hornbeam.Sequential([layers.Dense(2)])
        with pytest.raises(ValueError, match="no weights yet"):
            model.save_weights(tmp_path / "w.weights.h5")


class TestAtomicWriting:
    """A save that fails leaves the old file, and nothing else."""

    @pytest.mark.parametrize("name", ["m.keras", "m.weights.h5"])
    def test_a_failure_on_the_way(self, name, tmp_path, monkeypatch):
        model = stack(4, 2)
        save = model.save if name == "m.keras" else model.save_weights
        save(tmp_path / name)
        before = (tmp_path / name).read_bytes()

        def fail(*_):
            raise KeyboardInterrupt

        for target in ("hornbeam.saving.hdf5.write", "os.fsync", "os.replace"):
            with monkeypatch.context() as patch:
                patch.setattr(target, fail)
                with pytest.raises(KeyboardInterrupt):
                    save(tmp_path / name)
            assert (tmp_path / name).read_bytes() == before
            assert os.listdir(tmp_path) == [name]

    def test_a_link_stays_a_link(self, tmp_path):
        (tmp_path / "link.keras").symlink_to(tmp_path / "m.keras")
        stack(2).save(tmp_path / "link.keras")
        assert (tmp_path / "link.keras").is_symlink() and (tmp_path / "m.keras").is_file()

    def test_permissions_are_those_of_other_new_files(self, tmp_path):
        (tmp_path / "other").write_text("")
        stack(2).save(tmp_path / "m.keras")
        assert (tmp_path / "m.keras").stat().st_mode == (tmp_path / "other").stat().st_mode
