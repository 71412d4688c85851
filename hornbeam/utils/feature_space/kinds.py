"""The kinds of features, which are methods of `FeatureSpace`; `name` begins the name of the layer that each makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import layers
from hornbeam.core import naming
from hornbeam.utils.feature_space.feature import Feature


def plain(name: str | None = None) -> Feature:
    """Numbers as they are."""
    return Feature("float32", layers.Identity(name=_called(name, "float"), dtype="float32"), "float")


def float_rescaled(scale: Any = 1.0, offset: Any = 0.0, name: str | None = None) -> Feature:
    """x scale + offset."""
    layer = layers.Rescaling(scale=scale, offset=offset, name=_called(name, "float_rescaled"))
    return Feature("float32", layer, "float")


def float_normalized(name: str | None = None) -> Feature:
    """Numbers with mean 0 and variance 1."""
    return Feature("float32", layers.Normalization(axis=-1, name=_called(name, "float_normalized")), "float")


def float_discretized(
    num_bins: int, bin_boundaries: Any = None, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """The bin in which a number lies: of equal frequency, unless `bin_boundaries` are given."""
    bins: dict[str, Any] = {"num_bins": num_bins} if bin_boundaries is None else {"bin_boundaries": bin_boundaries}
    layer = layers.Discretization(**bins, name=_called(name, "float_discretized"))
    return Feature("float32", layer, output_mode)


def integer_categorical(
    max_tokens: int | None = None, num_oov_indices: int = 1, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """Integers that stand for categories."""
    layer = layers.IntegerLookup(max_tokens, num_oov_indices, name=_called(name, "integer_categorical"))
    return Feature("int32", layer, output_mode)


def string_categorical(
    max_tokens: int | None = None, num_oov_indices: int = 1, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """Strings that stand for categories."""
    layer = layers.StringLookup(max_tokens, num_oov_indices, name=_called(name, "string_categorical"))
    return Feature("string", layer, output_mode)


def integer_hashed(num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
    """Integers, hashed to `num_bins` categories."""
    return Feature("int32", layers.Hashing(num_bins, name=_called(name, "integer_hashed")), output_mode)


def string_hashed(num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
    """Strings, hashed to `num_bins` categories."""
    return Feature("string", layers.Hashing(num_bins, name=_called(name, "string_hashed")), output_mode)


def _called(name: str | None, kind: str) -> str:
    return f"{naming.unique(kind) if name is None else name}_preprocessor"


_KINDS: dict[str, Callable[..., Feature]] = {
    "float": plain,
    "float_rescaled": float_rescaled,
    "float_normalized": float_normalized,
    "float_discretized": float_discretized,
    "integer_categorical": integer_categorical,
    "string_categorical": string_categorical,
    "integer_hashed": integer_hashed,
    "string_hashed": string_hashed,
}


def by_name(kind: str, feature: str, hashing_dim: int, num_discretization_bins: int) -> Feature:
    """The feature that a plain string asks for.

    Args:
        kind: such as "float_normalized".
        feature: the name of the column, from which that of the layer is made.
        hashing_dim: how many bins strings and integers are hashed to.
        num_discretization_bins: how many bins numbers are divided into.
    """
    if kind not in _KINDS:
        raise ValueError(
            f"A feature must be one of {', '.join(map(repr, _KINDS))}, or made by a method of `FeatureSpace` such as "
            f"`FeatureSpace.feature(dtype, preprocessor, output_mode)`. Received: {feature!r}: {kind!r}."
        )
    bins = {"float_discretized": num_discretization_bins, "integer_hashed": hashing_dim, "string_hashed": hashing_dim}
    return _KINDS[kind](name=feature, **({"num_bins": bins[kind]} if kind in bins else {}))
