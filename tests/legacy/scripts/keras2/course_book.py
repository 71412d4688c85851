import numpy as np
import keras
from keras import backend as K
from keras import layers
from keras.models import Model
from keras.utils import Sequence

# an encoder whose loss is made by a layer, of tensors around it
input_img = keras.Input(shape=(6,))
z_mean = layers.Dense(2)(input_img)
z_log_var = layers.Dense(2)(input_img)


def sampling(args):
    z_mean, z_log_var = args
    epsilon = K.random_normal(shape=(K.shape(z_mean)[0], 2), mean=0., stddev=1.)
    return z_mean + K.exp(z_log_var) * epsilon


z_decoded = layers.Dense(6, activation='sigmoid')(layers.Lambda(sampling)([z_mean, z_log_var]))


class CustomVariationalLayer(keras.layers.Layer):
    def vae_loss(self, x, z_decoded):
        x = K.flatten(x)
        z_decoded = K.flatten(z_decoded)
        xent_loss = keras.metrics.binary_crossentropy(x, z_decoded)
        kl_loss = -5e-4 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
        return K.mean(xent_loss + kl_loss)

    def call(self, inputs):
        x = inputs[0]
        z_decoded = inputs[1]
        self.add_loss(self.vae_loss(x, z_decoded), inputs=inputs)
        return x


vae = Model(input_img, CustomVariationalLayer()([input_img, z_decoded]))
vae.compile(optimizer='rmsprop', loss=None)
x_train = np.random.rand(16, 6)
h = vae.fit(x=x_train, y=None, shuffle=True, epochs=1, batch_size=8, validation_data=(x_train, None))
assert h.history['loss'][0] > 0.1 and 'val_loss' in h.history


# a callback that looks at the validation data, and at the activations
class ActivationLogger(keras.callbacks.Callback):
    def set_model(self, model):
        self.model = model
        self.activations_model = Model(model.input, [layer.output for layer in model.layers])

    def on_epoch_end(self, epoch, logs=None):
        if self.validation_data is None:
            raise RuntimeError('Requires validation_data.')
        self.activations = self.activations_model.predict(self.validation_data[0][0:1])


class DataGenerator(Sequence):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return np.random.rand(4, 6), np.random.randint(0, 2, 4)


inp = keras.Input((6,))
x = layers.Lambda(lambda t: t[:, ::-1] - np.array([0.1] * 6))(inp)
discriminator = Model(inp, layers.Dense(1, activation='sigmoid')(x))
discriminator.compile('sgd', 'binary_crossentropy')
logger = ActivationLogger()
discriminator.fit(x_train, np.ones(16), validation_data=(x_train, np.ones(16)), callbacks=[logger], verbose=0)
np.testing.assert_allclose(logger.activations[1], x_train[:1, ::-1] - 0.1, rtol=1e-4)
labels = np.concatenate([np.ones((5, 1)), np.zeros((5, 1))])
labels += 0.05 * np.random.random(labels.shape)
assert np.isfinite(discriminator.train_on_batch(x_train[:10], labels))
discriminator.fit_generator(generator=DataGenerator(), use_multiprocessing=True, workers=2, epochs=1, verbose=0)
