"""Every finding is explained: in the catalogue, and on the page."""

import re
from pathlib import Path

from hornbeam.training.doctor.catalogue import CATALOGUE

ROOT = Path(__file__).parents[3]


def test_the_page_has_a_line_for_every_finding():
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    assert set(lines) == set(CATALOGUE)
    assert all(
        len(line.split(" | ")) == 3 and entry.why in line for line, entry in zip(lines.values(), CATALOGUE.values())
    )


def test_every_name_in_a_rule_is_in_the_catalogue():
    folder = ROOT / "hornbeam" / "training"
    named = {
        name
        for path in [*folder.rglob("doctor/**/*.py"), folder / "diagnosis.py", folder / "checks.py"]
        for name in re.findall(r'(?:Finding|Mistake|refusal)\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert named <= set(CATALOGUE)
    assert len(named) > 40
