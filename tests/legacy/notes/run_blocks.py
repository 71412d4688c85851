"""`python -m hornbeam run run_blocks.py FILES`: their blocks in this process, and how each ended, as JSON."""

import json
import os
import runpy
import sys
import traceback
import unittest
import warnings

import keras


def ended(block):
    """The traceback of what a block raised, if it did."""
    keras.utils.set_random_seed(0)
    try:
        block()
    except unittest.SkipTest:
        return None
    except Exception:
        return traceback.format_exc()
    return None


said, errors = [], {}
with warnings.catch_warnings():
    warnings.simplefilter("always")
    warnings.showwarning = lambda message, category, *_, **__: said.append((category.__name__, str(message)))
    for number, path in enumerate(sys.argv[1:]):
        os.mkdir(str(number))
        os.chdir(str(number))
        for name, block in runpy.run_path(path).items():
            if name.startswith("test_"):
                errors[f"{os.path.basename(path)}: {name}"] = ended(block)
        os.chdir("..")
print(json.dumps({"errors": errors, "said": said}))
