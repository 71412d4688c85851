# Skip-grams with negative sampling
from __future__ import division, absolute_import, print_function
import numpy as np
from keras.preprocessing.text import Tokenizer, text_to_word_sequence
from keras.preprocessing.sequence import skipgrams, make_sampling_table, pad_sequences
from keras.preprocessing import text, sequence
from keras.models import Model, Sequential
from keras.layers import Input, Dense, Reshape, Embedding, Dot, dot, Lambda
import keras.backend as K
from keras.utils import np_utils

corpus = ['The cat sat on the mat', 'the dog sat on the log', 'cats and dogs are animals', 'the mat is on the log']
tokenizer = Tokenizer()
tokenizer.fit_on_texts(corpus)
word2idx = tokenizer.word_index
idx2word = {v: k for k, v in word2idx.items()}
vocab_size = len(word2idx) + 1
V, dim = vocab_size, 5
sequences = tokenizer.texts_to_sequences(corpus)
couples, labels = skipgrams(sequences[0], V, window_size=2, negative_samples=1., sampling_table=None)
print(couples[:4], labels[:4], len(make_sampling_table(V)))

w_inputs = Input(shape=(1, ), dtype='int32')
w = Embedding(V, dim)(w_inputs)
c_inputs = Input(shape=(1, ), dtype='int32')
c = Embedding(V, dim)(c_inputs)
o = Dot(axes=2)([w, c])
o = Reshape((1,), input_shape=(1, 1))(o)
o = Dense(1, activation='sigmoid')(o)
SkipGram = Model(inputs=[w_inputs, c_inputs], outputs=o)
SkipGram.summary()
SkipGram.compile(loss='binary_crossentropy', optimizer='adam')
for _ in range(2):
    loss = 0.
    for i, doc in enumerate(tokenizer.texts_to_sequences(corpus)):
        data, labels = skipgrams(sequence=doc, vocabulary_size=V, window_size=2, negative_samples=2.)
        x = [np.array(x) for x in zip(*data)]
        y = np.array(labels, dtype=np.int32)
        if x:
            loss += SkipGram.train_on_batch(x, y)
    print(loss)
f = open('vectors.txt', 'w')
f.write('{} {}\n'.format(V - 1, dim))
vectors = SkipGram.get_weights()[0]
for word, i in tokenizer.word_index.items():
    f.write('{} {}\n'.format(word, ' '.join(map(str, list(vectors[i, :])))))
f.close()

# CBOW
def generate_data(corpus, window_size, V):
    maxlen = window_size*2
    for words in corpus:
        L = len(words)
        for index, word in enumerate(words):
            contexts, labels = [], []
            s, e = index - window_size, index + window_size + 1
            contexts.append([words[i] for i in range(s, e) if 0 <= i < L and i != index])
            labels.append(word)
            x = sequence.pad_sequences(contexts, maxlen=maxlen)
            y = np_utils.to_categorical(labels, V)
            yield (x, y)


cbow = Sequential()
cbow.add(Embedding(input_dim=V, output_dim=dim, input_length=4))
cbow.add(Lambda(lambda x: K.mean(x, axis=1), output_shape=(dim,)))
cbow.add(Dense(V, kernel_initializer='glorot_uniform', activation='softmax'))
cbow.compile(loss='categorical_crossentropy', optimizer='adadelta')
for x, y in generate_data(sequences[:2], 2, V):
    loss = cbow.train_on_batch(x, y)
assert vectors.shape == (V, dim) and np.isfinite(loss)
