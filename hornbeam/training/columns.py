"""The columns of a table have the order that the model was trained with."""

from __future__ import annotations

from typing import Any

from hornbeam.data.array_likes import is_frame


def remember_columns(model: Any, x: Any) -> None:
    """Keep the columns of a table that a model is trained with; arrays have none."""
    check_columns(model, x)
    if is_frame(x):
        model.__hornbeam__.run_state.columns = list(x.columns)


def check_columns(model: Any, x: Any) -> None:
    """Raise for a table that has the columns of the one of `fit` in another order: each weight belongs to a place.

    Raises:
        ValueError: with what puts them into order.
    """
    known = model.__hornbeam__.run_state.columns
    if known is None or not is_frame(x):
        return
    given = list(x.columns)
    if given != known and len(given) == len(known) and set(given) == set(known):
        raise ValueError(
            f"`x` must have its columns in the order of `fit`: {_shown(known)}. Received: {_shown(given)}; pass "
            f"`x[{_shown(known, '[{}]')}]`."
        )


def _shown(columns: list[Any], form: str = "{}") -> str:
    return form.format(", ".join(map(repr, columns)))
