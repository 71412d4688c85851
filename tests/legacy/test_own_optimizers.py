"""Optimizers that users wrote for the base classes of Keras 2 and of TensorFlow's Keras."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops, optimizers

K = hornbeam.backend
pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")
W, G = [1.0, -2.0], [[0.1, -3.0], [0.4, 0.2], [-0.3, 1.0]]


class Adam(optimizers.Optimizer):
    """Adam, as Keras 2 wrote it."""

    def __init__(self, lr=0.1, beta_1=0.9, beta_2=0.999, decay=0.0, **kwargs):
        super().__init__(**kwargs)
        self.iterations = K.variable(0, dtype="int64", name="iterations")
        self.lr = K.variable(lr, name="lr")
        self.beta_1 = K.variable(beta_1)
        self.beta_2 = K.variable(beta_2)
        self.decay = K.variable(decay)
        self.initial_decay = decay

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        t = K.cast(self.iterations, K.floatx()) + 1
        rate = self.lr * (K.sqrt(1.0 - K.pow(self.beta_2, t)) / (1.0 - K.pow(self.beta_1, t)))
        ms = [K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params]
        vs = [K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params]
        self.weights = [self.iterations, *ms, *vs]
        for p, g, m, v in zip(params, grads, ms, vs, strict=True):
            m_t = self.beta_1 * m + (1.0 - self.beta_1) * g
            v_t = self.beta_2 * v + (1.0 - self.beta_2) * K.square(g)
            self.updates += [K.update(m, m_t), (v, v_t), K.update(p, p - rate * m_t / (K.sqrt(v_t) + 1e-7))]
        return self.updates

    def get_config(self):
        config = {"lr": float(K.get_value(self.lr)), "beta_1": float(K.get_value(self.beta_1))}
        return dict(list(super().get_config().items()) + list(config.items()))


class EverySecond(optimizers.SGD):
    """Gradients of two steps together; and what is done by the rule of the class above, where it is asked."""

    def get_updates(self, loss, params):
        sums = [K.zeros(K.int_shape(p)) for p in params]
        now = K.cast(K.equal(self.iterations % 2, 1), "float32")
        self.updates = []
        for p, g, total in zip(params, self.get_gradients(loss, params), sums, strict=True):
            self.updates += [(total, (1 - now) * (g + total)), (p, p - now * self.lr * (g + total))]
        return self.updates


class Halved(optimizers.SGD):
    def get_gradients(self, loss, params):
        return [g / 2 for g in super().get_gradients(loss, params)]

    def get_updates(self, loss, params):
        return super().get_updates(loss, params)


class Momentum(optimizers.Optimizer):
    """Momentum, as books on TensorFlow's Keras wrote it."""

    def __init__(self, learning_rate=0.001, momentum=0.9, name="Momentum", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("decay", self._initial_decay)
        self._set_hyper("momentum", momentum)

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "momentum")

    def _resource_apply_dense(self, grad, var, apply_state=None):
        var_dtype = var.dtype.base_dtype
        rates = (apply_state or {}).get((None, var_dtype)) or self._fallback_apply_state(None, var_dtype)
        slot = self.get_slot(var, "momentum")
        slot.assign(slot * self._get_hyper("momentum", var_dtype) - rates["lr_t"] * grad)
        var.assign_add(slot)

    def get_config(self):
        numbers = {name: self._serialize_hyperparameter(name) for name in ("learning_rate", "decay", "momentum")}
        return {**super().get_config(), **numbers}


class OfTwoArguments(optimizers.Optimizer):
    """As TensorFlow 2.11 had it."""

    def __init__(self, learning_rate=0.01, name="two", **kwargs):
        super().__init__(name=name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)

    def build(self, var_list):
        super().build(var_list)
        if getattr(self, "_built", False):
            return
        self._built = True
        self._m = [self.add_variable_from_reference(model_variable=v, variable_name="m") for v in var_list]

    def update_step(self, gradient, variable):
        m = self._m[self._index_dict[self._var_key(variable)]]
        m.assign(0.9 * m - ops.cast(self.learning_rate, variable.dtype) * gradient)
        variable.assign_add(m)


def moved(optimizer, gradients=G):
    w = hornbeam.Variable(W)
    for g in gradients:
        optimizer.apply_gradients([(ops.convert_to_tensor(g), w)])
    return w.numpy()


@pytest.mark.parametrize(
    ("mine", "today"),
    [
        (lambda: Adam(lr=0.1), lambda: optimizers.Adam(0.1)),
        (lambda: Adam(lr=0.1, clipnorm=0.5), lambda: optimizers.Adam(0.1, clipnorm=0.5)),
        (lambda: Halved(0.2, momentum=0.5), lambda: optimizers.SGD(0.2, momentum=0.5, loss_scale_factor=2.0)),
        (lambda: Momentum(0.1, momentum=0.9), lambda: optimizers.SGD(0.1, momentum=0.9)),
        (lambda: Momentum(0.1, decay=0.5), lambda: optimizers.SGD(0.1, momentum=0.9, decay=0.5)),
        (lambda: OfTwoArguments(0.1), lambda: optimizers.SGD(0.1, momentum=0.9)),
    ],
)
def test_own_optimizers_move_as_todays_of_the_same_formula_do(engine, mine, today):
    optimizer = mine()
    np.testing.assert_allclose(moved(optimizer), moved(today()), rtol=1e-5)
    assert int(optimizer.iterations) == 3


def test_updates_that_count_steps_themselves(engine):
    np.testing.assert_allclose(moved(EverySecond(0.1)), np.add(W, -0.1 * np.add(G[0], G[1])), rtol=1e-5)


def test_own_optimizers_in_fit_and_in_files(engine, tmp_path):
    x = np.eye(4, 2, dtype="float32")
    model = hornbeam.Sequential([layers.Input((2,)), layers.Dense(1, kernel_initializer="ones")])
    today = hornbeam.models.clone_model(model)
    today.set_weights(model.get_weights())
    today.compile(optimizers.Adam(0.1), "mse")
    today.fit(x, x[:, :1], batch_size=2, epochs=2, shuffle=False, verbose=0)
    model.compile(Adam(lr=0.1), "mse")
    model.fit(x, x[:, :1], batch_size=2, epochs=1, shuffle=False, verbose=0)
    model.save(tmp_path / "m.keras")
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Adam": Adam})
    again.fit(x, x[:, :1], batch_size=2, epochs=1, shuffle=False, verbose=0)
    assert K.get_value(again.optimizer.iterations) == 4
    for mine, other in zip(again.get_weights(), today.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-6)


def test_configs_have_what_the_class_says():
    config = Adam(lr=0.5, clipnorm=1.0).get_config()
    assert config == {"clipnorm": 1.0, "lr": 0.5, "beta_1": pytest.approx(0.9)}
    config = Momentum(0.5, momentum=0.25).get_config()
    assert config == {"name": "Momentum", "learning_rate": 0.5, "momentum": 0.25, "decay": 0.0}
    assert Momentum.from_config(config).get_config() == config
