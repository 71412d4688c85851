"""`Estimator`: what all estimators around models share: a model is built from the data, trained, and asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from hornbeam.core import rng
from hornbeam.core.suggest import no_argument
from hornbeam.models import Model
from hornbeam.wrappers import building, html, inputs, sending
from hornbeam.wrappers.objects import callbacks_of
from hornbeam.wrappers.outputs import outputs_of
from hornbeam.wrappers.routing import IN_FIT, OLD_IN_FIT, Routes
from hornbeam.wrappers.training_history import TrainingHistory
from hornbeam.wrappers.weights import normalized, row_weights


class Estimator(BaseEstimator):
    """A scikit-learn estimator around a model. A subclass says what its parameters and its targets are.

    Attributes:
        model_: the trained model.
        history_: the losses and metrics of every epoch, by name.
        n_features_in_, feature_names_in_: of the data that it was fitted with.
    """

    warm_start: bool
    random_state: Any

    # what a subclass says

    def _builder(self) -> Any:
        """What makes the model: a function, or a model to copy."""
        raise NotImplementedError

    def _routes(self) -> Routes:
        """The parameters by where they go."""
        raise NotImplementedError

    def _target_of(self, X: Any, y: np.ndarray, classes: Any) -> Any:
        """The kind of targets, one of those in `targets.py`."""
        raise NotImplementedError

    def _provided(self, X: Any, y: Any) -> dict[str, Any]:
        """What a builder gets that asks for it."""
        return {"meta": self._meta(), "X": X, "y": y}

    def _checked_y(self, y: Any, X: Any) -> np.ndarray:
        return inputs.checked_y(self, y, X)

    # training

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, **kwargs: Any) -> Any:
        """Build a model and train it.

        Args:
            X: a row per sample: an array in any form, a DataFrame, a sparse matrix, strings; or a dict of arrays by the
                names of the model's inputs.
            y: targets.
            sample_weight: weights of the rows: 2 is as if the row were there twice.
            kwargs: arguments of `Model.fit`, for this time.

        Returns:
            The estimator. Its `history_` has the losses.

        Raises:
            ValueError: for data that do not fit together, or the model; for a builder that returns no model.
        """
        is_fresh = not (self.warm_start and self.__sklearn_is_fitted__())
        return self._fit(X, y, sample_weight, kwargs, is_fresh=is_fresh)

    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        kwargs: dict[str, Any],
        *,
        is_fresh: bool,
        classes: Any = None,
    ) -> Any:
        routes = self._routes()
        arguments = _fit_arguments(routes, kwargs)
        X = inputs.checked(self, X, reset=is_fresh)
        y = self._checked_y(y, X)
        weights = row_weights(sample_weight, self._class_weight(arguments.pop("class_weight", None)), y)
        if weights is not None and not weights.all():
            X, y, weights = inputs.rows_of(X, weights != 0), y[weights != 0], weights[weights != 0]
        with self._numbers(is_fresh):
            if is_fresh:
                self._start(X, y, classes, routes)
            self._train(X, y, weights, arguments)
        return self

    def _numbers(self, is_fresh: bool) -> Any:
        """Inside, random numbers come from `random_state`, where there is one: going on, those that follow."""
        if self.random_state is None:
            return rng.seeded(rng.make_seed())
        if is_fresh or not hasattr(self, "_random"):
            self._random = check_random_state(self.random_state)
        return rng.seeded(self._random.randint(2**31 - 1))

    def _start(self, X: Any, y: np.ndarray, classes: Any, routes: Routes) -> None:
        """Learn what the data are like, and build a model for them."""
        target = self._target_of(X, y, classes)
        self._describe(X, y, target)
        builder = self._builder()
        model = building.build(builder, routes, self._provided(X, y), keep_weights=self.warm_start)
        example = inputs.for_model(model, X, getattr(self, "feature_names_in_", None))
        tensors = building.make_ready(model, builder, routes, target, example)
        self._outputs = outputs_of(model, tensors)
        self.history_ = TrainingHistory()
        self.model_ = model

    def _describe(self, X: Any, y: np.ndarray, target: Any) -> None:
        self._target = target
        self.X_shape_ = np.shape(X) if not inputs.is_named(X) else {k: np.shape(v) for k, v in X.items()}
        self.X_dtype_ = getattr(X, "dtype", None)
        self.y_dtype_ = y.dtype
        self.target_type_ = target.kind
        self.n_outputs_ = target.count
        self.n_outputs_expected_ = target.models_outputs

    def _meta(self) -> dict[str, Any]:
        """What is known of the data, for a builder that has an argument `meta`."""
        known = {name: value for name, value in vars(self).items() if name.endswith("_") and not name.startswith("_")}
        return {name: value for name, value in known.items() if name not in ("model_", "history_")}

    def _train(self, X: Any, y: np.ndarray, weights: Any, arguments: dict[str, Any]) -> None:
        arguments = {**arguments, "callbacks": arguments.get("callbacks") or None}
        if arguments.get("batch_size") == -1:
            arguments["batch_size"] = max(len(y), 1)
        if arguments.get("validation_data") is not None:
            arguments["validation_data"] = self._validation(arguments["validation_data"])
        if weights is not None:
            arguments["sample_weight"] = normalized(weights)
        history = self.model_.fit(self._for_model(X), self._encoded(y), **arguments)
        self.history_.add(history.history, history.epoch)

    def _class_weight(self, class_weight: Any) -> Any:
        if class_weight is not None and not is_classifier(self):
            raise ValueError(
                f"`class_weight` is for classifiers. Received: class_weight={class_weight!r} for a "
                f"`{type(self).__name__}`; weigh rows with `sample_weight`."
            )
        return class_weight

    def _encoded(self, y: np.ndarray) -> Any:
        return self._target.encode(y, self._outputs)

    def _validation(self, data: Any) -> Any:
        """Data to validate with, in the form that the model takes."""
        if not isinstance(data, tuple | list) or not 2 <= len(data) <= 3:
            return data
        X = inputs.checked(self, data[0], reset=False)
        return (self._for_model(X), self._encoded(self._checked_y(data[1], X)), *data[2:])

    def _more(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Any:
        """One more epoch."""
        is_fresh = not self.__sklearn_is_fitted__()
        done = 0 if is_fresh else len(self.history_.epoch)
        kwargs = {"initial_epoch": done, "epochs": done + 1}
        return self._fit(X, y, sample_weight, kwargs, is_fresh=is_fresh, classes=classes)

    @property
    def current_epoch(self) -> int:
        """How many epochs it was trained."""
        return len(self.history_.epoch) if self.__sklearn_is_fitted__() else 0

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    # asking

    def _for_model(self, X: Any) -> Any:
        return inputs.for_model(self.model_, X, getattr(self, "feature_names_in_", None))

    def _asked(self, method: str, X: Any, **kwargs: Any) -> Any:
        """What a method of the target makes of the model's outputs."""
        check_is_fitted(self)
        X = inputs.checked(self, X, reset=False)
        values = self.model_.predict(self._for_model(X), **{"verbose": 0, **self._routes().predict, **kwargs})
        return getattr(self._target, method)(values, self._outputs)

    # what scikit-learn asks

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.three_d_array = True
        tags.target_tags.multi_output = True
        return tags

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        sending.register(cls)

    @property
    def _builds_itself(self) -> bool:
        """Whether what it builds goes where it goes: a model to copy, or a method of its own."""
        builder = self._builder()
        return isinstance(builder, Model) or getattr(builder, "__self__", builder) is self

    def __getstate__(self) -> Any:
        if not self._builds_itself:
            sending.check(self._builder(), type(self).__name__)
        return super().__getstate__()

    def _sk_visual_block_(self) -> Any:
        model = getattr(self, "model_", None)
        builder = self._builder()
        return html.block(self, model if model is not None else builder if isinstance(builder, Model) else None)


def _fit_arguments(routes: Routes, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `Model.fit`: parameters, and what this call says otherwise."""
    kwargs = {OLD_IN_FIT.get(name, name): value for name, value in kwargs.items()}
    unknown = [name for name in kwargs if name not in IN_FIT]
    if unknown:
        raise no_argument("fit", unknown, IN_FIT)
    arguments = {**routes.fit, **kwargs}
    return {**arguments, "callbacks": callbacks_of(arguments.get("callbacks"), routes.objects["callbacks"])}
