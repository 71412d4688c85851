# the simplest, the convolutional and the denoising autoencoder
from keras.layers import Input, Dense, Conv2D, MaxPooling2D, UpSampling2D, Convolution2D
from keras.models import Model
from keras.callbacks import TensorBoard
from keras.datasets import mnist
from keras import backend as K
from keras import regularizers
import numpy as np
import matplotlib.pyplot as plt

(x_train, _), (x_test, _) = mnist.load_data()
x_train = x_train.astype('float32') / 255.
x_test = x_test.astype('float32') / 255.
flat_train = x_train.reshape((len(x_train), np.prod(x_train.shape[1:])))
flat_test = x_test.reshape((len(x_test), np.prod(x_test.shape[1:])))
print(flat_train.shape, flat_test.shape)

encoding_dim = 8
input_img = Input(shape=(784,))
encoded = Dense(encoding_dim, activation='relu', activity_regularizer=regularizers.l1(10e-5))(input_img)
decoded = Dense(784, activation='sigmoid')(encoded)
autoencoder = Model(input_img, decoded)
encoder = Model(input_img, encoded)
encoded_input = Input(shape=(encoding_dim,))
decoder_layer = autoencoder.layers[-1]
decoder = Model(encoded_input, decoder_layer(encoded_input))
autoencoder.compile(optimizer='adadelta', loss='binary_crossentropy')
autoencoder.fit(flat_train, flat_train, epochs=1, batch_size=32, shuffle=True,
                validation_data=(flat_test, flat_test), callbacks=[TensorBoard(log_dir='./autoencoder')])
encoded_imgs = encoder.predict(flat_test)
decoded_imgs = decoder.predict(encoded_imgs)
n = 3
plt.figure(figsize=(4, 2))
for i in range(n):
    ax = plt.subplot(2, n, i + 1)
    plt.imshow(flat_test[i].reshape(28, 28))
    plt.gray()
    ax.get_xaxis().set_visible(False)
    ax = plt.subplot(2, n, i + 1 + n)
    plt.imshow(decoded_imgs[i].reshape(28, 28))
plt.show()

x_train = np.reshape(x_train, (len(x_train), 28, 28, 1))
noise_factor = 0.5
x_train_noisy = x_train + noise_factor * np.random.normal(loc=0.0, scale=1.0, size=x_train.shape)
x_train_noisy = np.clip(x_train_noisy, 0., 1.)
input_img = Input(shape=(28, 28, 1))
x = Conv2D(2, (3, 3), activation='relu', padding='same')(input_img)
x = MaxPooling2D((2, 2), padding='same')(x)
x = Conv2D(2, (3, 3), activation='relu', padding='same')(x)
encoded = MaxPooling2D((2, 2), padding='same')(x)
x = Conv2D(2, (3, 3), activation='relu', padding='same')(encoded)
x = UpSampling2D((2, 2))(x)
x = Conv2D(2, (3, 3), activation='relu', padding='same')(x)
x = UpSampling2D((2, 2))(x)
decoded = Conv2D(1, (3, 3), activation='sigmoid', padding='same')(x)
autoencoder = Model(input_img, decoded)
autoencoder.compile(optimizer='adadelta', loss='binary_crossentropy')
autoencoder.fit(x_train_noisy, x_train, epochs=1, batch_size=32, verbose=2)
assert autoencoder.predict(x_train_noisy).shape == x_train.shape
