"""What is checked of a lookup layer: its arguments, its terms, and their factors."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import allowance
from hornbeam.layers.preprocessing.categorical.vocabulary import repeated


def check_arguments(layer: Any) -> None:
    """Raise for arguments of a lookup layer that do not go together."""
    if isinstance(layer.num_oov_indices, int):
        allowance.charge(layer.num_oov_indices, 64, "indices of unknown tokens")
    name, special = type(layer).__name__, len(layer.special_tokens())
    if layer.max_tokens is not None and layer.max_tokens <= special:
        raise ValueError(
            f"`max_tokens` of `{name}` must be greater than {special}, the number of its special tokens. "
            f"Received: max_tokens={layer.max_tokens!r}."
        )
    if layer.pad_to_max_tokens and layer.max_tokens is None:
        raise ValueError(f"`pad_to_max_tokens` of `{name}` needs `max_tokens`. Received: max_tokens=None.")
    if layer.num_oov_indices < 0:
        raise ValueError(
            f"`num_oov_indices` of `{name}` must not be negative. Received: num_oov_indices={layer.num_oov_indices}."
        )
    if layer.invert and (layer.output_mode != "int" or layer.num_oov_indices > 1):
        raise ValueError(
            f'`invert` of `{name}` needs `output_mode="int"` and at most one `num_oov_indices`. Received: '
            f"output_mode={layer.output_mode!r}, num_oov_indices={layer.num_oov_indices}."
        )
    if layer.idf_weights is not None and layer.output_mode != "tf_idf":
        raise ValueError(
            f'`idf_weights` of `{name}` need `output_mode="tf_idf"`. Received: output_mode={layer.output_mode!r}.'
        )


def check_terms(layer: Any, terms: list[Any], size: int) -> None:
    """Raise for terms that repeat, are special tokens, or are too many."""
    where = f"The vocabulary of layer `{layer.name}` ({type(layer).__name__})"
    twice = repeated(terms)
    if twice:
        raise ValueError(
            f"{where} must have each term once. Received: {', '.join(map(repr, twice[:5]))} more than once; remove "
            "repetitions: `list(dict.fromkeys(vocabulary))`."
        )
    known = set(terms)
    for token, what in ((layer.mask_token, "mask_token"), (layer.oov_token, "oov_token")):
        if token in layer.special_tokens() and token in known:
            raise ValueError(
                f"{where} must have `{what}` ({token!r}) in front, or leave it out. Received: it at another place; "
                f"the vocabulary may begin with {layer.special_tokens()!r}."
            )
    if layer.max_tokens is not None and size > layer.max_tokens:
        raise ValueError(
            f"{where} must have at most `max_tokens={layer.max_tokens}` tokens, the special ones included. "
            f"Received: {size}."
        )


def idf_of(layer: Any, weights: Any, terms: list[Any], count: int) -> np.ndarray | None:
    """A factor for each index: that of unknown tokens is the mean of the others'."""
    if layer.output_mode != "tf_idf":
        if weights is not None:
            raise ValueError(
                f'{layer._where} takes `idf_weights` with `output_mode="tf_idf"` alone. '
                f"Received: output_mode={layer.output_mode!r}."
            )
        return None
    if weights is None:
        raise ValueError(
            f'{layer._where} with `output_mode="tf_idf"` needs `idf_weights` beside the vocabulary. '
            "Received: none; give a number for each term, or call `adapt`."
        )
    idf = np.asarray(weights, np.float32).reshape(-1)
    if len(idf) == count > len(terms):
        return idf
    if len(idf) != len(terms):
        raise ValueError(
            f"{layer._where} needs one of `idf_weights` for each term. "
            f"Received: {len(idf)} weights for {len(terms)} terms."
        )
    return np.concatenate([np.full(len(layer.special_tokens()), idf.mean() if len(idf) else 0, np.float32), idf])
