'''Convolution and recurrence over words.'''
from __future__ import print_function
import numpy as np
np.random.seed(1337)

from keras.preprocessing import sequence
from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation
from keras.layers import Embedding
from keras.layers import LSTM, GRU, SimpleRNN
from keras.layers import Convolution1D, MaxPooling1D, GlobalMaxPooling1D

max_features, maxlen, embedding_size = 50, 12, 8
X_train = [np.random.randint(1, max_features, size=np.random.randint(3, 20)).tolist() for _ in range(60)]
y_train = np.array([int(7 in x) for x in X_train])

X_train = sequence.pad_sequences(X_train, maxlen=maxlen)
print('X_train shape:', X_train.shape)

model = Sequential()
model.add(Embedding(max_features, embedding_size, input_length=maxlen, dropout=0.2))
model.add(Dropout(0.25))
model.add(Convolution1D(nb_filter=6,
                        filter_length=3,
                        border_mode='valid',
                        activation='relu',
                        subsample_length=1))
model.add(MaxPooling1D(pool_length=2))
model.add(LSTM(output_dim=5, activation='sigmoid', inner_activation='hard_sigmoid'))
model.add(Dense(1))
model.add(Activation('sigmoid'))

model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X_train, y_train, batch_size=30, nb_epoch=1, validation_split=0.2)
score, acc = model.evaluate(X_train, y_train, batch_size=30)
print('Test score:', score)
print('Test accuracy:', acc)

model = Sequential()
model.add(Embedding(max_features, 4, input_length=maxlen, mask_zero=False))
model.add(Convolution1D(8, 3, border_mode='same', activation='relu'))
model.add(GlobalMaxPooling1D())
model.add(Dense(1, activation='sigmoid'))
model.compile('sgd', 'binary_crossentropy', ['accuracy'])
print(model.train_on_batch(X_train, y_train))
print(model.test_on_batch(X_train, y_train))
