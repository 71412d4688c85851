"""Valid files, changed at random: what reads them gives a model, or one sentence (`ValueError`, `OSError`).

    python tests/saving/fuzzing.py                  all forms, 10,000 changes each, in two processes
    python tests/saving/fuzzing.py keras 100 7      one form, so many changes, from number 7 on

A change is its number: the same number is the same change again. It is at fault when it ends in another exception,
takes more than `SECONDS` of a processor, crashes or hangs the process, or takes more memory than twice the model and
64 MB.
"""

import copy
import faulthandler
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

import h5py
import numpy as np

os.environ.setdefault("JAX_PLATFORMS", "cpu")

MEMORY = 64 * 2**20 + 2 * 2**20  # the models here are far smaller than a megabyte
SECONDS, HANGS = 20, 120
COUNT = 10_000


# valid models


def _stack(k):
    layers = k.layers
    return [
        k.Input((3,)),
        layers.Dense(4, activation="relu", kernel_regularizer="l2"),
        layers.BatchNormalization(),
        layers.Dropout(0.3, seed=1),
        layers.Dense(2, activation="softmax"),
    ]


def _tokens(k):
    layers = k.layers
    return [k.Input((4,), dtype="int32"), layers.Embedding(7, 3, mask_zero=True), layers.LSTM(2), layers.Dense(1)]


def _image(k):
    layers = k.layers
    return [k.Input((6, 6, 1)), layers.Conv2D(2, 3), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(1)]


def _strings(k):
    layers = k.layers
    found = layers.StringLookup(name="terms", output_mode="multi_hot")
    found.adapt(["a", "b", "b"])
    return [k.Input((2,), dtype="string"), found, layers.Dense(1)]


def _numbers(k):
    layers = k.layers
    bins = layers.Discretization([0.0, 1.0], output_mode="one_hot")
    return [k.Input((1,)), bins, layers.Dense(1)]


def _graph(k):
    layers = k.layers
    x, y = k.Input((3,), name="x"), k.Input((3,), name="y")
    shared = layers.Dense(3, name="shared")
    both = layers.Concatenate()([shared(x), shared(y) + 1.0])
    inner = k.Sequential([k.Input((6,)), layers.Dense(2)], name="inner")
    return k.Model([x, y], [inner(both), k.ops.mean(both, axis=-1)], name="graph")


def models(k):
    """A few small ones, compiled and not, of layers that have sizes, vocabularies, state and graphs."""
    made = [k.Sequential(make(k)) for make in (_stack, _tokens, _image, _strings, _numbers)]
    made[0].compile("adam", "mse", metrics=["mae"])
    made[0].fit(np.ones((2, 3)), np.ones((2, 2)), verbose=0)
    return [*made, _graph(k)]


# changes of bytes


def _bytes(r, data):
    data = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 8))):
        at, size = r.randrange(len(data)), r.choice((1, 2, 4, 8, 64))
        kind = r.randrange(5)
        if kind == 0:
            data[at] ^= 1 << r.randrange(8)
        elif kind == 1:
            data[at : at + size] = r.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * size
        elif kind == 2:
            del data[at : at + size]
        elif kind == 3:
            data[at:at] = r.randbytes(size)
        else:
            start = r.randrange(len(data))
            data[at : at + size] = data[start : start + size]
    return bytes(data)


def _cut(r, data):
    return data[: r.randrange(len(data))]


# changes of JSON


def _odd(r):
    deep = r.choice(('{"a":', "["))
    kind = r.randrange(14)
    if kind == 0:
        depth = r.choice((10, 200, 900))
        closing = "}" if deep != "[" else "]"
        return json.loads(deep * depth + "1" + closing * depth)
    return [
        None,
        r.choice((True, False)),
        r.choice((-1, 0, 1, 2, 7)),
        r.choice((10**6, 10**9, 10**12, 2**31, 2**63, 10**30, -(2**63))),
        r.choice((0.5, -1.0, 1e308, float("nan"), float("inf"))),
        r.choice(("", "x", "../../x", "a/b", "\0", "relu", "x" * 1000, "/etc/passwd", "http://h/x")),
        r.choice(("Dense", "Lambda", "Sequential", "function", "__lambda__", "__numpy__", "__tensor__", "__slice__")),
        [],
        {},
        [r.choice((None, 1, 10**9, "x"))] * r.choice((1, 3, 100)),
        {"class_name": r.choice(_CLASSES), "config": {}, "module": r.choice((None, "keras.layers", "keras", "os"))},
        {"class_name": "__numpy__", "config": {"value": [1.0], "dtype": r.choice(("float32", "object", "V8", 3))}},
        r.choice(("float64", "int8", "bfloat16", "object", "complex64", "mixed_float16", "U10")),
    ][kind - 1]


_CLASSES = ("Dense", "Lambda", "Conv3D", "LSTM", "RNN", "Bidirectional", "Embedding", "StringLookup", "Adam", "Zeros")


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def changed_json(r, config):
    """A config with one or a few of its values exchanged, left out, doubled or added."""
    config = copy.deepcopy(config)
    for _ in range(r.choice((1, 1, 1, 2, 4))):
        places = [path for path in _places(config) if path]
        if not places:
            break
        *path, last = r.choice(places)
        target = config
        for key in path:
            target = target[key]
        kind = r.randrange(8)
        if kind == 0:
            del target[last]
        elif kind == 1:
            *other, end = r.choice(places)
            source = config
            for key in other:
                source = source[key]
            target[last] = copy.deepcopy(source[end])
        elif kind == 2 and isinstance(target, list):
            target.insert(r.randrange(len(target) + 1), copy.deepcopy(target[last]))
        elif kind == 3 and isinstance(target, dict):
            target[r.choice(("units", "name", "dtype", "batch_shape", "config", "extra", "shared_object_id"))] = _odd(r)
        elif kind == 4 and type(target[last]) in (int, float):
            target[last] *= r.choice((-1, 0, 2, 1000, 10**9, 0.5))
        else:
            target[last] = _odd(r)
    return config


def _json_bytes(r, data):
    text = json.dumps(changed_json(r, json.loads(data))).encode()
    if r.random() < 0.02:
        text = text.replace(b'"units"', b'"units": 1, "units"', 1)
    return text


# changes of HDF5


def _hdf5(r, data):
    buffer = io.BytesIO(data)
    with h5py.File(buffer, "r+") as file:
        names = []
        file.visit(names.append)
        for _ in range(r.choice((1, 1, 2))):
            _change_item(r, file, r.choice(names or ["/"]))
    return buffer.getvalue()


def _change_item(r, file, name):
    if name not in file:
        return
    item = file[name]
    kind = r.randrange(9)
    if kind == 0:
        del file[name]
    elif kind == 1:
        _change_attribute(r, item if r.random() < 0.7 else file)
    elif kind == 2:
        del file[name]
        file[name] = r.choice((h5py.SoftLink("/"), h5py.ExternalLink("/etc/passwd", "/"), h5py.SoftLink("/" + name)))
    elif kind == 3:
        del file[name]
        file[name] = file["/"]  # a loop
    else:
        shape = getattr(item, "shape", None) or ()
        del file[name]
        _put_array(r, file, name, shape)


def _put_array(r, file, name, shape):
    kind = r.randrange(7)
    if kind == 0:
        file.create_dataset(name, (2**20, 2**20), "f4", chunks=(64, 64), compression="gzip")
    elif kind == 1:
        file.create_dataset(name, shape, r.choice(("f8", "i8", "u1", "c8", "S4", "V2", "f2", "?")))
    elif kind == 2:
        file.create_dataset(name, data=np.ones([max(n + r.choice((-1, 0, 1, 5)), 0) for n in shape], "f4"))
    elif kind == 3:
        file.create_dataset(name, data=r.choice(("text", b"bytes", 3.0, [1, 2])))
    elif kind == 4:
        file[name] = h5py.Empty("f4")
    elif kind == 5:
        file.create_dataset(name, data=np.full(shape or (1,), r.choice((np.nan, np.inf, 1e38)), "f4"))
    else:
        file.create_group(name + "/vars")


def _change_attribute(r, item):
    keys = list(item.attrs)
    key = r.choice([*keys, "layer_names", "weight_names", "keras_version", "dtype", "name", "model_config"])
    old = item.attrs.get(key)
    text = old.decode("utf-8", "replace") if isinstance(old, bytes) else old
    kind = r.randrange(5)
    if isinstance(text, str) and text[:1] == "{" and kind:
        item.attrs[key] = json.dumps(changed_json(r, json.loads(text)))
    elif kind == 0 and key in item.attrs:
        del item.attrs[key]
    elif kind == 1:
        item.attrs[key] = r.choice(("", "x", "3.0", "1.2", b"\xff\xfe", "bfloat16", "{", "[]"))
    elif kind == 2:
        item.attrs[key] = r.choice((3, 1.5, [1, 2], np.array([b"a", b"a"]), np.array([b"", b"../x"]), h5py.Empty("f4")))
    elif isinstance(old, np.ndarray) and old.size:
        values = old.tolist()
        r.shuffle(values)
        item.attrs[key] = np.array(values[: r.randrange(len(values) + 1)] or [b""])


# changes of archives


def _zip(r, data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = [(name, archive.read(name)) for name in archive.namelist()]
    at = r.randrange(len(found))
    name, content = found[at]
    kind = r.randrange(12)
    packing = r.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    if kind == 0:
        found.append((name, content[::-1]))
    elif kind == 1:
        del found[at]
    elif kind == 2:
        found[at] = r.choice(("../x", "/x", "config.json/x", "", "a\\b", "assets/x", "x" * 300)), content
    elif kind == 3:
        packing = zipfile.ZIP_DEFLATED
        found[at] = name, content + r.choice((b"\0", b" ", b"[", b"1")) * 2**25
    elif kind == 4:
        found[at] = name, found[r.randrange(len(found))][1]
    else:
        found = [(n, _member(r, n, c) if n == name or r.random() < 0.1 else c) for n, c in found]
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", packing) as archive:
        warnings.simplefilter("ignore")
        for name, content in found:
            archive.writestr(name, content)
    return _false_size(r, buffer.getvalue()) if kind == 5 else buffer.getvalue()


def _member(r, name, content):
    if not content:
        return b"x"
    if name.endswith(".json"):
        return r.choice((_json_bytes, _json_bytes, _json_bytes, _bytes, _cut))(r, content)
    if name.endswith(".h5"):
        return r.choice((_hdf5, _hdf5, _bytes, _cut))(r, content)
    return r.choice((_bytes, _cut))(r, content)


def _false_size(r, data):
    """A directory of the archive that claims other sizes and places."""
    data = bytearray(data)
    entries = [i for i in range(len(data) - 4) if data[i : i + 4] == b"PK\1\2"]
    if entries:
        at = r.choice(entries) + r.choice((10, 16, 20, 24, 42))
        data[at : at + 4] = r.choice((0, 1, 10, 2**16, 2**31, 2**32 - 1)).to_bytes(4, "little")
    return bytes(data)


def _tensors(r, data):
    length = int.from_bytes(data[:8], "little")
    if r.random() < 0.1:
        return r.choice((0, 1, 2**40, 2**63)).to_bytes(8, "little") + data[8:]
    text = _json_bytes(r, data[8 : 8 + length])
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


# changes of several files, which are kept as an archive of them


def _several(r, data):
    found = _unpacked(data)
    at = r.randrange(len(found))
    name, content = found[at]
    kind = r.randrange(10)
    if kind == 0:
        del found[at]
    elif kind == 1:
        found[at] = r.choice(("x", "assets/x", "assets/../x", name + "/x", "w_00009.weights.h5")), content
    elif kind == 2:
        found[at] = name, found[r.randrange(len(found))][1]
    elif kind == 3:
        found[at] = name, b"link to " + r.choice((b"/etc/passwd", b".", name.encode(), found[-1][0].encode()))
    elif kind == 4:
        found.append(("assets/layers/string_lookup/vocabulary.txt", r.choice((b"", b"a\na", b"\xff" * 9, content))))
    else:
        found = [(n, _member(r, n, c) if n == name or r.random() < 0.1 else c) for n, c in found]
    return _packed(found)


def _packed(files):
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def _unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _read_folder(folder):
    found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return _packed([(path.relative_to(folder).as_posix(), path.read_bytes()) for path in found])


def _write_folder(data, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, content in _unpacked(data):
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith(b"link to "):
            path.symlink_to(content.removeprefix(b"link to ").decode())
        else:
            path.write_bytes(content)


# forms: what is written, what is changed, what reads it


class Form:
    """Files of one kind: `suffix`, how a model becomes one, and the ways that it is changed.

    With `inside`, it is a folder of files, and `inside` is what is opened in it.
    """

    def __init__(self, suffix, save, changes, read="model", inside=None):
        self.suffix, self.save, self.changes, self.read, self.inside = suffix, save, changes, read, inside

    def load(self, path):
        """The bytes of what was saved."""
        return Path(path).read_bytes() if self.inside is None else _read_folder(path)

    def put(self, data, path):
        """Write the bytes; the path to open."""
        if self.inside is None:
            Path(path).write_bytes(data)
            return path
        _write_folder(data, path)
        return os.path.join(path, self.inside)


def _save_shards(model, folder):
    os.makedirs(folder)
    model.save_weights(os.path.join(folder, "w"), max_shard_size=1e-7)


FORMS = {
    "keras": Form(".keras", lambda m, p: m.save(p), (_zip, _zip, _zip, _zip, _bytes, _cut)),
    "h5": Form(".h5", lambda m, p: m.save(p), (_hdf5, _hdf5, _hdf5, _bytes, _cut)),
    "weights": Form(".weights.h5", lambda m, p: m.save_weights(p), (_hdf5, _hdf5, _bytes, _cut), "weights"),
    "folder": Form("", lambda m, p: m.save(p, zipped=False), (_several,), inside=""),
    "shards": Form("", _save_shards, (_several,), "weights", inside="w.weights.json"),
    "tensors": Form(".safetensors", lambda m, p: m.save_weights(p), (_tensors, _tensors, _bytes, _cut), "weights"),
    "json": Form(
        ".json", lambda m, p: Path(p).write_text(m.to_json()), (_json_bytes, _json_bytes, _bytes, _cut), "json"
    ),
}


class Fuzzer:
    """The changes of one form, in a folder of its own."""

    def __init__(self, form, folder):
        import hornbeam

        warnings.simplefilter("ignore")
        self.k, self.name, self.form = hornbeam, form, FORMS[form]
        self.models = models(hornbeam)
        self.files = []
        for i, model in enumerate(self.models):
            path = os.path.join(folder, f"good{i}{self.form.suffix}")
            self.form.save(model, path)
            self.files.append(self.form.load(path))
        self.path = os.path.join(folder, f"good0{self.form.suffix}")
        self.refused = self.loaded = 0
        for data in self.files:  # what is imported and compiled once
            self._try(data, self.models[self.files.index(data)])

    def change(self, number):
        """The change of this number: the bytes, and the model that they were of."""
        r = random.Random(f"{self.name} {number}")
        which = r.randrange(len(self.files))
        data = self.files[which]
        return r.choice(self.form.changes)(r, data) if data else data, self.models[which]

    def run(self, number):
        """Try one; a sentence about what is wrong, or `None`."""
        try:
            data, model = self.change(number)
        except Exception:  # of the change itself, which cannot be made
            return None
        before, peak, start = _resident(), _peak(), time.process_time()
        try:
            self._try(data, model)
            self.loaded += 1
        except (ValueError, OSError) as error:
            self.refused += 1
            if not str(error).strip():
                return f"{type(error).__name__} without a sentence"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        grown = _peak() - before if _peak() > peak else 0
        if grown > MEMORY:
            return f"{grown / 2**20:.0f} MiB of memory"
        seconds = time.process_time() - start
        return f"{seconds:.0f} seconds" if seconds > SECONDS else None

    def _try(self, data, model):
        path = self.form.put(data, self.path)
        if self.form.read == "model":
            self.k.models.load_model(path)
        elif self.form.read == "weights":
            model.load_weights(path)
        else:
            self.k.models.model_from_json(data.decode("utf-8", "replace"))
        self.k.saving.inspect(path)


def _resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def worker(form, count, start):
    """A process of its own: prints the numbers of the changes that are at fault."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        fuzzer = Fuzzer(form, folder)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + 2**31,) * 2)
        for number in range(start, start + count):
            faulthandler.dump_traceback_later(HANGS, exit=True)
            Path("number").write_text(str(number))
            problem = fuzzer.run(number)
            if problem:
                print(f"FAULT {form} {number}: {problem[:400]}", flush=True)
        faulthandler.cancel_dump_traceback_later()
        print(f"{form} {start} to {start + count - 1}: {fuzzer.loaded} loaded, {fuzzer.refused} refused", flush=True)


def _address_space():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def main(workers=2, part=5000):
    """All forms, in parts, so many processes at a time."""
    begin, faults = time.time(), []
    waiting = [(form, start) for form in FORMS for start in range(0, COUNT, part)]
    running = []
    while waiting or running:
        while waiting and len(running) < workers:
            form, start = waiting.pop(0)
            command = [sys.executable, __file__, form, str(part), str(start)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            running.append((process, form, start))
        process, form, start = running.pop(0)
        said, _ = process.communicate()
        lines = [line for line in said.splitlines() if line.startswith(("FAULT", form))]
        faults += [line for line in lines if line.startswith("FAULT")]
        if process.returncode:
            faults.append(f"FAULT {form} after {start}: exit {process.returncode}: {said[-1500:]}")
        print("\n".join(lines or faults[-1:]), flush=True)
    print(f"{len(faults)} faults in {len(FORMS)} forms of {COUNT:,} changes each, {time.time() - begin:.0f} seconds")
    sys.exit(bool(faults))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        worker(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
