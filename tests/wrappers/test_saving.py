"""Estimators in files, in other processes and in notebooks."""

import io
import pickle
import threading

import joblib
import numpy as np
import pytest
import wrapped_networks as networks
from joblib.externals.loky.backend import reduction

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hornbeam import wrappers
from hornbeam.callbacks import EarlyStopping
from hornbeam.wrappers import KerasClassifier, KerasRegressor, SKLearnRegressor


def test_a_fitted_estimator_goes_on_to_the_bit(data, engine):
    model = KerasClassifier(
        networks.compiled, epochs=2, random_state=0, callbacks=EarlyStopping("loss"), metrics=["accuracy"]
    )
    assert pickle.loads(pickle.dumps(model)).get_params().keys() == model.get_params().keys()
    model.fit(data.X, data.third)
    read = pickle.loads(pickle.dumps(model))
    file = io.BytesIO()
    joblib.dump(make_pipeline(StandardScaler(), model), file)
    file.seek(0)
    assert joblib.load(file)[-1].history_.epoch == read.history_.epoch == [0, 1]
    assert read.history_ == model.history_
    for one in (model, read):
        one.partial_fit(data.X, data.third)
    np.testing.assert_array_equal(model.predict_proba(data.X), read.predict_proba(data.X))
    assert not hasattr(clone(model), "model_")


def test_a_builder_that_cannot_be_sent(data):
    lock = threading.Lock()

    def builder():
        with lock:
            return networks.compiled()

    model = KerasClassifier(builder).fit(data.X, data.third)
    with pytest.raises(pickle.PicklingError, match=r"`builder` of `KerasClassifier` must be picklable .*_thread.lock"):
        pickle.dumps(model)
    arrived = pickle.loads(reduction.dumps(clone(model)))  # as joblib sends it to its processes
    with pytest.raises(pickle.PicklingError, match=r"`builder` of `KerasClassifier` must be picklable .*_thread.lock"):
        arrived.fit(data.X, data.third)


def test_a_subclass_that_builds_its_model_is_written(data):
    model = Own().fit(data.X, data.line)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(data.X), model.predict(data.X))


class Own(KerasRegressor):
    def _keras_build_fn(self, meta):
        return networks.regressor(meta)


def test_scikit_learn_is_asked_for_when_it_is_not_there(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.delattr(wrappers, "KerasRegressor", raising=False)
    with pytest.raises(ImportError, match=r"`KerasRegressor` needs .* `pip install hornbeam\[sklearn\]`"):
        wrappers.KerasRegressor  # noqa: B018


def test_a_notebook_shows_the_model_inside(data):
    model = KerasClassifier(networks.compiled)
    assert "Total params" not in model._repr_html_()
    model.fit(data.X, data.third)
    for shown in (model._repr_html_(), make_pipeline(StandardScaler(), model)._repr_html_()):
        assert "KerasClassifier" in shown and "Total params" in shown and model.model_.layers[0].name in shown
    network = networks.compiled()
    assert network.layers[0].name in SKLearnRegressor(network)._repr_html_()
    assert "SKLearnRegressor(model=" in repr(SKLearnRegressor(network))
