"""Cross-entropies, divergences and losses."""

from __future__ import annotations

from typing import Any

from hornbeam import losses
from hornbeam.metrics.reduction import MeanMetricWrapper

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "KLDivergence",
    "Poisson",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
]


class BinaryCrossentropy(MeanMetricWrapper):
    """Mean of -y log p - (1 - y) log(1 - p).

    Args:
        name, dtype: as in `Metric`.
        from_logits, label_smoothing: as in the loss of this name.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.BinaryCrossentropy()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.5108
    """

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ):
        super().__init__(
            losses.binary_crossentropy, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing
        )


class CategoricalCrossentropy(MeanMetricWrapper):
    """Mean of -Σ y log p; targets are one-hot.

    Args:
        name, dtype: as in `Metric`.
        from_logits, label_smoothing, axis: as in the loss of this name.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.CategoricalCrossentropy()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.5108
    """

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ):
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(losses.categorical_crossentropy, name, dtype, **options)


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """Mean of -log p[y]; targets are class indices.

    Args:
        name, dtype: as in `Metric`.
        from_logits, ignore_class, axis: as in the loss of this name.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.SparseCategoricalCrossentropy()([1, 0], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.7136
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ):
        options = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(losses.sparse_categorical_crossentropy, name, dtype, **options)


class KLDivergence(MeanMetricWrapper):
    """Mean of Σ y log(y / ŷ).

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.KLDivergence()([[0.5, 0.5]], [[0.4, 0.6]])), 4)
    0.0204
    """

    def __init__(self, name: str | None = "kl_divergence", dtype: Any = None):
        super().__init__(losses.kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """Mean of ŷ - y log ŷ.

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.Poisson()([[1.0, 2.0]], [[2.0, 4.0]])), 4)
    1.2671
    """

    def __init__(self, name: str | None = "poisson", dtype: Any = None):
        super().__init__(losses.poisson, name, dtype)


class Hinge(MeanMetricWrapper):
    """Mean of max(1 - y ŷ, 0).

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.Hinge()([[-1.0, 1.0]], [[0.4, 0.6]])), 4)
    0.9
    """

    def __init__(self, name: str | None = "hinge", dtype: Any = None):
        super().__init__(losses.hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """Mean of max(1 - y ŷ, 0)².

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.SquaredHinge()([[-1.0, 1.0]], [[0.4, 0.6]])), 4)
    1.06
    """

    def __init__(self, name: str | None = "squared_hinge", dtype: Any = None):
        super().__init__(losses.squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """Mean of max(max((1 - y) ŷ) - Σ y ŷ + 1, 0).

    >>> import hornbeam
    >>> round(float(hornbeam.metrics.CategoricalHinge()([[0.0, 1.0]], [[0.4, 0.6]])), 4)
    0.8
    """

    def __init__(self, name: str | None = "categorical_hinge", dtype: Any = None):
        super().__init__(losses.categorical_hinge, name, dtype)
