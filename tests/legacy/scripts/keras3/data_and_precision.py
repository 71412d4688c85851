import keras
import numpy as np
from keras import layers
from keras.utils import PyDataset

rng = np.random.default_rng(0)


class Batches(PyDataset):
    def __init__(self, x, y, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self):
        return int(np.ceil(len(self.x) / self.batch_size))

    def __getitem__(self, idx):
        low = idx * self.batch_size
        high = min(low + self.batch_size, len(self.x))
        return self.x[low:high], self.y[low:high]


x, y = rng.normal(size=(50, 3)).astype("float32"), rng.integers(0, 2, 50)
normalizer = layers.Normalization()
normalizer.adapt(x)
model = keras.Sequential([keras.Input((3,)), normalizer, layers.Dense(8, activation="relu"),
                          layers.Dense(1, activation="sigmoid", dtype="float32")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy", keras.metrics.AUC(name="auc")])
history = model.fit(Batches(x, y, 20, workers=1), epochs=2, validation_data=(x, y), verbose=0,
                    callbacks=[keras.callbacks.EarlyStopping("val_auc", mode="max", patience=2,
                                                             restore_best_weights=True),
                               keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True),
                               keras.callbacks.BackupAndRestore("backup")])
print(history.history.keys())

strings = np.array([["red"], ["blue"], ["red"]])
lookup = layers.StringLookup(vocabulary=["red", "blue"], output_mode="one_hot")
print(keras.ops.convert_to_numpy(lookup(strings)))
text = layers.TextVectorization(max_tokens=20, output_sequence_length=4)
text.adapt(["the cat sat", "the dog"])
print(text.get_vocabulary()[:3], text(["the cat"]))

with keras.config.dtype_policy() and keras.device("cpu:0"):
    mixed = keras.Sequential([keras.Input((3,)), layers.Dense(4, dtype="mixed_bfloat16"), layers.Dense(1)])
    mixed.compile("sgd", "mse")
    mixed.fit(x, y, verbose=0)
assert mixed.layers[0].compute_dtype == "bfloat16"
fm = keras.layers.Dense(2)
fm.build((None, 3))
out, non_trainable = fm.stateless_call([v.value for v in fm.trainable_variables], [], x)
print(out.shape, len(non_trainable), model.count_params())
print(keras.random.uniform((2,), seed=1), keras.random.shuffle(np.arange(4), seed=2))
