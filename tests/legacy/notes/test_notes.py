"""Course notes of several years: what their blocks do, under `python -m hornbeam run`, and with `hornbeam` for `keras`.

A file in `blocks/` is a topic, a function in it a block, written for `keras`.
"""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("pandas")
pytest.importorskip("matplotlib")
HERE = Path(__file__).parent
FILES = sorted((HERE / "blocks").glob("*.py"))


def names(path):
    return [f.name for f in ast.parse(path.read_text()).body if getattr(f, "name", "").startswith("test_")]


@pytest.fixture(scope="module")
def module_of():
    """The module that a file makes with `hornbeam` in the place of `keras`."""
    made = {}

    def module(path):
        if path not in made:
            source = re.sub(r"\b(tensorflow\.)?keras\b", "hornbeam", path.read_text())
            made[path] = types.ModuleType(path.stem)
            exec(compile(source, path, "exec"), vars(made[path]))
        return made[path]

    return module


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
@pytest.mark.parametrize("path, name", [pytest.param(p, n, id=f"{p.stem}-{n}") for p in FILES for n in names(p)])
def test_with_hornbeam_for_keras(path, name, module_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    getattr(module_of(path), name)()


@pytest.mark.parametrize("engine, files", [("jax", FILES[::2]), ("torch", FILES)])
def test_under_run(engine, files, tmp_path):
    """Every block on PyTorch, half of them on JAX, where the other test runs all.

    Each old spelling is announced once, and nothing else is.
    """
    if importlib.util.find_spec(engine) is None:
        pytest.skip(f"the engine {engine} is not installed")
    command = [sys.executable, "-m", "hornbeam", "run", HERE / "run_blocks.py", *files]
    environment = os.environ | {"HORNBEAM_ENGINE": engine}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert [f"{block}\n{error}" for block, error in found["errors"].items() if error] == []
    assert len(found["errors"]) == sum(len(names(path)) for path in files)
    assert [said for said in found["said"] if said[0] != "OldNameWarning"] == []
    texts = [text for _, text in found["said"]]
    assert sorted(set(texts)) == sorted(texts) and texts
