"""A rule that fails is an error here; for users it has nothing to say."""

import sys
from pathlib import Path

import pytest

from hornbeam.training.doctor import examination

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setattr(examination, "STRICT", True)
