"""The next word: an LSTM learns a nursery tale by heart and goes on from any of its beginnings."""

import numpy as np

import hornbeam
from hornbeam.layers import LSTM, Dense, Embedding, Input

hornbeam.utils.set_random_seed(3)

TALE = """
the old owl lived in a hollow hornbeam at the edge of the wood . every evening she counted the stars
and every morning she forgot the number . a young mouse who lived under the roots offered to remember it .
so the owl counted and the mouse remembered , and when winter came the clouds covered every star .
how many are there now , asked the mouse . as many as before , said the owl , we only have to wait .
""".split()

words = sorted(set(TALE))
number = {word: i for i, word in enumerate(words, start=1)}  # 0 is kept for padding
text = np.array([number[word] for word in TALE])

# A sample is the 2 to 6 words before a word, padded with zeros on the left; its target is that word.
LENGTH = 6
samples = [(text[max(i - n, 0) : i], text[i]) for i in range(2, len(text)) for n in range(2, LENGTH + 1)]
contexts = np.stack([np.pad(before, (LENGTH - len(before), 0)) for before, _ in samples])
targets = np.array([word for _, word in samples])

model = hornbeam.Sequential(
    [
        Input((LENGTH,), dtype="int32"),
        Embedding(len(words) + 1, 24, mask_zero=True),  # the mask makes the LSTM skip the padding
        LSTM(48),
        Dense(len(words) + 1, activation="softmax"),
    ]
)
model.compile(optimizer=hornbeam.optimizers.Adam(0.02), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(contexts, targets, batch_size=32, epochs=30, verbose=0).history
print(
    f"Accuracy {history['accuracy'][-1]:.3f} on {len(targets)} contexts, perplexity {np.exp(history['loss'][-1]):.2f}"
)

told = "a young mouse".split()
while told[-1] != ".":
    context = [number[word] for word in told[-LENGTH:]]
    probabilities = model.predict(np.array([[0] * (LENGTH - len(context)) + context]), verbose=0)[0]
    told.append(words[probabilities.argmax() - 1])
print(" ".join(told))
