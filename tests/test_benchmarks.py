"""Each benchmark script runs, with a few rows; what they measure is no test's business."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "benchmarks"
COMPARE = FOLDER / "suite" / "compare.py"
KNOWN = 0.45615, 0.45617  # the quality of `predict_one`, whose weights are fixed


@pytest.fixture
def script(monkeypatch):
    """Load a script of the folder as a module; it finds its neighbours as it does when started."""
    for place in ("yardsticks", "suite"):
        monkeypatch.syspath_prepend(str(FOLDER / place))

    def load(name):
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def start(*command, **settings):
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
    done = subprocess.run([sys.executable, *map(str, command)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(figures, quality):
    assert all(figures[phase] > 0 for phase in ("import", "first", "again", "total"))
    assert figures["total"] > figures["first"] + figures["import"]
    assert quality[0] < figures["quality"] < quality[1]


def test_a_workload_by_its_script():
    check(json.loads(start(FOLDER / "suite" / "workloads.py", "predict_one", "--tiny")), KNOWN)


WORKLOADS = [
    *"mlp_small mlp_tabular cnn_mnist autoencoder lstm_text predict_one predict_bulk generator".split(),
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("cnn_deep", "transformer", "cross_validation")),
]


# In one process, unlike in a measurement: imports and compilations would cost minutes.
@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("name", ["suite/workloads", "yardsticks/with_jax", "yardsticks/with_torch"])
def test_every_workload_runs(script, name, workload):
    if "torch" in name:
        pytest.importorskip("torch")
    quality = KNOWN if workload == "predict_one" else (0, 9)
    check({"import": 1e-9, **getattr(script(name), workload)(True)}, quality)


def test_operations_and_bytes_of_a_step(script):
    jax = pytest.importorskip("jax")
    cost = script("yardsticks/cost")
    x, w, kernel = jax.numpy.ones((8, 3)), jax.numpy.ones((3, 5)), jax.numpy.ones((2, 2, 3, 4))
    assert cost.operations(lambda x, w: x @ w, x, w) == 2 * 8 * 3 * 5

    def ten_products(x, w):
        return jax.lax.scan(lambda x, _: ((x @ w) @ w.T, None), x, length=5)[0]

    assert cost.operations(jax.jit(ten_products), x, w) == 10 * 2 * 8 * 3 * 5
    images = jax.numpy.ones((2, 7, 7, 3))

    def conv(x, kernel):
        return jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    assert cost.operations(conv, images, kernel) == 2 * (2 * 2 * 3) * (2 * 6 * 6 * 4)

    def strided(x, k):
        numbers = ("NHWC", "HWIO", "NHWC")
        return jax.lax.conv_general_dilated(x, k, (2, 2), "VALID", dimension_numbers=numbers).sum()

    forward = 2 * (2 * 2 * 3) * (2 * 4 * 4 * 4)
    assert cost.operations(jax.grad(strided, (0, 1)), jax.numpy.ones((2, 8, 8, 3)), kernel) == 3 * forward
    assert cost.bytes_of((x, [w])) == 4 * (8 * 3 + 3 * 5)


def result(**figures):
    return [{"import": 0.1, "first": 2.0, "again": 1.0, "total": 3.0, "quality": 0.5} | figures]


RESULTS = {
    "machine": {
        "processor": "Abacus",
        "cores": 2,
        "avx512": True,
        "memory": 2**33,
        "system": "Linux x86_64",
        "versions": {"python": "3.11"},
        "peak": {"operations": 1e11, "bytes": 1e10},
    },
    "cold": {
        "mlp_small": {
            "hornbeam-jax": result() + result(again=3.0) + result(again=0.01),
            "keras-jax": result(again=4.0),
            "keras-torch": [{"error": "took more than 300 s"}],
            "jax": result(again=0.8, operations=1e9, bytes=1e6, steps=10),
        }
    },
}


def test_tables_of_known_results(script):
    made = script("suite/tables").tables(RESULTS)
    assert "Abacus, 2 cores, AVX-512" in made["machine"]
    row = made["keras"].splitlines()[2]
    assert row == "| `mlp_small` | 2 s | 1× | – | 1 s | 4× | – | 3 s | 1× | – |"
    assert made["behind"].splitlines()[2:] == ["| `mlp_small` |  | JAX by hand 0.8× |  |"]
    floor = made["floors"].splitlines()[2]  # 1e9 / 1e11 = 10 ms a step; 10 steps take 1 s and 0.8 s
    assert floor == "| `mlp_small` | 1e+03 | 1 | 10 ms | 100 ms | 10 % | 12 % | – | – |"


def test_tables_go_between_their_markers(script):
    tables = script("suite/tables")
    page = "# Page\n<!-- table: keras -->\nold\n<!-- end -->\ntext\n<!-- table: floors -->\n<!-- end -->\n"
    page = tables.replace(page, "keras", "new")
    assert (
        page.splitlines()
        == "# Page|<!-- table: keras -->|new|<!-- end -->|text|<!-- table: floors -->|<!-- end -->".split("|")
    )
    with pytest.raises(ValueError, match="one marker `<!-- table: warm -->`"):
        tables.replace(page, "warm", "new")


def test_the_page_has_a_place_for_every_table(script):
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    tables = script("suite/tables")
    for name, text in tables.tables(RESULTS).items():
        page = tables.replace(page, name, text)


@pytest.mark.slow
def test_compare_adds_to_a_file(tmp_path):
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"cold": {"predict_one": {"jax": [], "torch": []}, "predict_bulk": {}}}))
    shown = start(COMPARE, "predict_one", "--with", "hornbeam-jax,jax", "-n1", "--tiny", "--json", file)
    assert "1.00x" in shown and "hornbeam-jax" in shown
    results = json.loads(file.read_text())
    assert results["machine"]["peak"]["operations"] > 0
    assert set(results["cold"]) == {"predict_one", "predict_bulk"}
    own = results["cold"]["predict_one"]
    assert own["torch"] == [] and len(own["jax"]) == 1
    check(own["hornbeam-jax"][0], KNOWN)


def test_what_compare_prints(script, capsys):
    runs = {"hornbeam-jax": result(), "keras-jax": result(again=4.0), "keras-torch": [{"error": "no"}]}
    script("suite/compare").show("mlp_small", runs, markdown=True)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "| mlp_small | import | first | again | call | total | quality |  |",
        "|:--|--:|--:|--:|--:|--:|--:|:--|",
        "| hornbeam-jax | 0.1 1.00x | 2 1.00x | 1 1.00x |  | 3 1.00x | 0.5 |  |",
        "| keras-jax | 0.1 1.00x | 2 1.00x | 4 4.00x |  | 3 1.00x | 0.5 |  |",
        "| keras-torch |  |  |  |  |  |  | no |",
    ]


def test_compare_says_why_a_contestant_has_no_figures(script, monkeypatch):
    compare = script("suite/compare")
    monkeypatch.setattr(compare.util, "find_spec", lambda name: None)
    assert compare.run("keras-jax", "mlp_small") == {"error": "keras is not installed"}
    monkeypatch.undo()
    monkeypatch.setattr(compare.shutil, "which", lambda name: None)
    assert "compiler" in compare.missing("torch-compile") or "not installed" in compare.missing("torch-compile")


# With `PYTHONDONTWRITEBYTECODE`, what is not installed was compiled anew in each run: 0.2 s of Hornbeam alone.
def test_contestants_start_from_bytecode_whatever_the_caller_sets(script, monkeypatch, tmp_path):
    (tmp_path / "abacus").mkdir()
    (tmp_path / "abacus" / "__init__.py").touch()
    probe = tmp_path / "probe.py"
    probe.write_text(
        "import importlib.util, json, os\n"
        "print(json.dumps([os.path.exists(importlib.util.find_spec(n).cached) for n in ('abacus', 'hornbeam')]))"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, value in {"DONTWRITEBYTECODE": "1", "PYCACHEPREFIX": str(tmp_path / "no"), "PATH": str(tmp_path)}.items():
        monkeypatch.setenv(f"PYTHON{name}", value)
    compare = script("suite/compare")
    monkeypatch.setitem(compare.CONTESTANTS, "abacus", compare.Contestant("", str(probe), {}, ("abacus",)))
    compare.compile_sources(["abacus"])
    assert compare.run("abacus", "mlp_small") == [True, True]


@pytest.mark.parametrize("name", ["Dense", "Embedding", "Add"])
def test_a_layer_beside_others(script, monkeypatch, name):
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    for variable in ("KERAS_BACKEND", "HORNBEAM_ENGINE"):
        monkeypatch.setenv(variable, "jax")
    layers = script("layers")
    monkeypatch.setattr(layers, "FEWEST", 2)
    forward, both = layers.compare(layers.CASES[name], rounds=2, rows=2)
    assert forward.is_same == both.is_same == (name == "Add")
    for found in (forward, both):
        assert len(found.ours) == len(found.keras) == len(found.keras_again) == 2
        assert min(found.ours + found.keras + found.torch) > 0


def test_what_the_table_says_of_a_layer(script, monkeypatch):
    """A ratio that Keras has to itself as well is none; programs of one text are called the same."""
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    for variable in ("KERAS_BACKEND", "HORNBEAM_ENGINE"):
        monkeypatch.setenv(variable, "jax")
    layers = script("layers")
    keras, again = [2.0] * 5, [2.0, 1.9, 2.1, 2.2, 1.8]
    faster = layers.Found([1.0] * 5, keras, again, [])
    equal = layers.Found([2.05] * 5, keras, again, [4.1] * 5)
    same = layers.Found([2.05] * 5, keras, again, [4.1] * 5, is_same=True)
    assert [found.shown()[1:] for found in (faster, equal, same)] == [["2×", "–"], ["=", "2×"], ["same", "2×"]]
    row = layers.line("Dense", layers.CASES["Dense"], [faster, equal])
    assert row[:2] == ["`Dense`", "256×512"] and len(row) == len(layers.HEAD)
    slower = layers.Found([4.0] * 5, keras, again, [])
    assert "Slower than Keras beyond that: 1 of 3." in layers.about_spread([faster, equal, slower])
    programs = sys.modules["layer_programs"]
    assert (
        programs.plain('%a.1 (x.2: f32[2]) {\n ROOT %b = %a.1, metadata={op_name="f"}')
        == "%0 (f32[2]) {\n ROOT %1 = %0"
    )


def test_every_question_has_its_answer():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`:", text, re.M)) == {p.stem for p in (FOLDER / "questions").glob("*.py")} - {
        "timing"
    }


# What they measure takes minutes; that they find all they import is seen at once.
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.py")), ids=lambda path: path.stem)
def test_every_script_finds_what_it_imports(path, monkeypatch):
    pytest.importorskip("torch")
    is_package = (path.parent / "__init__.py").exists()
    for place in ("suite", "yardsticks", "." if is_package else path.parent.name):
        monkeypatch.syspath_prepend(str(FOLDER / place))
    lines = ast.parse(path.read_text(encoding="utf-8"))
    lines.body = [line for line in lines.body if isinstance(line, ast.Import | ast.ImportFrom)]
    exec(compile(lines, str(path), "exec"), {})


@pytest.mark.slow
def test_gpu_script_runs_on_a_cpu():
    shown = start(FOLDER / "questions" / "gpu.py", "--tiny")
    assert shown.count("JAX by hand") == shown.count("model.fit") == 2
