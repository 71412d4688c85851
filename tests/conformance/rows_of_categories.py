"""Rows of the layers that compute on the host; `tests/layers/test_lookup.py` and its neighbours hold their values."""

from layer_row import IDS, row, together

HOST = {
    "forward": "it computes on the host, for what stands at the front of a model",
    "keras": "Keras's needs TensorFlow; `text_expected.json` has what it gives there",
}
TERMS = ["the", "cat", "sat"]

LAYERS = {
    "StringLookup": row(
        lambda k: k.StringLookup(9, 2, "", "<o>", TERMS, None, False, "count", True, encoding="latin-1", salt=[3, 4]),
        IDS,
        without=HOST,
    ),
    "StringLookup inverse": row(lambda k: k.StringLookup(vocabulary=TERMS, invert=True), IDS, without=HOST),
    "StringLookup weights": row(
        lambda k: k.StringLookup(vocabulary=TERMS, idf_weights=[1.0, 2.0, 0.5], output_mode="tf_idf"), IDS, without=HOST
    ),
    "IntegerLookup": row(
        lambda k: k.IntegerLookup(9, 3, 0, -7, [4, 6, 5], oov_method="farmhash", salt=5), IDS, without=HOST
    ),
    "IntegerLookup one-hot": row(
        lambda k: k.IntegerLookup(vocabulary=[4, 6], output_mode="one_hot", dtype="float32"), IDS, without=HOST
    ),
    "IntegerLookup weights": row(
        lambda k: k.IntegerLookup(vocabulary=[4, 6], output_mode="tf_idf", idf_weights=[1.5, 2.5]), IDS, without=HOST
    ),
    "Hashing": row(lambda k: k.Hashing(7, "", [133, 137], "multi_hot"), IDS, without=HOST),
    "Hashing integers": row(lambda k: k.Hashing(7, 0), IDS, without=HOST),
    "Hashing one-hot": row(lambda k: k.Hashing(7, output_mode="one_hot", name="bins"), IDS, without=HOST),
    "HashedCrossing": row(lambda k: k.HashedCrossing(7, "one_hot"), IDS, IDS, call=together, without=HOST),
    "HashedCrossing bins": row(lambda k: k.HashedCrossing(7, name="pair"), IDS, IDS, call=together, without=HOST),
    "HashedCrossing short": row(lambda k: k.HashedCrossing(3, dtype="int32"), IDS, IDS, call=together, without=HOST),
    "TextVectorization": row(
        lambda k: k.TextVectorization(9, "lower", "character", 2, "int", 6, encoding="latin-1", vocabulary=["a", "b"]),
        IDS,
        without=HOST,
    ),
    "TextVectorization vectors": row(
        lambda k: k.TextVectorization(20, ngrams=(1, 3), output_mode="multi_hot", pad_to_max_tokens=True),
        IDS,
        without=HOST,
    ),
    "TextVectorization weights": row(
        lambda k: k.TextVectorization(
            None, None, None, output_mode="tf_idf", vocabulary=["a", "b"], idf_weights=[1.0, 2.0]
        ),
        IDS,
        without=HOST,
    ),
}
