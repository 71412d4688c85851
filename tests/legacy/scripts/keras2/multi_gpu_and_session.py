# the header of a thousand scripts on servers
import os
os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import warnings
warnings.filterwarnings('ignore')
import random as rn
import numpy as np
import tensorflow as tf
from keras import backend as K
from keras.utils import multi_gpu_model
from keras.utils.training_utils import multi_gpu_model as from_there

os.environ['PYTHONHASHSEED'] = '0'
np.random.seed(42)
rn.seed(12345)
session_conf = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
session_conf.gpu_options.allow_growth = True
session_conf.gpu_options.per_process_gpu_memory_fraction = 0.5
tf.set_random_seed(1234)
sess = tf.Session(graph=tf.get_default_graph(), config=session_conf)
K.set_session(sess)
sess.run(tf.global_variables_initializer())
tf.logging.set_verbosity(tf.logging.ERROR)

from keras.models import Sequential
from keras.layers import Dense

model = Sequential([Dense(2, input_shape=(3,))])
try:
    parallel_model = multi_gpu_model(model, gpus=2)
except (ValueError, NotImplementedError, RuntimeError) as e:
    print(e)
    parallel_model = model
out = sess.run(model.output, feed_dict={model.input: np.ones((1, 3))})
assert np.allclose(out, model.predict(np.ones((1, 3))), atol=1e-6)
with tf.Session() as session, tf.get_default_graph().as_default():
    session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    assert session.run(model.layers[0].kernel).shape == (3, 2)
K.get_session().run(tf.global_variables_initializer())
try:
    tf.estimator.DNNClassifier
except AttributeError as e:
    print(e)
    assert 'keras.Model' in str(e)
parallel_model.compile('sgd', 'mse')
parallel_model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
with tf.device('/cpu:0'):
    other = Sequential([Dense(2, input_shape=(3,))])
print(tf.test.is_gpu_available(), tf.test.gpu_device_name())
K.clear_session()
