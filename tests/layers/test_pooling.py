"""What pooling refuses."""

import numpy as np
import pytest

from hornbeam import layers


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.AdaptiveAveragePooling1D(0), r"`output_size` of `AdaptiveAveragePooling1D` must be a positive"),
        (
            lambda: layers.AdaptiveMaxPooling2D((1, 2, 3)),
            r"`output_size` .* integer or 2 of them. Received: output",
        ),
        (lambda: layers.AdaptiveMaxPooling3D(1, "first"), r"`data_format` must be .* Received: 'first'"),
        (lambda: layers.AdaptiveMaxPooling2D(1)(np.ones((2, 3, 4))), r"must have 4 axes"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
