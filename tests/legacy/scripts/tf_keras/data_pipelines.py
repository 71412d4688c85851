import pathlib
import numpy as np
import pandas as pd
import tensorflow as tf
from PIL import Image
AUTOTUNE = tf.data.experimental.AUTOTUNE

# in memory, mapped, cached, prefetched
features = np.random.rand(40, 3).astype('float32')
labels = np.random.randint(0, 2, 40)
ds = tf.data.Dataset.from_tensor_slices((features, labels))
for f, l in ds.take(2):
    print(f.numpy(), l.numpy())
train_ds = ds.take(30).shuffle(30).batch(10, drop_remainder=True).map(
    lambda x, y: (x * 2.0, tf.cast(y, tf.float32)), num_parallel_calls=AUTOTUNE).cache().prefetch(AUTOTUNE)
val_ds = ds.skip(30).batch(5).repeat()
model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation='sigmoid')])
model.compile(optimizer=tf.keras.optimizers.RMSprop(0.001), loss=tf.keras.losses.BinaryCrossentropy(),
              metrics=[tf.keras.metrics.AUC(), tf.keras.metrics.Precision(), 'accuracy'])
h = model.fit(train_ds, epochs=2, validation_data=val_ds, validation_steps=2, verbose=0)
assert h.history['val_auc_1'] == h.history['val_auc'] and 'val_acc' in h.history
print(model.evaluate(train_ds, verbose=0, return_dict=True), train_ds.element_spec)

# data frames
df = pd.DataFrame({'age': [30., 40., 50., 60.] * 5, 'thal': ['fixed', 'normal'] * 10, 'target': [0, 1, 0, 1] * 5})
target = df.pop('target')
dataset = tf.data.Dataset.from_tensor_slices((dict(df), target.values)).batch(5)
for batch, t in dataset.take(1):
    print({k: v.shape for k, v in batch.items()}, t.numpy())

# generators
def count(stop):
    i = 0
    while i < stop:
        yield np.full(3, i, 'float32'), i % 2
        i += 1


gen = tf.data.Dataset.from_generator(count, args=[25], output_types=(tf.float32, tf.int32), output_shapes=((3,), ()))
model.fit(gen.batch(5), epochs=1, verbose=0)

# images in folders
root = pathlib.Path('flowers')
for name in ('daisy', 'roses'):
    (root / name).mkdir(parents=True, exist_ok=True)
    for i in range(5):
        Image.fromarray(np.random.randint(0, 255, (12, 12, 3)).astype('uint8')).save(root / name / ('%d.png' % i))
train = tf.keras.preprocessing.image_dataset_from_directory(
    str(root), validation_split=0.2, subset="training", seed=123, image_size=(8, 8), batch_size=4)
class_names = train.class_names
for image_batch, labels_batch in train:
    print(image_batch.shape, labels_batch.shape)
    break
normalization_layer = tf.keras.layers.experimental.preprocessing.Rescaling(1. / 255)
train = train.map(lambda x, y: (normalization_layer(x), y)).cache().prefetch(buffer_size=AUTOTUNE)
num_classes = len(class_names)
data_augmentation = tf.keras.Sequential([
    tf.keras.layers.experimental.preprocessing.RandomFlip("horizontal", input_shape=(8, 8, 3)),
    tf.keras.layers.experimental.preprocessing.RandomRotation(0.1),
    tf.keras.layers.RandomZoom(0.1)])
model = tf.keras.Sequential([data_augmentation, tf.keras.layers.Conv2D(2, 3, padding='same', activation='relu'),
                             tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(num_classes)])
model.compile('adam', tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])
model.fit(train, epochs=1, verbose=0)


def decode_img(path, label):
    img = tf.io.read_file(path)
    img = tf.image.decode_png(img, channels=3)
    img = tf.image.convert_image_dtype(img, tf.float32)
    return tf.image.resize(img, [8, 8]), label


files = [str(p) for p in sorted(root.glob('*/*.png'))]
list_ds = tf.data.Dataset.from_tensor_slices((files, [0] * 5 + [1] * 5)).map(decode_img).batch(5)
assert model.predict(list_ds).shape == (10, 2)
