"""A search that was killed goes on where it was, and gives the same result."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

import hornbeam
from hornbeam import search

PROGRAM = """
import sys
import numpy as np
import hornbeam
from hornbeam import layers, search

x = np.random.default_rng(0).normal(size=(30, 3)).astype("float32")

class Slowly(hornbeam.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        import time
        time.sleep(float(sys.argv[2]))

def build(rate):
    print("building", rate, flush=True)
    model = hornbeam.Sequential([layers.Input((3,)), layers.Dropout(0.5), layers.Dense(1)])
    model.compile(hornbeam.optimizers.Adam(rate), "mse")
    return model, {"callbacks": [Slowly()]}

found = search.grid(
    build, {"rate": [0.1, 0.2, 0.3, 0.4]}, x, x[:, :1], folds=2, epochs=2, n_jobs=2, folder=sys.argv[1], refit=False
)
print("result", [(one.params, one.scores, one.history) for one in found.candidates], found.best_params, flush=True)
"""


def started(tmp_path, folder, seconds):
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(PROGRAM))
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(seconds)], stdout=subprocess.PIPE, text=True, cwd=os.getcwd()
    )


def test_a_search_that_was_killed_goes_on_and_gives_the_same(tmp_path):
    first = started(tmp_path, tmp_path / "killed", 0.3)
    journal = tmp_path / "killed" / "search.jsonl"
    until = time.monotonic() + 60
    while (not journal.exists() or journal.read_text().count("\n") < 4) and time.monotonic() < until:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    done = len(journal.read_text().splitlines()) - 1
    assert 3 <= done < 8
    with open(journal, "a") as file:
        file.write('{"job": "3/1/0/No')  # a line that was being written
    second, whole = (started(tmp_path, tmp_path / name, 0) for name in ("killed", "whole"))
    resumed, expected = (process.communicate(timeout=300)[0] for process in (second, whole))
    assert resumed.count("building") == 8 - done
    assert expected.count("building") == 8
    assert resumed[resumed.index("result") :] == expected[expected.index("result") :]
    assert len(journal.read_text().splitlines()) == 9


def build(rate):
    model = hornbeam.Sequential([hornbeam.layers.Dense(1)])
    model.compile(hornbeam.optimizers.SGD(rate), "mse")
    return model


def test_a_folder_with_another_search_is_refused(tmp_path):
    x = np.ones((8, 2), "float32")
    options = {"epochs": 1, "folder": tmp_path / "new" / "one", "refit": False}
    search.grid(build, {"rate": [0.1, np.nan]}, x, x[:, 0], **options)
    lines = [json.loads(line) for line in (tmp_path / "new" / "one" / "search.jsonl").read_text().splitlines()]
    assert lines[0]["space"] == "grid, rate=[0.1, nan]"
    for space, data, what in (({"rate": [0.2]}, x, "space"), ({"rate": [0.1, np.nan]}, x * 2, "data")):
        with pytest.raises(ValueError, match=f"`folder` must be empty, or hold the same search.*another {what}"):
            search.grid(build, space, data, x[:, 0], **options)
