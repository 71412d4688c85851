"""`Regression`: what a regressor around a model gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin

from hornbeam.wrappers.targets import Numbers


class Regression(RegressorMixin):
    """Numbers, one for each row or several."""

    def _target_of(self, X: Any, y: np.ndarray, classes: Any) -> Any:
        return Numbers(y)

    def _checked_y(self: Any, y: Any, X: Any) -> np.ndarray:
        y = super()._checked_y(y, X)
        if y.dtype.kind not in "biuf":
            raise ValueError(
                f"y of a regressor must be numbers. Received: y of dtype {y.dtype}, such as {y.flat[0].item()!r}."
            )
        return y

    def predict(self: Any, X: Any) -> np.ndarray:
        """A number for each row, or a row of them; float32 for targets of float32, else float64.

        Args:
            X: as in `fit`.
        """
        return self._asked("decode", X)
