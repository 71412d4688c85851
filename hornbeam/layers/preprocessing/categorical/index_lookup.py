"""`IndexLookup`: what all layers with a vocabulary share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core import dtypes
from hornbeam.core.running import running
from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.preprocessing.adapt_data import batches_of
from hornbeam.layers.preprocessing.categorical import vocabulary_files
from hornbeam.layers.preprocessing.categorical.encoding import MODES, encoded, encoded_shape
from hornbeam.layers.preprocessing.categorical.hashing import check_sparse
from hornbeam.layers.preprocessing.categorical.lookup_checks import check_arguments, check_terms, idf_of
from hornbeam.layers.preprocessing.categorical.salt import salt_key
from hornbeam.layers.preprocessing.categorical.token_counts import TokenCounts
from hornbeam.layers.preprocessing.categorical.vocabulary import UNKNOWN, Vocabulary
from hornbeam.layers.preprocessing.host_layer import HostLayer

_OUTPUT_MODES = (*MODES, "tf_idf")


class IndexLookup(HostLayer):
    """An index for each term of a vocabulary.

    The first indices are those of the mask (in mode "int" alone) and of tokens that the vocabulary does not have, then
    come the terms. A subclass stores the arguments that are attributes below, calls `start`, and says what its tokens
    are.
    """

    max_tokens: int | None
    num_oov_indices: int
    mask_token: Any
    oov_token: Any
    vocabulary: Any
    idf_weights: Any
    output_mode: str
    pad_to_max_tokens: bool
    sparse: bool
    invert: bool
    #: What an integer token without a place has as its place among several: its remainder, or a hash.
    oov_method = "farmhash"
    salt: Any = None

    def start(self) -> None:
        """Check the arguments, and take the vocabulary if there is one."""
        self.output_mode = check_choice(self, "output_mode", self.output_mode, _OUTPUT_MODES)
        check_sparse(self, self.sparse, self.output_mode)
        self._key = salt_key(self, self.salt)
        check_arguments(self)
        self._learned: Vocabulary | None = None
        self._idf: np.ndarray | None = None
        self._counts: TokenCounts | None = None
        self._promised: int | None = None  # the size of the vocabulary that is to be loaded
        if self.vocabulary is not None:
            if isinstance(self.vocabulary, str):
                self.vocabulary = self._read_terms(self.vocabulary)
            elif not isinstance(self.vocabulary, list):
                self.vocabulary = np.asarray(self.vocabulary).tolist()
            self.set_vocabulary(self.vocabulary, self.idf_weights)

    # places

    def _oov_start(self) -> int:
        return 1 if self.mask_token is not None and self.output_mode == "int" else 0

    def _token_start(self) -> int:
        return self._oov_start() + self.num_oov_indices

    def special_tokens(self) -> list[Any]:
        """The tokens before the terms."""
        return [self.mask_token] * self._oov_start() + [self.oov_token] * self.num_oov_indices

    # the vocabulary

    def vocabulary_size(self) -> int:
        """The number of indices, those of mask and unknown tokens included."""
        return (0 if self._learned is None else len(self._learned)) + self._token_start()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The tokens in the order of their indices."""
        terms = [] if self._learned is None else list(self._learned.terms)
        return self.special_tokens() + terms if include_special_tokens else terms

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take a vocabulary instead of learning one with `adapt`.

        Args:
            vocabulary: the terms, with or without those for mask and unknown tokens in front; or the path of a text
                file with a term in each line.
            idf_weights: a factor for each term, with `output_mode="tf_idf"` alone.

        Raises:
            ValueError: for repeated terms, special tokens at other places, too many terms, or weights that do not fit.
        """
        if isinstance(vocabulary, str):
            vocabulary = self._read_terms(vocabulary)
        terms = [self._as_term(term) for term in np.asarray(vocabulary, dtype=object).reshape(-1).tolist()]
        special, count = self.special_tokens(), len(terms)
        has_special = bool(special) and terms[: len(special)] == special
        terms = terms[len(special) :] if has_special else terms
        check_terms(self, terms, count if has_special else count + len(special))
        idf = idf_of(self, idf_weights, terms, count)
        self._learned, self._idf = Vocabulary(terms), idf
        self.built = True

    def _read_terms(self, path: str) -> list[Any]:
        return [self._as_term(line) for line in vocabulary_files.lines_of(path, self._where)]

    def _as_term(self, term: Any) -> Any:
        """A term as it is in the vocabulary."""
        raise NotImplementedError

    # adapting

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learn the vocabulary: the tokens of `data`, the most frequent first.

        Args:
            data: an array, a list, a column of a DataFrame; a `pathlib.Path` or an open file, by lines; or what gives
                batches. Of the data, one batch is in memory at a time; of the vocabulary, all of it.
            steps: how many batches; all of them by default.
        """
        self._adapt(data, None, steps)

    def _adapt(self, data: Any, batch_size: int | None, steps: int | None) -> None:
        self.reset_state()
        for batch in batches_of(data, batch_size, steps, self._where):
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forget what was learned."""
        if self.vocabulary is not None:
            raise RuntimeError(
                f"{self._where} was made with a vocabulary, and does not learn one. Received: a call of `adapt`; make "
                "the layer without `vocabulary`."
            )
        self._learned = self._idf = None
        self._counts = TokenCounts(self.output_mode == "tf_idf")

    def update_state(self, data: Any) -> None:
        """Count the tokens of a batch."""
        if self._counts is None:
            self.reset_state()
        assert self._counts is not None
        self._counts.add(self._documents(data))

    def finalize_state(self) -> None:
        """Make the vocabulary of what was counted."""
        counts, self._counts = self._counts, None
        if counts is None:
            return
        most = None if self.max_tokens is None else self.max_tokens - self._token_start()
        terms = counts.terms({self.mask_token, self.oov_token}, most)
        self.set_vocabulary(terms, counts.idf(terms) if self.output_mode == "tf_idf" else None)

    def _documents(self, data: Any) -> Sequence[Sequence[Any]]:
        """A batch as documents, each a sequence of tokens."""
        raise NotImplementedError

    # looking up

    def known(self) -> Vocabulary:
        """The vocabulary.

        Raises:
            RuntimeError: when there is none yet.
        """
        if self._learned is None:
            raise RuntimeError(
                f"{self._where} has no vocabulary yet: call `adapt(data)` first, or pass `vocabulary` to the layer."
            )
        return self._learned

    def _indices(self, places: np.ndarray, is_mask: np.ndarray | None, strangers: Any) -> np.ndarray:
        """Indices for the places of tokens.

        Args:
            places: in the vocabulary; -1 for unknown tokens.
            is_mask: which of them are the mask, if any can be.
            strangers: `(where)`, the numbers of the unknown tokens among several that they share, from 0 on.
        """
        indices = places + self._token_start()
        unknown = places == UNKNOWN
        if is_mask is not None:
            indices[is_mask] = 0 if self.output_mode == "int" else -1
            unknown &= ~is_mask
        if unknown.any():
            if not self.num_oov_indices:
                raise ValueError(
                    f"{self._where} with `num_oov_indices=0` takes tokens of its vocabulary alone. "
                    f"Received: {strangers.first(unknown)!r}; with `num_oov_indices=1`, others have an index, too."
                )
            indices[unknown] = self._oov_start() + (
                0 if self.num_oov_indices == 1 else strangers.numbers(unknown, self.num_oov_indices)
            )
        return indices

    def _encoded(self, indices: np.ndarray) -> np.ndarray:
        dtype = dtypes.numpy_dtype(self.output_dtype)
        if self.output_mode == "int":
            return indices.astype(dtype)
        weights = self._idf
        depth = self._depth() or 0
        if weights is not None:
            weights = np.pad(weights, (0, depth - len(weights)))
        return encoded(indices, self.output_mode, depth, dtype, weights)

    def _depth(self) -> int | None:
        if self.pad_to_max_tokens:
            return self.max_tokens
        return self._promised if self._learned is None else self.vocabulary_size()

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        if self.output_mode != "int":
            self._check_width()
        return encoded_shape(tuple(input_shape), self.output_mode, self._depth())

    def _check_width(self) -> None:
        if self._depth() is None:
            raise RuntimeError(
                f"{self._where} must know its vocabulary before a model is made with it: the width of its output "
                "depends on it. Call `adapt(data)` first, or pass `max_tokens` and `pad_to_max_tokens=True`."
            )

    # dtypes

    @property
    def output_dtype(self) -> str:
        """int64; of "tf_idf", `floatx()`. As in Keras, the layer's `dtype` does not change it."""
        return dtypes.floatx() if self.output_mode == "tf_idf" else "int64"

    @property
    def compute_dtype(self) -> str:
        return "string"

    @property
    def variable_dtype(self) -> str:
        return "string"

    # files and configs

    def get_config(self) -> dict[str, Any]:
        size = None if self._learned is None else self.vocabulary_size()
        return super().get_config() | {"vocabulary_size": size} | (self._what_was_learned() if running.whole else {})

    def _what_was_learned(self) -> dict[str, Any]:
        """The arguments of a layer that was made with the vocabulary."""
        if self.vocabulary is not None or self._learned is None:
            return {}
        idf = None if self._idf is None else self._idf[self._token_start() :].tolist()
        return {"vocabulary": self.get_vocabulary(include_special_tokens=False), "idf_weights": idf}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A new layer from what `get_config` gave; it does not read files that a config names."""
        if isinstance(config.get("vocabulary"), str):
            raise ValueError(
                f"The config of a `{cls.__name__}` must hold the terms of its vocabulary. Received: the name of a file "
                f"to read, {config['vocabulary']!r}; make the layer with `vocabulary=` in code, where it is meant."
            )
        layer = super().from_config({key: value for key, value in config.items() if key != "vocabulary_size"})
        layer._promised = config.get("vocabulary_size")
        return layer

    def get_build_config(self) -> dict[str, Any] | None:
        return {}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Nothing: there is nothing to be made of shapes."""
        self.built = True

    def save_own_variables(self, store: Any) -> None:
        """Write the factors of "tf_idf"."""
        if self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store: Any) -> None:
        """Read the factors of "tf_idf"."""
        if self.output_mode == "tf_idf":
            self._idf = np.asarray(store["idf_weights"], np.float32)

    def save_assets(self, dir_path: str) -> None:
        """Write the vocabulary that was learned into a folder."""
        if self.vocabulary is None and self._learned is not None:
            vocabulary_files.write_terms(dir_path, self.get_vocabulary())

    def load_assets(self, dir_path: str) -> None:
        """Read what `save_assets` wrote."""
        terms = None if self.vocabulary is not None else vocabulary_files.read_terms(dir_path)
        if terms is not None:
            self._set_loaded([self._as_term(term) for term in terms])

    def _set_loaded(self, terms: list[Any]) -> None:
        special = self.special_tokens()
        terms = terms[len(special) :] if terms[: len(special)] == special else terms
        check_terms(self, terms, len(terms) + len(special))
        self._learned = Vocabulary(terms)
        if self._idf is None and self.output_mode == "tf_idf":  # the weights file has them
            self._idf = np.ones(self.vocabulary_size(), np.float32)
        self.built = True
