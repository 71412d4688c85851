"""Constraints against real Keras."""

import numpy as np
import pytest

from hornbeam import constraints
from hornbeam.ops import convert_to_numpy as host

W = np.array([[3.0, -0.1, 0.0], [4.0, 0.2, 0.0]], np.float32)
ALL = [
    constraints.MaxNorm(2.0),
    constraints.MaxNorm(0.5, axis=1),
    constraints.NonNeg(),
    constraints.UnitNorm(axis=[0, 1]),
    constraints.MinMaxNorm(0.5, 2.0, rate=0.8),
]


def test_values_and_configs(engine):
    keras = pytest.importorskip("keras")
    for constraint in ALL:
        theirs = keras.constraints.deserialize(constraints.serialize(constraint))
        np.testing.assert_allclose(host(constraint(W)), np.asarray(theirs(W)), rtol=1e-6)
        assert constraints.deserialize(keras.constraints.serialize(theirs)).get_config() == constraint.get_config()


def test_what_get_takes():
    assert constraints.get("max_norm").get_config() == {"max_value": 2, "axis": 0}
    assert type(constraints.get("NonNeg")) is type(constraints.get("non_neg")) is constraints.NonNeg
    assert constraints.get(None) is None
    with pytest.raises(ValueError, match=r"`constraint` must be a known name.*Received: 'non_negative'. Did you mean"):
        constraints.get("non_negative")


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_names_of_keras_2():
    assert constraints.maxnorm is constraints.MaxNorm and constraints.get("unitnorm").axis == 0
    assert isinstance(constraints.get("nonneg"), constraints.NonNeg)
