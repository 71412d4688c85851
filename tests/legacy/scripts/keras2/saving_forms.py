# every way in which models were kept
import json
import pickle
import numpy as np
import keras
from keras.models import Sequential, Model, load_model, model_from_json, model_from_yaml, save_model, clone_model
from keras.layers import Dense, Input, Dropout
import h5py

x = np.random.rand(6, 3)
model = Sequential([Dense(4, input_shape=(3,), name='first'), Dropout(0.5), Dense(2, name='second')])
model.compile('adam', 'mse', metrics=['mae'])
model.fit(x, np.zeros((6, 2)), verbose=0)
y = model.predict(x)


def same(other):
    assert np.allclose(other.predict(x), y, atol=1e-6)
    return other


model.save('my_model.h5')
del_me = same(load_model('my_model.h5'))
del_me.fit(x, y, verbose=0)
same(load_model('my_model.h5', compile=False))
save_model(model, 'again.hdf5', overwrite=True, include_optimizer=False)
same(load_model('again.hdf5'))
with h5py.File('my_model.h5', 'r') as f:
    print(list(f.keys()), f.attrs['keras_version'])
    same(load_model(f))
json_string = model.to_json()
assert json.loads(json_string)['class_name'] == 'Sequential'
m = model_from_json(json_string)
m.set_weights(model.get_weights())
same(m)
m = Sequential.from_config(model.get_config())
model.save_weights('w.h5')
m.load_weights('w.h5')
same(m)
other = Sequential([Dense(4, input_shape=(3,), name='first'), Dense(7, name='new')])
other.load_weights('w.h5', by_name=True)
assert np.allclose(other.layers[0].get_weights()[0], model.layers[0].get_weights()[0])
m = clone_model(model)
m.set_weights(model.get_weights())
same(m)
same(pickle.loads(pickle.dumps(model)))
np.save('weights.npy', np.array(model.get_weights(), dtype=object), allow_pickle=True)
m.set_weights(np.load('weights.npy', allow_pickle=True))
same(m)
try:
    model_from_yaml(model.to_yaml())
except Exception as e:
    print(type(e).__name__, e)
model.save('today.keras')
same(keras.models.load_model('today.keras'))
config = model.layers[0].get_config()
layer = Dense.from_config(config)
layer2 = keras.layers.deserialize({'class_name': 'Dense', 'config': config})
print(layer.units, layer2.name, keras.layers.serialize(layer)['class_name'])
