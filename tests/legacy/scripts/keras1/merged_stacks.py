import numpy as np
np.random.seed(1337)
from keras.layers.embeddings import Embedding
from keras.layers import Dense, Merge, Dropout, RepeatVector
from keras.layers import recurrent
from keras.models import Sequential
RNN = recurrent.GRU
EMBED = 6
sentrnn = Sequential()
sentrnn.add(Embedding(20, EMBED, input_length=7)); sentrnn.add(Dropout(0.3))
qrnn = Sequential()
qrnn.add(Embedding(20, EMBED, input_length=3)); qrnn.add(Dropout(0.3))
qrnn.add(RNN(EMBED, return_sequences=False)); qrnn.add(RepeatVector(7))
model = Sequential()
model.add(Merge([sentrnn, qrnn], mode='sum'))
model.add(RNN(EMBED, return_sequences=False)); model.add(Dropout(0.3))
model.add(Dense(20, activation='softmax'))
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
X, Xq, Y = np.random.randint(0, 20, (40, 7)), np.random.randint(0, 20, (40, 3)), np.eye(20)[np.random.randint(0, 20, 40)]
model.fit([X, Xq], Y, batch_size=16, nb_epoch=1, validation_split=0.05)
loss, acc = model.evaluate([X, Xq], Y, batch_size=16)
print('Test loss / test accuracy = {:.4f} / {:.4f}'.format(loss, acc))
