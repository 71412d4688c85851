# Two branches, joined in the three ways that there were
import numpy as np
from keras.models import Sequential, Model
from keras.layers import Input, Dense, Merge, merge, Embedding, Flatten, Reshape, Lambda
from keras import backend as K

n_users, n_items, k = 20, 30, 4

# 1. two stacks, and what stands above both
left = Sequential()
left.add(Dense(6, input_dim=5))
right = Sequential()
right.add(Dense(6, input_dim=7))
for mode, width in [('concat', 12), ('sum', 6), ('mul', 6), ('ave', 6), ('max', 6)]:
    m = merge([left.output, right.output], mode=mode)
    assert K.int_shape(m) == (None, width), (mode, m)

merged = merge([left.output, right.output], mode='concat', concat_axis=1)
model = Model(input=[left.input, right.input], output=Dense(1, activation='sigmoid')(merged))
model.compile(optimizer='rmsprop', loss='binary_crossentropy')
A, B, y = np.random.rand(40, 5), np.random.rand(40, 7), np.random.randint(2, size=(40, 1))
model.fit([A, B], y, nb_epoch=1, batch_size=10, verbose=0)
print(model.predict([A, B]).shape)

# 2. matrix factorization with the functional merge
user_in = Input(shape=(1,), dtype='int64', name='user_in')
item_in = Input(shape=(1,), dtype='int64', name='item_in')
u = Embedding(n_users, k, input_length=1, W_regularizer=None)(user_in)
i = Embedding(n_items, k, input_length=1)(item_in)
x = merge([u, i], mode='dot', dot_axes=2)
x = Flatten()(x)
bias = Flatten()(Embedding(n_users, 1, input_length=1)(user_in))
x = merge([x, bias], mode='sum')
mf = Model([user_in, item_in], x)
mf.compile('adam', 'mse')
mf.fit([np.random.randint(n_users, size=50), np.random.randint(n_items, size=50)], np.random.rand(50),
       batch_size=25, nb_epoch=1, verbose=0)

# 3. input and output, and a function as the mode
a, b = Input((4,)), Input((4,))
h = merge([a, b], mode='concat', concat_axis=-1, name='both')
d = merge([a, b], mode=lambda t: K.abs(t[0] - t[1]), output_shape=lambda shapes: shapes[0])
c = merge([a, b], mode='cos')
net = Model(input=[a, b], output=[Dense(2)(h), d])
print(net.predict([np.ones((3, 4)), np.zeros((3, 4))])[1])
assert np.all(net.predict([np.ones((3, 4)), np.zeros((3, 4))])[1] == 1)
