"""The 30 inputs that broke Keras (`hostile.py`), with default arguments: each is one sentence, and has no effect."""

import re
import sys
import tracemalloc
from pathlib import Path

import pytest

import hornbeam
from hornbeam import saving

sys.path.insert(0, str(Path(__file__).parent))
from hostile import INPUTS, SECRET, small

SAID = {
    "S1": "never from YAML",
    "S2": "a Python lambda .* never runs: in layer `twice`",
    "S3": "'../../../owned' lies outside",
    "S4": "function `system`, unknown",
    "S5": "function `get_file`, unknown",
    "S6": "`enable_unsafe_deserialization`.*unknown|unknown.*`enable_unsafe_deserialization`",
    "S7": "a Python lambda .* never runs: in layer `l`",
    "S8": "`t` holds its module as pickled code, which Hornbeam never runs",
    "S9": "name of a file to read",
    "S10": "'way' is a link",
    "S11": "owned' lies outside",
    "S12": r"in the file \(65536, 131072\)",
    "S13": "outside the file",
    "S14": "TFSMLayer|SavedModel",
    "S15": "without '/'",
    "S16": "never runs",
    "S17": "links are refused",
    "S18": "outside the file",
    "S19": "'copy' is a link",
    "S20": "'in/way' is a link",
    "S21": "`config.json` .* unpacks to more than",
    "S22": "holds no `model.weights.h5`",
    "S23": r"in the file \(65536, 131072\)",
    "S24": "`assets/.*` unpacks to more than",
    "S25": "claims to be larger than what is stored",
    "S26": "holds no `model.weights.h5`",
    "S27": "end in a plain file name",
    "S28": "folder",
    "S29": "registered as 'evil>Dense'",
    "S30": "must be True or False",
}


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch, nothing_runs):
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    small(hornbeam)  # what is imported and compiled once
    known = dict(saving.get_custom_objects())
    yield
    saving.get_custom_objects().clear()
    saving.get_custom_objects().update(known)


@pytest.mark.parametrize("number", INPUTS)
def test_an_input_that_broke_keras(number, tmp_path):
    tracemalloc.start()
    try:
        with pytest.raises((ValueError, OSError), match=SAID[number]) as caught:
            INPUTS[number](hornbeam, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64e6
    assert not list(tmp_path.rglob("owned")) and not list(tmp_path.parent.glob("owned"))
    assert SECRET.decode() not in str(caught.value)


def test_the_page_tells_of_each():
    text = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (S\d+) \|", text, re.M) == list(INPUTS)
