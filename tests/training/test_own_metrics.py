"""Models that count in their own way: what a user's `metrics`, `compute_loss` and `compute_metrics` say, counts."""

import numpy as np

import hornbeam as hb
from hornbeam import layers, losses, metrics, ops

X, Y = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3), np.arange(8) % 2
WEIGHT = np.array([1, 0, 1, 1, 0, 0, 1, 0], "float32")


def made(cls, units=2, activation="softmax"):
    x = hb.Input((3,))
    model = cls(x, layers.Dense(units, activation, kernel_initializer="zeros")(x))
    model.compile(hb.optimizers.SGD(0.0))
    return model


def test_a_metric_outside_the_model_that_its_metrics_name(engine):
    tracker = metrics.Mean(name="loss")
    each = losses.SparseCategoricalCrossentropy(reduction=None)

    class Masked(hb.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            loss = each(y, y_pred, sample_weight)
            tracker.update_state(loss, sample_weight=sample_weight)
            return ops.sum(loss)

        def compute_metrics(self, x, y, y_pred, sample_weight):
            return {"loss": tracker.result()}

        @property
        def metrics(self):
            return [tracker]

    history = made(Masked).fit(X, Y, sample_weight=WEIGHT, epochs=2, batch_size=4, verbose=0).history
    assert list(history) == ["loss"]
    np.testing.assert_allclose(history["loss"], [np.log(2)] * 2, rtol=1e-5)  # of each epoch, by its weights


def test_logs_of_compute_metrics_are_those_of_the_step(engine):
    class More(hb.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return super().compute_metrics(x, y, y_pred, sample_weight) | {"rows": ops.sum(ops.ones_like(y))}

    model = made(More)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(X, Y, batch_size=4, verbose=0).history
    assert sorted(history) == ["accuracy", "loss", "rows"]
    assert history["rows"] == [4]


def test_a_loss_of_the_users_may_do_without_targets(engine):
    class FromInputs(hb.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return ops.mean(self.loss(x[:, :1], y_pred))

    model = made(FromInputs, 1, None)
    model.compile("sgd", losses.MeanSquaredError(reduction=None))
    history = model.fit(X, epochs=1, verbose=0, validation_data=(X,)).history
    assert sorted(history) == ["loss", "val_loss"]
    np.testing.assert_allclose(history["loss"], np.mean(X[:, 0] ** 2), rtol=1e-5)
