import io
import os
import numpy as np
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
from keras.models import Sequential, Model
from keras.layers import Dense, Conv2D, Flatten, Input, concatenate
from keras.utils import plot_model
from keras.utils.vis_utils import plot_model as from_vis_utils, model_to_dot
from keras.utils.layer_utils import print_summary, count_params, convert_all_kernels_in_model
import keras

model = Sequential()
model.add(Conv2D(3, (3, 3), input_shape=(8, 8, 1), activation='relu', name='conv'))
model.add(Flatten())
model.add(Dense(2, activation='softmax'))
model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
history = model.fit(np.random.rand(20, 8, 8, 1), np.eye(2)[np.random.randint(0, 2, 20)], validation_split=0.25,
                    epochs=2, batch_size=10, verbose=0)
print(history.history.keys())
# summarize history for accuracy
plt.plot(history.history['acc'])
plt.plot(history.history['val_acc'])
plt.title('model accuracy')
plt.ylabel('accuracy')
plt.xlabel('epoch')
plt.legend(['train', 'test'], loc='upper left')
plt.show()
plt.figure()
acc, val_acc = history.history['accuracy'], history.history['val_accuracy']
epochs = range(1, len(acc) + 1)
plt.plot(epochs, acc, 'bo', label='Training acc')
plt.plot(epochs, history.history['val_loss'], 'b', label='Validation loss')
plt.legend()
plt.savefig('history.png')

plot_model(model, to_file='model.dot', show_shapes=True, show_layer_names=True, rankdir='LR')
from_vis_utils(model, to_file='again.dot')
print(type(model_to_dot(model)).__name__)
stream = io.StringIO()
model.summary(print_fn=lambda x: stream.write(x + '\n'))
assert 'Total params' in stream.getvalue() and os.path.getsize('model.dot') > 0
trainable_count = int(np.sum([keras.backend.count_params(p) for p in set(model.trainable_weights)]))
print(trainable_count, model.count_params())
weights, biases = model.layers[0].get_weights()
fig = plt.figure()
for i in range(3):
    fig.add_subplot(1, 3, i + 1).imshow(weights[:, :, 0, i], cmap='gray')
for layer in model.layers:
    print(layer.name, layer.input_shape, layer.output_shape, layer.__class__.__name__, layer.get_config()['name'])
