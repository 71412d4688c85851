"""The kinds of features: `name` begins the name of the layer that each makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hornbeam import layers
from hornbeam.core import naming
from hornbeam.utils.feature_space.feature import Feature


def _called(name: str | None, kind: str) -> str:
    return f"{naming.unique(kind) if name is None else name}_preprocessor"


def plain(name: str | None) -> Feature:
    return Feature("float32", layers.Identity(name=_called(name, "float"), dtype="float32"), "float")


def rescaled(scale: float, offset: float, name: str | None) -> Feature:
    layer = layers.Rescaling(scale=scale, offset=offset, name=_called(name, "float_rescaled"))
    return Feature("float32", layer, "float")


def normalized(name: str | None) -> Feature:
    return Feature("float32", layers.Normalization(axis=-1, name=_called(name, "float_normalized")), "float")


def discretized(num_bins: int, boundaries: Sequence[float] | None, output_mode: str, name: str | None) -> Feature:
    given: dict[str, Any] = {"num_bins": num_bins} if boundaries is None else {"bin_boundaries": boundaries}
    return Feature(
        "float32", layers.Discretization(**given, name=_called(name, "float_discretized")), output_mode
    )  # fmt: skip


def categorical(
    lookup: str, dtype: str, max_tokens: int | None, num_oov_indices: int, output_mode: str, name: str | None
) -> Feature:
    layer = getattr(layers, lookup)(max_tokens=max_tokens, num_oov_indices=num_oov_indices, name=name)
    return Feature(dtype, layer, output_mode)


def integer_categorical(
    max_tokens: int | None, num_oov_indices: int, output_mode: str, name: str | None
) -> Feature:  # fmt: skip
    called = _called(name, "integer_categorical")
    return categorical("IntegerLookup", "int32", max_tokens, num_oov_indices, output_mode, called)


def string_categorical(
    max_tokens: int | None, num_oov_indices: int, output_mode: str, name: str | None
) -> Feature:  # fmt: skip
    called = _called(name, "string_categorical")
    return categorical("StringLookup", "string", max_tokens, num_oov_indices, output_mode, called)


def hashed(kind: str, num_bins: int, output_mode: str, name: str | None) -> Feature:
    layer = layers.Hashing(num_bins=num_bins, name=_called(name, f"{kind}_hashed"))
    return Feature("string" if kind == "string" else "int32", layer, output_mode)


def by_name(kind: str, feature: str, hashing_dim: int, num_discretization_bins: int) -> Feature:
    """The feature that a plain string asks for.

    Args:
        kind: such as "float_normalized".
        feature: the name of the column, from which that of the layer is made.
        hashing_dim: how many bins strings and integers are hashed to.
        num_discretization_bins: how many bins numbers are divided into.
    """
    kinds: dict[str, Callable[[], Feature]] = {
        "float": lambda: plain(feature),
        "float_rescaled": lambda: rescaled(1.0, 0.0, feature),
        "float_normalized": lambda: normalized(feature),
        "float_discretized": lambda: discretized(num_discretization_bins, None, "one_hot", feature),
        "integer_categorical": lambda: integer_categorical(None, 1, "one_hot", feature),
        "string_categorical": lambda: string_categorical(None, 1, "one_hot", feature),
        "integer_hashed": lambda: hashed("integer", hashing_dim, "one_hot", feature),
        "string_hashed": lambda: hashed("string", hashing_dim, "one_hot", feature),
    }
    if kind not in kinds:
        raise ValueError(
            f"A feature must be one of {', '.join(map(repr, kinds))}, or made by a method of `FeatureSpace` such as "
            f"`FeatureSpace.feature(dtype, preprocessor, output_mode)`. Received: {feature!r}: {kind!r}."
        )
    return kinds[kind]()
