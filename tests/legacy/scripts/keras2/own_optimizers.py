import numpy as np
np.random.seed(1)
import tensorflow as tf
tf.set_random_seed(1)
import keras
from keras import backend as K
from keras.legacy import interfaces
from keras.optimizers import Optimizer
from keras.models import Sequential
from keras.layers import Dense


class AdamW(Optimizer):
    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.999, weight_decay=1e-4, epsilon=1e-8, decay=0., **kwargs):
        super(AdamW, self).__init__(**kwargs)
        with K.name_scope(self.__class__.__name__):
            self.iterations = K.variable(0, dtype='int64', name='iterations')
            self.lr = K.variable(lr, name='lr')
            self.beta_1 = K.variable(beta_1, name='beta_1')
            self.beta_2 = K.variable(beta_2, name='beta_2')
            self.decay = K.variable(decay, name='decay')
            self.wd = K.variable(weight_decay, name='weight_decay')
        self.epsilon = epsilon
        self.initial_decay = decay

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        wd = self.wd
        lr = self.lr
        if self.initial_decay > 0:
            lr *= (1. / (1. + self.decay * K.cast(self.iterations, K.dtype(self.decay))))
        t = K.cast(self.iterations, K.floatx()) + 1
        lr_t = lr * (K.sqrt(1. - K.pow(self.beta_2, t)) / (1. - K.pow(self.beta_1, t)))
        ms = [K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params]
        vs = [K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params]
        self.weights = [self.iterations] + ms + vs
        for p, g, m, v in zip(params, grads, ms, vs):
            m_t = (self.beta_1 * m) + (1. - self.beta_1) * g
            v_t = (self.beta_2 * v) + (1. - self.beta_2) * K.square(g)
            p_t = p - lr_t * m_t / (K.sqrt(v_t) + self.epsilon) - lr * wd * p
            self.updates.append(K.update(m, m_t))
            self.updates.append(K.update(v, v_t))
            new_p = p_t
            if getattr(p, 'constraint', None) is not None:
                new_p = p.constraint(new_p)
            self.updates.append(K.update(p, new_p))
        return self.updates

    def get_config(self):
        config = {'lr': float(K.get_value(self.lr)), 'beta_1': float(K.get_value(self.beta_1)), 'beta_2': float(K.get_value(self.beta_2)),
                  'decay': float(K.get_value(self.decay)), 'weight_decay': float(K.get_value(self.wd)), 'epsilon': self.epsilon}
        base_config = super(AdamW, self).get_config()
        return dict(list(base_config.items()) + list(config.items()))

model = Sequential([Dense(4, input_shape=(3,), activation='relu'), Dense(1)])
model.compile(AdamW(lr=0.01), 'mse')
x = np.random.RandomState(0).rand(64, 3)
y = x.sum(1, keepdims=True)
before = model.evaluate(x, y)
h = model.fit(x, y, epochs=20, batch_size=16, verbose=0)
after = model.evaluate(x, y)
print(before, after)
assert after < before
assert K.get_value(model.optimizer.iterations) == 80
model.save('aw.h5')
m2 = keras.models.load_model('aw.h5', custom_objects={'AdamW': AdamW})
m2.fit(x, y, verbose=0)
model.train_on_batch(x, y)


class SGDAccumulate(keras.optimizers.SGD):
    """gradient accumulation"""
    def __init__(self, accum_iters=2, **kwargs):
        super(SGDAccumulate, self).__init__(**kwargs)
        self.accum_iters = K.variable(accum_iters, dtype='int64')

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        lr = self.lr
        accum_switch = K.equal(self.iterations % self.accum_iters, 0)
        accum_switch = K.cast(accum_switch, dtype='float32')
        shapes = [K.int_shape(p) for p in params]
        temp_grads = [K.zeros(shape) for shape in shapes]
        self.weights = [self.iterations] + temp_grads
        for p, cg, tg in zip(params, grads, temp_grads):
            g = cg + tg
            new_p = p - accum_switch * lr * g / 2.
            self.updates.append((tg, (1 - accum_switch) * g))
            self.updates.append(K.update(p, new_p))
        return self.updates
model.compile(SGDAccumulate(lr=0.05), 'mse')
model.fit(x, y, epochs=2, verbose=0)


def l1_reg(weight_matrix):
    return 0.01 * K.sum(K.abs(weight_matrix))
model = Sequential([Dense(4, input_shape=(3,), kernel_regularizer=l1_reg), Dense(1)])
model.compile(AdamW(lr=0.01), 'mse', metrics=['mae'])
model.fit(x, y, verbose=0)
