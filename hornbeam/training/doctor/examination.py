"""The whole examination: rules in their order, each of which sees what the ones before it have found."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController

from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.experiments import blamed
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.harm import MARGIN
from hornbeam.training.doctor.rules import capacity, data, outputs, symptoms, wiring
from hornbeam.training.doctor.rules.optimization import more_epochs
from hornbeam.training.doctor.rules.untried import untried

#: Whether an error in a rule is raised; otherwise the rule has nothing to say: a doctor must not end a training.
STRICT = False
# What is a note until training shows harm, and then stands beside what trials have confirmed.
_TO_BLAME = ("wrong_loss_mse", "softmax_hidden", "no_hidden_activation", "unmasked_padding")
# After fewer epochs, a model that knows little was not given the time.
FEW_EPOCHS = 5
# What lets a model learn its own rows by heart, and nothing for others.
_BY_HEART = ("unmasked_padding",)
# And what does where none has confirmed anything: scaling alone may not be enough in the time that there was.
_SCALES = ("unscaled_inputs", "unscaled_targets")


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings inside, of all rules together, since it takes as long as a rule; and NumPy's products in one thread.

    More threads gain nothing with a few hundred rows, and spin for 50 ms each time after they were asked.
    """
    with warnings.catch_warnings(), _blas().limit(limits=1, user_api="blas"):
        warnings.simplefilter("ignore")
        yield


@_quiet()
def before_training(e: Evidence, is_sample: bool = False) -> list[Finding]:
    """What the data, the model and the arguments show at once; a sample of the data says nothing about the rest."""
    rules = (*outputs.RULES, *wiring.RULES, *(() if is_sample else data.RULES))
    return [f for rule in rules for f in asked(rule, e)]


@_quiet()
def while_training(e: Evidence) -> list[Finding]:
    """What is sure before the end."""
    return asked(capacity.overfitting, e, [])


@_quiet()
def without_training(e: Evidence) -> list[Finding]:
    """The same, and what takes regressions to find."""
    return [*before_training(e), *asked(data.no_signal, e)]


@_quiet()
def after_training(e: Evidence, before: list[Finding]) -> list[Finding]:
    """What a run shows, with what was to be seen before it."""
    found = list(before)
    found += [f for rule in capacity.RULES for f in asked(rule, e, found)]
    found += [f for rule in symptoms.ALWAYS for f in asked(rule, e, found)]
    confirmed = asked(blamed, e, found)
    is_clear = any((f.share or 0) > 0.8 for f in confirmed)
    if e.deficit > 0:
        could_try = e.may_try and e.trials.are_possible and e.trials.are_whole
        if not could_try and not confirmed and all(f.severity == "note" for f in found):
            found += asked(untried, e, found)
        rules = symptoms.CAUSES if is_clear else (*symptoms.CAUSES, *symptoms.SYMPTOMS)
        found += [f for rule in rules for f in asked(rule, e, found)]
        to_blame = _TO_BLAME if confirmed else (*_TO_BLAME, *_SCALES)
        found = [replace(f, severity="warning") if f.name in to_blame and _may_be(f, e) else f for f in found]
        if not confirmed and not any(f.severity != "note" for f in found):
            found += _left(e, found)
    elif any(f.name in _BY_HEART for f in found) and e.lags:
        found = [replace(f, severity="warning") if f.name in _BY_HEART else f for f in found]
    names = {f.name for f in confirmed}
    return [*confirmed, *(f for f in found if f.name not in names)]


def _left(e: Evidence, found: list[Finding]) -> list[Finding]:
    """Nothing else explains it; of few epochs, nobody can say that."""
    if e.run.epochs < FEW_EPOCHS:
        return [suspect.finding for suspect in more_epochs(e, found)]
    could_try = e.may_try and e.trials.are_possible and e.trials.are_whole
    tried = "no other rate, scale or length changed that" if could_try else "nothing else was found"
    return [
        Finding(
            "underfitting",
            f"{_what_is_known(e)}; {tried}.",
            'More units in the hidden layers, or one more: `Dense(64, activation="relu")`.',
            values={"deficit": e.deficit},
        )
    ]


def _what_is_known(e: Evidence) -> str:
    """Of the worst output: what the model knows, and what it should."""
    name = max(e.deficits, key=lambda n: e.deficits[n])
    mine, reference = max(e.train_skills.get(name, 0.0), 0.0), e.references.get(name)
    wanted = f", where a regression has {reference.skill:.0%} on rows that it has not seen" if reference else ""
    return f"Of what there is to know of output `{name}`, the model has {mine:.0%} on its own rows{wanted}"


def _may_be(finding: Finding, e: Evidence) -> bool:
    """Whether a note can explain the harm: linear layers are enough for what a linear regression knows."""
    if finding.name != "no_hidden_activation":
        return True
    return any(r.gaussian - r.linear > max(MARGIN, 2 * r.error) for r in e.references.values())


def asked(rule: Callable[..., Iterable[Finding]], *about: Any) -> list[Finding]:
    """What a rule says; nothing where it fails on what nobody foresaw."""
    try:
        return list(rule(*about))
    except Exception:
        if STRICT:
            raise
        return []
