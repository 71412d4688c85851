"""How well the targets can be predicted at least: what ridge regression does on rows that it has not seen.

A model is not blamed for targets that nobody could predict. Two regressions on standardized columns, one linear and
one with a Gaussian kernel, predict each of a few hundred rows from the others, in closed form: of eigenvectors Q and
eigenvalues l of the kernel, with G = Q diag(1 / (l + λ)) Q', the error of row i without itself is (G y)_i / G_ii. The
linear kernel of few columns has few eigenvalues l that are not 0, and G = (1 - Q Q') / λ + Q diag(1 / (l + λ)) Q'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.training.doctor.outputs import Output

#: Rows that are looked at. Eigenvectors of 256 rows take 8 ms, those of 128 rows 1.5 ms.
ROWS, GLIMPSE = 256, 128
# As many columns as the regressions get of wide rows.
_COLUMNS = 4096
_PENALTIES = (1e-3, 1e-2, 1e-1, 1.0, 10.0)


class Kernels:
    """Eigenvalues and eigenvectors of the linear and the Gaussian kernel: the same for every output.

    Args:
        features: of rows, standardized.
        most: of the rows are looked at.
    """

    def __init__(self, features: np.ndarray, most: int = ROWS):
        # Rows that all have the same class, as the first ones of sorted data, would say nothing: `rows` are spread.
        self.rows = np.linspace(0, len(features) - 1, min(len(features), most)).astype(int)
        self.spectra = list(_spectra(features[self.rows]))


class Reference:
    """Skills of the two regressions for one output.

    Args:
        kernels: of rows.
        output: with the targets of the same rows.

    Attributes:
        linear, gaussian: their skills on rows that they have not seen.
        skill: of the better one.
        error: its standard error: another sample of as many rows would give as much more or less.
        score: the same by squares, of classes, too: losses show that rather than a share of right answers.
    """

    def __init__(self, kernels: Kernels, output: Output):
        rows = kernels.rows
        few = Output(output.name, output.loss, output.weight, output.target[rows], output.last, output.units)  # type: ignore[index]
        targets = output.vectors[rows]  # type: ignore[index]
        found = [_skill(*spectrum, targets, few) for spectrum in kernels.spectra]
        (self.linear, *_), (self.gaussian, *_) = found
        self.skill, self.error, self.score = max(found)
        self.rows = len(rows)


def references_of(e: Any, most: int) -> dict[str, Reference]:
    """The regressions for each output that they can be compared with, on so many rows of the evidence."""
    numeric = all(x.dtype.kind in "iufb" and np.isfinite(x).all() for x in e.train.inputs)
    if not numeric or e.train.size < 8 or not e.features.shape[1]:
        return {}
    known = [o for o in e.outputs if o.vectors is not None and len(o.vectors) == e.train.size]
    known = [o for o in known if not _is_copy(e, o) and not _is_squeezed(e, o)]
    if not known:
        return {}
    kernels = Kernels(e.features, most)
    return {output.name: Reference(kernels, output) for output in known}


def _is_copy(e: Any, output: Output) -> bool:
    """Whether the targets are an input, as of an autoencoder: regressions copy it, which is not what is asked."""
    target = np.asarray(output.target)
    return any(x.size == target.size and np.array_equal(x.ravel(), target.ravel()) for x in e.train.inputs)


def _is_squeezed(e: Any, output: Output) -> bool:
    """Whether many numbers are given by way of fewer: regressions have no such bottleneck, which is meant."""
    if output.labels is not None or output.vectors is None:
        return False
    kernels = [v.shape for layer, _, _ in e.wiring.hidden() for v in e.wiring.own(layer) if len(v.shape) > 1]
    return output.vectors.shape[1] > min((shape[-1] for shape in kernels), default=np.inf)


def features_of(inputs: list[np.ndarray], are_tokens: list[bool]) -> np.ndarray:
    """The inputs side by side, standardized; integers that are looked up in a table as how often each occurs."""
    parts = [_counts(x) if is_token else x.reshape(len(x), -1) for x, is_token in zip(inputs, are_tokens, strict=True)]
    wide = np.concatenate(parts, axis=1)
    return standardized(wide[:, :: max(1, wide.shape[1] // _COLUMNS)].astype(np.float64))


def standardized(x: np.ndarray) -> np.ndarray:
    """Columns of mean 0 and deviation 1, without those that never change; what is far out is moved in."""
    deviation = x.std(0)
    keeps = deviation > 1e-12 * np.abs(x).max(0, initial=1e-300)
    return np.clip((x[:, keeps] - x[:, keeps].mean(0)) / deviation[keeps], -5, 5)


def _counts(tokens: np.ndarray) -> np.ndarray:
    flat = tokens.reshape(len(tokens), -1).astype(int)
    kinds = min(int(flat.max(initial=0)) + 1, 2000)
    counts = np.zeros((len(flat), kinds))
    for column in flat.T:
        np.add.at(counts, (np.arange(len(flat)), np.minimum(column, kinds - 1)), 1)
    return counts


def _spectra(x: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The eigenvalues and eigenvectors of the linear and the Gaussian kernel, with a constant."""
    yield _of_products(np.c_[x / np.sqrt(max(x.shape[1], 1)), np.ones(len(x))])
    products = x @ x.T / max(x.shape[1], 1)
    lengths = np.diag(products)
    distances = lengths[:, None] + lengths[None] - 2 * products
    middle = np.median(distances[distances > 1e-9]) if (distances > 1e-9).any() else 1.0
    yield np.linalg.eigh(np.exp(-distances / middle) + 1)


def _of_products(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those of z z', by way of z' z where that is smaller."""
    if z.shape[1] >= len(z):
        return np.linalg.eigh(z @ z.T)
    values, vectors = np.linalg.eigh(z.T @ z)
    kept = values > 1e-10 * values[-1]
    return values[kept], z @ vectors[:, kept] / np.sqrt(values[kept])


def _skill(values: np.ndarray, vectors: np.ndarray, y: np.ndarray, output: Output) -> tuple[float, float, float]:
    """The skill on rows left out, its standard error, and the skill by squares."""
    mean = y.mean(0)
    rotated = vectors.T @ (y - mean)
    best, said = np.inf, y
    for penalty in _PENALTIES:
        weight = 1 / (np.maximum(values, 0) + penalty) - 1 / penalty
        diagonal = (vectors**2) @ weight + 1 / penalty
        error = (vectors @ (weight[:, None] * rotated) + (y - mean) / penalty) / diagonal[:, None]
        if (size := float(np.mean(error**2))) < best:
            best, said = size, y - error
    score = float(1 - best / max(y.var(0).mean(), 1e-300))
    if output.labels is not None:
        common = np.bincount(output.labels).max() / len(output.labels)
        right, rest = np.mean(said.argmax(1) == output.labels), max(1 - common, 1 / len(output.labels))
        return float((right - common) / rest), float(np.sqrt(right * (1 - right) / len(output.labels)) / rest), score
    squares = ((said - y) ** 2).mean(1)
    return output.skill(said), float(squares.std() / np.sqrt(len(y)) / max(y.var(0).mean(), 1e-300)), score
