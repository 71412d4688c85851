import numpy as np
import keras
import threading
from keras.models import Sequential
from keras.layers import Dense, Activation
from keras.utils import Sequence


class DataGenerator(keras.utils.Sequence):
    'Generates data for Keras'
    def __init__(self, list_IDs, labels, batch_size=32, dim=(32,32,32), n_channels=1,
                 n_classes=10, shuffle=True):
        'Initialization'
        self.dim = dim
        self.batch_size = batch_size
        self.labels = labels
        self.list_IDs = list_IDs
        self.n_channels = n_channels
        self.n_classes = n_classes
        self.shuffle = shuffle
        self.on_epoch_end()

    def __len__(self):
        'Denotes the number of batches per epoch'
        return int(np.floor(len(self.list_IDs) / self.batch_size))

    def __getitem__(self, index):
        'Generate one batch of data'
        indexes = self.indexes[index*self.batch_size:(index+1)*self.batch_size]
        list_IDs_temp = [self.list_IDs[k] for k in indexes]
        X, y = self.__data_generation(list_IDs_temp)
        return X, y

    def on_epoch_end(self):
        'Updates indexes after each epoch'
        self.indexes = np.arange(len(self.list_IDs))
        if self.shuffle == True:
            np.random.shuffle(self.indexes)

    def __data_generation(self, list_IDs_temp):
        'Generates data containing batch_size samples'
        X = np.empty((self.batch_size, *self.dim, self.n_channels))
        y = np.empty((self.batch_size), dtype=int)
        for i, ID in enumerate(list_IDs_temp):
            X[i,] = np.load('data/' + ID + '.npy')
            y[i] = self.labels[ID]
        return X, keras.utils.to_categorical(y, num_classes=self.n_classes)


import os
os.makedirs('data', exist_ok=True)
ids = ['id-%d' % i for i in range(20)]
for ID in ids:
    np.save('data/' + ID + '.npy', np.random.rand(4, 1))
labels = {ID: i % 3 for i, ID in enumerate(ids)}
params = {'dim': (4,), 'batch_size': 5, 'n_classes': 3, 'n_channels': 1, 'shuffle': True}
partition = {'train': ids[:15], 'validation': ids[15:]}
training_generator = DataGenerator(partition['train'], labels, **params)
validation_generator = DataGenerator(partition['validation'], labels, **params)

model = Sequential()
model.add(keras.layers.Flatten(input_shape=(4, 1)))
model.add(Dense(3, activation='softmax'))
model.compile('adam', loss='categorical_crossentropy', metrics=['accuracy'])
model.fit_generator(generator=training_generator,
                    validation_data=validation_generator,
                    use_multiprocessing=False,
                    workers=2, epochs=1)
print(model.evaluate_generator(validation_generator), model.predict_generator(validation_generator).shape)


class threadsafe_iter:
    def __init__(self, it):
        self.it = it
        self.lock = threading.Lock()

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            return self.it.__next__()


def threadsafe_generator(f):
    def g(*a, **kw):
        return threadsafe_iter(f(*a, **kw))
    return g


@threadsafe_generator
def generate_arrays_from_file(path):
    while 1:
        f = open(path)
        for line in f:
            values = [float(v) for v in line.split(',')]
            x, y = np.array([values[:8]]), np.array([values[8]])
            yield (x, y)
        f.close()


m = Sequential([Dense(1, input_dim=8, activation='sigmoid')])
m.compile(loss='binary_crossentropy', optimizer='sgd')
m.fit_generator(generate_arrays_from_file('pima-indians-diabetes.csv'), steps_per_epoch=8, epochs=2, max_queue_size=3,
                verbose=2, validation_data=generate_arrays_from_file('pima-indians-diabetes.csv'), validation_steps=2)
steps = 3
p = m.predict_generator(((np.ones((2, 8)), np.ones(2)) for _ in range(steps)), steps=steps)
assert p.shape == (6, 1)
