"""Random numbers: distributions, seeds, and the rule for compiled steps."""

import os
import subprocess
import sys

import numpy as np
import pytest

from hornbeam import ops, random
from hornbeam.core import rng
from hornbeam.core.lift import lift
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.ops import convert_to_numpy as host

N = 4000
# name: (draw, mean, standard deviation, least, greatest)
DISTRIBUTIONS = {
    "normal": (lambda seed: random.normal((N,), 1.0, 2.0, seed=seed), 1.0, 2.0, -np.inf, np.inf),
    "truncated": (lambda seed: random.truncated_normal((N,), 1.0, 2.0, seed=seed), 1.0, 1.7593, -3.0, 5.0),
    "uniform": (lambda seed: random.uniform((N,), 2.0, 4.0, seed=seed), 3.0, 2 / np.sqrt(12), 2.0, 4.0),
    "randint": (lambda seed: random.randint((N,), -2, 4, seed=seed), 0.5, np.sqrt(35 / 12), -2, 3),
    "categorical": (lambda seed: random.categorical(np.log([[0.2, 0.3, 0.5]]), N, seed=seed)[0], 1.3, 0.781, 0, 2),
    "gamma": (lambda seed: random.gamma((N,), 4.0, seed=seed), 4.0, 2.0, 0.0, np.inf),
    "beta": (lambda seed: random.beta((N,), 2.0, 3.0, seed=seed), 0.4, 0.2, 0.0, 1.0),
    "binomial": (lambda seed: random.binomial((N,), 10, 0.3, seed=seed), 3.0, np.sqrt(2.1), 0.0, 10.0),
    "binomial often": (lambda seed: random.binomial((N,), 10.0, 0.9, seed=seed), 9.0, np.sqrt(0.9), 0.0, 10.0),
    "dropout": (lambda seed: random.dropout(np.ones(N, "float32"), 0.2, seed=seed), 1.0, 0.5, 0.0, 1.25),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions_and_seeds(engine, name):
    draw, mean, stddev, least, greatest = DISTRIBUTIONS[name]
    x = host(draw(3)).astype("float64")
    assert x.mean() == pytest.approx(mean, abs=5 * stddev / np.sqrt(N))
    assert x.std() == pytest.approx(stddev, rel=0.1)
    assert x.min() >= least
    assert x.max() <= greatest
    np.testing.assert_array_equal(host(draw(3)), host(draw(3)))
    generator = random.SeedGenerator(3)
    assert (host(draw(generator)) != host(draw(generator))).any()


def test_a_generator_for_everyone_starts_anew(engine):
    rng.set_random_seed(1)
    first, second = host(random.normal((4,))), host(random.normal((4,)))
    assert (first != second).any()
    rng.set_random_seed(1)
    np.testing.assert_array_equal(host(random.normal((4,))), first)


def test_binomial_at_the_ends(engine):
    x = host(random.binomial((2, 3), [[5], [0]], [0.0, 1.0, 0.5], seed=1))
    np.testing.assert_array_equal(x[:, :2], [[0, 5], [0, 0]])
    assert x[1, 2] == 0


def test_shuffle_and_dropout(engine):
    x = np.arange(12.0, dtype="float32").reshape(3, 4)
    shuffled = host(random.shuffle(x, axis=1, seed=2))
    np.testing.assert_array_equal(np.sort(shuffled, 1), x)
    assert (shuffled[1] - shuffled[0] == 4).all()
    dropped = host(random.dropout(x + 1, 0.5, noise_shape=(None, 1), seed=3))
    assert ((dropped == 0).all(1) | (dropped == 2 * (x + 1)).all(1)).all()
    np.testing.assert_array_equal(host(random.dropout(x, 0)), x)
    assert not host(random.dropout(x, 1.0)).any()
    with pytest.raises(ValueError, match=r"`rate` must be in \[0, 1\]. Received: rate=1.5"):
        random.dropout(x, 1.5)
    with pytest.raises(ValueError, match=r"`seed` must be an integer, a `SeedGenerator`, a key or None"):
        random.normal((2,), seed="a")
    with pytest.raises(ValueError, match=r"`logits` must have the shape \(batch, classes\). Received: \(3,\)"):
        random.categorical(np.ones(3), 2)


def test_shapes_can_be_traced(engine):
    generator = random.SeedGenerator(1)
    assert random.dropout(SymbolicTensor((None, 3)), 0.5, seed=generator).shape == (None, 3)
    assert random.dropout(SymbolicTensor((None, 3)), 0.5).shape == (None, 3)
    assert random.categorical(SymbolicTensor((None, 3)), 2).shape == (None, 2)
    assert np.isfinite(host(random.normal((2,), seed=generator))).all()
    assert np.isfinite(host(random.normal((2,)))).all()


def test_a_compiled_step_needs_a_generator_of_its_own(engine):
    with pytest.raises(RuntimeError, match=r"without a `seed`.*Make a `hornbeam.random.SeedGenerator\(\)`"):
        lift(lambda: random.normal((2,)), [])([])
    generator = random.SeedGenerator(4)
    value, (state,) = lift(lambda: random.normal((2,), seed=generator), [generator.state])([generator.state.value])
    assert host(state)[1] == 1
    np.testing.assert_array_equal(host(value), host(random.normal((2,), seed=4)))


def test_code_that_a_user_compiles_needs_seeds(engine):
    """Numbers without one would be the same at each call; a key of JAX's may come as an argument."""
    if engine != "jax":
        pytest.skip("`jax.jit`")
    import jax

    with pytest.raises(ValueError, match="without a `seed` was called in compiled code"):
        jax.jit(lambda: random.normal((2,)))()
    assert host(jax.jit(lambda: random.normal((2,), seed=1))()).tolist() == host(random.normal((2,), seed=1)).tolist()
    draw = jax.jit(lambda key: random.uniform((3,), seed=key))
    first, second = jax.random.split(jax.random.key(3))
    assert (host(draw(first)) != host(draw(second))).all()
    np.testing.assert_array_equal(host(draw(jax.random.PRNGKey(3))), host(draw(jax.random.key(3))))
    with pytest.raises(ValueError, match="a key or None"):
        random.uniform((3,), seed=jax.numpy.ones(3))


def test_half_precision(engine):
    for draw in (random.normal, random.uniform, random.truncated_normal):
        assert ops.dtype(draw((3,), dtype="bfloat16", seed=1)) == "bfloat16"


def test_programs_seeded_by_the_environment():
    program = "import numpy; from hornbeam.core import rng; print(numpy.random.rand(), rng.make_seed())"

    def shown(seed):
        command, environment = [sys.executable, "-c", program], os.environ | {"HORNBEAM_SEED": seed}
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    first, other, wrong = shown("3"), shown("4"), shown("-3")
    assert first.returncode == 0 and first.stdout == shown("3").stdout != other.stdout
    assert wrong.stderr.endswith("HORNBEAM_SEED must be an integer in [0, 2**32), or not set. Received: '-3'.\n")


@pytest.mark.parametrize("draw", [random.normal, random.uniform, random.truncated_normal])
def test_floats_are_drawn_in_float_dtypes(draw):
    with pytest.raises(ValueError, match="must be a float dtype"):
        draw((2,), dtype="int32")


def test_integers_are_drawn_in_integer_dtypes():
    for dtype in ("float32", "bool"):
        with pytest.raises(ValueError, match="draws integers"):
            random.randint((2,), 0, 5, dtype=dtype)


def test_a_seed_generator_has_a_name_and_takes_nothing_unknown():
    assert random.SeedGenerator(3).name.startswith("seed_generator")
    with pytest.raises(ValueError, match="takes `seed` and `name`"):
        random.SeedGenerator(3, foo=1)
