"""Spectrograms, and layers one after the other."""

from layer_row import FIRST, ROWS, STEPS, normal, row

SOUND = normal(40)
CHANNELS = normal(40, 2)

LAYERS = {
    "MelSpectrogram": row(
        lambda k: k.MelSpectrogram(16, 8, num_mel_bins=3, sampling_rate=100, min_freq=1.0, max_freq=40.0, top_db=1.0),
        SOUND,
    ),
    "MelSpectrogram powers": row(
        lambda k: k.MelSpectrogram(16, 8, 12, "hamming", 100, 3, 1.0, power_to_db=False, mag_exp=1.0), SOUND
    ),
    "MelSpectrogram quiet": row(
        lambda k: k.MelSpectrogram(16, 8, num_mel_bins=3, sampling_rate=100, min_freq=1.0), SOUND
    ),
    "STFTSpectrogram": row(lambda k: k.STFTSpectrogram(frame_length=8), CHANNELS),
    "STFTSpectrogram magnitude": row(
        lambda k: k.STFTSpectrogram("magnitude", 8, 3, 16, "hamming", True, "spectrum", "same", True), CHANNELS
    ),
    "STFTSpectrogram psd": row(lambda k: k.STFTSpectrogram("psd", 7, scaling=None, window=None), CHANNELS),
    "STFTSpectrogram real": row(lambda k: k.STFTSpectrogram("real", 6, data_format="channels_first"), FIRST[..., 0]),
    "STFTSpectrogram imag": row(
        lambda k: k.STFTSpectrogram("imag", 6, data_format="channels_first", expand_dims=True), FIRST[..., 0]
    ),
    "STFTSpectrogram angle": row(lambda k: k.STFTSpectrogram("angle", 8, 4, 16, expand_dims=True), CHANNELS),
    "STFTSpectrogram stft": row(lambda k: k.STFTSpectrogram("stft", 8), CHANNELS, free=(0, 1)),
    "Pipeline": row(lambda k: k.Pipeline([k.Dense(3, activation="relu"), k.Dense(2)]), ROWS),
    "Pipeline steps": row(lambda k: k.Pipeline([k.LSTM(3), k.Dense(2)], name="steps"), STEPS, free=(0, 1)),
    "Pipeline images": row(lambda k: k.Pipeline([k.Conv1D(2, 2), k.Flatten(), k.Dense(2)]), STEPS),
}
