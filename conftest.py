"""What every test and doctest runs under: the environment, set before jax is imported, and shared fixtures."""

import atexit
import gc
import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


def _xla_flags() -> str:
    """Flags with which XLA compiles small programs six times faster, and convolutions run five times slower.

    XLA ends the process at a flag that it does not know, so flags of one release are kept from the others.
    """
    flags = ["--xla_backend_optimization_level=0"]
    if importlib.metadata.version("jaxlib").startswith("0.10."):
        flags += ["--xla_cpu_use_fusion_emitters=false", "--xla_cpu_parallel_codegen_split_count=1"]
    return " ".join(flags)


def _cache_folder() -> str:
    folder = tempfile.mkdtemp(prefix="hornbeam-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _set_environment() -> None:
    """What the caller has set stays; the workers of pytest-xdist and child processes inherit all of it."""
    for name, value in {
        "JAX_PLATFORMS": lambda: "cpu",
        "XLA_FLAGS": _xla_flags,
        "OMP_NUM_THREADS": lambda: "1",  # torch and NumPy: the test processes already share the cores
        "MPLBACKEND": lambda: "Agg",
        "KERAS_BACKEND": lambda: "jax",  # real Keras, the oracle; Hornbeam asks HORNBEAM_ENGINE first
        "HORNBEAM_CACHE_DIR": _cache_folder,
        "HORNBEAM_SEED": lambda: "0",  # programs that tests start
    }.items():
        if name not in os.environ:
            os.environ[name] = value()


_set_environment()


#: What makes `import keras` mean Hornbeam when it is imported, and programs that tests start.
_NOT_TO_IMPORT = {ROOT / "hornbeam" / "legacy" / "as_keras.py", ROOT / "tests" / "legacy" / "scripts"}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out an engine whose package is not installed, and modules whose import has effects."""
    if collection_path in _NOT_TO_IMPORT:
        return True
    if collection_path.parent == ROOT / "hornbeam" / "engine" and collection_path.stem in ("torch", "tensorflow"):
        return importlib.util.find_spec(collection_path.stem) is None or None
    return None


def pytest_collection_finish() -> None:
    """Leave alone what thousands of tests share; to go through it again and again took a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _on(name):
    """For a fixture: that engine, and afterwards the one of before."""
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"the engine {name} is not installed")
    from hornbeam import config

    previous = config.backend()
    config.set_backend(name)
    yield name
    config.set_backend(previous)


@pytest.fixture(params=["jax", "torch"])
def engine(request):
    """Run the test once on each engine; the value is the engine's name."""
    yield from _on(request.param)


@pytest.fixture
def on_torch():
    """Run the test on PyTorch, which has nothing to compile, because the engine makes no difference to it."""
    yield from _on("torch")


@pytest.fixture
def few_to_collect() -> None:
    """Collections look at what the test makes alone, instead of all that thousands of tests have left."""
    gc.freeze()


@pytest.fixture(autouse=True)
def seed() -> None:
    """Every test starts from the same random state."""
    if importlib.util.find_spec("hornbeam.utils") is not None:
        from hornbeam import utils

        if hasattr(utils, "set_random_seed"):
            utils.set_random_seed(0)


@pytest.fixture(autouse=True, scope="session")
def whole_tracebacks() -> None:
    """A test that fails shows where, inside Hornbeam, it did."""
    if importlib.util.find_spec("hornbeam.config") is not None:
        from hornbeam import config

        config.disable_traceback_filtering()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of optional real data and sample files: HORNBEAM_SHARED, or `shared` next to the checkout."""
    folder = Path(os.environ.get("HORNBEAM_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no folder of real data: set HORNBEAM_SHARED")
    return folder
