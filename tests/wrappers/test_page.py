"""The page about scikit-learn."""

import re
from pathlib import Path

import pytest

pytest.importorskip("sklearn")


def test_the_program_of_the_page_runs(capsys):
    page = Path(__file__).parents[2] / "docs" / "scikit_learn.md"
    (program,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    exec(program, {"__name__": "page"})
    scores, best = capsys.readouterr().out.strip().splitlines()
    assert re.fullmatch(r"\[[\d. ]+\]", scores) and best.startswith("{'batch_size': ")
