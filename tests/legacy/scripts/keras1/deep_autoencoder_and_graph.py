# stacked autoencoders and some of the smaller layers of that time
import numpy as np
from keras.layers import Input, Dense, MaxoutDense, Highway, GaussianNoise, GaussianDropout, ActivityRegularization
from keras.layers.core import Reshape, Permute, Masking
from keras.models import Model, Sequential
from keras import regularizers, objectives
from keras.constraints import maxnorm, unitnorm
from keras.callbacks import EarlyStopping, ModelCheckpoint, History

encoding_dim = 6
input_img = Input(shape=(20,))
encoded = Dense(encoding_dim, activation='relu', activity_regularizer=regularizers.activity_l1(10e-5))(input_img)
decoded = Dense(20, activation='sigmoid')(encoded)
autoencoder = Model(input=input_img, output=decoded)
encoder = Model(input=input_img, output=encoded)
encoded_input = Input(shape=(encoding_dim,))
decoder_layer = autoencoder.layers[-1]
decoder = Model(input=encoded_input, output=decoder_layer(encoded_input))

autoencoder.compile(optimizer='adadelta', loss='binary_crossentropy')
x_train = np.random.rand(64, 20)
hist = History()
autoencoder.fit(x_train, x_train, nb_epoch=2, batch_size=32, shuffle=True, validation_data=(x_train, x_train),
                callbacks=[hist, EarlyStopping(monitor='val_loss', patience=2)], verbose=0)
assert np.allclose(decoder.predict(encoder.predict(x_train)), autoencoder.predict(x_train), atol=1e-5)
assert len(hist.history['val_loss']) == 2

model = Sequential()
model.add(GaussianNoise(sigma=0.1, input_shape=(8,)))
model.add(Dense(8, W_constraint=maxnorm(3), b_constraint=unitnorm(), activation='softplus'))
model.add(GaussianDropout(p=0.2))
model.add(ActivityRegularization(l1=0.01))
model.add(Reshape((4, 2)))
model.add(Permute((2, 1)))
model.compile(loss=objectives.mean_squared_error, optimizer='sgd')
model.fit(np.random.rand(16, 8), np.random.rand(16, 2, 4), nb_epoch=1, verbose=0)
