"""What had other names in Python 2."""

from __future__ import annotations

import builtins
import configparser
import pickle as cPickle
import queue
from functools import reduce
from importlib import reload as reload_module
from io import StringIO
from itertools import filterfalse, zip_longest

filter, input, map, range, zip = builtins.filter, builtins.input, builtins.map, builtins.range, builtins.zip
xrange = range

__all__ = [
    "StringIO", "cPickle", "configparser", "filter", "filterfalse", "input", "map", "queue", "range", "reduce",
    "reload_module", "xrange", "zip", "zip_longest",
]  # fmt: skip
