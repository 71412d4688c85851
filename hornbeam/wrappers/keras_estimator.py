"""`KerasEstimator`: the parameters of Keras 2's wrappers and of SciKeras, by name and with prefixes."""

from __future__ import annotations

from typing import Any

from hornbeam.wrappers.estimator import Estimator
from hornbeam.wrappers.routing import Routes, check_names, routes


class KerasEstimator(Estimator):
    """An estimator that takes arguments of its builder and of `Model.fit` as parameters, beside those it lists."""

    model: Any
    build_fn: Any
    _others: dict[str, Any]

    def _store(self, given: dict[str, Any]) -> None:
        """Keep what a constructor was given, `locals()`.

        Raises:
            ValueError: for a name that nothing knows.
        """
        self._others = given.pop("kwargs")
        for name in self._get_param_names():
            setattr(self, name, given[name])
        self._check_others(self._others)

    def _check_others(self, names: Any) -> None:
        builder = self._builder()
        if names and callable(builder):  # what is none says nothing of its arguments
            check_names(type(self).__name__, names, builder, self._get_param_names())

    def _builder(self) -> Any:
        if self.model is not None or self.build_fn is not None:
            return self.model if self.model is not None else self.build_fn
        return getattr(self, "_keras_build_fn", None) or (self if callable(self) else None)

    def _routes(self) -> Routes:
        self._check_others(self._others)
        return routes(self.get_params(deep=False), self._builder())

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters, those for the builder and for `Model.fit` included.

        Args:
            deep: whether parameters of parameters are wanted, too; there are none.
        """
        return {**super().get_params(deep=deep), **self._others}

    def set_params(self, **params: Any) -> Any:
        """Set parameters, and return the estimator.

        Args:
            params: such as `epochs=3`, `units=8` for an argument of the builder, or `optimizer__learning_rate=0.1`.

        Raises:
            ValueError: for a name that nothing knows.
        """
        own = self._get_param_names()
        for name in [name for name in params if name in own]:
            setattr(self, name, params.pop(name))
        self._others = {**self._others, **params}
        try:
            self._check_others(params)
        except ValueError:
            self._others = {name: value for name, value in self._others.items() if name not in params}
            raise
        return self

    def initialize(self, X: Any, y: Any) -> Any:
        """Build the model for data like these, and train nothing.

        Args:
            X, y: as in `fit`.
        """
        return self._fit(X, y, None, {"epochs": 0}, is_fresh=True)
