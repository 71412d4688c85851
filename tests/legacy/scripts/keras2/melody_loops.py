from __future__ import print_function
import numpy as np
from keras import backend as K
from keras.layers import LSTM, Dense, Input, Lambda, RepeatVector, Reshape, concatenate
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import to_categorical

steps, notes, units = 4, 5, 6
reshaper = Reshape((1, notes)); cell = LSTM(units, return_state=True); to_notes = Dense(notes, activation='softmax')


def training_model():
    X = Input(shape=(steps, notes)); a0 = Input(shape=(units,), name='a0'); c0 = Input(shape=(units,), name='c0')
    a, c, outputs, seen = a0, c0, [], []
    for t in range(steps):
        x = Lambda(lambda z: X[:, t, :])(X)  # of this turn, though it runs later
        seen.append(x)
        a, _, c = cell(reshaper(x), initial_state=[a, c])
        outputs.append(to_notes(a))
    return Model(inputs=[X, a0, c0], outputs=outputs), Model(X, concatenate(seen))


def inference_model(length=3):
    x0 = Input(shape=(1, notes)); a0 = Input(shape=(units,)); c0 = Input(shape=(units,))
    x, a, c, outputs = x0, a0, c0, []
    for _ in range(length):
        a, _, c = cell(x, initial_state=[a, c])
        out = to_notes(a); outputs.append(out)
        x = Lambda(lambda y: RepeatVector(1)(K.one_hot(K.argmax(y), notes)))(out)
    return Model([x0, a0, c0], outputs)


model, columns = training_model()
tunes = np.eye(notes)[np.random.RandomState(0).randint(0, notes, (8, steps))]
zeros = np.zeros((8, units))
assert np.allclose(columns.predict(tunes), tunes.reshape(8, -1))
model.compile(optimizer=Adam(lr=0.01, decay=0.01), loss='categorical_crossentropy', metrics=['accuracy'])
history = model.fit([tunes, zeros, zeros], list(tunes.transpose(1, 0, 2)), nb_epoch=2, verbose=0).history
played = inference_model().predict([np.zeros((1, 1, notes)), zeros[:1], zeros[:1]])
print(to_categorical(np.argmax(np.array(played), axis=-1), num_classes=notes).shape, sorted(history)[:2])
