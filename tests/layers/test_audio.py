"""Spectrograms and pipelines: what they say about arguments that do not fit, and what training does."""

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import layers

BAD = {
    "fft": (
        lambda: layers.STFTSpectrogram(frame_length=8, fft_length=4),
        "`fft_length` of `STFTSpectrogram` must be at",
    ),
    "mode": (lambda: layers.STFTSpectrogram("loud"), "`mode` of `STFTSpectrogram` must be one of 'log', 'magnitude'"),
    "frames": (
        lambda: layers.STFTSpectrogram(frame_length=0),
        "`frame_length` of `STFTSpectrogram` must be a positive",
    ),
    "window": (lambda: layers.STFTSpectrogram(window="x"), "`window` .* must be the name of a window of SciPy"),
    "rank": (lambda: layers.STFTSpectrogram(frame_length=4)(np.ones((2, 9))), "must have 3 axes, the batch included"),
    "bins": (lambda: layers.MelSpectrogram(num_mel_bins=0), "`num_mel_bins` of `MelSpectrogram` must be a positive"),
    "layers": (lambda: layers.Pipeline([layers.Flatten(), 3]), "`layers` of `Pipeline` must be layers. Received: 3"),
}


@pytest.mark.parametrize("case", BAD)
def test_arguments_that_do_not_fit_are_named(case):
    act, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        act()


def test_a_pipeline_trains_unless_it_is_told_not_to(engine):
    layer, x = layers.Pipeline([layers.Dropout(0.5, seed=1)]), np.ones((2, 50), "float32")
    assert 0 in eng.to_numpy(layer(x))
    assert 0 not in eng.to_numpy(layer(x, training=False))
