"""Each example runs as a student starts it, and ends with what it promises."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
ROOT = Path(__file__).parent.parent


def number(pattern):
    return lambda shown: float(re.search(pattern, shown).group(1))


PROMISES = {
    "breast_cancer": lambda shown: number(r"test accuracy ([\d.]+)")(shown) >= 0.95,
    "digits_cnn": lambda shown: number(r"Test accuracy ([\d.]+)")(shown) >= 0.93,
    "next_word": lambda shown: "a young mouse who lived under the roots offered to remember it ." in shown,
    "sentiment_from_strings": lambda shown: (
        number(r"Test accuracy ([\d.]+)")(shown) >= 0.9
        and number(r"([\d.]+)  A warm")(shown) > 0.9
        and number(r"([\d.]+)  The plot")(shown) < 0.1
    ),
    "two_inputs_two_outputs": lambda shown: (
        number(r"off by (\d+)")(shown) < 50 and number(r"quickly: accuracy ([\d.]+)")(shown) > 0.9
    ),
    "autoencoder": lambda shown: (
        number(r"Error ([\d.]+)")(shown) < 0.03
        and "in a row are the autoencoder: True" in shown
        and number(r"codes: ([\d.]+)")(shown) > 0.85
    ),
    "transfer_learning": lambda shown: (
        number(r"trained too: ([\d.]+)")(shown) > 0.9 and number(r"features: ([\d.]+)")(shown) > 0.9
    ),
    "image_augmentation": lambda shown: (
        number(r"([\d.]+) with augmentation")(shown) > 0.9 > number(r"accuracy ([\d.]+) as")(shown)
    ),
}


def test_every_example_is_here_and_in_the_readme():
    names = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert names == set(PROMISES)
    listed = re.findall(r"\((\w+)\.py\)", (ROOT / "examples" / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(names)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROMISES)
def test_example(name, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    script = ROOT / "examples" / f"{name}.py"
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert PROMISES[name](done.stdout), done.stdout
    assert not list(tmp_path.iterdir())
