"""What `adapt` of a `FeatureSpace` does: one pass over the data, from which all its layers learn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hornbeam.data.array_likes import is_frame
from hornbeam.layers import Layer
from hornbeam.layers.preprocessing.adapt_data import stream_of
from hornbeam.layers.preprocessing.host_values import as_host_array


def learns(layer: Layer) -> bool:
    """Whether a layer finds something in data: it has `adapt`, and was not given what it would find."""
    if not hasattr(layer, "adapt"):
        return False
    given = [getattr(layer, name, None) for name in ("vocabulary", "input_mean")]
    is_divided = hasattr(layer, "bin_boundaries") and layer.num_bins is None
    return all(value is None for value in given) and not is_divided


def learn(layers: dict[str, Layer], data: Any) -> None:
    """Let layers learn from columns of the same names."""
    others: dict[str, list[np.ndarray]] = {name: [] for name, layer in layers.items() if not _learns_by_batch(layer)}
    for name in layers.keys() - others.keys():
        layers[name].reset_state()
    for batch in batches(data):
        for name, layer in layers.items():
            values = column(batch, name)
            others[name].append(values) if name in others else layer.update_state(values)
    for name, layer in layers.items():
        layer.adapt(np.concatenate(others[name])) if name in others else layer.finalize_state()


def _learns_by_batch(layer: Layer) -> bool:
    return all(hasattr(layer, step) for step in ("reset_state", "update_state", "finalize_state"))


def batches(data: Any) -> Iterator[Any]:
    """The batches of a table, or of what gives batches: mappings from names to columns.

    Raises:
        TypeError: for what is no mapping.
        ValueError: for no data at all.
    """
    is_table = is_frame(data) or isinstance(data, Mapping)
    is_empty = True
    for batch in [data] if is_table else stream_of(data, "`FeatureSpace`"):
        if not (isinstance(batch, Mapping) or is_frame(batch)):
            raise TypeError(
                "`adapt` of `FeatureSpace` takes a dictionary of columns, a DataFrame, or what gives batches of "
                f"those. Received: a batch of type {type(batch).__name__}; give the inputs alone: "
                "`data.map(lambda x, y: x)`, `(x for x, y in data)`."
            )
        is_empty = False
        yield batch
    if is_empty:
        raise ValueError("`adapt` of `FeatureSpace` needs data. Received: none.")


def column(batch: Any, name: str) -> np.ndarray:
    """A column as an array of at least two axes.

    Raises:
        ValueError: when there is no such column.
    """
    if name not in batch:
        raise ValueError(
            f"`FeatureSpace` needs a column for each of its features. Received: no {name!r} among {list(batch)}."
        )
    values = as_host_array(batch[name], f"Feature {name!r}")
    return values.reshape(-1, 1) if values.ndim < 2 else values
