from keras import backend as K
import keras.losses
import keras.metrics
from keras.losses import categorical_crossentropy, binary_crossentropy
from keras.models import Sequential, load_model
from keras.layers import Dense, Activation
from keras.utils.generic_utils import get_custom_objects
from keras.utils import CustomObjectScope, custom_object_scope
from keras.engine.topology import Layer
import numpy as np
from functools import partial
from itertools import product


def precision(y_true, y_pred):
    true_positives = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
    predicted_positives = K.sum(K.round(K.clip(y_pred, 0, 1)))
    return true_positives / (predicted_positives + K.epsilon())


def recall(y_true, y_pred):
    true_positives = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
    possible_positives = K.sum(K.round(K.clip(y_true, 0, 1)))
    return true_positives / (possible_positives + K.epsilon())


def f1(y_true, y_pred):
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return 2 * ((p * r) / (p + r + K.epsilon()))


def mcc(y_true, y_pred):
    y_pred_pos = K.round(K.clip(y_pred, 0, 1))
    y_pred_neg = 1 - y_pred_pos
    y_pos = K.round(K.clip(y_true, 0, 1))
    y_neg = 1 - y_pos
    tp = K.sum(y_pos * y_pred_pos)
    tn = K.sum(y_neg * y_pred_neg)
    fp = K.sum(y_neg * y_pred_pos)
    fn = K.sum(y_pos * y_pred_neg)
    return (tp * tn - fp * fn) / (K.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) + K.epsilon())


def rmse(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true), axis=-1))


def coeff_determination(y_true, y_pred):
    SS_res = K.sum(K.square(y_true - y_pred))
    SS_tot = K.sum(K.square(y_true - K.mean(y_true)))
    return 1 - SS_res / (SS_tot + K.epsilon())


smooth = 1.


def dice_coef(y_true, y_pred):
    y_true_f = K.flatten(y_true)
    y_pred_f = K.flatten(y_pred)
    intersection = K.sum(y_true_f * y_pred_f)
    return (2. * intersection + smooth) / (K.sum(y_true_f) + K.sum(y_pred_f) + smooth)


def dice_coef_loss(y_true, y_pred):
    return 1 - dice_coef(y_true, y_pred)


def binary_focal_loss(gamma=2., alpha=.25):
    def binary_focal_loss_fixed(y_true, y_pred):
        epsilon = K.epsilon()
        y_pred = K.clip(y_pred, epsilon, 1. - epsilon)
        pt_1 = K.switch(K.equal(y_true, 1), y_pred, K.ones_like(y_pred))
        pt_0 = K.switch(K.equal(y_true, 0), y_pred, K.zeros_like(y_pred))
        return -K.mean(alpha * K.pow(1. - pt_1, gamma) * K.log(pt_1)) \
            - K.mean((1 - alpha) * K.pow(pt_0, gamma) * K.log(1. - pt_0))
    return binary_focal_loss_fixed


def weighted_categorical_crossentropy(weights):
    weights = K.variable(weights)

    def loss(y_true, y_pred):
        y_pred /= K.sum(y_pred, axis=-1, keepdims=True)
        y_pred = K.clip(y_pred, K.epsilon(), 1 - K.epsilon())
        loss = y_true * K.log(y_pred) * weights
        loss = -K.sum(loss, -1)
        return loss
    return loss


def w_categorical_crossentropy(y_true, y_pred, weights):
    nb_cl = len(weights)
    final_mask = K.zeros_like(y_pred[:, 0])
    y_pred_max = K.max(y_pred, axis=1)
    y_pred_max = K.expand_dims(y_pred_max, 1)
    y_pred_max_mat = K.equal(y_pred, y_pred_max)
    for c_p, c_t in product(range(nb_cl), range(nb_cl)):
        final_mask += (K.cast(weights[c_t, c_p], K.floatx()) * K.cast(y_pred_max_mat[:, c_p], K.floatx())
                       * K.cast(y_true[:, c_t], K.floatx()))
    return K.categorical_crossentropy(y_true, y_pred) * final_mask


def swish(x):
    return K.sigmoid(x) * x


get_custom_objects().update({'swish': Activation(swish)})
X, y = np.random.rand(40, 4), np.random.randint(0, 2, (40, 1))
model = Sequential([Dense(4, activation=swish, input_dim=4), Dense(1, activation='sigmoid')])
model.compile(loss=dice_coef_loss, optimizer='adam',
              metrics=[precision, recall, f1, mcc, rmse, coeff_determination, dice_coef, 'accuracy', 'mae', 'cosine_proximity'])
h = model.fit(X, y, epochs=1, batch_size=20, verbose=0)
print(model.evaluate(X, y, verbose=0))
assert abs(h.history['loss'][0] + h.history['dice_coef'][0] - 1) < 1e-4
model.save('dice.h5')
loaded = load_model('dice.h5', custom_objects={
    'dice_coef_loss': dice_coef_loss, 'dice_coef': dice_coef, 'precision': precision, 'recall': recall, 'f1': f1,
    'mcc': mcc, 'rmse': rmse, 'coeff_determination': coeff_determination, 'swish': swish})
assert np.allclose(loaded.predict(X), model.predict(X), atol=1e-6)

model.compile(loss=[binary_focal_loss(alpha=.25, gamma=2)], metrics=["accuracy"], optimizer='adam')
model.fit(X, y, epochs=1, batch_size=20, verbose=0)

keras.losses.dice_coef_loss = dice_coef_loss
m3 = Sequential([Dense(3, activation='softmax', input_dim=4)])
Y = keras.utils.to_categorical(np.random.randint(0, 3, 40), 3)
for loss in [weighted_categorical_crossentropy(np.array([0.5, 2, 10])),
             partial(w_categorical_crossentropy, weights=np.ones((3, 3))),
             lambda t, p: K.mean(K.abs(t - p), axis=-1)]:
    m3.compile(loss=loss, optimizer='sgd', metrics=[keras.metrics.categorical_accuracy, 'top_k_categorical_accuracy'])
    m3.fit(X, Y, epochs=1, batch_size=40, verbose=0)
    print(m3.metrics_names)
with CustomObjectScope({'dice_coef_loss': dice_coef_loss}):
    print(keras.losses.get('dice_coef_loss') is dice_coef_loss)
