'''Pretrained word embeddings in front of a 1D convnet.'''
from __future__ import print_function
import os
import sys
import numpy as np
from keras.preprocessing.text import Tokenizer
from keras.preprocessing.sequence import pad_sequences
from keras.utils import to_categorical
from keras.layers import Dense, Input, GlobalMaxPooling1D, SpatialDropout1D
from keras.layers import Conv1D, MaxPooling1D, Embedding
from keras.layers import CuDNNGRU, CuDNNLSTM, Bidirectional, GlobalAveragePooling1D, concatenate
from keras.models import Model
from keras.initializers import Constant
import pickle

MAX_SEQUENCE_LENGTH, MAX_NUM_WORDS, EMBEDDING_DIM, VALIDATION_SPLIT = 8, 20, 5, 0.2
with open('glove.txt', 'w') as f:
    for word in 'good bad film plot fine awful'.split():
        f.write(word + ' ' + ' '.join('%.3f' % v for v in np.random.randn(EMBEDDING_DIM)) + '\n')
embeddings_index = {}
with open('glove.txt') as f:
    for line in f:
        word, coefs = line.split(maxsplit=1)
        coefs = np.fromstring(coefs, 'f', sep=' ')
        embeddings_index[word] = coefs
print('Found %s word vectors.' % len(embeddings_index))

texts = ['A good film, a fine plot', 'awful, bad film', 'Fine.', 'the plot was bad'] * 8
labels = [0, 1, 0, 1] * 8
tokenizer = Tokenizer(num_words=MAX_NUM_WORDS, oov_token='<oov>')
tokenizer.fit_on_texts(texts)
sequences = tokenizer.texts_to_sequences(texts)
word_index = tokenizer.word_index
with open('tokenizer.pickle', 'wb') as handle:
    pickle.dump(tokenizer, handle, protocol=pickle.HIGHEST_PROTOCOL)
with open('tokenizer.pickle', 'rb') as handle:
    assert pickle.load(handle).texts_to_sequences(texts) == sequences
data = pad_sequences(sequences, maxlen=MAX_SEQUENCE_LENGTH, padding='post', truncating='post')
labels = to_categorical(np.asarray(labels))
indices = np.arange(data.shape[0])
np.random.shuffle(indices)
data, labels = data[indices], labels[indices]
num_words = min(MAX_NUM_WORDS, len(word_index) + 1)
embedding_matrix = np.zeros((num_words, EMBEDDING_DIM))
for word, i in word_index.items():
    if i >= MAX_NUM_WORDS:
        continue
    embedding_vector = embeddings_index.get(word)
    if embedding_vector is not None:
        embedding_matrix[i] = embedding_vector

embedding_layer = Embedding(num_words, EMBEDDING_DIM, embeddings_initializer=Constant(embedding_matrix),
                            input_length=MAX_SEQUENCE_LENGTH, trainable=False)
sequence_input = Input(shape=(MAX_SEQUENCE_LENGTH,), dtype='int32')
embedded_sequences = embedding_layer(sequence_input)
x = Conv1D(6, 3, activation='relu')(embedded_sequences)
x = MaxPooling1D(2)(x)
x = GlobalMaxPooling1D()(x)
preds = Dense(2, activation='softmax')(x)
model = Model(sequence_input, preds)
model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['acc'])
history = model.fit(data, labels, batch_size=16, epochs=1, validation_split=0.2)
assert (embedding_layer.get_weights()[0] == embedding_matrix.astype('float32')).all()
assert 'val_acc' in history.history

inp = Input(shape=(MAX_SEQUENCE_LENGTH,))
x = Embedding(num_words, EMBEDDING_DIM, weights=[embedding_matrix], trainable=False)(inp)
x = SpatialDropout1D(0.2)(x)
x = Bidirectional(CuDNNLSTM(3, return_sequences=True))(x)
x = Bidirectional(CuDNNGRU(3, return_sequences=True))(x)
avg_pool = GlobalAveragePooling1D()(x)
max_pool = GlobalMaxPooling1D()(x)
conc = concatenate([avg_pool, max_pool])
outp = Dense(2, activation="sigmoid")(conc)
model = Model(inputs=inp, outputs=outp)
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(data, labels, batch_size=16, epochs=1, verbose=2)
assert (model.layers[1].get_weights()[0] == embedding_matrix.astype('float32')).all()
