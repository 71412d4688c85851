"""Scripts in the idioms of 2016 to 2026, as people write them, as they are, several in a process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("pandas")
pytest.importorskip("matplotlib")
pytest.importorskip("PIL")
FOLDER = Path(__file__).parent / "scripts"
# Which engine the scripts of a folder run on.
GROUPS = {"keras1": "torch", "keras2": "torch", "keras2_images": "torch", "tf_keras": "torch", "keras3": "jax"}


def test_every_folder_of_scripts_is_run():
    assert sorted(path.name for path in FOLDER.iterdir() if path.is_dir()) == sorted(GROUPS)
    assert len([*FOLDER.glob("*/*.py"), *FOLDER.glob("*/*.ipynb")]) >= 40


def lay_out_data(folder):
    """Small tables and images under the names that scripts read."""
    rng = np.random.default_rng(0)
    sick = rng.integers(0, 2, (80, 1))
    np.savetxt(folder / "pima-indians-diabetes.csv", np.hstack([rng.uniform(0, 90, (80, 8)).round(1), sick]), "%g", ",")
    months = [f"{1949 + i // 12}-{i % 12 + 1:02d}" for i in range(144)]
    lines = [f'"{month}",{100 + 2 * i + 30 * (i % 12 == 6)}' for i, month in enumerate(months)]
    (folder / "airline-passengers.csv").write_text('"Month","Passengers"\n' + "\n".join(lines) + "\n")
    (folder / "home" / "datasets").mkdir(parents=True)
    images = {f"x_{part}": rng.integers(0, 256, (n, 28, 28), "uint8") for part, n in (("train", 64), ("test", 32))}
    digits = {f"y_{part}": rng.integers(0, 10, n).astype("uint8") for part, n in (("train", 64), ("test", 32))}
    np.savez(folder / "home" / "datasets" / "mnist.npz", **images, **digits)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_scripts_run(group, tmp_path):
    pytest.importorskip(GROUPS[group])
    lay_out_data(tmp_path)
    scripts = sorted(path for path in (FOLDER / group).iterdir() if path.suffix in (".py", ".ipynb"))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", Path(__file__).parent / "run_scripts.py", *scripts],
        cwd=tmp_path,
        env=os.environ | {"HORNBEAM_ENGINE": GROUPS[group], "KERAS_HOME": str(tmp_path / "home"), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    failed = [f"{end['script']}\n{end['error']}" for end in ends if end["error"]]
    assert not failed, "\n\n".join(failed)
    assert [end["script"] for end in ends] == [path.name for path in scripts], done.stderr
