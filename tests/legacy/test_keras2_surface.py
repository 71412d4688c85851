"""All names, members and arguments of Keras 2.3.1 are here, but for those listed in `docs/compatibility.md`."""

import importlib
import importlib.util
import inspect
import json
import os
import warnings
from pathlib import Path

import pytest

from hornbeam.core import configurable
from hornbeam.core.renaming import notice
from hornbeam.core.renaming.arguments import old_names

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "compatibility.md"

NAMES = {"keras.utils.test_utils": ["tf_file_io_proxy"]}
SKIPPED = ["--skip", "keras.wrappers"]  # which have tests of their own
# Attributes of objects, which their class has not.
MEMBERS = {
    "keras.layers": ["Bidirectional.activity_regularizer", "TimeDistributed.activity_regularizer"],
    "keras.layers.wrappers": [
        "Bidirectional.activity_regularizer",
        "TimeDistributed.activity_regularizer",
        "Wrapper.activity_regularizer",
    ],
}
# Python's own functions, and the constructor of what calls of layers make.
NOT_TAKEN = {"py_all", "py_any", "py_sum", "py_slice", "Node"}
# Passed on by `**kwargs`, to whatever the method or the callbacks take.
PASSED_ON = {"Layer.__call__", "Layer.call", "CallbackList"}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the script that compares surfaces says, by modules, and the totals."""
    api = Path(os.environ.get("HORNBEAM_SHARED", ROOT.parent / "shared")) / "api"
    if not (api / "coverage.py").exists():
        pytest.skip("no manifest of Keras 2.3.1")
    spec = importlib.util.spec_from_file_location("coverage_of_manifest", api / "coverage.py")
    script, result = importlib.util.module_from_spec(spec), tmp_path_factory.mktemp("coverage") / "found.json"
    spec.loader.exec_module(script)
    said, notice._said = notice._said, set()
    with warnings.catch_warnings(action="ignore"):
        script.main(
            ["hornbeam", "--manifest", "keras2_api.json", "--strict", "--quiet", "--json", str(result), *SKIPPED]
        )
    notice._said = said
    return json.loads(result.read_text())


def test_names(found):
    assert {module: part["missing"] for module, part in found["modules"].items() if part["missing"]} == NAMES


def test_members(found):
    lost = {module: part["missing_members"] for module, part in found["modules"].items() if part["missing_members"]}
    assert lost == MEMBERS


def test_arguments_that_no_signature_shows_are_taken(found):
    """As old names by a row of the tables, or by the constructor of a base class."""
    for module, part in found["modules"].items():
        for label, names in part["gaps"].items():
            if label not in NOT_TAKEN | PASSED_ON:
                assert set(names) <= _taken(module, label), (module, label)


def _taken(module, label):
    with warnings.catch_warnings(action="ignore"):
        callee = importlib.import_module(module.replace("keras", "hornbeam", 1))
        for name in label.split("."):
            callee = getattr(callee, name)
    if inspect.isclass(callee):
        return old_names(callee) | configurable._parameters(callee).keys()
    return set(getattr(callee, "old_names", ()))


def test_what_is_not_there_is_listed_and_is_little(found):
    for have, total in (found["names"], found["members"]):
        assert have >= 0.98 * total
    explained = sum(
        len(names)
        for part in found["modules"].values()
        for label, names in part["gaps"].items()
        if label not in NOT_TAKEN
    )
    have, total = found["arguments"]
    assert have + explained >= 0.98 * total
    document = DOCUMENT.read_text()
    for name in (*NOT_TAKEN, *(name for names in NAMES.values() for name in names), "activity_regularizer"):
        assert f"{name}`" in document, name
