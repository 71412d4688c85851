"""Initializers: their distributions, configs, and how names become initializers."""

import numpy as np
import pytest

from hornbeam import initializers, ops, random
from hornbeam.core import rng
from hornbeam.core.variable import Variable
from hornbeam.ops import convert_to_numpy as host

SHAPE = (100, 200)  # fan_in, fan_out
# name: (arguments, standard deviation, bound of |x|)
DISTRIBUTIONS = {
    "random_normal": ({"stddev": 2.0}, 2.0, np.inf),
    "random_uniform": ({"minval": -3.0, "maxval": 3.0}, 3 / np.sqrt(3), 3.0),
    "truncated_normal": ({"stddev": 2.0}, 2 * 0.87962566, 4.0),
    "glorot_uniform": ({}, np.sqrt(2 / 300), np.sqrt(6 / 300)),
    "glorot_normal": ({}, np.sqrt(2 / 300), 2 * np.sqrt(2 / 300) / 0.87962566),
    "he_uniform": ({}, np.sqrt(2 / 100), np.sqrt(6 / 100)),
    "he_normal": ({}, np.sqrt(2 / 100), 2 * np.sqrt(2 / 100) / 0.87962566),
    "lecun_uniform": ({}, np.sqrt(1 / 100), np.sqrt(3 / 100)),
    "lecun_normal": ({}, np.sqrt(1 / 100), 2 * np.sqrt(1 / 100) / 0.87962566),
    "variance_scaling": (
        {"scale": 3.0, "mode": "fan_out", "distribution": "untruncated_normal"},
        np.sqrt(3 / 200),
        np.inf,
    ),
}
RANDOM = [*DISTRIBUTIONS, "orthogonal"]


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions(name):
    arguments, stddev, bound = DISTRIBUTIONS[name]
    x = getattr(initializers, name)(**arguments, seed=0).sample(SHAPE, "float32")
    assert x.shape == SHAPE
    assert x.dtype == np.float32
    assert abs(x.mean()) < 4 * stddev / np.sqrt(x.size)
    assert x.std() == pytest.approx(stddev, rel=0.02)
    assert np.abs(x).max() <= bound * (1 + 1e-6)
    if np.isfinite(bound):
        assert np.abs(x).max() > 0.98 * bound


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (2, 3, 4)])
def test_orthogonal(shape):
    x = initializers.Orthogonal(gain=2.0, seed=1).sample(shape, "float32").reshape(-1, shape[-1])
    x = x if x.shape[0] >= x.shape[1] else x.T
    np.testing.assert_allclose(x.T @ x, 4 * np.eye(x.shape[1]), atol=1e-5)


def test_without_chance(engine):
    np.testing.assert_array_equal(host(initializers.Zeros()((2, 3))), np.zeros((2, 3)))
    np.testing.assert_array_equal(host(initializers.Ones()((2,), "int32")), np.ones(2))
    np.testing.assert_array_equal(host(initializers.Constant(0.5)((2,))), [0.5, 0.5])
    np.testing.assert_array_equal(host(initializers.Constant([1.0, 2.0])((3, 2))), [[1, 2]] * 3)
    np.testing.assert_array_equal(host(initializers.Identity(2.0)((2, 3))), 2 * np.eye(2, 3))
    with pytest.raises(ValueError, match=r"`Identity` makes matrices only. Received: shape=\(2,\)"):
        initializers.Identity()((2,))
    with pytest.raises(ValueError, match=r"`Orthogonal` needs a shape of two axes or more"):
        initializers.Orthogonal()((2,))


def test_window_sizes_count_into_the_fans():
    from hornbeam.initializers.random import compute_fans

    assert compute_fans(()) == (1, 1)
    assert compute_fans((5,)) == (5, 5)
    assert compute_fans((3, 4)) == (3, 4)
    assert compute_fans((2, 3, 4, 5)) == (24, 30)
    assert compute_fans((4, 2, 8), input_axes=[0], output_axes=[1, 2]) == (4, 16)


@pytest.mark.parametrize("name", RANDOM)
def test_seeds(name):
    make = getattr(initializers, name)

    def draw(initializer):
        return initializer.sample((4, 4), "float32")

    seeded = make(seed=7)
    np.testing.assert_array_equal(draw(seeded), draw(seeded))
    np.testing.assert_array_equal(draw(seeded), draw(make(seed=7)))
    assert (draw(seeded) != draw(make(seed=8))).any()
    counted = make(seed=random.SeedGenerator(7))
    assert (draw(counted) != draw(counted)).any()
    free = make()
    rng.set_random_seed(3)
    first, second = draw(free), draw(free)
    assert (first != second).any()
    rng.set_random_seed(3)
    np.testing.assert_array_equal(draw(make()), first)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_dtypes(engine, dtype):
    initializer = initializers.GlorotUniform(seed=1)
    assert initializer.sample((3, 3), dtype).dtype.name == dtype
    wide = initializer.sample((3, 3), "float32")
    if dtype != "float64":
        np.testing.assert_allclose(host(initializer((3, 3), dtype)).astype("float32"), wide, rtol=1e-2)


def test_configs_are_those_of_real_keras():
    keras = pytest.importorskip("keras")
    for name in ["zeros", "ones", "constant", *RANDOM]:
        mine = getattr(initializers, name)(**({"seed": 3} if name in RANDOM else {}))
        theirs = getattr(keras.initializers, name)(**({"seed": 3} if name in RANDOM else {}))
        assert initializers.serialize(mine) == keras.initializers.serialize(theirs)
        assert keras.initializers.deserialize(initializers.serialize(mine)).get_config() == theirs.get_config()
        assert initializers.deserialize(keras.initializers.serialize(theirs)).get_config() == mine.get_config()
    gained = keras.initializers.deserialize(initializers.serialize(initializers.Identity(2.0)))
    assert gained.gain == 2.0  # which real Keras loses itself
    seeded = initializers.serialize(initializers.HeNormal(seed=random.SeedGenerator(5)))
    assert initializers.deserialize(seeded).seed.seed == 5


def test_what_get_takes():
    for name, cls in {
        "glorot_uniform": initializers.GlorotUniform,
        "GlorotUniform": initializers.GlorotUniform,
        "zero": initializers.Zeros,
        "normal": initializers.RandomNormal,
        "uniform": initializers.RandomUniform,
        "identity": initializers.Identity,
    }.items():
        assert type(initializers.get(name)) is cls
    assert initializers.get(None) is None
    assert type(initializers.get(initializers.HeNormal)) is initializers.HeNormal
    assert repr(initializers.RandomNormal(stddev=0.1)) == "RandomNormal(stddev=0.1)"
    old = {
        "class_name": "VarianceScaling",
        "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "normal", "seed": None},
    }
    assert initializers.get(old).get_config()["distribution"] == "truncated_normal"
    assert initializers.HeNormal(seed=2).clone().seed == 2
    given = initializers.get(ops.ones((2, 3)))
    assert host(given((2, 3))).tolist() == [[1.0] * 3] * 2
    assert initializers.serialize(given)["class_name"] == "Constant"
    with pytest.raises(ValueError, match=r"must have the variable's shape, \(3,\). Received: .* \(2, 3\)"):
        given((3,))
    with pytest.raises(ValueError, match=r"`initializer` must be a known name.*'glorot'. Did you mean 'glorot_"):
        initializers.get("glorot")
    with pytest.raises(ValueError, match=r"`scale` must be positive. Received: scale=0"):
        initializers.VarianceScaling(scale=0)
    with pytest.raises(ValueError, match=r"`mode` must be 'fan_in', 'fan_out' or 'fan_avg'. Received: mode='fan'"):
        initializers.VarianceScaling(mode="fan")


def test_initializers_of_ones_own(engine):
    class Halves(initializers.Initializer):
        def __call__(self, shape, dtype=None):
            return 0.5 * np.ones(shape, dtype)

    class Shifted(initializers.Zeros):
        def __call__(self, shape, dtype=None):
            return super().__call__(shape, dtype) + 2

    for initializer, value in ((Halves(), 0.5), (initializers.get(lambda shape, dtype: np.full(shape, 3.0)), 3.0)):
        np.testing.assert_array_equal(Variable(initializer, shape=(2,)).numpy(), [value, value])
    assert Shifted.sample is None
    with pytest.raises(NotImplementedError, match=r"Initializer must define `__call__\(shape, dtype\)` or `sample`"):
        initializers.Initializer()((2,))


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"side": "imag", "window": "hamming", "scaling": "spectrum", "periodic": True},
        {"window": None},
        {"window": [1.0, 2.0, 3.0, 4.0, 4.0, 3.0, 2.0, 1.0], "scaling": None},
    ],
)
def test_short_time_fourier_kernels_are_those_of_keras(arguments):
    import keras

    mine = initializers.STFT(**arguments)((8, 1, 6))
    np.testing.assert_allclose(mine, keras.initializers.STFT(**arguments)((8, 1, 6)), atol=1e-5)


def test_short_time_fourier_kernels_say_what_they_need():
    for make, message in [
        (lambda: initializers.STFT("left"), "`side` must be 'real' or 'imag'. Received: side='left'"),
        (lambda: initializers.STFT(window="round"), "`window` must be 'hann'"),
        (lambda: initializers.STFT(scaling="loud"), "`scaling` must be 'density', 'spectrum' or None"),
        (lambda: initializers.STFT()((4, 3)), "needs a shape"),
        (lambda: initializers.STFT(window=[1.0])((4, 1, 3)), "one value per sample"),
    ]:
        with pytest.raises(ValueError, match=message):
            make()


def test_names_of_keras_2():
    assert initializers.zero is initializers.Zeros and initializers.one is initializers.Ones
    assert initializers.normal is initializers.RandomNormal and initializers.uniform is initializers.RandomUniform


def test_a_seed_is_an_integer_or_a_generator():
    for seed in ("x", 1.5):
        with pytest.raises(ValueError, match="`seed` must be"):
            initializers.HeNormal(seed=seed)


def test_a_shape_may_be_a_single_size():
    assert initializers.Ones()(3).shape == (3,)


def test_classes_without_arguments_take_none():
    with pytest.raises(TypeError, match="takes no arguments"):
        initializers.Zeros(seed=1)
    assert type(initializers.deserialize({"class_name": "Zeros", "config": {"dtype": "float32"}})) is initializers.Zeros
