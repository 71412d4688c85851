"""The next word: an LSTM learns a nursery tale by heart and goes on from any of its beginnings."""

import numpy as np

import hornbeam
from hornbeam.layers import LSTM, Dense, Embedding, Input
from hornbeam.preprocessing.sequence import pad_sequences
from hornbeam.preprocessing.text import Tokenizer

hornbeam.utils.set_random_seed(3)

TALE = """
the old owl lived in a hollow hornbeam at the edge of the wood . every evening she counted the stars
and every morning she forgot the number . a young mouse who lived under the roots offered to remember it .
so the owl counted and the mouse remembered , and when winter came the clouds covered every star .
how many are there now , asked the mouse . as many as before , said the owl , we only have to wait .
"""

tokenizer = Tokenizer(filters="\n")  # full stops and commas are words here
tokenizer.fit_on_texts([TALE])
text = tokenizer.texts_to_sequences([TALE])[0]
WORDS = len(tokenizer.word_index) + 1  # numbers begin at 1: 0 is kept for padding

# A sample is the 2 to 6 words before a word, padded with zeros on the left; its target is that word.
LENGTH = 6
samples = [(text[max(i - n, 0) : i], text[i]) for i in range(2, len(text)) for n in range(2, LENGTH + 1)]
contexts = pad_sequences([before for before, _ in samples], LENGTH)
targets = np.array([word for _, word in samples])

model = hornbeam.Sequential(
    [
        Input((LENGTH,), dtype="int32"),
        Embedding(WORDS, 24, mask_zero=True),  # the mask makes the LSTM skip the padding
        LSTM(48),
        Dense(WORDS, activation="softmax"),
    ]
)
model.compile(optimizer=hornbeam.optimizers.Adam(0.02), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(contexts, targets, batch_size=32, epochs=30, verbose=0).history
print(
    f"Accuracy {history['accuracy'][-1]:.3f} on {len(targets)} contexts, perplexity {np.exp(history['loss'][-1]):.2f}"
)

told = "a young mouse"
while not told.endswith(" ."):
    context = pad_sequences(tokenizer.texts_to_sequences([told]), LENGTH)  # the last words
    told += " " + tokenizer.index_word[int(model.predict(context, verbose=0)[0].argmax())]
print(told)
