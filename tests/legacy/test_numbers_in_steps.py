"""Losses of old code that look at numbers, of which sizes depend."""

import subprocess
import sys

SCRIPT = """
import numpy as np, keras, tensorflow as tf
from keras import backend as K

def loss(y_true, y_pred):
    places = tf.where(K.equal(y_true[:, 1], 1))
    return K.sum(K.square(tf.gather_nd(y_true[:, :1] - y_pred, places)))

model = keras.models.Sequential([keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", input_shape=(1,))])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss)
x, y = np.array([[1.0], [2.0]]), np.array([[3.0, 1.0], [9.0, 0.0]])
assert model.train_on_batch(x, y) == 4.0  # (3 - 1)^2 of the first row alone
assert np.allclose(model.get_weights()[0], 1.4)
model.fit(x, y, epochs=2, batch_size=1, verbose=0, shuffle=False)
"""


def test_a_loss_that_needs_numbers_runs_operation_by_operation_and_says_so(tmp_path):
    (tmp_path / "old.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "hornbeam", "run", "old.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("it runs operation by operation") <= 1  # PyTorch compiles nothing
