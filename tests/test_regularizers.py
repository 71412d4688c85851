"""Regularizers against their formulas."""

import numpy as np
import pytest

from hornbeam import regularizers
from hornbeam.core.variable import Variable

X = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]], np.float32)
ALL = [regularizers.L1(0.3), regularizers.L2(0.2), regularizers.L1L2(0.1, 0.2), regularizers.OrthogonalRegularizer(0.5)]


def test_values(engine):
    one, two, sums, orthogonal = (float(r(X)) for r in ALL)
    assert one == pytest.approx(0.3 * np.abs(X).sum())
    assert two == pytest.approx(0.2 * (X**2).sum())
    assert sums == pytest.approx(0.1 * np.abs(X).sum() + 0.2 * (X**2).sum())
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    assert orthogonal == pytest.approx(0.5 * abs(unit[0] @ unit[1]))
    assert float(regularizers.OrthogonalRegularizer(mode="columns")(X.T)) == pytest.approx(orthogonal / 50, rel=1e-5)
    assert float(regularizers.L2(1.0)(Variable([2.0]))) == 4.0


def test_configs_are_read_by_real_keras():
    keras = pytest.importorskip("keras")
    for regularizer in ALL:
        theirs = keras.regularizers.deserialize(regularizers.serialize(regularizer))
        assert float(theirs(X)) == pytest.approx(float(regularizer(X)), rel=1e-5)
        back = regularizers.deserialize(keras.regularizers.serialize(theirs))
        assert back.get_config() == pytest.approx(regularizer.get_config())


def test_what_get_takes():
    assert regularizers.get("l1").l1 == regularizers.get("L2").l2 == 0.01
    assert regularizers.get(None) is None
    assert regularizers.get({"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.2}}).get_config() == {
        "l1": 0.1,
        "l2": 0.2,
    }
    with pytest.raises(ValueError, match=r"`regularizer` must be a known name.*Received: 'l3'"):
        regularizers.get("l3")
    with pytest.raises(ValueError, match=r"`l2` must be a finite number that is not negative. Received: l2=-1"):
        regularizers.L2(-1)
    with pytest.raises(ValueError, match=r"`mode` must be 'rows' or 'columns'"):
        regularizers.OrthogonalRegularizer(mode="row")
    with pytest.raises(ValueError, match=r"takes matrices only. Received: shape \(3,\)"):
        regularizers.OrthogonalRegularizer()(X[0])


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_arguments_and_names_of_keras_2():
    assert regularizers.l2(l=0.3).get_config() == {"l2": 0.3} and regularizers.l1(l=0.3).l1 == 0.3
    assert regularizers.l1 is regularizers.L1
    assert repr(regularizers.l1(l=0.3)) == "L1(l1=0.3)"
