"""What metrics are called in logs: numbered within one model, however many metrics the process has made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hornbeam.core import naming


def number_names(metrics: Iterable[Any]) -> None:
    """Let the metrics that nobody named be `auc`, `auc_1`, ... in the order in which they were made.

    So each is called what Keras calls it in a process that makes no other metrics. A metric that was named keeps it.

    >>> import hornbeam
    >>> _, a, b, c = (hornbeam.metrics.AUC(name=name) for name in (None, None, None, "mine"))
    >>> number_names([c, b, a])
    >>> a.name, b.name, c.name
    ('auc', 'auc_1', 'mine')
    """
    kinds: dict[str, list[Any]] = {}
    for metric in metrics:
        if naming.is_automatic(metric):
            kinds.setdefault(naming.to_snake_case(type(metric).__name__), []).append(metric)
    for base, alike in kinds.items():
        order = sorted({metric.__hornbeam__.serial for metric in alike})
        for metric in alike:
            number = order.index(metric.__hornbeam__.serial)
            metric.name = f"{base}_{number}" if number else base


def unused(name: str, taken: Iterable[str]) -> str:
    """`name`, or the first of `name_1`, `name_2`, ... that is not taken."""
    taken = set(taken)
    numbered = (f"{name}_{n}" for n in range(1, len(taken) + 1))
    return next(free for free in (name, *numbered) if free not in taken)


def each(value: Any) -> Iterator[Any]:
    """What is in nested lists and dicts; a config, which is a dict too, as a whole."""
    if isinstance(value, dict) and "class_name" in value:
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from each(item)
    else:
        yield value
