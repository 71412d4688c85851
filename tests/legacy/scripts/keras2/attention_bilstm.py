from keras.layers import *
from keras.models import *
from keras.layers.wrappers import Bidirectional, TimeDistributed
from keras.initializers import Constant
import keras.backend as K
import numpy as np

INPUT_DIM, TIME_STEPS, UNITS = 2, 6, 4


def attention_3d_block(inputs):
    a = Permute((2, 1))(inputs)
    a = Reshape((int(inputs.shape[2]), TIME_STEPS))(a)
    a = Dense(TIME_STEPS, activation='softmax')(a)
    a = Lambda(lambda x: K.mean(x, axis=1), name='dim_reduction')(a)
    a = RepeatVector(int(inputs.shape[2]))(a)
    a_probs = Permute((2, 1), name='attention_vec')(a)
    return multiply([inputs, a_probs], name='attention_mul')


inputs = Input(shape=(TIME_STEPS, INPUT_DIM,))
lstm_out = Bidirectional(LSTM(UNITS, return_sequences=True))(inputs)
attention_mul = attention_3d_block(lstm_out)
attention_mul = Flatten()(attention_mul)
output = Dense(1, activation='sigmoid')(attention_mul)
m = Model(inputs=[inputs], outputs=output)
m.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
print(m.summary())
x, y = np.random.randn(40, TIME_STEPS, INPUT_DIM), np.random.randint(0, 2, (40, 1))
m.fit([x], y, epochs=1, batch_size=20, validation_split=0.1)


def get_activations(model, inputs, print_shape_only=False, layer_name=None):
    activations = []
    inp = model.input
    if layer_name is None:
        outputs = [layer.output for layer in model.layers]
    else:
        outputs = [layer.output for layer in model.layers if layer.name == layer_name]
    funcs = [K.function([inp] + [K.learning_phase()], [out]) for out in outputs]
    layer_outputs = [func([inputs, 1.])[0] for func in funcs]
    for layer_activations in layer_outputs:
        activations.append(layer_activations)
        if print_shape_only:
            print(layer_activations.shape)
    return activations


attention_vector = np.mean(get_activations(m, x, print_shape_only=True, layer_name='attention_vec')[0], axis=2)
assert np.allclose(attention_vector.sum(axis=1), 1, atol=1e-4)


class Attention(Layer):
    def __init__(self, step_dim, W_regularizer=None, bias=True, **kwargs):
        self.supports_masking = True
        self.init = 'glorot_uniform'
        self.bias = bias
        self.step_dim = step_dim
        self.features_dim = 0
        super(Attention, self).__init__(**kwargs)

    def build(self, input_shape):
        assert len(input_shape) == 3
        self.W = self.add_weight((input_shape[-1],), initializer=self.init, name='{}_W'.format(self.name))
        self.features_dim = input_shape[-1]
        if self.bias:
            self.b = self.add_weight((input_shape[1],), initializer='zero', name='{}_b'.format(self.name))
        else:
            self.b = None
        self.built = True

    def compute_mask(self, input, input_mask=None):
        return None

    def call(self, x, mask=None):
        features_dim = self.features_dim
        step_dim = self.step_dim
        eij = K.reshape(K.dot(K.reshape(x, (-1, features_dim)), K.reshape(self.W, (features_dim, 1))), (-1, step_dim))
        if self.bias:
            eij += self.b
        eij = K.tanh(eij)
        a = K.exp(eij)
        if mask is not None:
            a *= K.cast(mask, K.floatx())
        a /= K.cast(K.sum(a, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        a = K.expand_dims(a)
        weighted_input = x * a
        return K.sum(weighted_input, axis=1)

    def compute_output_shape(self, input_shape):
        return input_shape[0], self.features_dim


inp = Input(shape=(6,))
x = Embedding(30, 5, mask_zero=True)(inp)
x = Bidirectional(GRU(4, return_sequences=True, dropout=0.1, recurrent_dropout=0.1))(x)
x = Attention(6)(x)
x = Dense(1, activation="sigmoid")(x)
model = Model(inputs=inp, outputs=x)
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(np.random.randint(0, 30, (40, 6)), np.random.randint(0, 2, 40), batch_size=20, epochs=1)
