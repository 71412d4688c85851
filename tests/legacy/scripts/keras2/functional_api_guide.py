# Multi-input and multi-output, with names everywhere
import keras
from keras.layers import Input, Embedding, LSTM, Dense, TimeDistributed, concatenate, add, Flatten
from keras.models import Model
import numpy as np
np.random.seed(0)

main_input = Input(shape=(10,), dtype='int32', name='main_input')
x = Embedding(output_dim=6, input_dim=50, input_length=10)(main_input)
lstm_out = LSTM(5)(x)
auxiliary_output = Dense(1, activation='sigmoid', name='aux_output')(lstm_out)
auxiliary_input = Input(shape=(5,), name='aux_input')
x = keras.layers.concatenate([lstm_out, auxiliary_input])
x = Dense(8, activation='relu')(x)
y = Dense(8, activation='relu')(x)
x = add([x, y])
main_output = Dense(1, activation='sigmoid', name='main_output')(x)
model = Model(inputs=[main_input, auxiliary_input], outputs=[main_output, auxiliary_output])

headline_data = np.round(np.abs(np.random.rand(24, 10) * 49))
additional_data = np.random.randn(24, 5)
headline_labels = np.random.randint(0, 2, size=(24, 1))
additional_labels = np.random.randint(0, 2, size=(24, 1))

model.compile(optimizer='rmsprop', loss='binary_crossentropy', loss_weights=[1., 0.2])
model.fit([headline_data, additional_data], [headline_labels, headline_labels], epochs=1, batch_size=32)

model.compile(optimizer='rmsprop',
              loss={'main_output': 'binary_crossentropy', 'aux_output': 'binary_crossentropy'},
              loss_weights={'main_output': 1., 'aux_output': 0.2}, metrics={'main_output': 'acc'})
print(model.metrics_names)
h = model.fit({'main_input': headline_data, 'aux_input': additional_data},
              {'main_output': headline_labels, 'aux_output': additional_labels},
              epochs=1, batch_size=32,
              validation_data=({'main_input': headline_data, 'aux_input': additional_data},
                               {'main_output': headline_labels, 'aux_output': additional_labels}))
assert h.history['val_main_output_accuracy'] == h.history['val_main_output_acc']
results = dict(zip(model.metrics_names, model.evaluate([headline_data, additional_data], [headline_labels] * 2)))
assert abs(results['loss'] - results['main_output_loss'] - 0.2 * results['aux_output_loss']) < 1e-5, results
pred = model.predict([headline_data, additional_data])
assert [p.shape for p in pred] == [(24, 1), (24, 1)]

# layer sharing, nodes
tweet_a, tweet_b = Input(shape=(6, 4)), Input(shape=(6, 4))
shared_lstm = LSTM(3)
encoded_a = shared_lstm(tweet_a)
encoded_b = shared_lstm(tweet_b)
merged_vector = keras.layers.concatenate([encoded_a, encoded_b], axis=-1)
predictions = Dense(1, activation='sigmoid')(merged_vector)
assert shared_lstm.get_output_at(0) is encoded_a
assert shared_lstm.get_output_at(1) is encoded_b
assert shared_lstm.get_input_shape_at(0) == (None, 6, 4)
try:
    shared_lstm.output
except AttributeError as e:
    print(e)
net = Model([tweet_a, tweet_b], predictions)
print(net.get_layer(index=2).name, net.count_params(), [l.output_shape for l in net.layers])
