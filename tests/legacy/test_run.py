"""`python -m hornbeam run`: scripts and notebooks written for Keras, as they are, in processes of their own."""

import json
import re
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path

import pytest

import hornbeam.__main__
from hornbeam.legacy import notebook

SCRIPT = """
    import sys
    import keras, tensorflow
    from keras.models import Sequential
    from keras.layers.core import Dense, Activation
    from keras.layers.recurrent import LSTM
    from keras.utils import np_utils
    from keras.engine.topology import Layer
    from keras.src.layers import Dropout
    from tensorflow.keras.optimizers import Adam
    from tensorflow.python.keras.layers import Embedding
    from tensorflow.compat.v1.keras.layers import GRU
    import keras.backend as K
    import tensorflow.keras as tk
    import numpy as np

    assert issubclass(Dense, Layer) and tk.layers.Dense is Dense is keras.layers.Dense
    assert keras.utils.np_utils.to_categorical([1]).shape == (1, 2) == np_utils.to_categorical([1]).shape
    stars = {}
    exec("from keras.backend import *; from keras.layers import *; from keras.losses import *", stars)
    assert stars["batch_dot"] is K.batch_dot and stars["CuDNNLSTM"] is LSTM is stars["LSTM"]
    assert {"Merge", "mse"} <= {*stars}
    assert np.float is float and int(keras.__version__[0]) >= 2 and K.epsilon() == 1e-7
    assert [m for m in sys.modules if m.startswith(("keras.src.backend", "tensorflow.python.eager"))] == []
    model = Sequential([Dense(4, input_dim=3), Activation("relu"), Dense(2, activation="softmax")])
    model.compile(loss="categorical_crossentropy", optimizer=Adam(lr=0.01), metrics=["acc"])
    model.fit(np.ones((4, 3)), np_utils.to_categorical([0, 1, 0, 1]), nb_epoch=1, verbose=0)
    print(sys.argv[1:], __name__, __file__)
"""


def run(tmp_path, name, text, *arguments):
    (tmp_path / name).write_text(text)
    command = [sys.executable, "-W", "ignore", "-m", "hornbeam", "run", name, *arguments]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)


def test_a_script_of_three_generations(tmp_path):
    done = run(tmp_path, "script.py", textwrap.dedent(SCRIPT), "--epochs", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['--epochs', '3'] __main__ script.py\n"


def test_scripts_import_what_lies_beside_them_and_end_as_they_say(tmp_path):
    (tmp_path / "beside.py").write_text("import keras\nlayers = keras.layers\n")
    done = run(tmp_path, "script.py", "import beside, sys\nprint(beside.layers.Dense.__name__)\nsys.exit(3)")
    assert (done.stdout, done.returncode) == ("Dense\n", 3)


def notebook_of(tmp_path, *sources):
    kinds = [{"cell_type": "markdown", "source": "# Notes"}, *({"cell_type": "code", "source": c} for c in sources)]
    (tmp_path / "notes.ipynb").write_text(json.dumps({"cells": kinds}))
    return tmp_path / "notes.ipynb"


def test_a_notebook_without_jupyter(tmp_path):
    notebook_of(
        tmp_path,
        "%matplotlib inline\n!pip install keras\nimport keras",
        ["from keras.layers import Dense\n", "layer = Dense(3)\n", "layer.units"],
        "%%bash\nrm -rf nothing",
        "%time x = layer.units + 1\nx;",
        "if x:\n    !ls\nprint(x)",
        "Dense?",
        "",
    )
    code = "import sys; sys.modules['nbclient'] = None; from hornbeam.legacy.run import run; run('notes.ipynb')"
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("3\n4\n", 0), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.ipynb"]


def test_a_notebook_in_a_kernel_is_saved_with_what_its_cells_gave(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    (tmp_path / "in").mkdir()
    path = notebook_of(
        tmp_path / "in",
        "%matplotlib inline\n!pip install \\\n  keras\nimport os, sys, keras\nfrom keras.layers import Dense",
        "print(sys.argv[1:], os.path.basename(os.getcwd()))\nDense(3).units",
        "%%bash\necho of a shell",
        "x = 1\nx + unknown",
        "print('never')",
    )
    source = path.read_text()
    command = [sys.executable, "-W", "ignore", "-m", "hornbeam", "run", "--output", "done.ipynb", str(path), "7"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.stdout, done.returncode) == ("['7'] in\n3\nof a shell\n", 1), done.stderr
    for said in (f"{path}, cell 4:\n", "Cell In[4], line 2", "NameError: name 'unknown' is not", "Saved as done.ipynb"):
        assert said in done.stderr
    saved = nbformat.read(tmp_path / "done.ipynb", as_version=4)
    given = [[output.output_type for output in cell.outputs] for cell in saved.cells if cell.cell_type == "code"]
    assert given[1:] == [["stream", "execute_result"], ["stream"], ["error"], []]
    assert path.read_text() == source


MISSING = {
    "import keras.foo": "Hornbeam stands in for `keras` here, and has no module `keras.foo`. Modules of `keras`",
    "from tensorflow.foo import bar": "Hornbeam stands in for `tensorflow` here, and has no module `tensorflow.foo`",
    "from keras.layers import Foo": "cannot import name 'Foo' from 'keras.layers'",
    "import keras; keras.Foo": "module `keras` has no attribute `Foo`",
}


def test_what_is_not_there_is_said(tmp_path):
    tries = [f"try:\n    {line}\nexcept (ImportError, AttributeError) as error:\n    print(error)" for line in MISSING]
    done = run(tmp_path, "script.py", "\n".join([*tries, "import keras.foo"]))
    for said in MISSING.values():
        assert said in done.stdout
    assert MISSING["import keras.foo"] in done.stderr and done.returncode == 1
    assert done.stderr.startswith('Traceback (most recent call last):\n  File "script.py", line 17')


def test_errors_show_the_line_of_the_cell(tmp_path):
    path = str(tmp_path / "notes.ipynb")
    cells = [{"cell_type": "code", "source": source} for source in ("x = 1", "y = 2\nx + unknown")]
    Path(path).write_text(json.dumps({"cells": cells}))
    with pytest.raises(NameError) as caught:
        notebook.run(path)
    assert f'File "{path}, cell 2", line 2, in <module>\n    x + unknown' in "".join(
        traceback.format_exception(caught.value)
    )


WRONG = [
    (["none.py"], "there is no such file"),
    (["a.txt"], "a `.py` or `.ipynb` file"),
    (["damaged.ipynb"], "A notebook is a JSON file with a list of cells"),
    (["--output", "x.ipynb", "a.py"], "`--output` is for notebooks, with the packages"),
    (["--output", "notes.ipynb", "notes.ipynb"], "another file than the notebook, which stays as it is"),
    (["notes.ipynb", "--output", "nowhere/x.ipynb"], "`--output` must be in a folder that is there"),
]


@pytest.mark.parametrize("arguments, said", WRONG)
def test_what_cannot_be_run_is_said(tmp_path, monkeypatch, arguments, said):
    for name in ("a.txt", "a.py", "damaged.ipynb"):
        (tmp_path / name).write_text("{")
    notebook_of(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["hornbeam", "run", *arguments])
    with pytest.raises(SystemExit, match=re.escape(said)):
        hornbeam.__main__.main()


def test_as_keras_must_come_first(tmp_path):
    code = "import sys, types; sys.modules['keras'] = types.ModuleType('keras'); import hornbeam.legacy.as_keras"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert "must be imported before `keras`" in done.stderr
    code = "import hornbeam.legacy.as_keras; from tensorflow import keras; print(keras.layers.Dense.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "hornbeam.layers.core.dense\n", done.stderr
