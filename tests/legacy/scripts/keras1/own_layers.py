# Layers as people wrote them for Keras 1: weights kept in lists, shapes told by get_output_shape_for
import numpy as np
from keras import backend as K
from keras import initializations, regularizers, constraints, activations
from keras.engine.topology import Layer, InputSpec
from keras.layers import Input, Dense, LSTM
from keras.models import Model, Sequential


class AttLayer(Layer):
    def __init__(self, init='glorot_uniform', **kwargs):
        self.supports_masking = True
        self.init = initializations.get('normal')
        super(AttLayer, self).__init__(**kwargs)

    def build(self, input_shape):
        assert len(input_shape) == 3
        self.W = K.variable(np.random.normal(scale=0.05, size=(input_shape[-1],)), name='att_W')
        self.trainable_weights = [self.W]
        super(AttLayer, self).build(input_shape)

    def compute_mask(self, x, mask=None):
        return None

    def call(self, x, mask=None):
        eij = K.tanh(K.squeeze(K.dot(x, K.expand_dims(self.W)), axis=-1))
        ai = K.exp(eij)
        weights = ai / K.expand_dims(K.sum(ai, axis=1), 1)
        weighted_input = x * K.expand_dims(weights)
        return K.sum(weighted_input, axis=1)

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], input_shape[-1])


class MyDense(Layer):
    def __init__(self, output_dim, init='glorot_uniform', activation='linear', W_regularizer=None, **kwargs):
        self.output_dim = output_dim
        self.init = initializations.get(init)
        self.activation = activations.get(activation)
        self.W_regularizer = regularizers.get(W_regularizer)
        self.input_spec = [InputSpec(ndim=2)]
        super(MyDense, self).__init__(**kwargs)

    def build(self, input_shape):
        input_dim = input_shape[1]
        self.W = self.add_weight((input_dim, self.output_dim),
                                 initializer=self.init,
                                 name='{}_W'.format(self.name),
                                 regularizer=self.W_regularizer)
        self.b = self.add_weight((self.output_dim,), initializer='zero', name='{}_b'.format(self.name))
        self.built = True

    def call(self, x, mask=None):
        return self.activation(K.dot(x, self.W) + self.b)

    def get_output_shape_for(self, input_shape):
        assert input_shape and len(input_shape) == 2
        return (input_shape[0], self.output_dim)

    def get_config(self):
        config = {'output_dim': self.output_dim}
        base_config = super(MyDense, self).get_config()
        return dict(list(base_config.items()) + list(config.items()))


inputs = Input(shape=(6, 3))
h = LSTM(5, return_sequences=True)(inputs)
h = AttLayer()(h)
h = MyDense(4, activation='relu', W_regularizer='l2')(h)
outputs = Dense(1, activation='sigmoid')(h)
model = Model(input=inputs, output=outputs)
model.compile('adam', 'binary_crossentropy')
X, y = np.random.rand(32, 6, 3), np.random.randint(2, size=32)
before = model.get_weights()
model.fit(X, y, nb_epoch=2, verbose=0)
after = model.get_weights()
assert len(before) == 3 + 1 + 2 + 2, len(before)
assert all((a != b).any() for a, b in zip(before, after))

same = Sequential([MyDense(2, input_shape=(3,))])
print(same.output_shape, same.layers[0].get_config()['output_dim'])
