import numpy as np
from keras.models import Model, Input, Sequential
from keras.layers import LSTM, Embedding, Dense, TimeDistributed, Dropout, Bidirectional, Masking, InputLayer, Activation
from keras.preprocessing.sequence import pad_sequences
from keras.utils import to_categorical
from keras.optimizers import Adam
from keras import backend as K

n_words, n_tags, max_len = 30, 4, 7
X = pad_sequences([np.random.randint(1, n_words - 1, size=np.random.randint(2, 9)) for _ in range(40)],
                  maxlen=max_len, padding="post", value=n_words - 1)
y = [to_categorical(i, num_classes=n_tags) for i in np.random.randint(0, n_tags, (40, max_len))]

input = Input(shape=(max_len,))
model = Embedding(input_dim=n_words, output_dim=6, input_length=max_len)(input)
model = Dropout(0.1)(model)
model = Bidirectional(LSTM(units=4, return_sequences=True, recurrent_dropout=0.1))(model)
out = TimeDistributed(Dense(n_tags, activation="softmax"))(model)
model = Model(input, out)
model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(X, np.array(y), batch_size=20, epochs=1, validation_split=0.1, verbose=1)
p = model.predict(np.array([X[0]]))
p = np.argmax(p, axis=-1)
print(p.shape, history.history["acc"])


def ignore_class_accuracy(to_ignore=0):
    def ignore_accuracy(y_true, y_pred):
        y_true_class = K.argmax(y_true, axis=-1)
        y_pred_class = K.argmax(y_pred, axis=-1)
        ignore_mask = K.cast(K.not_equal(y_pred_class, to_ignore), 'int32')
        matches = K.cast(K.equal(y_true_class, y_pred_class), 'int32') * ignore_mask
        accuracy = K.sum(matches) / K.maximum(K.sum(ignore_mask), 1)
        return accuracy
    return ignore_accuracy


model = Sequential()
model.add(InputLayer(input_shape=(max_len, )))
model.add(Embedding(n_words, 5, mask_zero=True))
model.add(Bidirectional(LSTM(3, return_sequences=True), merge_mode='sum'))
model.add(TimeDistributed(Dense(n_tags)))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer=Adam(0.001), metrics=['accuracy', ignore_class_accuracy(0)],
              sample_weight_mode='temporal')
model.fit(X, np.array(y), sample_weight=np.ones((40, max_len)), batch_size=20, epochs=1, verbose=0)

masked = Sequential()
masked.add(Masking(mask_value=0., input_shape=(5, 2)))
masked.add(LSTM(3))
masked.add(Dense(1))
masked.compile(loss='mae', optimizer='adam')
a = np.random.rand(2, 5, 2)
a[:, 3:] = 0
assert np.allclose(masked.predict(a), masked.predict(a[:, :5]))
