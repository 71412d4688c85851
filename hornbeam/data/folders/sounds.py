"""`audio_dataset_from_directory`."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.integers import check_count
from hornbeam.data.folders.dataset import Source, from_directory
from hornbeam.data.folders.resampling import resampled

FORMATS = (".wav",)


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
    skip_broken: bool = False,
) -> Any:
    """Sounds in a folder, with labels by the names of the folders in it.

    Batches are `(sounds, labels)`: sounds are float32 from -1 to 1, of shape (n, samples, channels). Shorter ones are
    filled up with zeros to the longest of their batch.

    Args:
        directory: has a folder for each class; files may lie in folders further down. What ends in .wav counts.
        labels, label_mode, class_names, shuffle, seed, validation_split, subset, follow_links, verbose: as for
            `image_dataset_from_directory`.
        batch_size: `None` for single sounds.
        sampling_rate: samples per second that all get; those of each file by default.
        output_sequence_length: samples that all get: longer sounds are cut, shorter ones filled up with zeros.
        ragged: must be False.
        skip_broken: read all files at first, and leave out those that are no sounds, with a warning.

    Returns:
        A `Dataset` with the attributes `class_names` and `file_paths`.
    """
    if ragged:
        raise ValueError(
            "`ragged` must be False, for there are no ragged arrays here. Received: ragged=True; without it, sounds "
            "are filled up to the longest of their batch."
        )
    for name, value in (("sampling_rate", sampling_rate), ("output_sequence_length", output_sequence_length)):
        if value is not None:
            check_count(name, value, least=1)

    def read(path: str) -> np.ndarray:
        sound, rate = sound_of(path)
        sound = sound if sampling_rate in (None, rate) else resampled(sound, rate, sampling_rate)
        return sound if output_sequence_length is None else _with_length(sound, output_sequence_length)

    source = Source("sound", FORMATS, read, keeps=True, batch=lambda data, size: data.padded_batch(size))
    return from_directory(
        source, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset,
        follow_links, verbose, skip_broken,
    )  # fmt: skip


def sound_of(path: str) -> tuple[np.ndarray, int]:
    """The sound in a .wav file: float32 of shape (samples, channels), and its samples per second.

    Raises:
        ValueError: with the path, for a file that is damaged, or has a format that is not known.
    """
    try:
        with wave.open(path, "rb") as file:
            data, width = file.readframes(file.getnframes()), file.getsampwidth()
            channels, rate = file.getnchannels(), file.getframerate()
        return _from_integers(data[: len(data) // (width * channels) * width * channels], width, channels), rate
    except (wave.Error, EOFError) as error:
        return _with_scipy(path, error)


def _from_integers(data: bytes, width: int, channels: int) -> np.ndarray:
    if width == 3:  # the upper three bytes of four
        whole = np.zeros((len(data) // 3, 4), np.uint8)
        whole[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        numbers = whole.view("<i4")[:, 0]
    else:
        numbers = np.frombuffer(data, {1: "u1", 2: "<i2", 4: "<i4"}[width])
    numbers = numbers.astype(np.float32) - 128 if width == 1 else numbers
    full = {1: 2**7, 2: 2**15}.get(width, 2**31)
    return (numbers / np.float32(full)).astype(np.float32).reshape(-1, channels)


def _with_scipy(path: str, reason: Exception) -> tuple[np.ndarray, int]:
    """Sounds as floats, which the standard library does not read."""
    try:
        from scipy.io import wavfile

        rate, sound = wavfile.read(path)
    except ImportError:
        raise ValueError(
            f"`{path}` cannot be read ({reason}): .wav files need whole numbers, or the package `scipy`."
        ) from reason
    except Exception as error:  # it raises errors of many kinds
        raise ValueError(f"`{path}` cannot be read as a sound ({error}): remove it, or replace it.") from error
    if sound.dtype.kind != "f":
        raise ValueError(f"`{path}` cannot be read as a sound ({reason}): remove it, or replace it.") from reason
    return sound.astype(np.float32).reshape(len(sound), -1), rate


def _with_length(sound: np.ndarray, length: int) -> np.ndarray:
    return np.pad(sound[:length], [(0, max(length - len(sound), 0)), (0, 0)])
