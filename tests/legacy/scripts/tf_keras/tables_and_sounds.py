import numpy as np
import pandas as pd
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.layers.experimental import preprocessing

rng = np.random.default_rng(0)
table = pd.DataFrame({'kind': ['cat', 'dog'] * 16, 'age': rng.integers(1, 9, 32), 'fee': rng.random(32), 'target': [0, 1] * 16})
table.to_csv('pets.csv', index=False)
batches = tf.data.experimental.make_csv_dataset('pets.csv', batch_size=8, label_name='target', num_epochs=1, ignore_errors=True)
features, labels = next(iter(batches))
print(features['kind'].numpy()[:2], labels.numpy()[:2])


def encoder(name, dataset, is_text):
    index = preprocessing.StringLookup() if is_text else preprocessing.IntegerLookup(max_tokens=5)
    index.adapt(dataset.map(lambda x, y: x[name]))
    encoding = preprocessing.CategoryEncoding(num_tokens=index.vocabulary_size())
    return lambda feature: encoding(index(feature))


frame = table.copy(); target = frame.pop('target')
rows = tf.data.Dataset.from_tensor_slices((dict(frame), target)).shuffle(32).batch(8).prefetch(8)
fee = tf.keras.Input(shape=(1,), name='fee'); scale = preprocessing.Normalization(axis=None); scale.adapt(rows.map(lambda x, y: x['fee']))
age = tf.keras.Input(shape=(1,), name='age', dtype='int64'); kind = tf.keras.Input(shape=(1,), name='kind', dtype='string')
x = layers.concatenate([scale(fee), encoder('age', rows, False)(age), encoder('kind', rows, True)(kind)])
model = tf.keras.Model([fee, age, kind], layers.Dense(1)(layers.Dense(8, activation='relu')(x)))
model.compile(optimizer=tf.keras.optimizers.Adam(0.1), loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=['accuracy'])
model.fit(rows, epochs=10, verbose=0)
assert model.evaluate(rows, verbose=0)[1] > 0.9
one = {name: tf.convert_to_tensor([value]) for name, value in {'kind': 'cat', 'age': 3, 'fee': 0.5}.items()}
print('%.2f' % tf.nn.sigmoid(model.predict(one)[0]).numpy()[0])

waves = rng.normal(size=(4, 400)).astype('float32')
spectra = tf.abs(tf.signal.stft(waves, frame_length=60, frame_step=30))[..., tf.newaxis]
normalize = layers.Normalization(); normalize.adapt(spectra)
sounds = tf.keras.Sequential([layers.Input(shape=spectra.shape[1:]), layers.Resizing(8, 8), normalize, layers.Flatten(), layers.Dense(3)])
sounds.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
sounds.fit(spectra, np.array([0, 1, 2, 0]), verbose=0)
print(tf.math.confusion_matrix(labels=[0, 1, 2, 0], predictions=tf.argmax(sounds.predict(spectra), axis=1)).shape)
