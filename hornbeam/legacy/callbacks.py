"""What callbacks of Keras 2 had: `hornbeam.core.old_names.members` says so."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import tree


class Callback:
    """Its members are those of `hornbeam.callbacks.Callback`."""

    run_data: Any

    @property
    def validation_data(self) -> list[np.ndarray] | None:
        """Inputs, targets and sample weights in one list; `None` where `fit` has none, or got them in batches."""
        arrays = getattr(self.run_data and self.run_data.validation, "arrays", None)
        if arrays is None:
            return None
        parts = [[np.asarray(leaf) for leaf in tree.leaves(part) if leaf is not None] for part in arrays]
        weights = parts[2] if len(parts) > 2 else []
        return [*parts[0], *parts[1], *(weights or [np.ones(len(parts[0][0]), "float32")])]
