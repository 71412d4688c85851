"""`FeatureSpace`: columns of a table as numbers for a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import serialization, symbolic, tree
from hornbeam.layers import Layer
from hornbeam.layers.preprocessing.host_layer import HostLayer
from hornbeam.layers.preprocessing.host_values import as_host_array
from hornbeam.saving import save_model
from hornbeam.utils.feature_space import kinds
from hornbeam.utils.feature_space.encoding import Encoding, encoding_of
from hornbeam.utils.feature_space.feature import Cross, Feature
from hornbeam.utils.feature_space.learning import column, learn, learns


class FeatureSpace(Layer):
    """Columns of strings and numbers, each encoded in its way, as one vector for each row.

    Use it on data, before a model: `model.fit(space(table), y)`. Or make it the front of a model that takes tables as
    they are: `Model(space.get_inputs(), Dense(1)(space.get_encoded_features()))`.

    Args:
        features: for each column what becomes of it: "float", "float_rescaled", "float_normalized",
            "float_discretized", "integer_categorical", "string_categorical", "integer_hashed", "string_hashed"; or what
            the methods of these names give, which take more arguments; or `FeatureSpace.feature(...)`.
        output_mode: "concat" for one vector of all, features in the order of the alphabet and then crosses; "dict" for
            a dictionary of vectors.
        crosses: groups of features, of which each combination is a category of its own: tuples of names, or
            `FeatureSpace.cross(...)`.
        crossing_dim: how many categories each cross has; the combinations are hashed.
        hashing_dim: how many categories "integer_hashed" and "string_hashed" have.
        num_discretization_bins: into how many bins of equal frequency "float_discretized" divides numbers.
        name: as of any layer.

    Call: a dictionary of columns (arrays, lists, `pandas.Series`), a DataFrame, or one row as a dictionary of values.
    Other columns are left out. Returns NumPy arrays; symbolic tensors for symbolic tensors.

    >>> from hornbeam.utils import FeatureSpace
    >>> space = FeatureSpace({"age": "float_normalized", "city": "string_categorical"})
    >>> space.adapt({"age": [20, 40], "city": ["Bern", "Ulm"]})
    >>> space({"age": 30, "city": "Ulm"}).tolist()
    [0.0, 0.0, 1.0, 0.0]
    """

    api_module = "keras.utils"
    unseen = Layer.unseen | {"_encoding"}

    def __init__(
        self,
        features: dict[str, Any],
        output_mode: str = "concat",
        crosses: Sequence[Any] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ):
        super().__init__(name=name)
        self.store({key: value for key, value in locals().items() if key not in ("name", "features", "crosses")})
        if output_mode not in ("concat", "dict"):
            raise ValueError(f'`output_mode` must be "concat" or "dict". Received: output_mode={output_mode!r}.')
        if not isinstance(features, dict) or not features:
            raise ValueError(f"`features` must be a dictionary of columns. Received: features={features!r}.")
        self.features = {key: self._as_feature(key, feature) for key, feature in features.items()}
        self.crosses = [self._as_cross(cross) for cross in crosses or ()]
        self.preprocessors = {key: feature.preprocessor for key, feature in self.features.items()}
        if output_mode == "concat":
            self._check_widths()
        self.crossers: dict[str, Layer] = {}
        self.one_hot_encoders: dict[str, Layer] = {}
        self._encoding: Encoding | None = None
        self._is_adapted = not any(map(learns, self.preprocessors.values()))

    def _as_feature(self, name: str, feature: Any) -> Feature:
        if isinstance(feature, dict):
            feature = serialization.deserialize(feature)
        if isinstance(feature, str):
            return kinds.by_name(feature, name, self.hashing_dim, self.num_discretization_bins)
        if not isinstance(feature, Feature):
            raise TypeError(
                "A feature must be the name of a kind, or what a method of `FeatureSpace` gives. "
                f"Received: {name!r}: {feature!r}."
            )
        return feature

    def _as_cross(self, cross: Any) -> Cross:
        if isinstance(cross, dict):
            cross = serialization.deserialize(cross)
        if not isinstance(cross, Cross):
            cross = Cross(cross, self.crossing_dim)
        for name in cross.feature_names:
            if name not in self.features:
                raise ValueError(
                    f"A cross must name features, which are {', '.join(map(repr, self.features))}. Received: {name!r}."
                )
            if self.features[name].output_mode == "float":
                raise ValueError(
                    "A cross must be one of categories. "
                    f'Received: {name!r}, whose numbers are none; "float_discretized" makes categories of them.'
                )
        return cross

    def _check_widths(self) -> None:
        outputs = [*self.features.items(), *((cross.name, cross) for cross in self.crosses)]
        for name, item in outputs:
            if item.output_mode == "int":
                raise ValueError(
                    'With `output_mode="concat"` all features must be vectors or numbers. '
                    f'Received: {name!r}, whose `output_mode` is "int"; use "one_hot", or `FeatureSpace(..., '
                    'output_mode="dict")`.'
                )

    # learning

    def adapt(self, dataset: Any) -> None:
        """Find vocabularies, means and bins in data, in one pass over it.

        Args:
            dataset: a dictionary of columns, a DataFrame, or what gives batches (or rows) of those.
        """
        self._encoding = None
        learn({name: layer for name, layer in self.preprocessors.items() if learns(layer)}, dataset)
        self._is_adapted = True

    def _known(self) -> Encoding:
        if not self._is_adapted:
            raise ValueError(f"`FeatureSpace` `{self.name}` must learn from data first: call `adapt(data)`.")
        if self._encoding is None:
            self._encoding = encoding_of(self.features, self.crosses, self.output_mode)
            self.crossers, self.one_hot_encoders = self._encoding.crossers, self._encoding.one_hot_encoders
            self.built = True
        return self._encoding

    # encoding

    def __call__(self, data: Any) -> Any:
        if symbolic.is_symbolic(data):
            return self._known().model(data)
        rows = {name: column(data, name) for name in self.features}
        made = self._known().model(rows)
        encoded = tree.map(lambda x: HostLayer.gives(engine.to_numpy(x) if engine.is_tensor(x) else x), made)
        is_one_row = all(np.ndim(as_host_array(data[name], f"Feature {name!r}")) == 0 for name in self.features)
        return tree.map(lambda x: x[0], encoded) if is_one_row else encoded

    call = __call__

    def get_inputs(self) -> dict[str, Any]:
        """The inputs of a model that this is the front of, by name."""
        return self._known().inputs

    def get_encoded_features(self) -> Any:
        """What follows from the inputs: one symbolic tensor, or a dictionary of them."""
        return self._known().outputs

    # files and configs

    def save(self, filepath: Any) -> None:
        """Write it, with what it has learned, to a `.keras` file, which `hornbeam.saving.load_model` reads."""
        save_model(self, filepath)

    def config_arguments(self) -> dict[str, Any]:
        names = ("output_mode", "crosses", "crossing_dim", "hashing_dim", "num_discretization_bins")
        return {"features": self.features} | {name: getattr(self, name) for name in names}

    def get_build_config(self) -> dict[str, Any] | None:
        if not self._is_adapted:
            return None
        return {name: layer.get_build_config() or {} for name, layer in self.preprocessors.items()}

    def build_from_config(self, config: dict[str, Any]) -> None:
        for name, layer in self.preprocessors.items():
            if config.get(name):
                layer.build_from_config(config[name])
        self._is_adapted = True

    def save_own_variables(self, store: Any) -> None:
        """Nothing: its layers have their own."""

    def load_own_variables(self, store: Any) -> None:
        """Nothing: its layers have their own."""

    # kinds of features

    @classmethod
    def cross(cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """A category for each combination of features, hashed to `crossing_dim` of them."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """A column of `dtype` that goes through a layer of your own choice.

        With `output_mode="one_hot"` or "int" the layer gives categories, with "float" vectors or numbers.
        """
        return Feature(dtype, preprocessor, output_mode)

    float = staticmethod(kinds.plain)
    float_rescaled = staticmethod(kinds.float_rescaled)
    float_normalized = staticmethod(kinds.float_normalized)
    float_discretized = staticmethod(kinds.float_discretized)
    integer_categorical = staticmethod(kinds.integer_categorical)
    string_categorical = staticmethod(kinds.string_categorical)
    integer_hashed = staticmethod(kinds.integer_hashed)
    string_hashed = staticmethod(kinds.string_hashed)
