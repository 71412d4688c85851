"""Layers that prepare numbers: what they learn from data, and what they refuse."""

import numpy as np
import pytest

import hornbeam
from hornbeam import engine as eng
from hornbeam import layers, ops

pytestmark = pytest.mark.usefixtures("engine")

DATA = np.random.default_rng(0).normal(3, 2, size=(90, 5, 4)).astype("float32")


def batches(size=20):
    return (DATA[i : i + size] for i in range(0, len(DATA), size))


@pytest.mark.parametrize("axis", [-1, (1, 2), None, [2, 1], 1])
@pytest.mark.parametrize("form", ["array", "list", "generator", "tensor"])
def test_normalization_finds_the_moments_that_keras_finds(axis, form):
    keras = pytest.importorskip("keras")
    theirs, ours = keras.layers.Normalization(axis=axis), layers.Normalization(axis=axis)
    theirs.adapt(DATA)
    ours.adapt({"array": DATA, "list": DATA.tolist(), "generator": batches(), "tensor": eng.asarray(DATA)}[form])
    for weight, other in zip(ours.weights, theirs.weights, strict=True):
        assert weight.shape == other.shape
        np.testing.assert_allclose(weight.numpy(), np.asarray(other), rtol=1e-4, atol=1e-5)
    for name in ("mean", "variance"):
        np.testing.assert_allclose(eng.to_numpy(getattr(ours, name)), np.asarray(getattr(theirs, name)), rtol=1e-4)
    np.testing.assert_allclose(eng.to_numpy(ours(DATA[:2])), np.asarray(theirs(DATA[:2])), rtol=1e-4, atol=1e-4)


def test_moments_of_large_numbers_and_many_batches_are_exact():
    data = (np.random.default_rng(0).normal(size=(1000, 1)) + 1e5).astype("float32")
    layer = layers.Normalization()
    layer.adapt(data[i : i + 1] for i in range(1000))
    np.testing.assert_allclose(layer.weights[1].numpy(), data.astype("float64").var(0), rtol=1e-5)


def test_64_bits_are_kept_where_they_are_asked_for():
    previous = hornbeam.config.backend()
    hornbeam.config.set_backend("torch")
    layer = layers.Normalization(dtype="float64")
    data = 1e9 + np.arange(4.0)[:, None]
    layer.adapt(data)
    found = layer(data).numpy()
    hornbeam.config.set_backend(previous)
    np.testing.assert_allclose(found, (data - data.mean()) / data.std(), rtol=1e-12)


def test_adapting_again_starts_again_and_reaches_compiled_models():
    layer = layers.Normalization()
    layer.adapt(DATA)
    model = hornbeam.Sequential([layer])
    first = model.predict(DATA[:2], verbose=0)
    layer.adapt(DATA + 2)
    np.testing.assert_allclose(model.predict(DATA[:2] + 2, verbose=0), first, rtol=1e-3, atol=1e-3)


def test_inverted_normalization_leads_back():
    there, back = layers.Normalization(), layers.Normalization(invert=True)
    there.adapt(DATA)
    back.adapt(DATA)
    np.testing.assert_allclose(eng.to_numpy(back(there(DATA))), DATA, rtol=1e-4, atol=1e-4)


def test_a_model_with_what_was_learned_from_data_comes_back_from_a_file(tmp_path):
    normalization, bins = layers.Normalization(), layers.Discretization(num_bins=4, output_mode="count")
    normalization.adapt(DATA[:, 0])
    bins.adapt(DATA[:, 0])
    x = hornbeam.Input((4,))
    model = hornbeam.Model(x, layers.Concatenate()([normalization(x), bins(x)]))
    model.save(tmp_path / "model.keras")
    again = hornbeam.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(DATA[:5, 0], verbose=0), model.predict(DATA[:5, 0], verbose=0))
    assert again.layers[2].num_bins == 4


@pytest.mark.parametrize("epsilon", [0.01, 0.05, 0.2])
def test_discretization_finds_the_bins_that_keras_finds(epsilon):
    keras = pytest.importorskip("keras")
    theirs, ours = (k.Discretization(num_bins=5, epsilon=epsilon) for k in (keras.layers, layers))
    for batch in batches(37):
        theirs.update_state(batch)
    theirs.finalize_state()
    ours.adapt(batches(37))
    np.testing.assert_allclose(ours.bin_boundaries, theirs.bin_boundaries, rtol=1e-4)
    np.testing.assert_array_equal(eng.to_numpy(ours(DATA)), np.asarray(theirs(DATA)))
    assert ours.get_config()["bin_boundaries"] == ours.bin_boundaries


def test_bins_are_of_about_the_same_size_however_data_come():
    data = np.random.default_rng(1).exponential(size=20000)
    layer = layers.Discretization(num_bins=10)
    layer.adapt(data)
    counts = np.bincount(eng.to_numpy(layer(data)))
    assert len(counts) == 10
    assert abs(counts / 2000 - 1).max() < 0.15


def test_categories_of_any_shape_are_encoded_along_the_last_axis():
    x = np.array([[[1, 2], [0, 0]]])
    assert eng.to_numpy(layers.CategoryEncoding(3)(x)).tolist() == [[[0, 1, 1], [1, 0, 0]]]
    assert eng.to_numpy(layers.CategoryEncoding(3, "count")(x)).tolist() == [[[0, 1, 1], [2, 0, 0]]]
    assert eng.to_numpy(layers.CategoryEncoding(3)(2)).tolist() == [0, 0, 1]
    assert eng.to_numpy(layers.CategoryEncoding(3)([[-7, -1, 1]])).tolist() == [[0, 1, 0]]


def test_rescaling_of_channels_first():
    hornbeam.config.set_image_data_format("channels_first")
    try:
        y = layers.Rescaling([1.0, 2.0, 3.0])(np.ones((1, 3, 2, 2)))
    finally:
        hornbeam.config.set_image_data_format("channels_last")
    assert eng.to_numpy(y)[0, :, 0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Rescaling("a"), r"`scale` of `Rescaling` must be a number, .* Received: scale='a'"),
        (lambda: layers.Normalization(mean=1.0), r"takes both `mean` and `variance`, or neither. Received: mean=1.0"),
        (lambda: layers.Normalization(mean=1.0, variance=-1.0), r"`variance` of `Normalization` must not be negative"),
        (lambda: layers.Normalization(mean=1.0, variance=1.0).adapt(DATA), r"was given `mean` and `variance`: nothing"),
        (lambda: layers.Normalization(axis=3).adapt(DATA), r"`axis` of layer `normalization.*` must be in \[-3, 3\)"),
        (lambda: layers.Normalization(mean=[1, 2], variance=1)(DATA), r"must have the sizes \(4,\) .*Received: shape"),
        (lambda: layers.Normalization().adapt(iter([DATA, DATA[0]])), r"batches of 3 axes .*Received: .*\(5, 4\)"),
        (lambda: layers.Normalization().adapt([]), r"needs data. Received: list, which gave none"),
        (lambda: layers.Discretization(), r"either `bin_boundaries`, or `num_bins`"),
        (lambda: layers.Discretization([1.0], num_bins=2), r"either `bin_boundaries`, or `num_bins`"),
        (lambda: layers.Discretization([2.0, 1.0]), r"`bin_boundaries` of `Discretization` must be .*ascending order"),
        (lambda: layers.Discretization(num_bins=0), r"`num_bins` of `Discretization` must be a positive integer"),
        (lambda: layers.Discretization(num_bins=2)(DATA), r"Layer `discretization.*` .* call `adapt\(data\)` first"),
        (lambda: layers.Discretization([1.0]).adapt(DATA), r"make it with `num_bins` to adapt it"),
        (lambda: layers.Discretization([1.0], sparse=True), r"`sparse` of `Discretization` must be False where"),
        (lambda: layers.CategoryEncoding(), r"`CategoryEncoding` needs `num_tokens`; .*`IntegerLookup`"),
        (lambda: layers.CategoryEncoding(0), r"`num_tokens` of `CategoryEncoding` must be a positive integer"),
        (lambda: layers.CategoryEncoding(3, "int"), r"`output_mode` of `CategoryEncoding` must be one of 'multi_hot'"),
        (lambda: layers.CategoryEncoding(3)([[1]], count_weights=[[1.0]]), r'needs `output_mode="count"`'),
        (
            lambda: layers.CategoryEncoding(3, "count")([[1, 2]], count_weights=[[1.0]]),
            r"must have the shape \(1, 2\) of its input. Received: shape \(1, 1\)",
        ),
        (lambda: layers.ReversibleEmbedding(3, 2, logit_soft_cap=0), r"`logit_soft_cap` .* must be positive, or None"),
        (
            lambda: layers.ReversibleEmbedding(3, 2)(np.ones((1, 3)), reverse=True),
            r"vectors of length `output_dim`. Received: output_dim=2, input of shape \(1, 3\)",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_text_is_refused():
    with pytest.raises(TypeError, match=r"`adapt` of layer `normalization.*` \(Normalization\) takes numbers"):
        layers.Normalization().adapt([["a"], ["b"]])


def test_sparse_outputs_are_dense_ones_of_the_same_numbers():
    makers = [
        lambda **kw: layers.CategoryEncoding(4, "count", **kw),
        lambda **kw: layers.Discretization([0.0, 2.0], output_mode="multi_hot", **kw),
        lambda **kw: layers.Hashing(3, output_mode="one_hot", **kw),
        lambda **kw: layers.IntegerLookup(vocabulary=[1, 3], output_mode="multi_hot", **kw),
    ]
    for make in makers:
        sparse, dense = make(sparse=True)(np.array([[1, 3]])), make()(np.array([[1, 3]]))
        np.testing.assert_array_equal(ops.convert_to_numpy(sparse), ops.convert_to_numpy(dense))


def test_layers_of_integers_give_integers():
    bytes_ = np.arange(6, dtype="uint8").reshape(2, 3, 1)
    scaled = eng.to_numpy(layers.Rescaling(2, dtype="int32")(bytes_))
    assert (scaled.dtype, scaled.ravel().tolist()) == (np.int32, [0, 2, 4, 6, 8, 10])
    resized = eng.to_numpy(layers.Resizing(1, 3, dtype="uint8")(bytes_.astype("float32") + 0.2))
    assert (resized.dtype, resized.ravel().tolist()) == (np.uint8, [2, 3, 4])  # of 1.7, 2.7 and 3.7


X = np.arange(24, dtype="float32").reshape(6, 4)


@pytest.mark.parametrize(
    "data",
    [[X[:2], X[2:]], (X[:2], X[2:]), [(X[:2], np.zeros(2)), (X[2:], np.zeros(4))], list(X), X.tolist()],
    ids=["batches", "tuple of batches", "batches with targets", "rows", "lists"],
)
def test_what_a_list_holds_are_batches_or_rows(data):
    layer = layers.Normalization()
    layer.adapt(data)
    np.testing.assert_allclose(np.ravel(layer.adapt_mean.numpy()), X.mean(0), rtol=1e-6)
    assert tuple(layer(X).shape) == X.shape


def test_rows_alone_have_no_features():
    with pytest.raises(
        ValueError, match=r"must have rows and features. Received: shape \(6,\). Pass `data\[:, None\]`"
    ):
        layers.Normalization().adapt(X[:, 0])
