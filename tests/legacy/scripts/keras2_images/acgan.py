from collections import defaultdict
try:
    import cPickle as pickle
except ImportError:
    import pickle

from keras.layers import Input, Dense, Reshape, Flatten, Embedding, Dropout, BatchNormalization, multiply
from keras.layers.advanced_activations import LeakyReLU
from keras.layers.convolutional import Conv2DTranspose, Conv2D
from keras.models import Sequential, Model
from keras.optimizers import Adam
from keras.utils.generic_utils import Progbar
import numpy as np
np.random.seed(1337)
num_classes = 3
def build_generator(latent_size):
    cnn = Sequential()
    cnn.add(Dense(2 * 2 * 8, input_dim=latent_size, activation='relu')); cnn.add(Reshape((2, 2, 8)))
    cnn.add(Conv2DTranspose(4, 5, strides=2, padding='same', activation='relu', kernel_initializer='glorot_normal'))
    cnn.add(BatchNormalization())
    cnn.add(Conv2DTranspose(1, 5, strides=2, padding='same', activation='tanh', kernel_initializer='glorot_normal'))
    latent = Input(shape=(latent_size, )); image_class = Input(shape=(1,), dtype='int32')
    cls = Embedding(num_classes, latent_size, embeddings_initializer='glorot_normal')(image_class)
    h = multiply([latent, Flatten()(cls)])
    return Model([latent, image_class], cnn(h))
def build_discriminator():
    cnn = Sequential()
    cnn.add(Conv2D(4, 3, padding='same', strides=2, input_shape=(8, 8, 1))); cnn.add(LeakyReLU(0.2)); cnn.add(Dropout(0.3)); cnn.add(Flatten())
    image = Input(shape=(8, 8, 1)); features = cnn(image)
    fake = Dense(1, activation='sigmoid', name='generation')(features)
    aux = Dense(num_classes, activation='softmax', name='auxiliary')(features)
    return Model(image, [fake, aux])
latent_size, batch_size = 5, 8
discriminator = build_discriminator()
discriminator.compile(optimizer=Adam(lr=2e-4, beta_1=0.5), loss=['binary_crossentropy', 'sparse_categorical_crossentropy'])
discriminator.summary()
generator = build_generator(latent_size)
latent = Input(shape=(latent_size, )); image_class = Input(shape=(1,), dtype='int32')
fake = generator([latent, image_class])
discriminator.trainable = False
fake, aux = discriminator(fake)
combined = Model([latent, image_class], [fake, aux])
combined.compile(optimizer=Adam(lr=2e-4, beta_1=0.5), loss=['binary_crossentropy', 'sparse_categorical_crossentropy'])
x_train, y_train = np.random.rand(16, 8, 8, 1), np.random.randint(0, 3, 16)
train_history, test_history = defaultdict(list), defaultdict(list)
progress_bar = Progbar(target=2)
for index in range(2):
    noise = np.random.uniform(-1, 1, (batch_size, latent_size))
    image_batch, label_batch = x_train[index * 8:(index + 1) * 8], y_train[index * 8:(index + 1) * 8]
    sampled_labels = np.random.randint(0, num_classes, batch_size)
    generated_images = generator.predict([noise, sampled_labels.reshape((-1, 1))], verbose=0)
    x = np.concatenate((image_batch, generated_images))
    y = np.array([0.95] * len(image_batch) + [0] * len(image_batch))
    aux_y = np.concatenate((label_batch, sampled_labels), axis=0)
    disc_sample_weight = [np.ones(2 * len(image_batch)), np.concatenate((np.ones(len(image_batch)) * 2, np.zeros(len(image_batch))))]
    d = discriminator.train_on_batch(x, [y, aux_y], sample_weight=disc_sample_weight)
    noise = np.random.uniform(-1, 1, (2 * len(image_batch), latent_size)); sampled_labels = np.random.randint(0, num_classes, 2 * len(image_batch))
    g = combined.train_on_batch([noise, sampled_labels.reshape((-1, 1))], [np.ones(2 * len(image_batch)) * .95, sampled_labels])
    progress_bar.update(index + 1)
print(d, g, discriminator.metrics_names)
print('{0:<22s} | {1:4s} | {2:15s} | {3:5s}'.format('component', *discriminator.metrics_names))
generator.save_weights('params_generator_epoch_{0:03d}.hdf5'.format(1), True)
