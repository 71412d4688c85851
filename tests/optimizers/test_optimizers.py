"""Optimizers: the steps and the variables of real Keras, for every rule and option."""

import copy
import json
import pickle
import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import optimizers
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable
from hornbeam.optimizers import schedules

EXPONENTIAL = {
    "class_name": "ExponentialDecay",
    "module": "keras.optimizers.schedules",
    "config": {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5},
    "registered_name": None,
}

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "clipnorm": 0.5}),
    ("SGD", {"clipvalue": 0.3}),
    ("SGD", {"global_clipnorm": 0.5}),
    ("SGD", {"learning_rate": EXPONENTIAL}),
    ("SGD", {"loss_scale_factor": 4.0}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.7}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 3}),
    ("SGD", {"momentum": 0.5, "gradient_accumulation_steps": 3, "global_clipnorm": 0.5}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9, "centered": True}),
    ("RMSprop", {"momentum": 0.9, "rho": 0.8}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "beta_1": 0.8, "beta_2": 0.9}),
    ("Adam", {"weight_decay": 0.1, "use_ema": True}),
    ("Adam", {"gradient_accumulation_steps": 2, "learning_rate": EXPONENTIAL}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.3, "amsgrad": True}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Adagrad", {"initial_accumulator_value": 0.3}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Lion", {"weight_decay": 0.1}),
    ("Lamb", {}),
    ("Ftrl", {"learning_rate": 0.1}),
    ("Adafactor", {"learning_rate": 0.1}),
    ("Adafactor", {"learning_rate": 0.5, "clip_threshold": 0.5, "weight_decay": 0.1, "relative_step": False}),
    ("Muon", {"learning_rate": 0.1}),
    ("Muon", {"learning_rate": 0.1, "nesterov": False, "rms_rate": None, "adam_lr_ratio": 0.5, "ns_steps": 3}),
    ("Muon", {"learning_rate": 0.1, "exclude_layers": ["v0"], "adam_weight_decay": 0.2}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.1}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.1, "warmup_steps": 5, "weight_decay": 0.1}),
    (
        "Ftrl",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.02,
            "l2_regularization_strength": 0.1,
            "l2_shrinkage_regularization_strength": 0.05,
            "beta": 0.2,
            "learning_rate_power": -0.4,
        },
    ),
]
IDS = [f"{name}-{'-'.join(options)}" for name, options in CASES]
STEPS = 10
SHAPES = ((3, 2), (2,))


def problem() -> tuple[list[np.ndarray], list[list[np.ndarray]]]:
    """First values, and the gradients of each step."""
    rng = np.random.default_rng(0)
    values = [rng.normal(size=shape).astype("float32") for shape in SHAPES]
    return values, [[rng.normal(size=shape).astype("float32") for shape in SHAPES] for _ in range(STEPS)]


def of_keras(name: str, options: dict):
    """The optimizer and the variables of real Keras after all steps."""
    import keras

    values, grads = problem()
    variables = [keras.Variable(value, name=f"v{i}") for i, value in enumerate(values)]
    optimizer = getattr(keras.optimizers, name)(**_fresh(options, keras.optimizers.schedules))
    optimizer.build(variables)
    for step in grads:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in step], variables)
    return optimizer, variables


def _fresh(options: dict, home) -> dict:
    rate = options.get("learning_rate")
    return options | ({"learning_rate": home.deserialize(rate)} if isinstance(rate, dict) else {})


def run(optimizer, variables, grads) -> None:
    """All steps, as one compiled program called once per step."""
    optimizer.build(variables)
    state = [*variables, *optimizer.variables]
    step = eng.jit(lift(lambda *g: optimizer.apply(list(g), variables), state))
    values = [v.value for v in state]
    for g in grads:
        _, values = step(values, *(eng.asarray(x) for x in g))
    for variable, value in zip(state, values, strict=True):
        variable.assign(value)


@pytest.mark.parametrize(("name", "options"), CASES, ids=IDS)
def test_ten_steps_are_those_of_keras(engine, name, options):
    values, grads = problem()
    variables = [Variable(value, name=f"v{i}") for i, value in enumerate(values)]
    optimizer = getattr(optimizers, name)(**_fresh(options, schedules))
    run(optimizer, variables, grads)
    theirs, expected = of_keras(name, options)
    for mine, other in zip(variables, expected, strict=True):
        np.testing.assert_allclose(mine.numpy(), np.asarray(other), rtol=2e-5, atol=2e-6)
    assert [v.shape for v in optimizer.variables] == [tuple(v.shape) for v in theirs.variables]
    assert [v.dtype for v in optimizer.variables] == [v.dtype for v in theirs.variables]
    for mine, other in zip(optimizer.variables, theirs.variables, strict=True):
        np.testing.assert_allclose(mine.numpy(), np.asarray(other), rtol=2e-4, atol=2e-6, err_msg=other.path)
    assert int(optimizer.iterations) == int(theirs.iterations)
    np.testing.assert_allclose(float(optimizer.learning_rate), float(theirs.learning_rate), rtol=1e-5)
    optimizer.finalize_variable_values(variables)
    theirs.finalize_variable_values(expected)
    for mine, other in zip(variables, expected, strict=True):
        np.testing.assert_allclose(mine.numpy(), np.asarray(other), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(("name", "options"), CASES, ids=IDS)
def test_config_round_trips_and_is_read_by_keras(name, options):
    import keras

    optimizer = getattr(optimizers, name)(**_fresh(options, schedules))
    config = json.loads(json.dumps(optimizers.serialize(optimizer)))
    again = optimizers.deserialize(config)
    assert type(again) is type(optimizer) and optimizers.serialize(again) == config
    if name == "Lamb":
        return  # real Keras does not read its own
    theirs = keras.optimizers.serialize(keras.optimizers.deserialize(copy.deepcopy(config)))
    assert theirs["config"].keys() == config["config"].keys()
    assert optimizers.serialize(optimizers.deserialize(theirs)) == config


def test_the_config_has_the_present_rate():
    optimizer = optimizers.Adam(0.001)
    assert optimizer.get_config()["learning_rate"] == 0.001
    optimizer.learning_rate = 0.25
    assert optimizer.get_config()["learning_rate"] == 0.25
    assert repr(optimizer) == "Adam(learning_rate=0.25)"


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_learning_rate_is_a_variable_that_can_be_set(engine):
    optimizer = optimizers.SGD(0.5)
    w = Variable([1.0])
    optimizer.apply([np.ones(1, "float32")], [w])
    for rate in (0.25, np.float32(0.125)):
        optimizer.learning_rate = rate
        optimizer.apply([np.ones(1, "float32")], [w])
    optimizer.lr = 0.0625
    optimizer.apply([np.ones(1, "float32")], [w])
    assert w.numpy().tolist() == [0.0625]
    assert float(optimizer.lr) == 0.0625
    optimizer.learning_rate.assign(1.0)
    optimizer.learning_rate = schedules.PiecewiseConstantDecay([10], [3.0, 1.0])
    assert float(optimizer.learning_rate) == 3.0


def test_a_rate_may_come_from_a_function(engine):
    w = Variable([1.0])
    optimizer = optimizers.SGD(lambda: 0.5)
    optimizer.apply([np.ones(1, "float32")], [w])
    assert w.numpy().tolist() == [0.5]


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_names_of_keras_2():
    optimizer = optimizers.SGD(lr=0.5, decay=1.0)
    w = Variable([1.0])
    for expected in (0.5, 0.25):
        optimizer.apply([np.ones(1, "float32")], [w])
        assert w.numpy().tolist() == [expected]
    assert optimizer.get_config()["decay"] == 1.0
    assert optimizers.deserialize({"class_name": "adam", "config": {"lr": 0.5, "epsilon": None}}).epsilon == 1e-7
    assert optimizers.adam is optimizers.Adam


def test_weight_decay_leaves_chosen_variables_out():
    kernel, bias, other = (Variable([1.0], name=name) for name in ("kernel", "bias", "other"))
    optimizer = optimizers.SGD(0.5, weight_decay=1.0)
    optimizer.exclude_from_weight_decay(var_list=[other], var_names=["bias"])
    optimizer.apply([np.zeros(1, "float32")] * 3, [kernel, bias, other])
    assert [float(v.numpy()[0]) for v in (kernel, bias, other)] == [0.5, 1.0, 1.0]
    with pytest.raises(ValueError, match="before the optimizer is built"):
        optimizer.exclude_from_weight_decay(var_names=["kernel"])


def test_constraints_hold_after_an_update():
    w = Variable([1.0])
    w.constraint = lambda value: eng.maximum(value, 0.75)
    optimizers.SGD(1.0).apply([np.ones(1, "float32")], [w])
    assert w.numpy().tolist() == [0.75]


def test_half_precision_gradients_move_variables_in_their_own_dtype(engine):
    w = Variable([1.0])
    optimizers.Adam(0.5).apply([eng.asarray(np.ones(1), "float16")], [w])
    assert w.dtype == "float32" and eng.dtype_name(w.value) == "float32"


def test_a_user_may_write_the_update_of_one_variable(engine):
    class Heavy(optimizers.Optimizer):
        def build(self, variables):
            super().build(variables)
            self.heavy = [self.add_variable_from_reference(v, name="heavy") for v in variables]

        def update_step(self, gradient, variable, learning_rate):
            m = self.heavy[self._get_variable_index(variable)]
            self.assign(m, 0.5 * m + gradient)
            self.assign_sub(variable, learning_rate * m)

    values, grads = problem()
    variables = [Variable(value) for value in values]
    run(Heavy(0.1), variables, grads)
    w, m = values[1].copy(), 0.0
    for _, g in grads:
        m = 0.5 * m + g
        w = w - 0.1 * m
    np.testing.assert_allclose(variables[1].numpy(), w, rtol=1e-5)


def test_stateless_apply_changes_nothing():
    w = Variable([1.0])
    optimizer = optimizers.Adam(0.5)
    optimizer.build([w])
    old = [v.value for v in optimizer.variables]
    new_w, new_state = optimizer.stateless_apply(old, [np.ones(1, "float32")], [w.value])
    assert w.numpy().tolist() == [1.0] and float(new_w[0][0]) == pytest.approx(0.5, abs=1e-4)
    assert int(new_state[0]) == 1 and int(optimizer.iterations) == 0


def test_weights_can_be_taken_and_given():
    values, grads = problem()
    variables = [Variable(value) for value in values]
    first, second = optimizers.Adam(), optimizers.Adam()
    first.apply(grads[0], variables)
    second.build(variables)
    second.set_weights(first.get_weights())
    assert all((a == b).all() for a, b in zip(first.get_weights(), second.get_weights(), strict=True))
    with pytest.raises(ValueError, match=r"has 2 variables. Received: 6 values. It is not built yet"):
        optimizers.Adam().set_weights(first.get_weights())


def test_copies_and_pickles_go_on_alike():
    values, grads = problem()
    variables = [Variable(value) for value in values]
    optimizer = optimizers.Adam(0.1, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_list=variables[:1])
    optimizer.apply(grads[0], variables)
    copies = [copy.deepcopy((optimizer, variables)), pickle.loads(pickle.dumps((optimizer, variables)))]
    optimizer.apply(grads[1], variables)
    for twin, others in copies:
        twin.apply(grads[1], others)
        assert int(twin.iterations) == 2
        assert all((a.numpy() == b.numpy()).all() for a, b in zip(others, variables, strict=True))


def test_missing_gradients_are_named_once():
    a, b = Variable([1.0], name="a"), Variable([1.0], name="b")
    optimizer = optimizers.SGD(1.0)
    with pytest.warns(UserWarning, match="The loss does not depend on b: they will not be trained"):
        optimizer.apply([np.ones(1, "float32"), None], [a, b])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.apply_gradients([(np.ones(1, "float32"), a), (None, b)])
    assert a.numpy().tolist() == [-1.0] and b.numpy().tolist() == [1.0]
    with pytest.raises(ValueError, match=r"The loss must depend on at least one variable. Received: .* a, b"):
        optimizer.apply([None, None], [a, b])


def test_messages():
    w = Variable([1.0], name="w")
    for make, error, message in [
        (lambda: optimizers.SGD(momentum=2), ValueError, r"`momentum` must be in \[0, 1\]. Received: momentum=2"),
        (lambda: optimizers.SGD(clipnorm=1, clipvalue=1), ValueError, "Only one of `clipnorm`.*clipvalue=1"),
        (lambda: optimizers.SGD(momentun=1), TypeError, "`SGD` has no argument `momentun`"),
        (lambda: optimizers.SGD("fast"), ValueError, "`learning_rate` must be a number, .*'fast'"),
        (lambda: optimizers.SGD(use_ema=True, ema_momentum=2), ValueError, r"`ema_momentum` must be in \[0, 1\]"),
        (lambda: optimizers.SGD(gradient_accumulation_steps=1), ValueError, "integer of at least 2"),
        (lambda: optimizers.AdamW(weight_decay=None), ValueError, "without one it is Adam"),
        (lambda: optimizers.SGD().apply([np.ones(1)]), ValueError, "must be built"),
        (lambda: optimizers.SGD().apply([], [w]), ValueError, "one gradient for each of 1 variables. Received: 0"),
        (lambda: optimizers.get("adamm"), ValueError, "`optimizer` must be a known name.*'adamm'.*'Adam'"),
        (lambda: optimizers.get(lambda: 1), ValueError, "`optimizer` must be a name, a config or an Optimizer"),
    ]:
        with pytest.raises(error, match=message):
            make()
    optimizer = optimizers.SGD()
    optimizer.build([w])
    with pytest.raises(ValueError, match=r"was built for other variables. Received: other"):
        optimizer.apply([np.ones(1)], [Variable([1.0], name="other")])
    optimizer = optimizers.SGD(schedules.CosineDecay(0.1, 10))
    with pytest.raises(TypeError, match=r"comes from CosineDecay.* cannot be set to a number. Received: .*=0.5"):
        optimizer.learning_rate = 0.5


def test_optimizers_are_found_by_name():
    for name in ("adam", "Adam", "ADAM"):
        assert type(optimizers.get(name)) is optimizers.Adam
    assert type(optimizers.get("adamw")) is optimizers.AdamW
    assert type(optimizers.get(optimizers.SGD)) is optimizers.SGD
    optimizer = optimizers.SGD()
    assert optimizers.get(optimizer) is optimizer
    assert optimizers.get(None) is None
    with pytest.raises(ValueError, match=r"`optimizer` must be a name, .*Received: None"):
        hornbeam.Sequential([hornbeam.layers.Dense(1)]).compile(None, "mse")


def test_qh_adam_is_its_formula(engine):
    values, grads = problem()
    variables = [Variable(value) for value in values]
    options = {"learning_rate": 0.1, "beta_1": 0.9, "beta_2": 0.99, "nu1": 0.6, "nu2": 0.8, "epsilon": 1e-8}
    run(optimizers.QHAdam(**options), variables, grads)
    w, m, v = values[0].astype("float64"), 0.0, 0.0
    for t, (g, _) in enumerate(grads, 1):
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.99**t)
        w = w - 0.1 * (0.4 * g + 0.6 * m_hat) / (np.sqrt(0.2 * g**2 + 0.8 * v_hat) + 1e-8)
    np.testing.assert_allclose(variables[0].numpy(), w, rtol=1e-4)


@pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
def test_names_of_keras_2_that_are_no_optimizers():
    assert optimizers.legacy.Adam(lr=0.5).learning_rate.numpy() == 0.5
    np.testing.assert_allclose(np.asarray(optimizers.clip_norm([3.0, 4.0], 1.0, 5.0)), [0.6, 0.8])
    np.testing.assert_allclose(np.asarray(optimizers.clip_norm([3.0, 4.0], 6.0, 5.0)), [3.0, 4.0])
    with pytest.raises(NotImplementedError, match=r"An optimizer of TensorFlow cannot train .* Received: 1"):
        optimizers.TFOptimizer(1)


@pytest.mark.parametrize("name", ["grad", "gradient"])
def test_update_step_takes_the_gradient_by_either_name(name):
    variable = Variable(np.ones(3, "float32"))
    optimizer = optimizers.Adadelta(1.0)
    optimizer.build([variable])
    optimizer.update_step(**{name: eng.asarray(np.ones(3, "float32"))}, variable=variable, learning_rate=1.0)
    assert (eng.to_numpy(variable.value) < 1).all()
