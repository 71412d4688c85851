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
    if name in ("mnist", "later_mnist"):
        rows = slice(0, 3000) if name == "mnist" else slice(3000, 6000)
        with np.load(FOLDER / "mnist.npz") as file:
            return file["x_train"][rows, 4:24:2, 4:24:2].reshape(3000, -1) / 255.0, file["y_train"][rows], "classes"
    return _made(name)


def _made(name: str) -> tuple[np.ndarray, np.ndarray, str]:
    """Tables that are made by a formula."""
    from sklearn import datasets

    if name == "three":
        x, y = datasets.make_classification(700, 8, n_informative=5, n_classes=3, class_sep=1.5, random_state=0)
        return x, y, "classes"
    if name == "moons":
        return *datasets.make_moons(700, noise=0.25, random_state=0), "classes"
    if name == "rings":
        return *datasets.make_circles(700, noise=0.15, factor=0.5, random_state=0), "classes"
    if name == "quantiles":
        return *datasets.make_gaussian_quantiles(n_samples=700, n_features=3, n_classes=3, random_state=0), "classes"
    if name == "checkers":
        x = np.random.default_rng(0).uniform(-1, 1, (700, 2))
        return x, (x.prod(1) > 0).astype(int), "classes"
    if name == "waves":
        x = np.random.default_rng(0).uniform(-2, 2, (700, 3))
        return x, np.sin(2 * x[:, 0]) * np.cos(x[:, 1]) + 0.5 * x[:, 2] ** 2, "numbers"
    if name in ("s_curve", "swiss"):
        x, y = (datasets.make_s_curve if name == "s_curve" else datasets.make_swiss_roll)(
            700, noise=0.1, random_state=0
        )
        return x, y, "numbers"
    if name == "hastie":
        x, y = datasets.make_classification(700, 10, n_informative=4, flip_y=0.05, random_state=0)
        return x, y, "classes"
    made = {
        "friedman1": datasets.make_friedman1,
        "friedman2": datasets.make_friedman2,
        "friedman3": datasets.make_friedman3,
    }
    x, y = made[name](700, random_state=0)
    return x, y + np.random.default_rng(0).normal(0, 0.2 * y.std(), len(y)), "numbers"


@cache
def airline() -> tuple[np.ndarray, np.ndarray]:
    """Twelve months, and the next: what a month has more than the mean of the twelve."""
    values = np.log(csv("airline-passengers.csv").iloc[:, 1].to_numpy(float))
    windows = np.lib.stride_tricks.sliding_window_view(values, 13)
    windows = (windows - windows[:, :12].mean(1, keepdims=True)) / 0.2
    return windows[:, :12], windows[:, 12]


@cache
def sentences(about: tuple[str, ...] = ("breast_cancer", "diabetes")) -> tuple[np.ndarray, np.ndarray]:
    """Sentences about scikit-learn's data sets as numbers of words, and which of two sets they are about."""
    from sklearn import datasets

    texts = [getattr(datasets, f"load_{n}")().DESCR for n in about]
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
