import numpy as np
import pandas
from sklearn.datasets import load_iris
from sklearn.preprocessing import LabelEncoder, OneHotEncoder
from sklearn.utils import class_weight
from keras.models import Sequential
from keras.layers import Dense, BatchNormalization, Activation
from keras.optimizers import SGD
from keras.utils import np_utils, to_categorical

iris = load_iris()
dataframe = pandas.DataFrame(iris.data)
dataframe['name'] = [iris.target_names[i] for i in iris.target]
dataset = dataframe.values
X = dataset[:, 0:4].astype(float)
Y = dataset[:, 4]
encoder = LabelEncoder()
encoder.fit(Y)
encoded_Y = encoder.transform(Y)
dummy_y = np_utils.to_categorical(encoded_Y)


def baseline_model():
    model = Sequential()
    model.add(Dense(8, input_dim=4))
    model.add(BatchNormalization())
    model.add(Activation('relu'))
    model.add(Dense(3, activation='softmax'))
    sgd = SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
    model.compile(loss='categorical_crossentropy', optimizer=sgd, metrics=['accuracy', 'categorical_accuracy'])
    return model


model = baseline_model()
weights = class_weight.compute_class_weight(class_weight='balanced', classes=np.unique(encoded_Y), y=encoded_Y)
class_weights = dict(enumerate(weights))
h = model.fit(X, dummy_y, epochs=1, batch_size=50, verbose=0, class_weight=class_weights, shuffle=True,
              validation_split=0.33)
sample_weight = np.ones(shape=(len(encoded_Y),))
sample_weight[encoded_Y == 2] = 2.0
model.fit(X, dummy_y, epochs=1, batch_size=50, verbose=0, sample_weight=sample_weight,
          validation_data=(X, dummy_y, sample_weight))
print(model.evaluate(X, dummy_y, sample_weight=sample_weight, verbose=0))
predictions = model.predict_classes(X)
print(encoder.inverse_transform(predictions)[:3])
assert h.history['acc'][0] == h.history['categorical_accuracy'][0]
