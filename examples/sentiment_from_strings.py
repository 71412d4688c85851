"""Sentiment from strings: one model that reads sentences as they are written, and is saved with its vocabulary."""

import os
import tempfile

import numpy as np

import hornbeam
from hornbeam.layers import Dense, Dropout, Embedding, GlobalAveragePooling1D, TextVectorization

hornbeam.utils.set_random_seed(0)
rng = np.random.default_rng(0)

GOOD = "great lovely charming gripping wonderful warm clever moving brilliant funny".split()
BAD = "dull awful boring clumsy flat tedious weak noisy lifeless stale".split()
THINGS = "film story cast ending music camera dialogue plot second half first scene".split()


def sentence(is_good):
    """Two or three judgements, most of them of one kind."""
    judgements = []
    for _ in range(rng.integers(2, 4)):
        words = GOOD if is_good != (rng.random() < 0.1) else BAD
        judgements.append(f"the {rng.choice(THINGS)} was {rng.choice(['very ', 'rather ', ''])}{rng.choice(words)}")
    text = ", ".join(judgements)
    return text[0].upper() + text[1:] + rng.choice([".", "!", " ..."])


labels = rng.integers(0, 2, 2000)
texts = [sentence(is_good) for is_good in labels]  # a list, a NumPy array or a column of a DataFrame: all are fine
train, test = slice(0, 1600), slice(1600, None)

words = TextVectorization(max_tokens=200, output_sequence_length=20)
words.adapt(texts[train])
print(f"{words.vocabulary_size()} tokens, among them {', '.join(words.get_vocabulary()[2:8])}")

model = hornbeam.Sequential(
    [
        words,  # strings to indices, on the host
        Embedding(words.vocabulary_size(), 16),
        GlobalAveragePooling1D(),
        Dropout(0.2),
        Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=hornbeam.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(texts[train], labels[train], epochs=10, validation_split=0.1, verbose=0)
_, accuracy = model.evaluate(texts[test], labels[test], verbose=0)
print(f"Test accuracy {accuracy:.3f}")

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "sentiment.keras")
    model.save(path)  # the vocabulary lies in the file
    loaded = hornbeam.models.load_model(path)

for text in ("A warm, funny film with a brilliant cast!", "The plot was tedious, and the music awful."):
    print(f"{loaded.predict([text], verbose=0).item():.2f}  {text}")
