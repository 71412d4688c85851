"""`Discretization`: the bin in which a number lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.running import running
from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.preprocessing.categorical.hashing import check_sparse
from hornbeam.layers.preprocessing.data_layer import DataLayer
from hornbeam.layers.preprocessing.numeric.encoding import encoded
from hornbeam.layers.preprocessing.numeric.numbers import as_numbers, batches_of_numbers
from hornbeam.layers.preprocessing.numeric.quantile_sketch import QuantileSketch


class Discretization(DataLayer):
    """y = how many of the ascending `bin_boundaries` are at most x.

    Args:
        bin_boundaries: the boundaries between bins; the first and the last bin are open.
        num_bins: into how many bins of equal frequency `adapt` divides data, instead of `bin_boundaries`.
        epsilon: the largest error of the quantiles that `adapt` finds, as a fraction of the data.
        output_mode: "int" (the bin), "one_hot" (a vector for each number), "multi_hot" (in which bins the numbers of a
            row are), or "count" (how many are in each).
        sparse: what comes out is dense in any case; as in Keras, not True with `output_mode="int"`.
        dtype, name: as of every layer.

    Input: numbers of any shape. Output: int32 of the same shape; or vectors of one number for each bin.

    >>> import hornbeam
    >>> hornbeam.layers.Discretization([0.0, 1.0])([[-1.5, 1.0, 0.2]]).tolist()
    [[0, 2, 1]]
    """

    unseen = Layer.unseen | {"sketch"}
    may_run_on_host = True

    def __init__(
        self,
        bin_boundaries: Sequence[float] | None = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(dtype=dtype, name=name, **kwargs)
        self.store({key: value for key, value in locals().items() if key not in ("dtype", "name")})
        self.output_mode = check_choice(self, "output_mode", output_mode, ("int", "one_hot", "multi_hot", "count"))
        check_sparse(self, sparse, output_mode)
        if num_bins is not None and (isinstance(num_bins, bool) or not isinstance(num_bins, int) or num_bins < 1):
            raise ValueError(f"`num_bins` of `Discretization` must be a positive integer. Received: {num_bins!r}.")
        if (bin_boundaries is None) == (num_bins is None):
            raise ValueError(
                "`Discretization` takes either `bin_boundaries`, or `num_bins` for `adapt` to find them. "
                f"Received: bin_boundaries={bin_boundaries!r}, num_bins={num_bins!r}."
            )
        self.bin_boundaries = None if bin_boundaries is None else _ascending(bin_boundaries)
        self.autocast = False  # numbers must not be rounded to 16 bits
        self.sketch: QuantileSketch | None = None

    def call(self, inputs: Any) -> Any:
        known = self.bin_boundaries
        if known is None:
            if running.probe is None:
                raise ValueError(
                    f"Layer `{self.name}` (Discretization) has no `bin_boundaries` yet: call `adapt(data)` first."
                )
            known = [0.0] * (self.num_bins - 1)  # the shape is asked for alone
        boundaries = engine.asarray(np.asarray(known, "float32"))
        x = engine.cast(inputs, "float32")
        bins = engine.reshape(engine.searchsorted(boundaries, engine.reshape(x, (-1,)), "right"), x.shape)
        if self.output_mode == "int":
            return bins
        return encoded(bins, self.output_mode, len(known) + 1, self.compute_dtype)

    @property
    def input_dtype(self) -> str:
        """The dtype of an input that a model makes for it."""
        return self.compute_dtype

    @property
    def output_dtype(self) -> str:
        """The dtype of what comes out."""
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find bins of equal frequency in data, and forget earlier ones.

        Args:
            data: an array, a list, a column, a data set or a generator of batches.
            steps: of how many batches; of all by default.
        """
        self.reset_state()
        for batch in batches_of_numbers(self, data, steps):
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forget the data that `update_state` was given."""
        self.sketch = None

    def update_state(self, data: Any) -> None:
        """Take a batch into account, for `finalize_state`."""
        if self.num_bins is None:
            raise ValueError(
                f"Layer `{self.name}` (Discretization) was given `bin_boundaries`: make it with `num_bins` to adapt it."
            )
        self.sketch = self.sketch or QuantileSketch(self.epsilon)
        self.sketch.add(as_numbers(data, f"layer `{self.name}` (Discretization)"))

    def finalize_state(self) -> None:
        """Let `bin_boundaries` be the quantiles of the data so far."""
        if self.sketch is not None:
            self.bin_boundaries = self.sketch.quantiles(self.num_bins).tolist()

    def config_arguments(self) -> dict[str, Any]:
        config = {key: value for key, value in super().config_arguments().items() if key != "trainable"}
        return {**config, "dtype": self.dtype_policy.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A new layer from what `get_config` gave, which may hold the number of bins and what `adapt` found."""
        if config.get("bin_boundaries") is None or config.get("num_bins") is None:
            return super().from_config(config)
        layer = super().from_config({**config, "bin_boundaries": None})
        layer.bin_boundaries = _ascending(config["bin_boundaries"])
        return layer


def _ascending(boundaries: Sequence[float]) -> list[float]:
    values = np.asarray(boundaries, "float64")
    if values.ndim != 1 or (np.diff(values) < 0).any() or np.isnan(values).any():
        raise ValueError(
            f"`bin_boundaries` of `Discretization` must be numbers in ascending order. Received: {boundaries!r}."
        )
    return values.tolist()
