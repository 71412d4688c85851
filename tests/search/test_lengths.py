"""The compiler is given time by how long a search trains the models of a structure."""

import numpy as np
import pytest

from hornbeam.search.lengths import with_steps
from hornbeam.search.plan import Job, plan_of

ROWS = np.zeros((40, 2))


def steps(candidates, data=ROWS, **options):
    plan = plan_of("search.grid", lambda **_: None, data, None, {"folds": 2, "epochs": 3, "batch_size": 10, **options})
    splits = range(len(plan.splits))
    jobs = [Job(number, params, split) for number, params in enumerate(candidates) for split in splits]
    return [job.steps for job in with_steps(jobs, plan)[:: len(splits)]]


def test_candidates_that_differ_in_floats_or_epochs_alone_count_together():
    assert steps([{"rate": 0.1}, {"rate": 0.2}]) == [24, 24]  # 2 candidates x 2 folds x 3 epochs x 2 steps
    assert steps([{"units": 1}, {"units": 2}]) == [12, 12]
    assert steps([{"epochs": 1}, {"epochs": 4}]) == [20, 20]
    assert steps([{"batch_size": 20}, {"batch_size": 5}]) == [6, 24]
    assert steps([{"batch_size": 20}, {"batch_size": "5"}]) == [6, None]  # it fails when it is trained
    assert steps([{}], iter([]), folds=None, validation_data=(np.zeros((3, 2)),)) == [None]


def test_what_computes_little_in_all_is_compiled_in_haste(monkeypatch):
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    jax = pytest.importorskip("jax")
    from hornbeam.engine.jax.options import LARGE, SMALL, TINY, options_for

    loop = jax.make_jaxpr(lambda x: jax.lax.fori_loop(0, x, lambda _, y: y + jax.numpy.ones((1000, 100)).sum(), 0.0))(3)
    assert options_for(loop.jaxpr) == options_for(loop.jaxpr, 10**7) == LARGE
    assert [options_for(loop.jaxpr, steps) for steps in (100, 1000)] == [TINY, SMALL]
