"""The layers of a `FeatureSpace`, one after the other: from inputs to encoded features."""

from __future__ import annotations

from typing import Any, NamedTuple

from hornbeam.layers import CategoryEncoding, Concatenate, HashedCrossing, Input
from hornbeam.models import Model
from hornbeam.utils.feature_space.feature import Cross, Feature


class Encoding(NamedTuple):
    """A graph of layers.

    Attributes:
        inputs: symbolic tensors by the names of the features.
        outputs: one symbolic tensor, or those of features and crosses by name.
        model: from the ones to the others.
        crossers, one_hot_encoders: layers by the names of crosses and features.
        concat: the layer that puts all together, if any.
    """

    inputs: dict[str, Any]
    outputs: Any
    model: Model
    crossers: dict[str, Any]
    one_hot_encoders: dict[str, Any]
    concat: Any


def encoding_of(features: dict[str, Feature], crosses: list[Cross], output_mode: str) -> Encoding:
    """Features in the order of the alphabet, then crosses.

    Raises:
        ValueError: for categories that are to be one-hot vectors, and that a layer does not count.
    """
    inputs = {name: Input((1,), dtype=feature.dtype, name=name) for name, feature in features.items()}
    made = {name: feature.preprocessor(inputs[name]) for name, feature in features.items()}
    crossers = {cross.name: HashedCrossing(cross.crossing_dim, name=cross.name) for cross in crosses}
    for cross in crosses:
        made[cross.name] = crossers[cross.name]([made[name] for name in cross.feature_names])
    by_name = {cross.name: cross for cross in crosses}
    order = [*sorted(features), *sorted(by_name)]
    widths = {name: features[name].category_count for name in features}
    widths |= {name: cross.crossing_dim for name, cross in by_name.items()}
    encoders = {
        name: CategoryEncoding(_known(widths[name], name), output_mode="multi_hot")
        for name in order
        if (features | by_name)[name].output_mode == "one_hot"
    }
    encoded = {name: encoders[name](made[name]) if name in encoders else made[name] for name in order}
    concat = Concatenate(axis=-1) if output_mode == "concat" and len(encoded) > 1 else None
    outputs: Any = encoded
    if output_mode == "concat":
        outputs = concat([*encoded.values()]) if concat is not None else next(iter(encoded.values()))
    return Encoding(inputs, outputs, Model(inputs, outputs), crossers, encoders, concat)


def _known(width: int | None, name: str) -> int:
    if width is None:
        raise ValueError(
            f'Feature {name!r} has `output_mode="one_hot"`, for which its layer must count categories, as lookups, '
            '`Hashing` and `Discretization` do. Received: a layer without; use `output_mode="float"`.'
        )
    return width
