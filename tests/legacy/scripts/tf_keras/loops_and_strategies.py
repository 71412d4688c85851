import tensorflow as tf, numpy as np
from tensorflow import keras
tf.random.set_seed(1)
model = keras.Sequential([keras.layers.Dense(8, activation="relu", input_shape=(4,)), keras.layers.Dense(3)])
optimizer = keras.optimizers.SGD(learning_rate=1e-2)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
train_acc_metric, val_acc_metric = keras.metrics.SparseCategoricalAccuracy(), keras.metrics.SparseCategoricalAccuracy()
x, y = np.random.rand(40, 4).astype('float32'), np.random.randint(0, 3, 40)
ds = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(buffer_size=1024).batch(8).prefetch(tf.data.AUTOTUNE)
@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
        loss_value += sum(model.losses)
    grads = tape.gradient(loss_value, model.trainable_weights)
    grads, norm = tf.clip_by_global_norm(grads, 1.0)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    train_acc_metric.update_state(y, logits)
    return loss_value
total = 0.
for epoch in range(2):
    for step, (xb, yb) in enumerate(ds):
        loss_value = train_step(xb, yb)
        total += loss_value
        if step % 2 == 0:
            print("Training loss (for one batch) at step %d: %.4f" % (step, float(loss_value)))
    train_acc = train_acc_metric.result()
    print("Training acc over epoch: %.4f" % (float(train_acc),)); train_acc_metric.reset_states()
print(total.numpy(), optimizer.iterations.numpy(), optimizer.learning_rate.numpy())
lr = keras.optimizers.schedules.ExponentialDecay(1e-2, decay_steps=10, decay_rate=0.9)
opt = keras.optimizers.Adam(lr); opt.minimize(lambda: loss_fn(y, model(x)), model.trainable_variables)
loss_avg = keras.metrics.Mean(); loss_avg(3.0); loss_avg.update_state(tf.constant([1.0])); print(loss_avg.result().numpy())
w = tf.Variable([[1., 2.]]); w.assign_add([[1., 1.]]); w[0, 1].assign(5.) if hasattr(w[0, 1], 'assign') else None
with tf.GradientTape(persistent=True) as t:
    yy = tf.reduce_sum(w ** 2); zz = yy * 2
print(t.gradient(yy, w).numpy(), t.gradient(zz, w)); del t
strategy = tf.distribute.MirroredStrategy()
print('Number of devices: {}'.format(strategy.num_replicas_in_sync))
with strategy.scope():
    wide = keras.Sequential([keras.layers.Dense(4, activation='relu', input_shape=(4,)), keras.layers.Dense(1)])
    wide.compile(loss='mse', optimizer=keras.optimizers.legacy.Adam(learning_rate=1e-3, decay=1e-5), metrics=['mae'])
wide.fit(x, y, epochs=1, verbose=0)
try:
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver()
    strategy = tf.distribute.TPUStrategy(resolver)
except ValueError:
    strategy = tf.distribute.get_strategy()
per_replica = strategy.run(train_step, args=(x[:8], y[:8]))
print(strategy.reduce(tf.distribute.ReduceOp.SUM, per_replica, axis=None).numpy())
policy = tf.keras.mixed_precision.experimental.Policy('mixed_bfloat16')
tf.keras.mixed_precision.experimental.set_policy(policy)
print(policy.compute_dtype, keras.layers.Dense(1).dtype_policy.name)
tf.keras.mixed_precision.set_global_policy('float32')
