"""As it was written for Keras 2: tensors inside a model, `K.function` between them, the first half of an autoencoder.

python -m hornbeam run codes.py
"""

import keras.backend as K
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

np.random.seed(7)
pixels, digits = load_digits(return_X_y=True)
pixels = pixels / 16

autoencoder = Sequential()
autoencoder.add(Dense(12, input_dim=64, activation="relu"))
autoencoder.add(Dense(64, activation="sigmoid"))
autoencoder.compile(optimizer=Adam(lr=0.01), loss="binary_crossentropy")
autoencoder.fit(pixels, pixels, nb_epoch=30, batch_size=64, verbose=0)

first_layer = autoencoder.layers[0]
print(first_layer.input, "->", first_layer.output)

inp_to_out = K.function([first_layer.input], [first_layer.output])
codes = inp_to_out([pixels])[0]

encoder = Sequential()
encoder.add(first_layer)
print("The function and the encoder agree:", np.allclose(encoder.predict(pixels), codes, atol=1e-5))

told = KNeighborsClassifier().fit(codes[:1200], digits[:1200]).score(codes[1200:], digits[1200:])
print("Digits told by 12 numbers instead of 64 pixels:", round(told, 3))
