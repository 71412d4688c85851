from functools import partial
import keras.backend as K
import numpy as np
from keras.layers import Conv2D, Dense, Flatten, Input, Lambda, LeakyReLU, MaxPooling2D, Reshape, multiply
from keras.layers.merge import _Merge
from keras.models import Model, Sequential
from keras.optimizers import RMSprop

batch, size, latent = 4, 8, 3


class RandomWeightedAverage(_Merge):
    def _merge_function(self, inputs):
        weights = K.random_uniform((batch, 1, 1, 1))
        return (weights * inputs[0]) + ((1 - weights) * inputs[1])


def gradient_penalty_loss(y_true, y_pred, averaged_samples):
    gradients = K.gradients(y_pred, averaged_samples)[0]
    squares = K.sum(K.square(gradients), axis=np.arange(1, len(gradients.shape)))
    return K.mean(K.square(1 - K.sqrt(squares)))


def wasserstein_loss(y_true, y_pred):
    return K.mean(y_true * y_pred)


critic = Sequential([Conv2D(4, 3, strides=2, padding='same', input_shape=(size, size, 1)), LeakyReLU(0.2), Flatten(), Dense(1)])
generator = Sequential([Dense(size * size, input_dim=latent), Reshape((size, size, 1))])
generator.trainable = False
real = Input((size, size, 1)); noise = Input((latent,)); fake = generator(noise)
between = RandomWeightedAverage()([real, fake])
penalty = partial(gradient_penalty_loss, averaged_samples=between)
penalty.__name__ = 'gradient_penalty'
critic_model = Model(inputs=[real, noise], outputs=[critic(real), critic(fake), critic(between)])
critic_model.compile(loss=[wasserstein_loss, wasserstein_loss, penalty], optimizer=RMSprop(lr=5e-5), loss_weights=[1, 1, 10])
valid, wrong, dummy = -np.ones((batch, 1)), np.ones((batch, 1)), np.zeros((batch, 1))
for _ in range(2):
    images = np.random.rand(batch, size, size, 1)
    losses = critic_model.train_on_batch([images, np.random.normal(size=(batch, latent))], [valid, wrong, dummy])
assert len(losses) == 4 and losses[3] >= 0

# what a maximum was taken of, as what-where autoencoders remember it
x = Input((size, size, 1))
pooled = MaxPooling2D()(x)
where = Lambda(lambda pair: K.gradients(K.sum(pair[1]), pair[0]), output_shape=lambda shapes: shapes[0])([x, pooled])
kept = Model(x, multiply([x, where])).predict(images)
assert np.allclose(kept.sum(), Model(x, pooled).predict(images).sum(), rtol=1e-4)
