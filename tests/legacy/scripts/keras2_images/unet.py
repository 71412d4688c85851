from keras.models import *
from keras.layers import *
from keras.optimizers import *
from keras.callbacks import ModelCheckpoint, LearningRateScheduler
from keras import backend as keras
from keras.preprocessing.image import ImageDataGenerator
import numpy as np


def dice_coef(y_true, y_pred):
    y_true_f = keras.flatten(y_true)
    y_pred_f = keras.flatten(y_pred)
    intersection = keras.sum(y_true_f * y_pred_f)
    return (2. * intersection + 1) / (keras.sum(y_true_f) + keras.sum(y_pred_f) + 1)


def iou_coef(y_true, y_pred, smooth=1):
    intersection = keras.sum(keras.abs(y_true * y_pred), axis=[1, 2, 3])
    union = keras.sum(y_true, [1, 2, 3]) + keras.sum(y_pred, [1, 2, 3]) - intersection
    return keras.mean((intersection + smooth) / (union + smooth), axis=0)


def unet(pretrained_weights=None, input_size=(16, 16, 1)):
    inputs = Input(input_size)
    conv1 = Conv2D(2, 3, activation='relu', padding='same', kernel_initializer='he_normal')(inputs)
    conv1 = Conv2D(2, 3, activation='relu', padding='same', kernel_initializer='he_normal')(conv1)
    pool1 = MaxPooling2D(pool_size=(2, 2))(conv1)
    conv2 = Conv2D(4, 3, activation='relu', padding='same', kernel_initializer='he_normal')(pool1)
    drop2 = Dropout(0.5)(conv2)
    pool2 = MaxPooling2D(pool_size=(2, 2))(drop2)
    conv3 = Conv2D(4, 3, activation='relu', padding='same', kernel_initializer='he_normal')(pool2)
    up8 = Conv2D(4, 2, activation='relu', padding='same')(UpSampling2D(size=(2, 2))(conv3))
    merge8 = concatenate([drop2, up8], axis=3)
    up9 = Conv2DTranspose(2, (2, 2), strides=(2, 2), padding='same')(merge8)
    merge9 = concatenate([conv1, up9], axis=3)
    conv10 = Conv2D(1, 1, activation='sigmoid')(merge9)
    model = Model(inputs=inputs, outputs=conv10)
    model.compile(optimizer=Adam(lr=1e-4), loss='binary_crossentropy', metrics=['accuracy', dice_coef, iou_coef])
    if pretrained_weights:
        model.load_weights(pretrained_weights)
    return model


x = np.random.rand(6, 16, 16, 1)
y = (x > 0.5).astype('float32')
data_gen_args = dict(rotation_range=0.2, width_shift_range=0.05, zoom_range=0.05, horizontal_flip=True)
image_generator = ImageDataGenerator(**data_gen_args).flow(x, batch_size=2, seed=1)
mask_generator = ImageDataGenerator(**data_gen_args).flow(y, batch_size=2, seed=1)
train_generator = zip(image_generator, mask_generator)
model = unet()
model_checkpoint = ModelCheckpoint('unet_membrane.hdf5', monitor='loss', verbose=1, save_best_only=True)
model.fit_generator(train_generator, steps_per_epoch=2, epochs=1, callbacks=[model_checkpoint])
again = unet('unet_membrane.hdf5')
assert np.allclose(again.predict(x), model.predict(x), atol=1e-5)
