"""What hostile files have tried with other libraries, tried here: each must end in one `ValueError` and no effect."""

import base64
import builtins
import copy
import io
import json
import os
import time
import warnings
import zipfile

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hornbeam
from hornbeam import layers, saving
from hornbeam.saving.compiling import compile_from

pytestmark = pytest.mark.usefixtures("nothing_runs")


def small():
    model = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, name="d"), layers.Dense(1, name="e")])
    model.compile("sgd", "mse")
    return model


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """The members of an archive, to be tampered with."""
    path = tmp_path_factory.mktemp("good") / "m.keras"
    small().save(path)
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    return found | {"config": json.loads(found["config.json"])}


@pytest.fixture
def pack(members, tmp_path):
    """`pack(config=..., weights=...)`: an archive with some of the good members exchanged."""

    def make(config=None, weights=None, compression=zipfile.ZIP_STORED, extra=()):
        path = tmp_path / "crafted.keras"
        with zipfile.ZipFile(path, "w", compression) as archive:
            archive.writestr("metadata.json", members["metadata.json"])
            text = config if isinstance(config, bytes) else json.dumps(config or members["config"])
            archive.writestr("config.json", text)
            archive.writestr("model.weights.h5", members["model.weights.h5"] if weights is None else weights)
            for name, value in extra:
                archive.writestr(name, value)
        return path

    return make


def with_layer(members, layer):
    config = copy.deepcopy(members["config"])
    config["config"]["layers"].append(layer)
    return config


def object_config(module, class_name, config=None, registered_name=None):
    return {"module": module, "class_name": class_name, "config": config or {}, "registered_name": registered_name}


CODE = base64.b64encode(b"\xe3" + b"\0" * 20).decode()
LAMBDAS = [
    {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}},
    [CODE, None, None],
]


class TestNames:
    @pytest.mark.parametrize("function", LAMBDAS, ids=["keras3", "keras2"])
    @pytest.mark.parametrize("safe_mode", [True, False])
    def test_lambdas_never_run(self, members, pack, function, safe_mode):
        """S2, S7, S16: and the message says what to do instead."""
        layer = object_config("keras.layers", "Lambda", {"name": "twice", "function": function, "arguments": {}})
        path = pack(with_layer(members, layer))
        with pytest.raises(
            ValueError, match=r"never runs: in layer `twice` \(after `e`, in `\w+`\).*custom_objects=\{'twice': f\}"
        ):
            saving.load_model(path, safe_mode=safe_mode)
        with pytest.raises(ValueError, match="never runs"):
            layers.Lambda.from_config(layer["config"])
        with pytest.raises(ValueError, match="never runs"):
            saving.deserialize_keras_object(layer, safe_mode=safe_mode)
        model = saving.load_model(path, custom_objects={"twice": lambda x: 2 * x})
        assert model.layers[-1].function(2) == 4

    @pytest.mark.parametrize(
        "module", ["os", "subprocess", "builtins", "keras.utils", "hornbeam.saving", "keras.src.saving"]
    )
    @pytest.mark.parametrize(
        "name", ["system", "Popen", "eval", "get_file", "load_model", "enable_unsafe_deserialization"]
    )
    def test_a_file_cannot_choose_a_module(self, members, pack, module, name, monkeypatch):
        """S4, S5, S6."""
        imported = []
        real = builtins.__import__
        monkeypatch.setattr(builtins, "__import__", lambda name, *rest: imported.append(name) or real(name, *rest))
        for layer in (
            object_config(module, name, {"command": "touch owned"}),
            object_config(module, "function", name, "function"),
            object_config("keras.layers", "Dense", {"units": 1, "activation": object_config(module, "function", name)}),
            object_config("keras.layers", "Lambda", {"function": object_config(module, "function", name)}),
            object_config("keras.layers", "Lambda", {"function": name}),
        ):
            with pytest.raises(ValueError):
                saving.load_model(pack(with_layer(members, layer)))
        assert module not in imported

    @pytest.mark.parametrize("tool", ["get", "serialize", "deserialize"])
    def test_helpers_beside_the_functions_have_no_names(self, tool):
        with pytest.raises(ValueError, match="unknown"):
            saving.deserialize_keras_object(object_config("builtins", "function", tool, "function"))

    def test_pickled_modules_are_unknown(self, members, pack):
        """S8."""
        layer = object_config("keras.layers", "TorchModuleWrapper", {"module": base64.b64encode(b"cos\n").decode()})
        with pytest.raises(ValueError, match="pickled code"):
            saving.load_model(pack(with_layer(members, layer)))

    def test_contradicting_names(self, members, pack):
        """S29: a built-in class that claims to be registered as something else."""

        @saving.register_keras_serializable("evil")
        class Dense(layers.Layer):
            pass

        layer = object_config("keras.layers", "Dense", {"units": 1}, "evil>Dense")
        with pytest.raises(ValueError, match="registered as 'evil>Dense'"):
            saving.load_model(pack(with_layer(members, layer)))

    @pytest.mark.parametrize("name", ["../../x", "/etc/x", "a/b", "", "..", "x\0y", 3, ["x"]])
    def test_names_cannot_be_paths(self, members, pack, name):
        """S15."""
        layer = object_config("keras.layers", "Dense", {"units": 1, "name": name})
        with pytest.raises(ValueError, match="name"):
            saving.load_model(pack(with_layer(members, layer)))

    def test_all_unknown_names_are_listed(self, members, pack):
        config = with_layer(members, object_config("mine", "Alpha", {}, "pkg>Alpha"))
        config["config"]["layers"].append(object_config(None, "Beta", {}, "Beta"))
        with pytest.raises(ValueError, match=r"`Alpha`, `Beta`.*custom_objects=\{'Alpha': Alpha, 'Beta': Beta\}"):
            saving.load_model(pack(config))


def hdf5(build):
    """The bytes of an HDF5 file that `build` fills."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        build(file)
    return buffer.getvalue()


def good_weights(file, leave_out=()):
    for name, kernel in (("dense", (3, 2)), ("dense_1", (2, 1))):
        for index, shape in (("0", kernel), ("1", kernel[1:])):
            if (name, index) not in leave_out:
                file.create_dataset(f"layers/{name}/vars/{index}", data=np.ones(shape, "float32"))
    file.create_group("vars")


class TestWeights:
    def refuse(self, pack, tmp_path, weights, match):
        """Through both public entries."""
        with pytest.raises(ValueError, match=match):
            saving.load_model(pack(weights=weights))
        (tmp_path / "w.weights.h5").write_bytes(weights)
        model = small()
        before = model.get_weights()
        with pytest.raises(ValueError, match=match):
            model.load_weights(tmp_path / "w.weights.h5")
        for a, b in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(a, b)

    @pytest.mark.parametrize("kind", ["soft", "external", "group", "root"])
    def test_links(self, pack, tmp_path, kind):
        """S13, S17."""

        def build(file):
            link = h5py.ExternalLink("/etc/passwd", "/x") if kind != "soft" else h5py.SoftLink("/vars")
            if kind == "root":
                file["layers"] = link
            elif kind == "group":
                good_weights(file)
                del file["layers/dense/vars"]
                file["layers/dense/vars"] = link
            else:
                good_weights(file, [("dense", "0")])
                file["layers/dense/vars/0"] = link

        self.refuse(pack, tmp_path, hdf5(build), "links are refused")

    def test_external_storage(self, pack, tmp_path):
        """S13."""
        secret = tmp_path / "secret"
        secret.write_bytes(b"\0" * 24)

        def build(file):
            good_weights(file, [("dense", "0")])
            file.create_dataset("layers/dense/vars/0", (3, 2), "float32", external=[(str(secret), 0, 24)])

        self.refuse(pack, tmp_path, hdf5(build), "outside the file")

    def test_virtual_datasets(self, pack, tmp_path):
        """S18."""

        def build(file):
            good_weights(file, [("dense", "0")])
            layout = h5py.VirtualLayout((3, 2), "float32")
            layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", (3, 2))
            file.create_virtual_dataset("layers/dense/vars/0", layout)

        self.refuse(pack, tmp_path, hdf5(build), "outside the file")

    def test_shape_bombs(self, pack, tmp_path):
        """S12, S23: the shape is compared before anything is allocated."""

        def build(file):
            good_weights(file, [("dense", "0")])
            options = {"chunks": (1024, 1024), "compression": "gzip"}
            file.create_dataset("layers/dense/vars/0", (2**22, 2**22), "float64", **options)

        self.refuse(pack, tmp_path, hdf5(build), r"in the file \(4194304, 4194304\)")

    @pytest.mark.parametrize("dtype", [h5py.string_dtype(), h5py.ref_dtype, np.dtype([("a", "f4")]), "S4", "V3"])
    def test_only_numbers(self, pack, tmp_path, dtype):
        def build(file):
            good_weights(file, [("dense", "0")])
            file.create_dataset("layers/dense/vars/0", (3, 2), dtype)

        self.refuse(pack, tmp_path, hdf5(build), "must hold numbers")

    @pytest.mark.parametrize("damage", ["empty", "text", "cut", "zeros"])
    def test_damaged_files(self, members, pack, tmp_path, damage):
        good = members["model.weights.h5"]
        weights = {"empty": b"", "text": b"hello", "cut": good[: len(good) // 2], "zeros": good[:2048] + b"\0" * 9000}
        self.refuse(pack, tmp_path, weights[damage], "damaged|do not fit|not an HDF5")

    @pytest.mark.parametrize("end", [2**63 - 1, 88])
    @pytest.mark.parametrize("place", [24, 40, 48, 64])
    @pytest.mark.parametrize("address", [2**63 - 16, 2**64 - 256, 2**40])
    def test_addresses_beyond_the_file(self, members, pack, tmp_path, place, address, end):
        """Of the superblock, the end of the file, the driver, and the root group."""
        weights = bytearray(members["model.weights.h5"])
        weights[40:48] = end.to_bytes(8, "little")
        weights[place : place + 8] = address.to_bytes(8, "little")
        self.refuse(pack, tmp_path, bytes(weights), "damaged|do not fit|not an HDF5")

    def test_a_layer_that_reads_for_itself_is_protected(self, tmp_path):
        class Own(layers.Layer):
            def call(self, x):
                return x

            def load_own_variables(self, store):
                store["0"]

        def build(file):
            file.create_group("vars")
            file.create_dataset("layers/own/vars/0", (2**20, 2**20), "f4", chunks=(64, 64), compression="gzip")

        (tmp_path / "w.weights.h5").write_bytes(hdf5(build))
        with pytest.raises(ValueError, match="larger than what is stored"):
            hornbeam.Sequential([hornbeam.Input((3,)), Own()]).load_weights(tmp_path / "w.weights.h5")


class TestArchives:
    def test_zip_bombs(self, members, pack):
        """S21: what a member unpacks to is counted, not believed."""
        with pytest.raises(ValueError, match=r"`config.json`.*more than 2 MiB"):
            saving.load_model(pack(b'{"a": "' + b"a" * 2**22, compression=zipfile.ZIP_DEFLATED))
        bomb = members["model.weights.h5"] + b"\0" * 2**25
        with pytest.raises(ValueError, match=r"`model.weights.h5`.*more than"):
            saving.load_model(pack(weights=bomb, compression=zipfile.ZIP_DEFLATED))

    @pytest.mark.parametrize("text", ['{"":0},', "[],", "[["])
    def test_json_that_grows_in_memory(self, pack, text):
        config = b'{"a": [' + text.encode() * (2**21 // len(text))
        with pytest.raises(ValueError, match=r"config.json.*more memory than its"):
            saving.load_model(pack(config))

    def test_a_false_size_is_found_out(self, pack):
        path = pack()
        data = bytearray(path.read_bytes())
        place = data.rindex(b"config.json") - 46
        data[place + 24 : place + 28] = (10).to_bytes(4, "little")
        path.write_bytes(data)
        with pytest.raises(ValueError):
            saving.load_model(path)

    @pytest.mark.parametrize("name", ["../evil", "/evil", "assets/../../evil", "..\\evil", "C:\\evil"])
    def test_members_outside(self, pack, name):
        with pytest.raises(ValueError, match="outside"):
            saving.load_model(pack(extra=[(name, b"x")]))

    def test_two_members_of_one_name(self, pack):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = pack(extra=[("config.json", b"{}")])
        with pytest.raises(ValueError, match="two members"):
            saving.load_model(path)

    @pytest.mark.parametrize("content", [b"", b"hello", b"PK\3\4" + b"\0" * 40])
    def test_what_is_no_archive(self, tmp_path, content):
        (tmp_path / "m.keras").write_bytes(content)
        with pytest.raises(ValueError, match=r"not a `.keras` file"):
            saving.load_model(tmp_path / "m.keras")

    @pytest.mark.parametrize("cut", [100, 3000, -200, -10])
    def test_what_is_cut_off(self, pack, tmp_path, cut):
        (tmp_path / "cut.keras").write_bytes(pack().read_bytes()[:cut])
        with pytest.raises(ValueError):
            saving.load_model(tmp_path / "cut.keras")

    @pytest.mark.parametrize(
        "config",
        [b"", b"[]", b"3", b"{}", b"nonsense", b'{"class_name": "Sequential"}', b"[" * 100000, b'{"a":' * 100000],
    )
    def test_configs_that_are_none(self, pack, config):
        with pytest.raises(ValueError, match=r"config.json"):
            saving.load_model(pack(config))

    @pytest.mark.parametrize("token", [["a"], {"a": 1}])
    def test_tokens_that_are_no_words(self, pack, token):
        """They are compared with the vocabulary once that is read, after the config."""
        start = object_config("keras.layers", "InputLayer", {"batch_shape": [None, 1], "dtype": "string", "name": "i"})
        lookup = object_config("keras.layers", "StringLookup", {"name": "s", "oov_token": token})
        config = object_config("keras", "Sequential", {"name": "m", "layers": [start, lookup]})
        with pytest.raises(ValueError, match=r"does not fit|must be"):
            saving.load_model(pack(config, extra=[("assets/layers/string_lookup/vocabulary.txt", b"[UNK]\na")]))

    def test_a_config_of_something_else(self, pack):
        with pytest.raises(ValueError, match="must hold a model"):
            saving.load_model(pack(object_config("keras.initializers", "Zeros")))


class TestGraphs:
    """Functional configs: the operations and calls that they may name."""

    @pytest.fixture
    def graph(self):
        x = hornbeam.Input((3,), name="x")
        h = layers.Dense(3, name="d")(x)
        return hornbeam.Model(x, hornbeam.ops.mean(h + 1.0, axis=-1), name="m").get_config()

    def entry(self, graph, class_name):
        return next(layer for layer in graph["layers"] if layer["class_name"] == class_name)

    @pytest.mark.parametrize(
        "module, class_name",
        [
            ("keras.src.ops.numpy", "Load"),
            ("keras.src.ops.core", "Cond"),
            ("keras.src.ops.os", "System"),
            ("os", "Mean"),
        ],
    )
    def test_unknown_operations(self, graph, module, class_name):
        self.entry(graph, "Mean").update(module=module, class_name=class_name)
        with pytest.raises(ValueError, match=class_name):
            hornbeam.models.Functional.from_config(graph)

    def test_operations_take_tensors_of_the_graph(self, graph):
        self.entry(graph, "Mean")["inbound_nodes"] = [{"args": [[1, 2]], "kwargs": {}}]
        with pytest.raises(ValueError, match="tensor of the graph"):
            hornbeam.models.Functional.from_config(graph)

    def test_a_loop(self, graph):
        call = self.entry(graph, "Dense")["inbound_nodes"][0]
        call["args"][0]["config"]["keras_history"] = ["d", 0, 0]
        with pytest.raises(ValueError, match="which nothing in it makes"):
            hornbeam.models.Functional.from_config(graph)

    @pytest.mark.parametrize(
        "history", [None, "x", ["x"], ["x", 0, 7], ["x", -1, 0], ["x", 0.5, 0], ["y", 0, 0], [[], 0, 0]]
    )
    @pytest.mark.parametrize("place", ["input_layers", "output_layers", "call"])
    def test_wrong_references(self, graph, history, place):
        if place == "call":
            self.entry(graph, "Dense")["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = history
        else:
            graph[place] = history
        with pytest.raises(ValueError):
            hornbeam.models.Functional.from_config(graph)


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _functional():
    x = hornbeam.Input((3,), name="x")
    h = layers.Dense(3, name="d", activation="relu", kernel_regularizer="l2")(x)
    model = hornbeam.Model(x, [layers.Add()([h, x]), hornbeam.ops.mean(h + 1.0, axis=-1)], name="m")
    model.compile("sgd", ["mse", "mae"])
    return model


_CONFIGS = [json.loads(json.dumps(saving.serialize_keras_object(make()))) for make in (small, _functional)]
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 40)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["relu", "Dense"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["class_name", "config", "module", "name", "units", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_any_config_gives_a_model_or_a_value_error(data):
    """S30: with any part of it exchanged or removed."""
    config = copy.deepcopy(data.draw(st.sampled_from(_CONFIGS)))
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from([p for p in _places(config) if p]))
        target = config
        for key in path:
            target = target[key]
        if data.draw(st.booleans()):
            target[last] = data.draw(_VALUES)
        else:
            del target[last]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = saving.deserialize_keras_object(config)
            if config.get("compile_config") and hasattr(model, "compile_from_config"):
                compile_from(model, config["compile_config"], "the file")
        except ValueError:
            pass


def test_a_layer_that_is_listed_a_million_times(tmp_path):
    """Each entry costs two bytes of the file, and would be opened."""
    path = tmp_path / "w.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.create_group("d").attrs["weight_names"] = np.array([], "S1")
        file.attrs["layer_names"] = np.array([b"d"] * 1_000_000)
    start = time.process_time()
    with pytest.raises(ValueError, match="lists the layer `d` more than once"):
        small().load_weights(path)
    assert time.process_time() - start < 10


def test_models_in_models_take_time_in_proportion(pack):
    """Each level took twice the time of the one before."""
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": []}}
    for i in range(40):
        config = {"module": "keras", "class_name": "Sequential", "config": {"name": f"m{i}", "layers": [config]}}
    start = time.process_time()
    with pytest.warns(UserWarning, match="the model has no place for"):
        saving.load_model(pack(config))
    assert time.process_time() - start < 10


def test_complex_numbers_are_no_weights(tmp_path):
    """Their imaginary parts would be lost."""
    small().save_weights(tmp_path / "w.weights.h5")
    with h5py.File(tmp_path / "w.weights.h5", "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = np.ones((3, 2), "complex64")
    with pytest.raises(ValueError, match=r"d/kernel` must be given real numbers. Received: complex64"):
        small().load_weights(tmp_path / "w.weights.h5")


@pytest.mark.parametrize("read", [saving.load_model, lambda path: small().load_weights(path)])
def test_devices_are_no_files(read):
    """One of them has no end."""
    if not os.path.exists("/dev/zero"):
        pytest.skip("no such device")
    with pytest.raises(OSError, match="a plain file"):
        read("/dev/zero")


def test_paths_and_texts_of_other_types(tmp_path):
    small().save(os.fsencode(tmp_path / "m.keras"))
    assert saving.load_model(os.fsencode(tmp_path / "m.keras")).built
    with pytest.raises(ValueError, match=r"`model_from_config` takes a dictionary\. Received: dict"):
        hornbeam.models.model_from_json({"class_name": "Sequential"})
