"""Two words of a sentence, and which comes next."""

import numpy as np
from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential
from keras.preprocessing.text import Tokenizer
from keras.utils import to_categorical

TEXT = "Owls hoot by night and larks sing by day"
SEQ_LEN = 3


def lines_of(text):
    words = text.split()
    return [" ".join(words[i - SEQ_LEN : i]) for i in range(SEQ_LEN, len(words) + 1)]


def test_windows_of_three_words_become_numbers():
    lines = lines_of(TEXT)
    assert lines[0] == "Owls hoot by" and lines[-1] == "sing by day" and len(lines) == 7
    tokenizer = Tokenizer()
    tokenizer.fit_on_texts(lines)
    sequences = tokenizer.texts_to_sequences(lines)
    assert {len(sequence) for sequence in sequences} == {3}
    assert tokenizer.index_word[1] == "by"  # the most frequent is 1; 0 is kept free
    assert [tokenizer.index_word[i] for i in sequences[0]] == ["owls", "hoot", "by"]
    assert tokenizer.sequences_to_texts(sequences) == [line.lower() for line in lines]


def test_an_lstm_learns_the_next_word():
    tokenizer = Tokenizer()
    tokenizer.fit_on_texts(lines_of(TEXT))
    sequences = np.array(tokenizer.texts_to_sequences(lines_of(TEXT)))
    vocab_size = len(tokenizer.index_word) + 1
    model = Sequential()
    model.add(Embedding(input_dim=vocab_size, output_dim=8, input_length=2))
    model.add(LSTM(8))
    model.add(Dense(8, activation="relu"))
    model.add(Dense(vocab_size, activation="softmax"))
    assert [layer.output_shape for layer in model.layers] == [(None, 2, 8), (None, 8), (None, 8), (None, vocab_size)]
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.learning_rate = 0.05
    x, y = sequences[:, :2], to_categorical(sequences[:, 2], vocab_size)
    history = model.fit(x, y, epochs=60, verbose=0).history
    assert history["accuracy"][-1] == 1
    hoot = tokenizer.texts_to_sequences(["owls hoot"])
    assert tokenizer.index_word[model.predict(np.array(hoot)).argmax()] == "by"
