# gradients by hand, linear and logistic regression, a schedule, persistent tapes
import tensorflow as tf
import numpy as np
rng = np.random

W = tf.Variable(rng.randn(), name="weight")
b = tf.Variable(rng.randn(), name="bias")
X = np.array([3.3, 4.4, 5.5, 6.71, 6.93, 4.168, 9.779]).astype('float32')
Y = np.array([1.7, 2.76, 2.09, 3.19, 1.694, 1.573, 3.366]).astype('float32')


def linear_regression(x):
    return W * x + b


def mean_square(y_pred, y_true):
    return tf.reduce_mean(tf.square(y_pred - y_true))


optimizer = tf.optimizers.SGD(0.01)


def run_optimization():
    with tf.GradientTape() as g:
        pred = linear_regression(X)
        loss = mean_square(pred, Y)
    gradients = g.gradient(loss, [W, b])
    optimizer.apply_gradients(zip(gradients, [W, b]))


for step in range(1, 21):
    run_optimization()
    if step % 10 == 0:
        pred = linear_regression(X)
        loss = mean_square(pred, Y)
        print("step: %i, loss: %f, W: %f, b: %f" % (step, loss, W.numpy(), b.numpy()))
assert float(loss) < 1

x = tf.constant(3.0)
with tf.GradientTape(persistent=True) as g:
    g.watch(x)
    y = x * x
    z = y * y
print(g.gradient(z, x).numpy(), g.gradient(y, x).numpy())
del g
with tf.GradientTape() as g:
    g.watch(x)
    with tf.GradientTape() as gg:
        gg.watch(x)
        y = x * x
    dy_dx = gg.gradient(y, x)
assert g.gradient(dy_dx, x).numpy() == 2.0

a = tf.constant([[1., 2.], [3., 4.]])
print(tf.matmul(a, a).numpy(), (a @ a).numpy(), tf.reduce_max(a), tf.argmax(a, axis=1), tf.nn.softmax(a), tf.rank(a))
print(tf.eye(2), tf.range(5), tf.linspace(0.0, 1.0, 3), tf.fill([2, 2], 7), tf.zeros([2]), tf.transpose(a)[0, 1])
print(a.shape, a.dtype, a[0].numpy(), tf.size(a), tf.shape(a), a.ndim)
v = tf.Variable([1.0, 2.0])
v.assign_add([1.0, 1.0])
v[0].assign(7.0) if hasattr(v[0], 'assign') else None
print(v, v.numpy(), tf.convert_to_tensor(v), tf.abs(-v))
lr_schedule = tf.keras.optimizers.schedules.ExponentialDecay(1e-2, decay_steps=10000, decay_rate=0.9)
opt = tf.keras.optimizers.Adam(learning_rate=lr_schedule)
print(float(lr_schedule(0)), opt.iterations.numpy(), tf.one_hot([0, 2], 3).numpy())
opt.minimize(lambda: tf.reduce_sum(v ** 2), var_list=[v])
assert opt.iterations.numpy() == 1
