"""As it was written for Keras 2: what does ResNet50 see in a photograph? Its weights, 100 MB, are fetched once.

python -m hornbeam run photograph.py
"""

import os
import tempfile

import numpy as np
from keras.applications.resnet50 import ResNet50, decode_predictions, preprocess_input
from keras.preprocessing import image
from sklearn.datasets import load_sample_image

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "flower.png")
    image.save_img(path, load_sample_image("flower.jpg"))
    img = image.load_img(path, target_size=(224, 224))

img = image.img_to_array(img)
img = np.expand_dims(img, axis=0)  # a batch of one
img = preprocess_input(img)
print("Ready for the network:", img.shape)

model = ResNet50(weights="imagenet")
for _, name, probability in decode_predictions(model.predict(img), top=3)[0]:
    print(round(float(probability), 2), name)
