from keras.applications.mobilenet import MobileNet, preprocess_input
from keras.applications.vgg16 import VGG16
from keras.applications import imagenet_utils
from keras.preprocessing import image
from keras.models import Model, Sequential
from keras.layers import Dense, GlobalAveragePooling2D, Flatten, Dropout, Input
from keras.optimizers import SGD
from keras import backend as K
import numpy as np

base_model = VGG16(weights=None, include_top=False, input_tensor=Input(shape=(32, 32, 3)))
x = base_model.output
x = Flatten(name='flatten')(x)
x = Dense(8, activation='relu')(x)
predictions = Dense(2, activation='softmax')(x)
model = Model(inputs=base_model.input, outputs=predictions)
for layer in base_model.layers:
    layer.trainable = False
model.compile(optimizer='rmsprop', loss='categorical_crossentropy')
X = preprocess_input(np.random.randint(0, 255, (4, 32, 32, 3)).astype('float32'))
y = np.eye(2)[[0, 1, 0, 1]]
before = base_model.get_weights()[0]
model.fit(X, y, epochs=1, verbose=0)
assert (base_model.get_weights()[0] == before).all()
for i, layer in enumerate(base_model.layers):
    print(i, layer.name)
for layer in model.layers[:15]:
    layer.trainable = False
for layer in model.layers[15:]:
    layer.trainable = True
model.compile(optimizer=SGD(lr=0.0001, momentum=0.9), loss='categorical_crossentropy')
print(len(model.trainable_weights))
block = Model(inputs=base_model.input, outputs=base_model.get_layer('block4_pool').output)
assert block.predict(X).shape == (4, 2, 2, 512)

top_model = Sequential()
top_model.add(Flatten(input_shape=block.output_shape[1:]))
top_model.add(Dense(3, activation='relu'))
top_model.add(Dense(1, activation='sigmoid'))
features = block.predict(X)
np.save(open('bottleneck_features_train.npy', 'wb'), features)
top_model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy'])
top_model.fit(np.load(open('bottleneck_features_train.npy', 'rb')), np.array([0, 1, 0, 1]), epochs=1, verbose=0)
whole = Sequential()
for layer in block.layers:
    whole.add(layer)
whole.add(top_model)
assert whole.predict(X).shape == (4, 1)

mobile = MobileNet(alpha=0.25, weights=None, classes=5, input_shape=(32, 32, 3))
mobile.layers.pop()
print(mobile.layers[-1].name, mobile.summary() is None)
print(imagenet_utils.preprocess_input(np.zeros((1, 4, 4, 3)), mode='tf')[0, 0, 0])
