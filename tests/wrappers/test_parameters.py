"""Parameters of estimators: where they go, what they change, and what is said of those that nothing knows."""

import numpy as np
import pytest
import wrapped_networks as networks

pytest.importorskip("sklearn")

from sklearn.base import clone

import hornbeam
from hornbeam import layers
from hornbeam.callbacks import EarlyStopping
from hornbeam.wrappers import KerasClassifier, KerasRegressor, SKLearnClassifier


def trained(data, *args, **kwargs):
    return KerasClassifier(*args, **kwargs).fit(data.X, data.third)


def test_arguments_of_the_builder_with_and_without_prefix(data):
    for arguments in ({"units": 7}, {"model__units": 7}):
        model = trained(data, build_fn=networks.compiled, epochs=2, **arguments)
        assert model.model_.layers[0].units == 7 and len(model.history_["loss"]) == 2
        assert model.get_params()[next(iter(arguments))] == 7
        assert clone(model).get_params() == model.get_params()
    assert "units=7" in repr(trained(data, networks.compiled, units=7))


def test_arguments_of_fit_compile_and_predict(data):
    model = trained(data, networks.compiled, fit__epochs=3, compile__loss_weights=[2.0], predict__batch_size=5)
    assert len(model.history_["loss"]) == 3
    assert model.model_.get_compile_config()["loss_weights"] == [2.0]
    again = trained(data, networks.compiled, epochs=1, nb_epoch=2)
    assert again.history_.epoch == [0, 1]
    assert again.fit(data.X, data.third, epochs=4).history_.epoch == [0, 1, 2, 3]


def test_an_optimizer_by_name_class_object_and_argument(data):
    Adam, SGD = hornbeam.optimizers.Adam, hornbeam.optimizers.SGD

    def optimizer(builder=networks.compiled, **parameters):
        found = trained(data, builder, epochs=0, **parameters).model_.optimizer
        return type(found), round(float(found.learning_rate), 5)

    def fixed():
        return networks.compiled()

    given = Adam(0.5)
    for builder in (networks.compiled, fixed, networks.classifier):  # asks for it, has one, compiles nothing
        assert optimizer(builder, optimizer="sgd", optimizer__learning_rate=0.25) == (SGD, 0.25)
        assert optimizer(builder, optimizer=SGD, optimizer__learning_rate=0.25) == (SGD, 0.25)
        assert optimizer(builder, optimizer=given) == (Adam, 0.5)
        assert optimizer(builder, optimizer=given, optimizer__learning_rate=0.25) == (Adam, 0.25)
    assert optimizer(fixed, optimizer__learning_rate=0.25) == (Adam, 0.25)
    assert optimizer(networks.compiled, optimizer__learning_rate=0.25) == (Adam, 0.25)
    assert optimizer(networks.classifier)[0] is hornbeam.optimizers.RMSprop
    assert trained(data, fixed, optimizer=given).model_.optimizer is not given and not given.built


def test_losses_metrics_and_callbacks_with_arguments(data):
    model = KerasClassifier(
        networks.classifier,
        loss=hornbeam.losses.CategoricalCrossentropy,
        loss__label_smoothing=0.1,
        metrics=[hornbeam.metrics.TopKCategoricalAccuracy, "accuracy"],
        metrics__0__k=2,
        callbacks={"early": EarlyStopping},
        callbacks__early__monitor="loss",
        callbacks__early__patience=1,
        callbacks__early__min_delta=100.0,
        epochs=20,
    ).fit(data.X, data.third)
    assert model.model_.loss.get_config()["label_smoothing"] == 0.1
    assert len(model.history_["top_k_categorical_accuracy"]) == 2
    assert model.set_params(loss="binary_crossentropy").fit(data.X, data.one_hot).score(data.X, data.one_hot)
    shared = trained(data, networks.compiled, callbacks=[EarlyStopping], callbacks__monitor="loss", epochs=2)
    assert len(shared.history_["loss"]) == 2


def test_a_builder_that_wants_to_know(data):
    seen = {}

    def builder(meta, compile_kwargs, X, y, units=3):
        seen.update(meta, compile=compile_kwargs, X=X, y=y)
        model = networks.stack(meta["n_features_in_"], layers.Dense(units, activation="softmax"))
        model.compile(**compile_kwargs)
        return model

    parameters = {"loss": "sparse_categorical_crossentropy", "optimizer": "sgd", "optimizer__learning_rate": 0.2}
    model = trained(data, builder, **parameters)
    assert (seen["n_classes_"], seen["X_shape_"], seen["target_type_"]) == (3, (48, 4), "multiclass")
    assert seen["classes_"].tolist() == [0, 1, 2] and seen["n_outputs_expected_"] == 1
    assert seen["X"].shape == (48, 4) and seen["y"].shape == (48,)
    assert model.model_.optimizer is seen["compile"]["optimizer"]
    trained(data, builder, loss="sparse_categorical_crossentropy", epochs=0)
    assert isinstance(seen["compile"]["optimizer"], hornbeam.optimizers.RMSprop)


def test_a_builder_may_be_a_method_of_a_subclass(data):
    class Own(KerasClassifier):
        def _keras_build_fn(self, units, meta):
            return networks.classifier(meta, units)

    class Old(KerasClassifier):
        def __call__(self, units=2):
            return networks.compiled(units)

    for cls in (Own, Old):
        model = cls(units=5).fit(data.X, data.third)
        assert model.model_.layers[0].units == 5 and clone(model).get_params()["units"] == 5


def test_a_ready_model_is_copied_and_drawn_anew(data):
    normalization = layers.Normalization()
    normalization.adapt(5 * data.X + 3)
    ready = networks.stack(4, normalization, layers.Dense(3, activation="softmax"))
    ready.compile(hornbeam.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    before = [np.array(value) for value in ready.get_weights()]
    model = trained(data, ready, random_state=0)
    first = model.predict_proba(data.X)
    assert model.model_ is not ready and float(model.model_.optimizer.learning_rate) == pytest.approx(0.1)
    np.testing.assert_array_equal(model.model_.layers[0].mean, normalization.mean)
    assert not np.array_equal(model.model_.get_weights()[-2], before[-2])
    for value, was in zip(ready.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, was)
    np.testing.assert_array_equal(model.fit(data.X, data.third).predict_proba(data.X), first)
    still = trained(data, ready, warm_start=True, epochs=0)
    np.testing.assert_array_equal(still.predict_proba(data.X), ready.predict(data.X, verbose=0))


def test_fits_go_on_where_they_should(data):
    model = trained(data, networks.compiled, warm_start=True, epochs=2)
    network = model.model_
    model.fit(data.X, data.third)
    assert model.model_ is network and model.history_.epoch == [0, 1, 0, 1] and model.current_epoch == 4
    steps = KerasClassifier(networks.compiled).partial_fit(data.X[:4], [0] * 4, classes=[0, 1, 2])
    steps.partial_fit(data.X, data.third)
    assert steps.classes_.tolist() == [0, 1, 2] and steps.history_.epoch == [0, 1]
    with pytest.raises(ValueError, match=r"classes \[0, 1, 2\], which the estimator was first fitted with.*\[3\]"):
        steps.partial_fit(data.X, data.third + 1)
    numbers = KerasRegressor(networks.regressor).partial_fit(data.X, data.line).partial_fit(data.X, data.line)
    assert numbers.history_["loss"][1] < numbers.history_["loss"][0]
    assert KerasClassifier(networks.compiled).initialize(data.X, data.third).current_epoch == 0


def test_random_state_repeats_to_the_bit(data, engine):
    model = KerasClassifier(networks.compiled, epochs=2, random_state=3)

    def weights(fitted):
        return np.concatenate([value.ravel() for value in fitted.model_.get_weights()])

    first = weights(model.fit(data.X, data.third))
    hornbeam.utils.set_random_seed(8)
    np.testing.assert_array_equal(first, weights(model.fit(data.X, data.third)))
    same = clone(model).set_params(random_state=np.random.RandomState(3))
    np.testing.assert_array_equal(first, weights(same.fit(data.X, data.third)))
    assert not np.array_equal(first, weights(same.fit(data.X, data.third)))
    unseeded = weights(model.set_params(random_state=None).fit(data.X, data.third))
    assert not np.array_equal(unseeded, weights(model.fit(data.X, data.third)))
    hornbeam.utils.set_random_seed(8)  # from which nothing was drawn before
    np.testing.assert_array_equal(unseeded, weights(model.fit(data.X, data.third)))


def test_validation_data_are_encoded_like_the_rest(data):
    model = KerasClassifier(networks.yes_or_no, metrics=["accuracy"], epochs=2)
    model.fit(data.X, data.answer, validation_data=(data.X, data.answer))
    assert model.history_["val_accuracy"][-1] == pytest.approx(model.score(data.X, data.answer))
    held = KerasClassifier(networks.yes_or_no, validation_split=0.25).fit(data.X, data.answer)
    assert len(held.history_["val_loss"]) == 1


@pytest.mark.parametrize(
    "parameters, said",
    [
        ({"unit": 3}, r"no parameter `unit`: neither `compiled` nor `Model.fit` takes it.*Did you mean 'units'"),
        ({"model__unit": 3}, r"`compiled` has no argument `unit`. Did you mean 'units'"),
        ({"fit__epoch": 3}, r"`Model.fit` has no argument `epoch`. Did you mean 'epochs'"),
        ({"optimiser__learning_rate": 3}, r"no prefix says whose it is. Did you mean 'optimizer__learning_rate'"),
    ],
)
def test_parameters_that_nothing_knows(data, parameters, said):
    with pytest.raises(ValueError, match=said):
        KerasClassifier(networks.compiled, **parameters)
    model = KerasClassifier(networks.compiled)
    with pytest.raises(ValueError, match=said):
        model.set_params(**parameters)
    assert model.get_params() == KerasClassifier(networks.compiled).get_params()


def test_arguments_reach_what_the_builder_has_chosen(data):
    def fixed():
        return networks.compiled(loss="categorical_crossentropy")

    for builder in (fixed, networks.compiled, networks.classifier):
        model = trained(data, builder, loss__name="own", epochs=0)
        assert model.model_.loss.name == "own"
    with pytest.raises(ValueError, match=r"`callbacks__patience` must be an argument of .*Received: no `callbacks`"):
        trained(data, fixed, callbacks__patience=3)
    with pytest.raises(ValueError, match=r"`callbacks__1__patience` must be .*Received: callbacks=\["):
        trained(data, fixed, callbacks=[EarlyStopping], callbacks__1__patience=3)
    with pytest.raises(ValueError, match=r"`callbacks__patience` must be an argument"):
        trained(data, fixed, callbacks=[EarlyStopping("loss")], callbacks__patience=3)


def test_arguments_that_nothing_knows(data):
    with pytest.raises(TypeError, match=r"`SGD` has no argument `learning_rte`. Did you mean 'learning_rate'"):
        trained(data, networks.compiled, optimizer="sgd", optimizer__learning_rte=1)
    with pytest.raises(TypeError, match=r"`fit` has no argument `epoch`. Did you mean 'epochs'"):
        KerasClassifier(networks.compiled).fit(data.X, data.third, epoch=1)
    with pytest.raises(ValueError, match=r"`compiled` has no argument `unit`. Did you mean 'units'"):
        SKLearnClassifier(networks.compiled, model_kwargs={"unit": 3}).fit(data.X, data.third)


@pytest.mark.parametrize(
    "builder, said",
    [
        (lambda: None, r"`<lambda>` must return a model. Received: None. Does it end in `return model`\?"),
        (lambda: 3, r"`<lambda>` must return a model. Received: an object of class `int`"),
        (None, r"`model` must be a function that returns a model, or a model. Received: nothing"),
    ],
)
def test_builders_that_build_nothing(data, builder, said):
    for estimator in (KerasClassifier(builder), SKLearnClassifier(builder)):
        with pytest.raises(ValueError, match=said):
            estimator.fit(data.X, data.third)
