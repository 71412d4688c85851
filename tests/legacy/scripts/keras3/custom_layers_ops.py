import os
os.environ["KERAS_BACKEND"] = "jax"  # or "tensorflow" or "torch"
import keras
from keras import layers, ops
import numpy as np
keras.utils.set_random_seed(812)


class RandomNoise(layers.Layer):
    def __init__(self, stddev=0.1, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.stddev = stddev
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        if training:
            return inputs + keras.random.normal(ops.shape(inputs), stddev=self.stddev, seed=self.seed_generator)
        return inputs

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev}


@keras.saving.register_keras_serializable(package="my_package", name="GatedUnit")
class GatedUnit(layers.Layer):
    def __init__(self, units, activation="gelu", **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 2 * self.units), initializer="glorot_uniform", name="w")
        self.scale = self.add_weight(shape=(), initializer="ones", trainable=False, name="scale", dtype="float32")

    def call(self, x):
        a, b = ops.split(ops.matmul(x, self.w), 2, axis=-1)
        return self.scale * self.activation(a) * ops.sigmoid(b)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        config = super().get_config()
        config.update({"units": self.units, "activation": keras.activations.serialize(self.activation)})
        return config


@keras.saving.register_keras_serializable()
def scaled_error(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1) * 2


inputs = keras.Input(shape=(6,), name="x")
x = RandomNoise(0.05)(inputs)
x = GatedUnit(5)(x)
x = ops.concatenate([x, ops.relu(inputs)], axis=-1)
outputs = layers.Dense(1)(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.AdamW(1e-2, weight_decay=1e-4), loss=scaled_error, metrics=["mae"])
x, y = np.random.rand(32, 6), np.random.rand(32, 1)
history = model.fit(x, y, epochs=2, batch_size=16, verbose=0)
model.save("gated.keras")
again = keras.saving.load_model("gated.keras", custom_objects={"RandomNoise": RandomNoise})
np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)
model.save_weights("gated.weights.h5")
again.load_weights("gated.weights.h5")
print(model.layers[2].path if hasattr(model.layers[2], "path") else "", [w.path for w in model.weights][:2])
assert keras.config.backend() in ("jax", "torch") and keras.backend.backend() == keras.config.backend()
print(keras.tree.map_structure(lambda v: v + 1, {"a": [1, 2]}), ops.convert_to_numpy(ops.arange(3)))
