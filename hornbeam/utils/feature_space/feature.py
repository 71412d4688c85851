"""`Feature` and `Cross`: what becomes of a column, and of several together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.configurable import Configurable
from hornbeam.core.integers import check_count
from hornbeam.layers import Layer


class Feature(Configurable):
    """A column, and the layer that makes numbers of it.

    Args:
        dtype: of the column: "float32", "int32", "string", ...
        preprocessor: the layer that the column goes through.
        output_mode: "one_hot" (a vector for each category that the layer gives), "int" (the category), or "float"
            (what the layer gives).
    """

    api_module = "keras.src.layers.preprocessing.feature_space"
    registered_name = "Feature"

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str):
        if output_mode not in ("int", "one_hot", "float"):
            raise ValueError(
                '`output_mode` of a feature must be "int", "one_hot" or "float". '
                f"Received: output_mode={output_mode!r}."
            )
        if isinstance(preprocessor, dict):
            preprocessor = serialization.deserialize(preprocessor, kind="keras.layers")
        if not isinstance(preprocessor, Layer):
            raise TypeError(f"`preprocessor` of a feature must be a layer. Received: {preprocessor!r}.")
        self.store(locals())

    @property
    def category_count(self) -> int | None:
        """How many categories the layer tells apart; `None` where it has none, or does not know them yet."""
        layer = self.preprocessor
        if hasattr(layer, "vocabulary_size"):
            return layer.vocabulary_size()
        if hasattr(layer, "bin_boundaries"):
            return len(layer.bin_boundaries) + 1 if layer.num_bins is None else layer.num_bins
        return getattr(layer, "num_bins", None)


class Cross(Configurable):
    """A category for each combination of features, hashed.

    Args:
        feature_names: the features.
        crossing_dim: how many categories there are for all combinations.
        output_mode: "one_hot" or "int".
    """

    api_module = "keras.src.layers.preprocessing.feature_space"
    registered_name = "Cross"

    def __init__(self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot"):
        if output_mode not in ("int", "one_hot"):
            raise ValueError(
                f'`output_mode` of a cross must be "int" or "one_hot". Received: output_mode={output_mode!r}.'
            )
        if isinstance(feature_names, str) or len(feature_names) < 2:
            raise ValueError(f"A cross must name at least two features. Received: {feature_names!r}.")
        check_count("crossing_dim", crossing_dim, 1)
        self.store({**locals(), "feature_names": tuple(feature_names)})

    @property
    def name(self) -> str:
        """The names of the features, with "_X_" between them."""
        return "_X_".join(self.feature_names)
