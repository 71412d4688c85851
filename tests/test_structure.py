"""The rules of the architecture that can be read off the source: see `docs/architecture.md`."""

import ast
import importlib
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "hornbeam"

# Lowest first: a module imports from its own line and from the lines above it, never from a line below it.
# The longest name that fits counts: `saving.registry` is placed apart from the rest of `saving`.
ORDER = (
    ("engine",),
    ("core",),
    ("ops",),
    ("activations", "initializers", "regularizers", "constraints", "random"),
    ("saving.registry",),
    ("losses", "metrics", "optimizers"),
    ("layers.base",),
    ("layers",),
    ("callbacks",),
    ("data",),
    ("models.graph_config", "models.operation_config", "models.operation_table"),
    ("saving",),
    ("training",),
    ("callbacks.doctor",),
    ("models",),
    ("backend", "preprocessing", "distillation", "distribution", "visualization"),
    ("config", "dtype_policies", "mixed_precision", "tree", "utils"),
    ("datasets", "applications", "search", "wrappers"),
    ("legacy",),
    ("demo",),
    ("hornbeam", "__main__"),  # `hornbeam` is the top-level `__init__.py`
)

# What may be imported inside a function: it is optional, or slow enough for `import hornbeam` to be felt.
LATE = frozenset(
    ["h5py", "matplotlib", "optree", "pandas", "PIL", "pyarrow", "rich", "safetensors", "scipy", "sklearn"]
    + ["IPython", "ipykernel", "joblib", "jupyter_client", "mlflow", "nbclient", "nbformat", "onnx", "optuna", "orbax"]
    + ["pydot", "simplejpeg", "tqdm", "wandb"]
    + ["http", "multiprocessing", "tarfile", "urllib", "webbrowser"]
)

ENGINES = frozenset(["flax", "jax", "jaxlib", "jnp", "tensorflow", "tf", "torch", "torchvision"])

MOST_LINES = 350
# Longer modules, and why.
LONG: dict[str, str] = {}

# Where a class declares members for type checkers alone, and why.
DECLARED_MEMBERS = {
    "core.configurable": "the attributes that `store(locals())` makes; no sibling's",
}

# Where a string outside `engine/` may name an engine's package, and why.
ENGINE_STRINGS = {
    "applications": 'Keras calls ways to prepare images "tf" and "torch"',
    "core.old_names": 'has the values of old configs, `dim_ordering="tf"` among them',
    "saving.targets": 'tf.keras calls one of its forms of files "tf"',
    "saving.h5": "reads which backend wrote a file, for kernels are laid out by it",
    "data": "recognises a torch DataLoader and a tf.data.Dataset by the module of their class, importing neither",
    "legacy": "gives the module names `tensorflow.keras` and `tf.keras` to scripts written for them",
}


class Import(NamedTuple):
    target: str  # the full name of a module
    line: int
    late: bool  # inside a function


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its full name."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


@cache
def imports(name: str) -> tuple[Import, ...]:
    """All imports of a module, those for type checkers included."""
    return tuple(_imports(name, tree(name), late=False))


def _imports(name: str, node: ast.AST, late: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node.lineno, late) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(name, node)
        for alias in node.names:
            submodule = f"{base}.{alias.name}"
            yield Import(submodule if submodule in modules() else base, node.lineno, late)
    else:
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _imports(name, child, late)


def _absolute(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = name.split(".")
    if modules()[name].name != "__init__.py":
        parts.pop()
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _is_own(target: str) -> bool:
    return target.split(".")[0] == "hornbeam"


def _short(name: str) -> str:
    """`hornbeam.layers.core` as it is written in the lists above: `layers.core`."""
    return name.removeprefix("hornbeam.")


def _fits(short: str, listed: str) -> bool:
    return short == listed or short.startswith(listed + ".")


@cache
def level(name: str) -> int | None:
    """The line of ORDER that a module belongs to."""
    fitting = [(len(listed), i) for i, line in enumerate(ORDER) for listed in line if _fits(_short(name), listed)]
    return max(fitting)[1] if fitting else None


def _where(name: str, line: int) -> str:
    return f"{modules()[name].relative_to(ROOT)}:{line}"


def _report(rule: str, offences: list[str]) -> None:
    if offences:
        pytest.fail("\n  ".join([rule, *offences]), pytrace=False)


def test_every_module_has_its_place() -> None:
    lost = [name for name in modules() if level(name) is None]
    _report("Place these modules in ORDER, in tests/test_structure.py:", lost)


def test_no_name_of_a_lazy_package_is_that_of_its_module() -> None:
    """Once such a module is imported, the name in the package means the module."""
    offences = []
    for stub in sorted((ROOT / "hornbeam").rglob("__init__.pyi")):
        package = ".".join(stub.parent.relative_to(ROOT).parts)
        for line in ast.parse(stub.read_text(encoding="utf-8")).body:
            if isinstance(line, ast.ImportFrom):
                names = [alias.asname or alias.name for alias in line.names]
                offences += [f"{package}: {name}" for name in names if line.module == f"{package}.{name}"]
    _report("Give these modules other names:", offences)


def test_imports_go_one_way() -> None:
    offences = [
        f"{_where(name, line)} imports {target}"
        for name in modules()
        for target, line, _ in imports(name)
        if _is_own(target) and None not in (level(name), level(target)) and level(target) > level(name)
    ]
    rule = "A module imports only from its own line of ORDER and the lines above it"
    _report(f"{rule} (`hornbeam` alone: a name that is not, or not yet, a module):", offences)


def test_imports_inside_functions_are_of_slow_or_optional_packages() -> None:
    def allowed(name: str, target: str) -> bool:
        package = target.split(".")[0]
        return package in LATE or (package in ENGINES and _fits(_short(name), "engine"))

    offences = [
        f"{_where(name, line)} imports {target}"
        for name in modules()
        for target, line, late in imports(name)
        if late and not allowed(name, target)
    ]
    _report("Import at the top of the module, or list the package in LATE if it is optional or slow:", offences)


def test_no_import_cycles() -> None:
    graph = {name: {i.target for i in imports(name) if i.target in modules()} - {name} for name in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = " -> ".join(reversed(error.args[1]))
        raise AssertionError(f"These modules import each other: {cycle}") from None


def test_modules_are_short() -> None:
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    long = [
        f"{_where(name, 1)} has {n} lines" for name, n in lines.items() if n > MOST_LINES and _short(name) not in LONG
    ]
    _report(f"A module has at most {MOST_LINES} lines, or its reason in LONG:", long)
    assert all(lines[f"hornbeam.{name}"] > MOST_LINES for name in LONG), "LONG lists a module that is short"


def test_state_of_threads_is_in_one_place() -> None:
    offences = [
        f"{_where(name, node.lineno)}: {ast.unparse(node)}"
        for name in modules()
        if _short(name) != "core.running" and not _fits(_short(name), "engine")
        for node in ast.walk(tree(name))
        if _makes_state_of_threads(node)
    ]
    _report("What a thread is doing is kept in hornbeam/core/running.py alone:", offences)


def _makes_state_of_threads(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in ("threading", "_threading_local") and "local" in [alias.name for alias in node.names]
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "ContextVar":
        return True
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "threading.local"


def test_classes_have_the_members_that_they_declare() -> None:
    """A class that needs what another class will provide is given it, as an argument or as its base."""
    offences = [
        _where(name, block.lineno)
        for name in modules()
        if _short(name) not in DECLARED_MEMBERS
        for cls in ast.walk(tree(name))
        if isinstance(cls, ast.ClassDef)
        for block in ast.walk(cls)
        if isinstance(block, ast.If) and ast.unparse(block.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
    ]
    _report("No class declares members for type checkers alone:", offences)


def test_only_the_engine_package_names_an_engine() -> None:
    offences = [
        f"{_where(name, line)}: {what}"
        for name in modules()
        if not _fits(_short(name), "engine")
        for line, what in _engine_names(name)
    ]
    _report("Nothing outside hornbeam/engine names an engine:", offences)


def _engine_names(name: str) -> Iterator[tuple[int, str]]:
    for target, line, _ in imports(name):
        if target.split(".")[0] in ENGINES:
            yield line, f"import {target}"
    strings_allowed = any(_fits(_short(name), listed) for listed in ENGINE_STRINGS)
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Name) and node.id in ENGINES:
            yield node.lineno, node.id
        elif isinstance(node, ast.Constant) and not strings_allowed and _is_engine_name(node.value):
            yield node.lineno, repr(node.value)


def _is_engine_name(value: object) -> bool:
    """A sentence may mention an engine; "torch" and "torch.utils.data" are names that code compares with."""
    return isinstance(value, str) and value.split(".")[0] in ENGINES and " " not in value


def test_only_ops_looks_for_the_engines_kernels() -> None:
    """Elsewhere a derived operation is called by its name, whether or not the engine has a kernel for it."""
    offences = [
        f"{_where(name, node.lineno)} imports {alias.name}"
        for name in modules()
        if not _fits(_short(name), "ops")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom) and node.module == "hornbeam.ops.dispatch"
        for alias in node.names
        if alias.name == "fused"
    ]
    _report("Only functions of hornbeam/ops ask whether the engine has a kernel:", offences)


def test_old_names_are_tables_that_one_place_reads() -> None:
    readers = ("core.old_names", "core.renaming", "core.registry")
    for name in modules():
        if _fits(_short(name), "core.old_names"):
            assert not [n for n in ast.walk(tree(name)) if isinstance(n, ast.FunctionDef | ast.ClassDef)], name
        elif not any(_fits(_short(name), reader) for reader in readers):
            assert not [i for i in imports(name) if _fits(_short(i.target), "core.old_names")], name


def test_every_public_module_says_what_it_is() -> None:
    def public(name: str) -> bool:
        return not any(part.startswith("_") and part != "__main__" for part in name.split("."))

    silent = [_where(name, 1) for name in modules() if public(name) and not ast.get_docstring(tree(name))]
    _report("A public module starts with a docstring:", silent)


PROBE = """
import sys, time
import numpy
start = time.perf_counter()
import hornbeam
seconds = time.perf_counter() - start
heavy = {"jax", "torch", "tensorflow", "h5py", "rich", "optree", "keras"} & set(sys.modules)
print(seconds, *sorted(heavy))
"""


def _probe() -> tuple[float, list[str]]:
    run = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    seconds, *heavy = run.stdout.split()
    return float(seconds), heavy


def test_import_is_light() -> None:
    _, heavy = _probe()
    assert not heavy, f"`import hornbeam` imports {', '.join(heavy)}: import late what is slow"


def test_import_is_fast() -> None:
    limit = 0.3
    for _ in range(3):  # a busy machine gets another chance
        median = statistics.median(_probe()[0] for _ in range(5))
        if median < limit:
            return
    raise AssertionError(f"`import hornbeam` takes {median:.2f} s beyond NumPy; expected less than {limit} s")


@pytest.mark.parametrize("stub", sorted(PACKAGE.rglob("*.pyi")), ids=lambda path: path.parent.name)
def test_a_stub_lists_the_public_names_of_its_package(stub):
    name = ".".join(stub.parent.relative_to(ROOT).parts)
    package = importlib.import_module(name)
    lines = ast.parse(stub.read_text(encoding="utf-8")).body
    listed = {alias.asname for line in lines if isinstance(line, ast.ImportFrom) for alias in line.names}
    listed |= {line.targets[0].id for line in lines if isinstance(line, ast.Assign)}
    assert set(package.__all__) == listed <= set(dir(package))
    assert all(getattr(package, name) is not None for name in listed)


# Where a class or function is told by its name, and why.
BY_NAME = {
    "data/array_likes.py": "classes of other libraries, which are not imported",
    "saving/members.py": "errors of modules that need not be there",
}


@pytest.mark.parametrize("folder", ["training", "models", "saving", "data", "layers", "callbacks"])
def test_what_a_thing_is_is_declared_where_it_is(folder):
    """No list of Hornbeam's classes or functions, and no name of one, decides about it elsewhere."""
    found = []
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            names = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and n.attr == "__name__"]
            if isinstance(node, ast.Compare) and names and where not in BY_NAME:
                found.append(f"{where}:{node.lineno} compares a name")
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Tuple | ast.Set | ast.Dict):
                of = [n for n in ast.walk(node.value) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
                if {n.value.id for n in of if n.attr != "get"} & {"layers", "losses", "metrics", "ops", "activations"}:
                    found.append(f"{where}:{node.lineno} lists classes or functions")
    assert not found
