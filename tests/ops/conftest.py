"""A function of real Keras and Hornbeam's on the same arguments, each as one program where its engine compiles."""

from typing import Any

import numpy as np
import pytest

from hornbeam import engine as eng

NOT_IN_PROGRAMS = {"rearrange"}  # sizes that Keras computes by its own operations must be known


def of_arrays(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, list[np.ndarray]]:
    """`fn` as a function of the arrays among its arguments alone, however they are nested, and these arrays."""
    jax = pytest.importorskip("jax")
    leaves, structure = jax.tree.flatten((args, kwargs))
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, np.ndarray)]

    def of_these(*arrays: Any) -> Any:
        given = dict(zip(places, arrays, strict=True))
        args, kwargs = jax.tree.unflatten(structure, [given.get(i, leaf) for i, leaf in enumerate(leaves)])
        return fn(*args, **kwargs)

    return of_these, [leaves[i] for i in places]


@pytest.fixture(scope="session")
def of_keras() -> Any:
    """`of_keras(name, args, kwargs)`: what the function of `keras.ops` gives; for both engines it computes once."""
    keras = pytest.importorskip("keras")
    known: dict[tuple[Any, ...], Any] = {}

    def compute(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        key = name, id(args), id(kwargs)
        if key not in known:
            fn = keras.ops
            for part in name.split("."):
                fn = getattr(fn, part)
            fn, arrays = of_arrays(fn, args, kwargs)
            if keras.backend.backend() == "jax" and name not in NOT_IN_PROGRAMS:
                fn = pytest.importorskip("jax").jit(fn)
            known[key] = fn(*arrays)
        return known[key]

    return compute


@pytest.fixture
def of_hornbeam(engine: str) -> Any:
    """`of_hornbeam(fn, args, kwargs)`: what a function of `hornbeam.ops` gives on the engine."""

    def compute(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        fn, arrays = of_arrays(fn, args, kwargs)
        return eng.jit(fn)(*map(eng.asarray, arrays))

    return compute
