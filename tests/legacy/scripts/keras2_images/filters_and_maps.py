import numpy as np
np.random.seed(1)
import keras
from keras.models import Sequential, Model
from keras import layers
from keras import backend as K
class Antirectifier(layers.Layer):
    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        assert len(shape) == 2
        shape[-1] *= 2
        return tuple(shape)
    def call(self, inputs):
        inputs -= K.mean(inputs, axis=1, keepdims=True)
        inputs = K.l2_normalize(inputs, axis=1)
        pos = K.relu(inputs)
        neg = K.relu(-inputs)
        return K.concatenate([pos, neg], axis=1)
model = Sequential()
model.add(layers.Dense(8, input_shape=(9,))); model.add(Antirectifier()); model.add(layers.Dropout(0.1)); model.add(layers.Dense(8)); model.add(Antirectifier())
model.add(layers.Dense(3)); model.add(layers.Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
x, y = np.random.rand(32, 9), keras.utils.to_categorical(np.random.randint(0, 3, 32), 3)
model.fit(x, y, batch_size=16, epochs=1, validation_data=(x, y))
# class activation map
inp = layers.Input((8, 8, 1)); c = layers.Conv2D(4, 3, padding='same', activation='relu', name='last')(inp)
g = layers.GlobalAveragePooling2D()(c); out = layers.Dense(3, activation='softmax')(g)
m = Model(inp, out); m.compile('sgd', 'categorical_crossentropy')
class_weights = m.layers[-1].get_weights()[0]
final_conv_layer = m.get_layer('last')
get_output = K.function([m.layers[0].input], [final_conv_layer.output, m.layers[-1].output])
[conv_outputs, predictions] = get_output([np.random.rand(1, 8, 8, 1)])
conv_outputs = conv_outputs[0, :, :, :]
cam = np.zeros(dtype=np.float32, shape=conv_outputs.shape[0:2])
for i, w in enumerate(class_weights[:, 1]):
    cam += w * conv_outputs[:, :, i]
cam /= np.max(cam)
print("predictions", predictions, cam.shape)
# conv filter visualization
layer_output = dict([(layer.name, layer) for layer in m.layers])['last'].output
def normalize(x):
    return x / (K.sqrt(K.mean(K.square(x))) + K.epsilon())
kept = []
for filter_index in range(2):
    loss = K.mean(layer_output[:, :, :, filter_index])
    grads = K.gradients(loss, inp)[0]
    grads = normalize(grads)
    iterate = K.function([inp], [loss, grads])
    input_img_data = np.random.random((1, 8, 8, 1))
    for i in range(3):
        loss_value, grads_value = iterate([input_img_data])
        input_img_data += grads_value * 1.
    kept.append((input_img_data[0], loss_value))
kept.sort(key=lambda x: x[1], reverse=True); print(len(kept))
m.layers.pop()
m.outputs = [m.layers[-1].output]
m.layers[-1].outbound_nodes = []
features = m.predict(np.random.random((2, 8, 8, 1)))
assert features.shape == (2, 4)
top = Sequential([layers.Dense(3, activation='softmax', input_shape=features.shape[1:])])
top.compile('sgd', 'categorical_crossentropy')
top.fit(features, np.eye(3)[[0, 1]], verbose=0)
