"""Each example runs as a student starts it, and ends with what it promises."""

import json
import os
import re
import shutil
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
    "mnist_cnn": lambda shown: number(r"Test accuracy ([\d.]+)")(shown) > 0.7,  # of few images; all give 0.99
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
    "search_wine": lambda shown: (
        number(r"test accuracy ([\d.]+)")(shown) >= 0.9 and "probabilities of class_0, class_1, class_2" in shown
    ),
    "transfer_learning": lambda shown: (
        number(r"trained too: ([\d.]+)")(shown) > 0.85 and number(r"features: ([\d.]+)")(shown) > 0.85
    ),
    "doctor": lambda shown: "Named and mended: 6 of 6" in shown,
    "image_augmentation": lambda shown: (
        number(r"([\d.]+) with augmentation")(shown) > 0.9 > number(r"accuracy ([\d.]+) as")(shown)
    ),
}


NOTES = {
    "regression.py": lambda shown: max(map(float, re.findall(r"epochs, off by ([\d.]+)", shown))) < 50,
    "gradient_descent.py": lambda shown: shown.count("new weight 2.24") == 2 and "dead nodes: 32 of 32" in shown,
    "exam.py": lambda shown: number(r"test accuracy ([\d.]+)")(shown) > 0.95 and "passes" in shown,
    "parcels.py": lambda shown: min(map(int, re.findall(r"right in (\d+)%", shown))) > 85,
    "circles.py": lambda shown: number(r"on new points ([\d.]+)")(shown) > 0.95,
    "tuning.py": lambda shown: number(r"Best of six: accuracy ([\d.]+)")(shown) > 0.95,
    "model_files.py": lambda shown: (
        number(r"lowest loss was ([\d.]+)")(shown) == number(r"model kept is ([\d.]+)")(shown)
        and shown.count("same predictions True, goes on after step 180") == 2
        and number(r"optimizer: accuracy ([\d.]+)")(shown) > 0.95 > number(r"architecture, accuracy ([\d.]+)")(shown)
    ),
    "codes.py": lambda shown: (
        "encoder agree: True" in shown and number(r"instead of 64 pixels: ([\d.]+)")(shown) > 0.85
    ),
    "sentence.py": lambda shown: "stay brown on the twigs until a new spring is here" in shown,
    "interface.ipynb": lambda shown: "Total params: 25,461" in shown and "(None, 1)\n3\n" in shown,
    "photograph.py": lambda shown: "(1, 224, 224, 3)" in shown and "cannot be downloaded" in shown,  # offline, that is
}
# Those that read a file of real data, and what they are told so that they end soon.
FROM_FILES = {"mnist_cnn": "mnist.npz"}
ARGUMENTS = {"mnist_cnn": ["--rows", "2000", "--epochs", "2"]}
# Runs scripts one after the other, as `python -m hornbeam run` does, and shows what each has printed.
RUN_NOTES = """
import contextlib, io, json, sys, warnings
from hornbeam import OldNameWarning
from hornbeam.legacy.run import run
warnings.simplefilter("error")
warnings.simplefilter("ignore", OldNameWarning)
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        try:
            run(path)
        except Exception as error:
            print(repr(error))
    print(json.dumps(shown.getvalue()))
"""


@pytest.mark.slow
def test_notes(tmp_path):
    for package in ("pandas", "matplotlib", "PIL"):
        pytest.importorskip(package)
    folder = ROOT / "examples" / "notes"
    listed = re.findall(r"\(([\w.]+)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(NOTES) == sorted(path.name for path in folder.iterdir() if path.name != "README.md")
    folder = shutil.copytree(folder, tmp_path / "notes")  # a notebook is saved beside it when it was run
    here = tmp_path / "here"
    here.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "https_proxy": "http://127.0.0.1:9"}
    environment |= {"KERAS_HOME": str(here / "keras"), "MPLBACKEND": "Agg"}
    command = [sys.executable, "-c", RUN_NOTES, *(folder / name for name in NOTES)]
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for name, shown in zip(NOTES, map(json.loads, done.stdout.splitlines())):
        assert NOTES[name](shown), f"{name}: {shown}"
    assert [path.name for path in here.iterdir()] in ([], ["keras"])


CONVOLUTIONAL = {"mnist_cnn", "transfer_learning"}


def test_every_example_is_here_and_in_the_readme():
    names = {path.stem for path in (ROOT / "examples").glob("*.py")}
    assert names == set(PROMISES)
    listed = re.findall(r"\((\w+)\.py\)", (ROOT / "examples" / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(names)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROMISES)
def test_example(name, tmp_path, request):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    if name in CONVOLUTIONAL:  # which the flags of the tests, made for what is compiled and hardly run, slow down
        environment.pop("XLA_FLAGS", None)
    if name in FROM_FILES:
        environment["HORNBEAM_DATA"] = str(request.getfixturevalue("shared") / "data" / FROM_FILES[name])
    script = ROOT / "examples" / f"{name}.py"
    done = subprocess.run(
        [sys.executable, "-W", "error", script, *ARGUMENTS.get(name, [])],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert PROMISES[name](done.stdout), done.stdout
    assert not list(tmp_path.iterdir())
