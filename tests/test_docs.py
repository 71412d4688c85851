"""What the pages of documentation point to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("examples/*.md")]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_exist(page):
    text = page.read_text(encoding="utf-8")
    links = [page.parent / link for link in re.findall(r"\]\((?!\w+:|#)([^)#]+)", text)]
    named = [
        ROOT / path for path in re.findall(r"(?<![/\w])(?:hornbeam|benchmarks|tests|docs|examples)/[\w/]+\.\w+", text)
    ]
    assert not [str(path) for path in links + named if not path.exists()]


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/design/*.md")), ids=lambda page: page.stem)
def test_a_design_page_is_short_and_in_the_list(page):
    assert len(page.read_text(encoding="utf-8").split()) < 1000
    if page.stem != "README":
        assert f"({page.name})" in page.with_name("README.md").read_text(encoding="utf-8")
