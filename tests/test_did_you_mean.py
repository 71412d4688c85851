"""A keyword that nothing is called: the error says what was probably meant."""

import copy
import pickle

import pytest

import hornbeam
from hornbeam import callbacks, layers, losses, metrics, optimizers

CONSTRUCTORS = [
    (layers.Dense, (1,), "activaton", "activation"),
    (layers.LSTM, (1,), "return_sequence", "return_sequences"),
    (hornbeam.Sequential, (), "nam", "name"),
    (optimizers.Adam, (), "learning_rte", "learning_rate"),
    (optimizers.SGD, (), "momentun", "momentum"),
    (optimizers.SGD, (), "clip_norm", "clipnorm"),
    (optimizers.LossScaleOptimizer, (optimizers.SGD(),), "initial_scal", "initial_scale"),
    (optimizers.schedules.ExponentialDecay, (0.1,), "decay_step", "decay_steps"),
    (losses.BinaryCrossentropy, (), "from_logit", "from_logits"),
    (losses.Huber, (), "detla", "delta"),
    (metrics.AUC, (), "num_threshold", "num_thresholds"),
    (metrics.Mean, (), "nmae", "name"),
    (hornbeam.initializers.HeNormal, (), "sed", "seed"),
    (hornbeam.regularizers.L1L2, (), "ll2", "l2"),
    (hornbeam.constraints.MaxNorm, (), "max_val", "max_value"),
    (callbacks.EarlyStopping, (), "patence", "patience"),
    (callbacks.ModelCheckpoint, ("m.keras",), "save_best", "save_best_only"),
]


@pytest.mark.parametrize(("cls", "args", "wrong", "right"), CONSTRUCTORS)
def test_a_constructor_says_what_was_meant(cls, args, wrong, right):
    with pytest.raises(TypeError, match=rf"`{cls.__name__}` has no argument `{wrong}`\. Did you mean .*'{right}'"):
        cls(*args, **{wrong: 1})


@pytest.mark.parametrize(
    ("method", "args", "wrong", "right"),
    [
        ("compile", (), "optimiser", "optimizer"),
        ("compile", (), "metric", "metrics"),
        ("fit", (), "batchsize", "batch_size"),
        ("fit", (), "validation_set", "validation_split"),
        ("evaluate", (), "sample_weights", "sample_weight"),
        ("predict", ([[1.0]],), "batch_sise", "batch_size"),
    ],
)
def test_a_method_says_what_was_meant(method, args, wrong, right):
    model = hornbeam.Sequential([hornbeam.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match=rf"`{method}` has no argument `{wrong}`\. Did you mean .*'{right}'"):
        getattr(model, method)(*args, **{wrong: 1})


def test_a_name_like_no_other_gets_no_suggestion():
    with pytest.raises(TypeError, match=r"`Adam` has no argument `zzz`\.$"):
        optimizers.Adam(zzz=1)


def test_a_users_class_takes_what_it_takes():
    class Weighted(losses.Loss):
        def __init__(self, **kwargs):
            self.weight = kwargs.pop("weight", 1.0)
            super().__init__(**kwargs)

        def call(self, y_true, y_pred):
            return y_pred

    class Tell(callbacks.Callback):
        def __init__(self, **kwargs):
            self.given = kwargs

    assert Weighted(weight=2.0, name="w").weight == 2.0
    tell = Tell(anything=1)
    assert pickle.loads(pickle.dumps(callbacks.EarlyStopping(patience=3))).patience == 3
    assert copy.deepcopy(tell).given == {"anything": 1}


def test_a_users_class_says_what_was_meant_too():
    class Mine(metrics.Mean):
        def __init__(self, threshold=0.5):
            super().__init__()

    with pytest.raises(TypeError, match=r"`Mine` has no argument `treshold`\. Did you mean 'threshold'\?"):
        Mine(treshold=1)


@pytest.mark.parametrize(
    ("get", "name", "meant"),
    [
        (losses.get, "crossentropy", "'sparse_categorical_crossentropy' or 'categorical_crossentropy' or 'binary_cros"),
        (losses.get, "CrossEntropyLoss", "'sparse_categorical_crossentropy' or"),
        (losses.get, "L1", "'mean_absolute_error'"),
        (losses.get, "mean_square_error", "'mean_squared_error' or"),
        (metrics.get, "accurcy", "'accuracy'"),
        (metrics.get, "f1", "'f1_score'"),
        (metrics.get, "R2", "'r2_score'"),
        (optimizers.get, "adm", "'Adam' or"),
        (optimizers.get, "momentum", "'sgd'"),
        (hornbeam.activations.get, "sigmod", "'sigmoid' or"),
        (hornbeam.activations.get, "identity", "'linear'"),
        (hornbeam.initializers.get, "xavier_uniform", "'glorot_uniform'"),
        (hornbeam.initializers.get, "glorot_unifrom", "'glorot_uniform' or"),
        (hornbeam.regularizers.get, "ridge", "'l2'"),
        (hornbeam.constraints.get, "positive", "'non_neg'"),
        (lambda name: layers.deserialize({"class_name": name, "config": {}}), "Dens", "'Dense'"),
        (lambda name: layers.deserialize({"class_name": name, "config": {}}), "batch_normalization", "'BatchNormal"),
        (lambda name: layers.deserialize({"class_name": name, "config": {}}), "BatchNorm", "'BatchNormalization'"),
    ],
)
def test_a_name_in_a_catalogue_says_what_was_meant(get, name, meant):
    with pytest.raises(ValueError, match=f"{name}.* Did you mean {meant}"):
        get(name)


def test_what_other_libraries_say_stands_for_names_that_exist():
    from hornbeam.core import names_elsewhere

    for module, names in names_elsewhere._ELSEWHERE.items():
        for theirs, ours in names.items():
            known = getattr(hornbeam, module.removeprefix("keras."))
            for name in ours:
                assert hasattr(known, name) if module == "keras.layers" else known.get(name) is not None, theirs
    with pytest.raises(ValueError, match=r"before\.$"):
        layers.deserialize({"class_name": "Swirl", "config": {}})
