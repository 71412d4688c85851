"""Old attributes: for each public module, for each class, the old name and what it is now."""

from __future__ import annotations

ATTRIBUTES: dict[str, dict[str, dict[str, str]]] = {
    "keras.optimizers": {"Optimizer": {"lr": "learning_rate"}},
}
