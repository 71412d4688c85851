"""An autoencoder squeezes digits into 8 numbers and back; its encoder alone then describes digits it was never told."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

import hornbeam
from hornbeam.layers import Dense, Input

hornbeam.utils.set_random_seed(2)

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32")
train, test = images[:1400], images[1400:]

image = Input((64,), name="image")
code = Dense(8, activation="tanh", name="code")(Dense(64, activation="relu")(image))
back = Dense(64, activation="sigmoid", name="back")(Dense(64, activation="relu")(code))

# Three models of the same layers: training one of them trains them all.
autoencoder = hornbeam.Model(image, back)
encoder = hornbeam.Model(image, code)
decoder = hornbeam.Model(code, back)

autoencoder.compile(optimizer=hornbeam.optimizers.Adam(0.003), loss="mse")
autoencoder.fit(train, train, batch_size=64, epochs=60, verbose=0)  # the targets are the images themselves
error = autoencoder.evaluate(test, test, verbose=0)
print(f"Error {error:.4f}; always answering with the mean image: {np.mean((test - train.mean(0)) ** 2):.4f}")

codes = encoder.predict(test, verbose=0)
same = np.allclose(decoder.predict(codes, verbose=0), autoencoder.predict(test, verbose=0), atol=1e-5)
print(f"Encoder and decoder in a row are the autoencoder: {same}")

# No digit was named in training. Are images of the same digit near each other all the same?
neighbours = KNeighborsClassifier(5).fit(encoder.predict(train, verbose=0), digits[:1400])
print(f"Digits named by their neighbours' codes: {neighbours.score(codes, digits[1400:]):.3f}")
