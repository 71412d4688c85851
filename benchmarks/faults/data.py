"""Real tables, images, series and sentences: of scikit-learn, and of a folder of CSV files."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(os.environ.get("HORNBEAM_SHARED") or Path(__file__).parents[3] / "shared") / "data"


def csv(name: str, **options) -> np.ndarray:
    import pandas as pd

    return pd.read_csv(FOLDER / name, **options)


@cache
def load(name: str) -> tuple[np.ndarray, np.ndarray, str]:
    """x, y, and what they are: "classes", "numbers" or "series"."""
    from sklearn import datasets

    if name in ("iris", "wine", "breast_cancer", "digits"):
        return *getattr(datasets, f"load_{name}")(return_X_y=True), "classes"
    if name == "diabetes":
        return *datasets.load_diabetes(return_X_y=True, scaled=False), "numbers"
    if name in ("banknote", "pima"):
        file = {"banknote": "banknote_authentication.csv", "pima": "pima-indians-diabetes.csv"}[name]
        table = csv(file, header=None).to_numpy(float)
        return table[:, :-1], table[:, -1].astype(int), "classes"
    if name == "circles":
        table = csv("circles.csv").to_numpy(float)
        return table[:, -3:-1], table[:, -1].astype(int), "classes"
    if name == "titanic":
        table = csv("titanic_all_numeric.csv").astype(float).to_numpy()
        return table[:, 1:], table[:, 0].astype(int), "classes"
    if name == "wages":
        table = csv("hourly_wages.csv").to_numpy(float)
        return table[:, 1:], table[:, 0], "numbers"
    if name == "california":
        table = csv("california_housing.csv").dropna()
        x = table.drop(columns=["total_bedrooms", "median_house_value", "ocean_proximity"]).to_numpy(float)
        return x, table["median_house_value"].to_numpy(float), "numbers"
    if name == "irrigation":
        table = csv("irrigation_machine.csv").to_numpy(float)
        return table[:, 1:21], table[:, 21].astype(int), "classes"
    if name == "mnist":
        with np.load(FOLDER / "mnist.npz") as file:
            return file["x_train"][:3000, 4:24:2, 4:24:2].reshape(3000, -1) / 255.0, file["y_train"][:3000], "classes"
    raise KeyError(name)


@cache
def airline() -> tuple[np.ndarray, np.ndarray]:
    """Twelve months, and the next: what a month has more than the mean of the twelve."""
    values = np.log(csv("airline-passengers.csv").iloc[:, 1].to_numpy(float))
    windows = np.lib.stride_tricks.sliding_window_view(values, 13)
    windows = (windows - windows[:, :12].mean(1, keepdims=True)) / 0.2
    return windows[:, :12], windows[:, 12]


@cache
def sentences() -> tuple[np.ndarray, np.ndarray]:
    """Sentences about scikit-learn's data sets as numbers of words, and which of two sets they are about."""
    from sklearn import datasets

    texts = [getattr(datasets, f"load_{n}")().DESCR for n in ("breast_cancer", "diabetes")]
    pieces, labels = [], []
    for label, text in enumerate(texts):
        words = re.findall(r"[a-z]+", text.lower())
        for i in range(0, len(words) - 8, 2):
            pieces.append(words[i : i + 4 + i % 5])
            labels.append(label)
    known = {word: i + 1 for i, word in enumerate(sorted({w for piece in pieces for w in piece}))}
    rows = np.zeros((len(pieces), 40), np.int32)
    for row, piece in zip(rows, pieces, strict=True):
        row[: len(piece)] = [known[w] for w in piece]
    return rows, np.array(labels)
