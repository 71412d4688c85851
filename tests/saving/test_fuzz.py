"""The first changes of `fuzzing.py`, of which `make fuzz` tries 10,000 for each form of file."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import fuzzing

COUNT = 500 // len(fuzzing.FORMS) + 1


@pytest.mark.parametrize("form", fuzzing.FORMS)
def test_a_damaged_file_gives_a_model_or_a_sentence(form, tmp_path, monkeypatch, nothing_runs):
    monkeypatch.chdir(tmp_path)
    fuzzer = fuzzing.Fuzzer(form, str(tmp_path))
    faults = {number: problem for number in range(COUNT) if (problem := fuzzer.run(number))}
    assert not faults
    assert fuzzer.refused > COUNT // 3 and fuzzer.loaded > 0
    assert not any("owned" in name for name in os.listdir(tmp_path))


def test_a_change_is_its_number(tmp_path):
    fuzzer = fuzzing.Fuzzer("keras", str(tmp_path))
    assert all(fuzzer.change(i)[0] == fuzzer.change(i)[0] for i in (1, 3, 9))
