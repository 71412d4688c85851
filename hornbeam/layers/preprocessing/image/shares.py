"""Random shares of a whole."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random


def random_shares(n: int, batch: int, alpha: Any, seed: Any) -> Any:
    """n shares with sum 1 for each image, from a Dirichlet distribution; `alpha` may be one for each image.

    They are ratios of draws from gamma distributions, taken as logarithms: small ones are 0 in 32 bits.
    """
    alpha = engine.broadcast_to(engine.reshape(engine.maximum(engine.asarray(alpha), 1e-6), (-1, 1)), (batch, n))
    gamma = random.gamma((batch, n), alpha + 1, "float32", seed)
    chance = random.uniform((batch, n), dtype="float32", seed=seed)
    return engine.softmax(engine.log(gamma) + engine.log1p(-chance) / alpha, 1)
