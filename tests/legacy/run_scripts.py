"""Run scripts one after the other in this process, as `python -m hornbeam run` does, and say how each ended."""

import contextlib
import hashlib
import io
import json
import os
import sys
import time
import traceback

from hornbeam.datasets import fetching
from hornbeam.legacy.run import run


def take_small_digits():
    """The file of digits that lies in $KERAS_HOME is a small one."""
    with open(os.path.join(os.environ["KERAS_HOME"], "datasets", "mnist.npz"), "rb") as digits:
        fetching.HASHES["mnist.npz"] = hashlib.sha256(digits.read()).hexdigest()


def ended(script):
    """How long a script took, and the traceback of what it raised."""
    shown, error, start = io.StringIO(), None, time.perf_counter()
    try:
        with contextlib.redirect_stdout(shown):
            run(script)
    except BaseException:
        error = f"{traceback.format_exc()}\nIt had printed:\n{shown.getvalue()[-1000:]}"
    return {"script": os.path.basename(script), "seconds": round(time.perf_counter() - start, 2), "error": error}


def forget():
    """What the next script would find that a process of its own has not."""
    import keras

    keras.backend.clear_session()
    keras.backend.set_floatx("float32")
    keras.mixed_precision.set_global_policy("float32")
    keras.backend.set_image_data_format("channels_last")
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


if __name__ == "__main__":
    take_small_digits()
    for path in sys.argv[1:]:
        print(json.dumps(ended(path)), flush=True)
        forget()
