'''Little data: augmentation from folders, bottleneck features, and the top of the network trained on them.'''
import os
import numpy as np
from PIL import Image
from keras.preprocessing.image import ImageDataGenerator, array_to_img, img_to_array, load_img
from keras.preprocessing import image
from keras.models import Sequential
from keras.layers import Conv2D, MaxPooling2D
from keras.layers import Activation, Dropout, Flatten, Dense
from keras import backend as K
from keras import optimizers

for split, n in (('train', 6), ('validation', 4)):
    for name, colour in (('cats', 50), ('dogs', 200)):
        os.makedirs('data/%s/%s' % (split, name), exist_ok=True)
        for i in range(n):
            pixels = np.random.randint(colour - 40, colour + 40, (20, 24, 3)).astype('uint8')
            Image.fromarray(pixels).save('data/%s/%s/%s.%d.jpg' % (split, name, name[:-1], i))

img_width, img_height = 16, 16
train_data_dir = 'data/train'
validation_data_dir = 'data/validation'
nb_train_samples, nb_validation_samples, epochs, batch_size = 12, 8, 1, 4

datagen = ImageDataGenerator(rotation_range=40, width_shift_range=0.2, height_shift_range=0.2, shear_range=0.2,
                             zoom_range=0.2, horizontal_flip=True, fill_mode='nearest')
img = load_img('data/train/cats/cat.0.jpg')
x = img_to_array(img)
x = x.reshape((1,) + x.shape)
os.makedirs('preview', exist_ok=True)
i = 0
for batch in datagen.flow(x, batch_size=1, save_to_dir='preview', save_prefix='cat', save_format='jpeg'):
    i += 1
    if i > 3:
        break
assert len(os.listdir('preview')) >= 3

if K.image_data_format() == 'channels_first':
    input_shape = (3, img_width, img_height)
else:
    input_shape = (img_width, img_height, 3)
model = Sequential()
model.add(Conv2D(4, (3, 3), input_shape=input_shape))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(4))
model.add(Activation('relu'))
model.add(Dropout(0.5))
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['accuracy'])

train_datagen = ImageDataGenerator(rescale=1. / 255, shear_range=0.2, zoom_range=0.2, horizontal_flip=True)
test_datagen = ImageDataGenerator(rescale=1. / 255)
train_generator = train_datagen.flow_from_directory(train_data_dir, target_size=(img_width, img_height),
                                                    batch_size=batch_size, class_mode='binary')
validation_generator = test_datagen.flow_from_directory(validation_data_dir, target_size=(img_width, img_height),
                                                        batch_size=batch_size, class_mode='binary', shuffle=False)
print(train_generator.class_indices)
history = model.fit_generator(train_generator, steps_per_epoch=nb_train_samples // batch_size, epochs=epochs,
                              validation_data=validation_generator,
                              validation_steps=nb_validation_samples // batch_size)
model.save_weights('first_try.h5')
acc = history.history['acc']
val_acc = history.history['val_acc']
pred = model.predict_generator(validation_generator, steps=2)
assert pred.shape == (8, 1) and list(validation_generator.classes) == [0] * 4 + [1] * 4
validation_generator.reset()
img = image.load_img('data/validation/dogs/dog.1.jpg', target_size=(img_width, img_height))
x = image.img_to_array(img)
x = np.expand_dims(x, axis=0)
images = np.vstack([x])
print(model.predict_classes(images, batch_size=10))
