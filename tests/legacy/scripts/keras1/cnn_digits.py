'''A small convnet, with the size of its images in the order of the backend.'''
from __future__ import print_function
import numpy as np
np.random.seed(1337)
from sklearn.datasets import load_digits

from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation, Flatten
from keras.layers import Convolution2D, MaxPooling2D, ZeroPadding2D
from keras.layers.normalization import BatchNormalization
from keras.layers.advanced_activations import LeakyReLU, PReLU
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import np_utils
from keras import backend as K

batch_size, nb_classes, nb_epoch = 32, 10, 1
img_rows, img_cols = 8, 8
nb_filters = 8
pool_size = (2, 2)
kernel_size = (3, 3)

digits = load_digits()
X, y = digits.images[:300], digits.target[:300]

if K.image_dim_ordering() == 'th':
    X = X.reshape(X.shape[0], 1, img_rows, img_cols)
    input_shape = (1, img_rows, img_cols)
else:
    X = X.reshape(X.shape[0], img_rows, img_cols, 1)
    input_shape = (img_rows, img_cols, 1)

X = X.astype('float32')
X /= 16
Y = np_utils.to_categorical(y, nb_classes)

model = Sequential()
model.add(Convolution2D(nb_filters, kernel_size[0], kernel_size[1],
                        border_mode='valid',
                        input_shape=input_shape))
model.add(Activation('relu'))
model.add(ZeroPadding2D((1, 1)))
model.add(Convolution2D(nb_filters, 3, 3, border_mode='same', subsample=(1, 1), init='he_normal', bias=True))
model.add(BatchNormalization(mode=0, axis=-1))
model.add(LeakyReLU(alpha=0.1))
model.add(MaxPooling2D(pool_size=pool_size, border_mode='valid'))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(16))
model.add(PReLU())
model.add(Dropout(0.5))
model.add(Dense(nb_classes))
model.add(Activation('softmax'))

model.compile(loss='categorical_crossentropy', optimizer='adadelta', metrics=['accuracy'])

datagen = ImageDataGenerator(
    featurewise_center=True, featurewise_std_normalization=True,
    rotation_range=10, width_shift_range=0.1, height_shift_range=0.1,
    horizontal_flip=False, dim_ordering=K.image_dim_ordering())
datagen.fit(X)
model.fit_generator(datagen.flow(X, Y, batch_size=batch_size, shuffle=True),
                    samples_per_epoch=X.shape[0],
                    nb_epoch=nb_epoch,
                    validation_data=datagen.flow(X[:64], Y[:64], batch_size=batch_size),
                    nb_val_samples=64,
                    verbose=2)
score = model.evaluate_generator(datagen.flow(X[:64], Y[:64], batch_size=batch_size), val_samples=64)
print('Test accuracy:', score[1])
assert 0 <= score[1] <= 1
