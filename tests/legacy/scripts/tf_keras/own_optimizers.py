import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.python.keras.optimizer_v2.optimizer_v2 import OptimizerV2
from tensorflow.python.ops import math_ops, state_ops, control_flow_ops
from tensorflow.python.training import training_ops


class SimpleSGD(tf.keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.0, name="SimpleSGD", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("decay", self._initial_decay)
        self._momentum = momentum > 0
        self._set_hyper("momentum", momentum)

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "pv")
        for var in var_list:
            self.add_slot(var, "pg", initializer="zeros")

    @tf.function
    def _resource_apply_dense(self, grad, var, apply_state=None):
        var_dtype = var.dtype.base_dtype
        lr_t = self._decayed_lr(var_dtype)
        m = self._get_hyper("momentum", var_dtype)
        pv_var = self.get_slot(var, "pv")
        pg = self.get_slot(var, "pg")
        new = m * pv_var - lr_t * grad
        pv_var.assign(new)
        pg.assign(grad)
        var.assign_add(new)

    def _resource_apply_sparse(self, grad, var):
        raise NotImplementedError

    def get_config(self):
        base_config = super().get_config()
        return {
            **base_config,
            "learning_rate": self._serialize_hyperparameter("learning_rate"),
            "decay": self._serialize_hyperparameter("decay"),
            "momentum": self._serialize_hyperparameter("momentum"),
        }

keras.utils.set_random_seed(0)
x = np.random.RandomState(0).rand(64, 3).astype('float32'); y = x.sum(1, keepdims=True)
model = keras.Sequential([keras.layers.Dense(4, input_shape=(3,), activation='tanh'), keras.layers.Dense(1)])
model.compile(loss="mse", optimizer=SimpleSGD(learning_rate=0.05, momentum=0.9))
b = model.evaluate(x, y, verbose=0)
model.fit(x, y, epochs=10, verbose=0)
assert model.evaluate(x, y, verbose=0) < b
print(model.optimizer.get_config(), model.optimizer.lr, model.optimizer.iterations)


class RAdam(OptimizerV2):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0., amsgrad=False, name='RAdam', **kwargs):
        super(RAdam, self).__init__(name, **kwargs)
        self._set_hyper('learning_rate', kwargs.get('lr', learning_rate))
        self._set_hyper('beta_1', beta_1)
        self._set_hyper('beta_2', beta_2)
        self._set_hyper('decay', self._initial_decay)
        self._set_hyper('weight_decay', weight_decay)
        self.epsilon = epsilon or K.epsilon()
        self.amsgrad = amsgrad

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, 'm')
        for var in var_list:
            self.add_slot(var, 'v')
        if self.amsgrad:
            for var in var_list:
                self.add_slot(var, 'vhat')

    def set_weights(self, weights):
        params = self.weights
        super(RAdam, self).set_weights(weights)

    def _resource_apply_dense(self, grad, var):
        var_dtype = var.dtype.base_dtype
        lr_t = self._decayed_lr(var_dtype)
        m = self.get_slot(var, 'm')
        v = self.get_slot(var, 'v')
        beta_1_t = self._get_hyper('beta_1', var_dtype)
        beta_2_t = self._get_hyper('beta_2', var_dtype)
        epsilon_t = tf.convert_to_tensor(self.epsilon, var_dtype)
        local_step = tf.cast(self.iterations + 1, var_dtype)
        beta_1_power = tf.pow(beta_1_t, local_step)
        beta_2_power = tf.pow(beta_2_t, local_step)
        sma_inf = 2.0 / (1.0 - beta_2_t) - 1.0
        sma_t = sma_inf - 2.0 * local_step * beta_2_power / (1.0 - beta_2_power)
        m_t = state_ops.assign(m, beta_1_t * m + (1.0 - beta_1_t) * grad, use_locking=self._use_locking)
        m_corr_t = m_t / (1.0 - beta_1_power)
        v_t = state_ops.assign(v, beta_2_t * v + (1.0 - beta_2_t) * math_ops.square(grad), use_locking=self._use_locking)
        v_corr_t = math_ops.sqrt(v_t / (1.0 - beta_2_power))
        r_t = math_ops.sqrt((sma_t - 4.0) / (sma_inf - 4.0) * (sma_t - 2.0) / (sma_inf - 2.0) * sma_inf / sma_t)
        var_t = tf.where(sma_t >= 5.0, r_t * m_corr_t / (v_corr_t + epsilon_t), m_corr_t)
        var_update = state_ops.assign_sub(var, lr_t * var_t, use_locking=self._use_locking)
        updates = [var_update, m_t, v_t]
        return tf.group(*updates)

    def get_config(self):
        config = super(RAdam, self).get_config()
        config.update({'learning_rate': self._serialize_hyperparameter('learning_rate'), 'beta_1': self._serialize_hyperparameter('beta_1'),
                       'beta_2': self._serialize_hyperparameter('beta_2'), 'decay': self._serialize_hyperparameter('decay'), 'epsilon': self.epsilon, 'amsgrad': self.amsgrad})
        return config
model.compile(loss="mse", optimizer=RAdam(1e-3))
model.fit(x, y, epochs=2, verbose=0)
model.save('r.h5')
keras.models.load_model('r.h5', custom_objects={'RAdam': RAdam}).fit(x, y, verbose=0)


class MyMomentumOptimizer(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, momentum=0.9, name="MyMomentumOptimizer", **kwargs):
        """Call super().__init__() and use _set_hyper() to store hyperparameters"""
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))
        self._set_hyper("decay", self._initial_decay)
        self._set_hyper("momentum", momentum)

    def _create_slots(self, var_list):
        for var in var_list:
            self.add_slot(var, "momentum")

    @tf.function
    def _resource_apply_dense(self, grad, var):
        var_dtype = var.dtype.base_dtype
        lr_t = self._decayed_lr(var_dtype)
        momentum_var = self.get_slot(var, "momentum")
        momentum_hyper = self._get_hyper("momentum", var_dtype)
        momentum_var.assign(momentum_var * momentum_hyper - (1. - momentum_hyper) * grad)
        var.assign_add(momentum_var * lr_t)
model = keras.models.Sequential([keras.layers.Dense(1, input_shape=[3])])
model.compile(loss="mse", optimizer=MyMomentumOptimizer())
model.fit(x, y, epochs=2, verbose=0)
opt = MyMomentumOptimizer(0.01, clipnorm=1.0)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean((model(x) - y) ** 2)
g = tape.gradient(loss, model.trainable_variables)
opt.apply_gradients(zip(g, model.trainable_variables))
assert int(opt.iterations) == 1


# tf 2.11
class Adam211(tf.keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, name="A", **kwargs):
        super().__init__(name=name, **kwargs)
        self._learning_rate = self._build_learning_rate(learning_rate)
        self.beta = 0.9

    def build(self, var_list):
        super().build(var_list)
        if hasattr(self, "_built") and self._built:
            return
        self._built = True
        self._momentums = []
        for var in var_list:
            self._momentums.append(self.add_variable_from_reference(model_variable=var, variable_name="m"))

    def update_step(self, gradient, variable):
        lr = tf.cast(self.learning_rate, variable.dtype)
        m = self._momentums[self._index_dict[self._var_key(variable)]]
        m.assign(-gradient * lr + m * self.beta)
        variable.assign_add(m)
model.compile(loss="mse", optimizer=Adam211(0.01))
model.fit(x, y, epochs=2, verbose=0)
