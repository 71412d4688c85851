import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
import tensorflow as tf2
tf2.compat.v1.disable_eager_execution()
tf2.compat.v1.logging.set_verbosity(tf2.compat.v1.logging.ERROR)
from tensorflow.compat.v1.keras.backend import set_session
from tensorflow.python.keras.models import Sequential, Model
from tensorflow.python.keras.layers import Dense, Input, Lambda
from tensorflow.python.keras import backend as K
from tensorflow.python.keras.optimizers import Adam
from tensorflow.python.client import device_lib
import numpy as np

config = tf2.compat.v1.ConfigProto()
config.gpu_options.allow_growth = True
config.log_device_placement = False
sess = tf2.compat.v1.Session(config=config)
set_session(sess)
print(device_lib.list_local_devices())
if not tf2.executing_eagerly():
    raise SystemExit('values are there at once')
tf2.compat.v1.set_random_seed(3)
tf.set_random_seed(3)
model = Sequential([Dense(4, activation=tf.nn.relu, input_shape=(3,)), Dense(1)])
model.compile(optimizer=Adam(lr=0.01), loss=lambda t, p: tf.reduce_mean(tf.square(t - p), axis=-1), metrics=['mse'])
model.fit(np.random.rand(20, 3), np.random.rand(20, 1), epochs=1, verbose=0)
x = Input(shape=(3,))
y = Lambda(lambda t: tf.clip_by_value(tf.reduce_sum(t, axis=1, keep_dims=True), 0.0, 1.0))(x)
print(Model(x, y).predict(np.ones((2, 3))))


def custom_mse(y_true, y_pred):
    return tf.reduce_mean(tf.squared_difference(y_true, y_pred), axis=-1)


model.compile('sgd', custom_mse)
assert model.train_on_batch(np.ones((2, 3)), np.ones((2, 1))) >= 0
