from math import sqrt
from numpy import array, concatenate
from pandas import read_csv, DataFrame, concat
import numpy as np
from sklearn.preprocessing import MinMaxScaler
from keras.models import Sequential
from keras.layers import LSTM, Dense, RepeatVector, TimeDistributed, Flatten, ConvLSTM2D, Bidirectional
from keras.layers.convolutional import Conv1D, MaxPooling1D
from keras.preprocessing.sequence import TimeseriesGenerator


def series_to_supervised(data, n_in=1, n_out=1, dropnan=True):
    n_vars = 1 if type(data) is list else data.shape[1]
    df = DataFrame(data)
    cols, names = list(), list()
    for i in range(n_in, 0, -1):
        cols.append(df.shift(i))
        names += [('var%d(t-%d)' % (j+1, i)) for j in range(n_vars)]
    for i in range(0, n_out):
        cols.append(df.shift(-i))
        names += [('var%d(t+%d)' % (j+1, i)) for j in range(n_vars)]
    agg = concat(cols, axis=1)
    agg.columns = names
    if dropnan:
        agg.dropna(inplace=True)
    return agg


series = read_csv('airline-passengers.csv', header=0, index_col=0)
values = series.values.astype('float32')
scaler = MinMaxScaler(feature_range=(0, 1))
scaled = scaler.fit_transform(values)
reframed = series_to_supervised(scaled, 3, 1)
values = reframed.values
train, test = values[:100, :], values[100:, :]
train_X, train_y = train[:, :-1], train[:, -1]
test_X, test_y = test[:, :-1], test[:, -1]
train_X = train_X.reshape((train_X.shape[0], 1, train_X.shape[1]))
test_X = test_X.reshape((test_X.shape[0], 1, test_X.shape[1]))
model = Sequential()
model.add(LSTM(5, input_shape=(train_X.shape[1], train_X.shape[2])))
model.add(Dense(1))
model.compile(loss='mae', optimizer='adam')
history = model.fit(train_X, train_y, epochs=2, batch_size=50, validation_data=(test_X, test_y), verbose=2, shuffle=False)
yhat = model.predict(test_X)
test_X = test_X.reshape((test_X.shape[0], test_X.shape[2]))
inv_yhat = concatenate((yhat, test_X[:, 1:]), axis=1)
print('Test RMSE: %.3f' % sqrt(((yhat[:, 0] - test_y) ** 2).mean()))

X = array([[10, 20, 30], [20, 30, 40], [30, 40, 50], [40, 50, 60]]) / 100
y = array([40, 50, 60, 70]) / 100
X = X.reshape((X.shape[0], X.shape[1], 1))
model = Sequential()
model.add(Conv1D(filters=4, kernel_size=2, activation='relu', input_shape=(3, 1)))
model.add(MaxPooling1D(pool_size=2))
model.add(Flatten())
model.add(Dense(1))
model.compile(optimizer='adam', loss='mse')
model.fit(X, y, epochs=2, verbose=0)

model = Sequential()
model.add(TimeDistributed(Conv1D(filters=4, kernel_size=1, activation='relu'), input_shape=(None, 3, 1)))
model.add(TimeDistributed(MaxPooling1D(pool_size=2)))
model.add(TimeDistributed(Flatten()))
model.add(LSTM(4, activation='relu'))
model.add(Dense(1))
model.compile(optimizer='adam', loss='mse')
model.fit(X.reshape((2, 2, 3, 1)), y[:2], epochs=1, verbose=0)

model = Sequential()
model.add(LSTM(4, activation='relu', input_shape=(3, 1)))
model.add(RepeatVector(2))
model.add(LSTM(4, activation='relu', return_sequences=True))
model.add(TimeDistributed(Dense(1)))
model.compile(optimizer='adam', loss='mse')
model.fit(X, array([y, y]).T.reshape(4, 2, 1), epochs=1, verbose=0)

generator = TimeseriesGenerator(scaled, scaled, length=3, batch_size=20)
model = Sequential([LSTM(3, input_shape=(3, 1)), Dense(1)])
model.compile('adam', 'mse')
model.fit_generator(generator, steps_per_epoch=len(generator), epochs=1, verbose=0)
assert model.predict_generator(generator).shape == (141, 1)
