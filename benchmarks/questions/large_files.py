"""What it costs to write and read a large model: time, and memory beyond what there was before, beside Keras on JAX.

    python benchmarks/questions/large_files.py                                  # 1 GiB of weights
    python benchmarks/questions/large_files.py --gigabytes 2 --rounds 3         # 2 GiB, in five minutes
    python benchmarks/questions/large_files.py --layers 3000 --forms m.h5       # 1 GiB in many small arrays

Each run is a process of its own, which has written and read a small model before: imports do not count. It makes a
model of dense layers and writes it, or reads one, until all values are where the engine computes. Hornbeam and Keras
take turns, and the first round, which finds no memory warm, does not count. Figures are medians; memory is the highest
of the process, as a share of the weights.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

FORMS = ["m.keras", "m.h5", "w.weights.h5", "w.weights.json", "w.safetensors"]
OF_HORNBEAM_ALONE = ["w.safetensors"]


def memory(name):
    """Bytes of this process: `VmRSS` now, `VmHWM` at the most since `forget`."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def forget():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def make(k, count, units):
    dense = [k.layers.Dense(units, use_bias=False, kernel_initializer="ones") for _ in range(count)]
    return k.Sequential([k.Input((units,)), *dense])


def write(k, model, path):
    if os.path.basename(path).startswith("m."):
        model.save(path)
    else:
        model.save_weights(path, **({"max_shard_size": 0.5} if path.endswith(".json") else {}))


def read(k, model, path):
    if os.path.basename(path).startswith("m."):
        model = k.saving.load_model(path)
    else:
        model.load_weights(path)
    ready(k, model)


def ready(k, model):
    """All values are where the engine computes."""
    for variable in model.weights:
        value = k.ops.convert_to_tensor(variable)
        getattr(value, "block_until_ready", lambda: None)()


def work(name, form, count, units, folder, what):
    if name == "keras":
        os.environ["KERAS_BACKEND"] = "jax"
        import keras as k
    else:
        import hornbeam as k
    small = os.path.join(folder, f"small_{name}")
    os.makedirs(small, exist_ok=True)
    write(k, make(k, 2, 2), os.path.join(small, form))
    read(k, make(k, 2, 2), os.path.join(small, form))
    path = os.path.join(folder, form)
    model = make(k, count, units) if what == "write" or form.startswith("w.") else None
    if model is not None:
        ready(k, model)
    forget()
    before, cpu, start = memory("VmRSS"), time.process_time(), time.perf_counter()
    (write if what == "write" else read)(k, model, path)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "bytes": memory("VmHWM") - before}))


def measured(name, form, given, units, folder, what):
    run = [sys.executable, "-W", "ignore", __file__, "--work", name, form, str(given.layers), str(units), folder, what]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def table(found, size):
    print("| file | what | Hornbeam | Keras | CPU, Hornbeam | CPU, Keras | memory, Hornbeam | memory, Keras |")
    print("| :-- | :-- | --: | --: | --: | --: | --: | --: |")
    for (form, what), runs in found.items():
        cells = []
        for key, shown in (("seconds", "{:.2f} s"), ("cpu", "{:.2f} s"), ("bytes", "{:.2f}")):
            for name in ("hornbeam", "keras"):
                values = [run[key] / (size if key == "bytes" else 1) for run in runs[name]]
                cells.append(shown.format(statistics.median(values)) if values else "–")
        print(f"| `{form[1:]}` | {what} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--layers", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--forms", nargs="+", default=FORMS)
    parser.add_argument("--work", nargs=6)
    given = parser.parse_args()
    if given.work:
        name, form, count, units, folder, what = given.work
        work(name, form, int(count), int(units), folder, what)
        return
    given.layers = given.layers or max(round(given.gigabytes * 16), 1)  # of 64 MiB
    units = round((given.gigabytes * 2**28 / given.layers) ** 0.5)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for form in given.forms:
            names = ["hornbeam"] if form in OF_HORNBEAM_ALONE else ["hornbeam", "keras"]
            for what in ("write", "read"):
                runs = found[form, what] = {"hornbeam": [], "keras": []}
                for i in range(given.rounds + 1):
                    for name in names[:: (-1) ** i]:
                        run = measured(name, form, given, units, folder, what)
                        runs[name] += [run] if i else []
                print(form, what, json.dumps(runs), file=sys.stderr, flush=True)
            subprocess.run(f"rm -r {folder}/*", shell=True, check=True)
    table(found, 4 * units**2 * given.layers)


if __name__ == "__main__":
    main()
