"""An engine is the protocol: all of its names, nothing beside them, and no other engine."""

import importlib
import inspect
import os
import subprocess
import sys
import types

import numpy as np
import pytest

from hornbeam.engine.protocol import BridgeToJax, BridgeToTorch, Fused, Required


def _functions(protocol) -> dict[str, list[str]]:
    functions = {name: value for name, value in vars(protocol).items() if inspect.isfunction(value) and name[0] != "_"}
    return {name: list(inspect.signature(value).parameters)[1:] for name, value in functions.items()}


REQUIRED, FUSED = _functions(Required), _functions(Fused)


@pytest.mark.parametrize("name", REQUIRED)
def test_has_primitive(e, name):
    assert list(inspect.signature(getattr(e, name)).parameters) == REQUIRED[name]


def test_fused_have_the_derived_signature(e):
    for name in FUSED:
        if hasattr(e, name):
            assert list(inspect.signature(getattr(e, name)).parameters) == FUSED[name], name


@pytest.mark.parametrize(("name", "protocol"), [("jax", BridgeToJax), ("torch", BridgeToTorch)])
def test_bridges_have_their_signatures(e, name, protocol):
    if e.name == name:
        for function, parameters in _functions(protocol).items():
            assert list(inspect.signature(getattr(e, function)).parameters) == parameters, function


def test_nothing_else_is_public(e):
    own = {
        name
        for name, value in vars(e).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name in _assigned(e)
    }
    assert own <= {*REQUIRED, *FUSED, "name"}


def _assigned(module) -> set[str]:
    """The names that a module defines, without those it imports."""
    import ast

    body = ast.parse(inspect.getsource(module)).body
    defined = {node.name for node in body if hasattr(node, "name")}
    return defined | {target.id for node in body if isinstance(node, ast.Assign) for target in node.targets}


def test_name(e):
    assert e.__name__.endswith(f".{e.name}")


def _run(code: str, **environment) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize(("name", "others"), [("jax", "torch tensorflow keras"), ("torch", "jax tensorflow keras")])
def test_one_engine_imports_no_other(name, others):
    pytest.importorskip(name)
    code = f"import sys, hornbeam.engine.{name}; print(*(set({others.split()}) & set(sys.modules)))"
    assert _run(code) == ""


CACHE = "import hornbeam.engine.jax, jax; print(jax.config.jax_compilation_cache_dir)"


@pytest.mark.parametrize("off", ["off", "0", ""])
def test_a_cache_that_is_off_has_no_folder(off, monkeypatch):
    pytest.importorskip("jax")
    monkeypatch.setenv("HORNBEAM_CACHE_DIR", off)
    assert importlib.import_module("hornbeam.engine.jax.cache").cache_folder() is None


def test_cache_off():
    pytest.importorskip("jax")
    assert _run(CACHE, HORNBEAM_CACHE_DIR="off") == "None"


def test_cache_folder(tmp_path):
    pytest.importorskip("jax")
    assert _run(CACHE, HORNBEAM_CACHE_DIR=str(tmp_path)) == str(tmp_path / "jax")
    assert _run(CACHE, HORNBEAM_CACHE_DIR=str(tmp_path), JAX_COMPILATION_CACHE_DIR="/mine") == "/mine"


def test_cache_folder_that_cannot_be(tmp_path):
    pytest.importorskip("jax")
    (tmp_path / "file").write_text("")
    assert _run(CACHE, HORNBEAM_CACHE_DIR=str(tmp_path / "file")) == "None"


def test_devices(e):
    first = e.devices()[0]
    x = e.put(np.ones(2), first)
    assert e.dtype_name(x) == "float32"
    assert e.dtype_name(e.put(x, first.split(":")[0])) == "float32"
    for wait in (e.wait_awake, e.synchronize):
        wait({"x": [x], "none": None})
    assert isinstance(e.memory_stats(first), dict)
    with pytest.raises(ValueError, match=r"`device` must be one of .*Received: 'gpu:77'"):
        e.put(x, "gpu:77")
