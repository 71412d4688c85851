import keras
from keras import layers, ops
import numpy as np


class CustomFit(keras.Model):
    """The step of the JAX backend: a pure function of a state."""

    def compute_loss_and_updates(self, trainable_variables, non_trainable_variables, x, y, training=False):
        y_pred, non_trainable_variables = self.stateless_call(
            trainable_variables, non_trainable_variables, x, training=training)
        loss = self.compute_loss(x, y, y_pred)
        return loss, (y_pred, non_trainable_variables)


inputs = keras.Input((4,))
model = CustomFit(inputs, layers.Dense(1)(layers.BatchNormalization()(inputs)))
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
x, y = np.random.rand(16, 4).astype("float32"), np.random.rand(16, 1).astype("float32")
model.optimizer.build(model.trainable_variables)
values = [v.value for v in model.trainable_variables], [v.value for v in model.non_trainable_variables]
loss, (y_pred, updates) = model.compute_loss_and_updates(*values, x, y, training=True)
print(float(loss), len(updates))
model.fit(x, y, verbose=0)


class Distilled(keras.Model):
    def __init__(self, student, teacher):
        super().__init__()
        self.student = student
        self.teacher = teacher
        self.loss_tracker = keras.metrics.Mean(name="distillation_loss")

    @property
    def metrics(self):
        return [*super().metrics, self.loss_tracker]

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        teacher = ops.stop_gradient(self.teacher(x, training=False))
        loss = ops.mean(ops.square(y_pred - teacher)) + super().compute_loss(x, y, y_pred, sample_weight)
        self.loss_tracker.update_state(loss)
        return loss

    def call(self, x):
        return self.student(x)


d = Distilled(keras.Sequential([layers.Dense(1)]), keras.Sequential([layers.Dense(1)]))
d.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mse"])
history = d.fit(x, y, epochs=2, batch_size=8, verbose=0)
assert {"loss", "distillation_loss", "mse"} <= set(history.history), history.history


class Own(keras.Model):
    def test_step(self, data):
        x, y = data
        y_pred = self(x, training=False)
        loss = self.compute_loss(y=y, y_pred=y_pred)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


own = Own(inputs, layers.Dense(1)(inputs))
own.compile(loss="mse", metrics=["mae"])
print(own.evaluate(x, y, verbose=0))

# a loop by hand, on whatever backend there is
class Counter(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.n = 0

    def on_train_batch_end(self, batch, logs=None):
        self.n += 1


counter = Counter()
own.compile(optimizer=keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10)), loss="mse")
own.fit(keras.utils.PyDataset and x, y, batch_size=4, callbacks=[counter], verbose=0)
assert counter.n == 4
