"""A variable, of Hornbeam's class or of a user's, is copied and pickled whole."""

import copy
import pickle

import numpy as np
import pytest

import hornbeam


class Mine(hornbeam.Variable):
    """A user's variable that remembers more."""

    def __init__(self, *args, note="", **kwargs):
        super().__init__(*args, **kwargs)
        self.note = note


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda v: pickle.loads(pickle.dumps(v))}


@pytest.mark.parametrize("make_copy", COPIES.values(), ids=COPIES)
def test_copies_are_whole_and_their_own(engine, make_copy):
    variable = Mine([1.0, 2.0], trainable=False, name="mine", note="kept")
    other = make_copy(variable)
    for name in ("name", "path", "number", "shape", "dtype", "trainable", "autocast", "aggregation", "note"):
        assert getattr(other, name) == getattr(variable, name)
    other.assign([3.0, 4.0])
    np.testing.assert_array_equal(variable.numpy(), [1, 2])
    np.testing.assert_array_equal(other.numpy(), [3, 4])
