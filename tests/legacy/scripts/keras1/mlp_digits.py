'''Trains a simple deep NN on small digit images.'''
from __future__ import print_function
import numpy as np
np.random.seed(1337)  # for reproducibility

from sklearn.datasets import load_digits
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Activation
from keras.optimizers import SGD, Adam, RMSprop
from keras.regularizers import l2
from keras.utils import np_utils

batch_size = 128
nb_classes = 10
nb_epoch = 2

X, y = load_digits(return_X_y=True)
X = X[:600].astype('float32') / 16
Y = np_utils.to_categorical(y[:600], nb_classes)
X_train, Y_train, X_test, Y_test = X[:500], Y[:500], X[500:], Y[500:]
print(X_train.shape[0], 'train samples')

model = Sequential()
model.add(Dense(32, input_shape=(64,), init='glorot_uniform', W_regularizer=l2(0.001)))
model.add(Activation('relu'))
model.add(Dropout(0.2))
model.add(Dense(32, input_dim=32, init='uniform'))
model.add(Activation('tanh'))
model.add(Dropout(0.2))
model.add(Dense(nb_classes))
model.add(Activation('softmax'))

model.summary()

model.compile(loss='categorical_crossentropy',
              optimizer=RMSprop(lr=0.001, rho=0.9, epsilon=1e-06),
              metrics=['accuracy'])

history = model.fit(X_train, Y_train,
                    batch_size=batch_size, nb_epoch=nb_epoch,
                    verbose=1, validation_data=(X_test, Y_test))
score = model.evaluate(X_test, Y_test, verbose=0)
print('Test score:', score[0])
print('Test accuracy:', score[1])
assert len(history.history['acc']) == len(history.history['val_acc']) == nb_epoch
classes = model.predict_classes(X_test, batch_size=32)
proba = model.predict_proba(X_test, batch_size=32)
assert np.mean(classes == np.argmax(proba, axis=1)) == 1.0
