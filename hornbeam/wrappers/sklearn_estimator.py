"""`SKLearnEstimator`: the parameters of Keras 3's wrappers."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.wrappers.estimator import Estimator
from hornbeam.wrappers.routing import Routes


class SKLearnEstimator(Estimator):
    """An estimator whose arguments of the builder, and of `Model.fit`, are in two dictionaries."""

    def __init__(
        self,
        model: Any = None,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
        random_state: Any = None,
    ):
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs
        self.random_state = random_state

    def _builder(self) -> Any:
        return self.model

    def _routes(self) -> Routes:
        fit = {"verbose": 0, **(self.fit_kwargs or {})}
        objects: dict[str, dict[str, Any]] = {name: {} for name in ("optimizer", "loss", "metrics", "callbacks")}
        return Routes(dict(self.model_kwargs or {}), {}, fit, {"verbose": fit["verbose"]}, objects)

    def _provided(self, X: Any, y: np.ndarray) -> dict[str, Any]:
        return super()._provided(X, self._target.as_columns(y))

    @property
    def epoch_(self) -> int:
        """How many epochs it was trained."""
        return self.current_epoch
