"""`Identity`: what comes in goes out."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.base.layer import Layer


class Identity(Layer):
    """y = x.

    >>> import hornbeam
    >>> hornbeam.layers.Identity()([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    passes_values = True
    supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs
