import numpy as np, itertools
np.random.seed(1)
from keras import backend as K
from keras.layers.convolutional import Conv2D, MaxPooling2D
from keras.layers import Input, Dense, Activation, Reshape, Lambda
from keras.layers.merge import add, concatenate
from keras.models import Model
from keras.layers.recurrent import GRU
from keras.optimizers import SGD
from keras.utils.data_utils import get_file
from keras.preprocessing import image
import keras.callbacks
K.set_learning_phase(1)
def ctc_lambda_func(args):
    y_pred, labels, input_length, label_length = args
    y_pred = y_pred[:, 2:, :]
    return K.ctc_batch_cost(labels, y_pred, input_length, label_length)
def decode_batch(test_func, word_batch):
    out = test_func([word_batch])[0]
    ret = []
    for j in range(out.shape[0]):
        out_best = list(np.argmax(out[j, 2:], 1))
        out_best = [k for k, g in itertools.groupby(out_best)]
        ret.append(out_best)
    return ret
img_w, img_h, absolute_max = 32, 8, 3
input_shape = (1, img_w, img_h) if K.image_data_format() == 'channels_first' else (img_w, img_h, 1)
input_data = Input(name='the_input', shape=input_shape, dtype='float32')
inner = Conv2D(4, (3, 3), padding='same', activation='relu', kernel_initializer='he_normal', name='conv1')(input_data)
inner = MaxPooling2D(pool_size=(2, 2), name='max1')(inner)
conv_to_rnn_dims = (img_w // 2, (img_h // 2) * 4)
inner = Reshape(target_shape=conv_to_rnn_dims, name='reshape')(inner)
inner = Dense(8, activation='relu', name='dense1')(inner)
gru_1 = GRU(6, return_sequences=True, kernel_initializer='he_normal', name='gru1')(inner)
gru_1b = GRU(6, return_sequences=True, go_backwards=True, kernel_initializer='he_normal', name='gru1_b')(inner)
gru1_merged = add([gru_1, gru_1b])
inner = Dense(10, kernel_initializer='he_normal', name='dense2')(gru1_merged)
y_pred = Activation('softmax', name='softmax')(inner)
Model(inputs=input_data, outputs=y_pred).summary()
labels = Input(name='the_labels', shape=[absolute_max], dtype='float32')
input_length = Input(name='input_length', shape=[1], dtype='int64')
label_length = Input(name='label_length', shape=[1], dtype='int64')
loss_out = Lambda(ctc_lambda_func, output_shape=(1,), name='ctc')([y_pred, labels, input_length, label_length])
sgd = SGD(learning_rate=0.02, decay=1e-6, momentum=0.9, nesterov=True)
model = Model(inputs=[input_data, labels, input_length, label_length], outputs=loss_out)
model.compile(loss={'ctc': lambda y_true, y_pred: y_pred}, optimizer=sgd)
test_func = K.function([input_data], [y_pred])
class TextImageGenerator(keras.callbacks.Callback):
    def next_train(self):
        while 1:
            x = np.random.rand(4, img_w, img_h, 1)
            yield ({'the_input': x, 'the_labels': np.random.randint(0, 9, (4, 3)), 'input_length': np.ones((4, 1)) * 14, 'label_length': np.ones((4, 1)) * 3}, {'ctc': np.zeros([4])})
    next_val = next_train
    def on_train_begin(self, logs={}):
        self.paint = 1
class Viz(keras.callbacks.Callback):
    def __init__(self, f, gen): self.f, self.gen = f, gen
    def on_epoch_end(self, epoch, logs={}):
        self.model.save_weights('weights%02d.h5' % epoch)
        batch = next(self.gen)[0]
        print(decode_batch(self.f, batch['the_input'][0:2]))
gen = TextImageGenerator()
model.fit_generator(generator=gen.next_train(), steps_per_epoch=2, epochs=1, validation_data=gen.next_val(), validation_steps=1, callbacks=[Viz(test_func, gen.next_val()), gen], initial_epoch=0)
