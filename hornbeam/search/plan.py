"""`Plan`: what all fits of a search have in common, made of the options that a user gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

from hornbeam.core.integers import is_integer
from hornbeam.core.suggest import no_argument
from hornbeam.data.array_likes import is_array, is_frame
from hornbeam.search.data import Data, Split, splits_of
from hornbeam.search.objective import Objective
from hornbeam.search.space import name_of


class Options(TypedDict, total=False):
    """The options that all searches, curves and comparisons share.

    Attributes:
        sample_weight: weights of the rows.
        folds: how many parts the rows are cut into, each held out once while a model is trained on the others; or a
            splitter of scikit-learn, or pairs of row numbers.
        validation_data: or `(x, y)` that all models are judged by.
        validation_split: or the share of the rows that is held out once; a fifth by default.
        stratify: whether folds have their share of each class; by default where the targets are classes.
        objective: what is compared: "loss", the name of a metric, or a function `(model, x, y)` of which more is
            better.
        direction: "min" or "max"; "auto" goes by the metric.
        epochs, batch_size, class_weight: of `fit`, where neither the space nor the builder says otherwise.
        callbacks: of `fit`; each fit has copies of its own. Or a function that returns them.
        curves: whether models are validated after each epoch; with callbacks they are.
        seed: of candidates, folds, initial weights, orders and noise: the same seed repeats a search to the bit.
        n_jobs: how many models are trained at once, by threads; by default, and with -1, two more than a CPU has
            cores, since some wait for Python. Within `joblib.parallel_config(backend, n_jobs=...)` its processes or
            machines train.
        together: whether the steps of models of one structure are computed at once, as those of one larger model
            (on JAX); "auto" measures what is faster. What is computed so rounds differently, in the last digits.
        folder: where what is finished is written down; the same search goes on from there.
        refit: whether the best candidate is trained on all rows.
        verbose: 0 is silent, 1 shows how far the search is.
    """

    sample_weight: Any
    folds: Any
    validation_data: Any
    validation_split: float | None
    stratify: bool | None
    objective: str | Callable[..., float]
    direction: str
    epochs: int
    batch_size: int | None
    class_weight: Any
    callbacks: Any
    curves: bool
    seed: int
    n_jobs: int | None
    together: bool | str
    folder: Any
    refit: bool
    verbose: int | str


class Place(NamedTuple):
    """A fit's place among those whose steps are computed at once.

    Attributes:
        group: the number of the group.
        number: the place.
        size: how many places there are.
    """

    group: int
    number: int
    size: int


class Job(NamedTuple):
    """One fit.

    Attributes:
        candidate: whose.
        params: its parameters.
        split: the number of the rows that it is judged by.
        repeat: which of several that differ in their seeds alone.
        epochs: instead of all.
        rows: how many of the rows it trains on, instead of all.
        steps: how many steps the search runs of models of its structure, as far as that is known: the compiler takes
            its time accordingly.
        kept: the folder in which the run is kept, where a longer one goes on from it.
        place: among fits whose steps are computed along with its own, if there are any.
    """

    candidate: int
    params: dict[str, Any]
    split: int = 0
    repeat: int = 0
    epochs: int | None = None
    rows: int | None = None
    steps: int | None = None
    kept: str | None = None
    place: Place | None = None

    @property
    def key(self) -> str:
        """What tells it from the others of its search."""
        return "/".join(map(str, (self.candidate, self.split, self.repeat, self.epochs, self.rows)))


@dataclass(frozen=True)
class Plan:
    """What all fits have in common."""

    build: Callable[..., Any]
    data: Data
    splits: list[Split]
    objective: Objective
    fit: dict[str, Any]
    callbacks: Any
    curves: bool
    seed: int
    n_jobs: int | None
    together: bool | str
    folder: Any
    refit: bool
    verbose: int | str
    repeats: int = 1  # fits on the same rows that differ in their seeds alone
    watch: Callable[[Job], Any] | None = None  # gives a callback that looks at a fit, and knows whether to end it
    judges_training: bool = False  # whether models are judged by the rows that they were trained on, too

    def rows_to_train_on(self, split: int) -> int | None:
        """How many there are; `None` where the data give batches."""
        train = self.splits[split].train
        if train is not None:
            return len(train)
        return self.data.rows if is_array(self.data.x) or is_frame(self.data.x) else None


# fmt: off
_DEFAULTS: dict[str, Any] = {
    "sample_weight": None, "folds": None, "validation_data": None, "validation_split": None, "stratify": None,
    "objective": "loss", "direction": "auto", "epochs": 10, "batch_size": None, "class_weight": None,
    "callbacks": None, "curves": False, "seed": 0, "n_jobs": None, "together": False,
    "folder": None, "refit": True, "verbose": "auto",
}
# fmt: on


def plan_of(where: str, build: Callable[..., Any], x: Any, y: Any, given: Options, **settings: Any) -> Plan:
    """The plan that a user's options make.

    Args:
        where: what was called, for messages.
        build: the model-building function.
        x, y: the data.
        given: the options.
        settings: what this kind of search sets.
    """
    unknown = [name for name in given if name not in _DEFAULTS]
    if unknown:
        raise no_argument(where, unknown, _DEFAULTS)
    if not callable(build):
        raise TypeError(f"`build` must be a function that returns a compiled model. Received: {build!r}.")
    options: dict[str, Any] = {**_DEFAULTS, **given}
    if not is_integer(options["seed"], 0):
        raise ValueError(f"`seed` must be a non-negative integer. Received: seed={options['seed']!r}.")
    if options["together"] not in (True, False, "auto"):
        raise ValueError(f'`together` must be True, False or "auto". Received: together={options["together"]!r}.')
    validation = options["validation_data"]
    data = Data(x, y, options["sample_weight"], None if validation is None else tuple(validation))
    splits = splits_of(data, options["folds"], options["validation_split"], options["stratify"], options["seed"])
    fit = {name: options[name] for name in ("epochs", "batch_size", "class_weight") if options[name] is not None}
    kept_names = ("callbacks", "curves", "seed", "n_jobs", "together", "folder", "refit", "verbose")
    kept = {name: options[name] for name in kept_names}
    objective = Objective(options["objective"], options["direction"])
    return Plan(build, data, splits, objective, fit, **kept | settings)


def described(params: dict[str, Any]) -> str:
    """A candidate in words."""
    from_words = ", ".join(f"{name}={_short(value)}" for name, value in params.items())
    return from_words or "the defaults"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else name_of(value) if callable(value) else repr(value)
