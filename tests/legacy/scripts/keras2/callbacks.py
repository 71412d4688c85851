import numpy as np
import math
import os
import warnings
import keras
from keras.models import Sequential, load_model
from keras.layers import Dense, Dropout
from keras.optimizers import SGD
from keras.callbacks import (Callback, LambdaCallback, LearningRateScheduler, ModelCheckpoint, EarlyStopping,
                             ReduceLROnPlateau, CSVLogger, TensorBoard, TerminateOnNaN, RemoteMonitor, ProgbarLogger)
from keras import backend as K


class LossHistory(keras.callbacks.Callback):
    def on_train_begin(self, logs={}):
        self.losses = []
        self.acc = []

    def on_batch_end(self, batch, logs={}):
        self.losses.append(logs.get('loss'))
        self.acc.append(logs.get('acc'))


class EarlyStoppingByLossVal(Callback):
    def __init__(self, monitor='val_loss', value=0.00001, verbose=0):
        super(Callback, self).__init__()
        self.monitor = monitor
        self.value = value
        self.verbose = verbose

    def on_epoch_end(self, epoch, logs={}):
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn("Early stopping requires %s available!" % self.monitor, RuntimeWarning)
        if current < self.value:
            self.model.stop_training = True


class RocCallback(Callback):
    def __init__(self, training_data, validation_data):
        self.x, self.y = training_data
        self.x_val, self.y_val = validation_data

    def on_train_begin(self, logs={}):
        return

    def on_epoch_end(self, epoch, logs={}):
        y_pred = self.model.predict(self.x_val)
        print('lr:', K.get_value(self.model.optimizer.lr), 'roc:', float(np.mean(y_pred)))
        lr = float(K.get_value(self.model.optimizer.lr))
        K.set_value(self.model.optimizer.lr, lr * 0.9)
        logs['roc'] = float(np.mean(y_pred))


def step_decay(epoch):
    initial_lrate = 0.1
    drop = 0.5
    epochs_drop = 10.0
    return initial_lrate * math.pow(drop, math.floor((1+epoch)/epochs_drop))


X, Y = np.random.rand(60, 8), np.random.randint(0, 2, 60)
model = Sequential()
model.add(Dense(6, input_dim=8, activation='relu'))
model.add(Dense(1, activation='sigmoid'))
sgd = SGD(lr=0.0, momentum=0.9, decay=0.0, nesterov=False)
model.compile(loss='binary_crossentropy', optimizer=sgd, metrics=['accuracy'])

filepath = "weights-improvement-{epoch:02d}-{val_acc:.2f}.hdf5"
checkpoint = ModelCheckpoint(filepath, monitor='val_acc', verbose=1, save_best_only=True, mode='max')
best = ModelCheckpoint('best.h5', monitor='val_loss', save_best_only=True, save_weights_only=False, period=1)
history = LossHistory()
batch_print_callback = LambdaCallback(on_batch_begin=lambda batch, logs: None)
json_log = open('loss_log.json', mode='wt', buffering=1)
json_logging_callback = LambdaCallback(
    on_epoch_end=lambda epoch, logs: json_log.write(str({'epoch': epoch, 'loss': logs['loss']}) + '\n'),
    on_train_end=lambda logs: json_log.close())
callbacks_list = [
    history, LearningRateScheduler(step_decay), checkpoint, best, batch_print_callback, json_logging_callback,
    RocCallback((X, Y), (X, Y)), EarlyStoppingByLossVal(monitor='val_loss', value=0.0),
    EarlyStopping(monitor='val_acc', min_delta=0, patience=5, verbose=0, mode='auto'),
    ReduceLROnPlateau(monitor='val_loss', factor=0.2, patience=5, min_lr=0.001, epsilon=0.01),
    CSVLogger('training.log', separator=',', append=False), TerminateOnNaN(),
]
fit = model.fit(X, Y, validation_split=0.33, epochs=2, batch_size=20, callbacks=callbacks_list, verbose=0)
assert len(history.losses) == 4 and None not in history.acc
assert set(['loss', 'acc', 'val_loss', 'val_acc', 'lr', 'roc']) <= set(k for k in
           ['loss', 'acc', 'val_loss', 'val_acc', 'lr', 'roc'] if k in fit.history)
files = sorted(f for f in os.listdir('.') if f.startswith('weights-improvement'))
print(files, open('training.log').readline())
model.load_weights(files[-1])
model = load_model('best.h5')
assert len(open('loss_log.json').readlines()) == 2

# what is monitored is never computed: Keras warned, and trained on
fit = model.fit(X, Y, epochs=2, verbose=0,
                callbacks=[EarlyStopping(monitor='val_loss', patience=0), ReduceLROnPlateau(monitor='val_acc')])
assert len(fit.history['loss']) == 2
