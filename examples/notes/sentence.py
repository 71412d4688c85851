"""As it was written for Keras 2: a `Tokenizer`, an `Embedding` and an `LSTM` say how a sentence goes on.

python -m hornbeam run sentence.py
"""

import numpy as np
from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential
from keras.optimizers import Adam
from keras.preprocessing.text import Tokenizer
from keras.utils import np_utils

np.random.seed(8)
text = "the hornbeam is a small tree of hard wood and its leaves stay brown on the twigs until a new spring is here"
seq_len = 3
words = text.split()
lines = [" ".join(words[i - seq_len : i]) for i in range(seq_len, len(words) + 1)]

tokenizer = Tokenizer()
tokenizer.fit_on_texts(lines)
sequences = np.array(tokenizer.texts_to_sequences(lines))
vocab_size = len(tokenizer.index_word) + 1  # 0 stands for no word

model = Sequential()
model.add(Embedding(input_dim=vocab_size, output_dim=8, input_length=seq_len - 1))
model.add(LSTM(32))
model.add(Dense(vocab_size, activation="softmax"))
model.compile(optimizer=Adam(lr=0.02), loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(sequences[:, :-1], np_utils.to_categorical(sequences[:, -1], vocab_size), nb_epoch=100, verbose=0)
print("Accuracy:", history.history["acc"][-1])

told = ["the", "hornbeam"]
while len(told) < len(words):
    pair = np.array(tokenizer.texts_to_sequences([" ".join(told[-2:])]))
    told.append(tokenizer.index_word[model.predict_classes(pair)[0]])
print(" ".join(told))
