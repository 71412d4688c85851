from keras.models import Sequential, Model
from keras.layers import Conv2D, MaxPooling2D, Dense, GlobalAveragePooling2D, Flatten, Activation
from keras.layers.core import Lambda
import keras.backend as K
import numpy as np
import keras
import sys

model = Sequential([
    Conv2D(4, 3, padding='same', activation='relu', input_shape=(12, 12, 3), name='block1_conv1'),
    MaxPooling2D(name='block1_pool'),
    Conv2D(4, 3, padding='same', activation='relu', name='block5_conv3'),
    GlobalAveragePooling2D(),
    Dense(5, activation='softmax', name='predictions')])
x = np.random.rand(1, 12, 12, 3)

preds = model.predict(x)
class_idx = np.argmax(preds[0])
class_output = model.output[:, class_idx]
last_conv_layer = model.get_layer("block5_conv3")
grads = K.gradients(class_output, last_conv_layer.output)[0]
pooled_grads = K.mean(grads, axis=(0, 1, 2))
iterate = K.function([model.input], [pooled_grads, last_conv_layer.output[0]])
pooled_grads_value, conv_layer_output_value = iterate([x])
for i in range(4):
    conv_layer_output_value[:, :, i] *= pooled_grads_value[i]
heatmap = np.mean(conv_layer_output_value, axis=-1)
heatmap = np.maximum(heatmap, 0)
heatmap /= max(np.max(heatmap), 1e-9)
assert heatmap.shape == (6, 6)


def target_category_loss(x, category_index, nb_classes):
    import tensorflow as tf
    return tf.multiply(x, K.one_hot([category_index], nb_classes))


def normalize(x):
    return x / (K.sqrt(K.mean(K.square(x))) + 1e-5)


target_layer = Lambda(lambda x: target_category_loss(x, 2, 5), output_shape=lambda s: s)
loss = K.sum(target_layer(model.output))
grads = normalize(K.gradients(loss, last_conv_layer.output)[0])
gradient_function = K.function([model.layers[0].input], [last_conv_layer.output, grads])
output, grads_val = gradient_function([x])
output, grads_val = output[0, :], grads_val[0, :, :, :]
weights = np.mean(grads_val, axis=(0, 1))
cam = np.ones(output.shape[0: 2], dtype=np.float32)
for i, w in enumerate(weights):
    cam += w * output[:, :, i]

# saliency and filters that are maximized
layer_dict = dict([(layer.name, layer) for layer in model.layers[1:]])
input_img = model.input
for filter_index in range(2):
    layer_output = layer_dict['block5_conv3'].output
    loss = K.mean(layer_output[:, :, :, filter_index])
    grads = K.gradients(loss, input_img)[0]
    grads /= (K.sqrt(K.mean(K.square(grads))) + 1e-5)
    iterate = K.function([input_img], [loss, grads])
    input_img_data = (np.random.random((1, 12, 12, 3)) - 0.5) * 20 + 128.
    values = []
    for i in range(3):
        loss_value, grads_value = iterate([input_img_data])
        input_img_data += grads_value * 10.
        values.append(loss_value)
    print(values)
assert values[-1] >= values[0]
layer_outputs = [layer.output for layer in model.layers]
activation_model = Model(inputs=model.input, outputs=layer_outputs)
print([a.shape for a in activation_model.predict(x)])
