"""Lets the tests of this folder, and the processes that they start, import the builders beside them."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def data():
    """Rows, and targets of all kinds that can be learnt from them."""
    X = np.random.default_rng(0).normal(size=(48, 4)).astype("float32")
    line = X[:, 0] + X[:, 1]
    third = np.digitize(line, [-0.6, 0.6])
    return SimpleNamespace(
        X=X,
        line=line,
        answer=np.array(["no", "yes"])[(line > 0).astype(int)],
        third=third,
        one_hot=np.eye(3, dtype=int)[third],
        labels=(X[:, :2] > 0).astype(int),
    )
