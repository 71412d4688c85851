"""Old arguments become those of today before the callee sees them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from hornbeam.core.old_names.arguments import ARGUMENTS, INPUTS, NAME_FIRST, SILENT, Row
from hornbeam.core.old_names.attributes import ATTRIBUTES
from hornbeam.core.old_names.keras1 import PLACES
from hornbeam.core.old_names.values import VALUES
from hornbeam.core.renaming.notice import say, shown
from hornbeam.core.tracebacks import WrongArgumentsError

F = TypeVar("F", bound=Callable[..., Any])
# What stands for old names in the signature of a callable that takes no other keywords.
ANY = "old_names"


def takes_old_arguments(module: str) -> Callable[[F], F]:
    """A decorator for a function, or a constructor, of a public module such as "keras.activations": tables list what it
    took of old arguments."""
    silent, told = SILENT.get(module, {}), ARGUMENTS.get(module, {})

    def decorate(fn: F) -> F:
        name = fn.__qualname__.removesuffix(".__init__")
        return accepting(fn, (told | silent)[name], is_silent=name in silent)

    return decorate


def install(cls: Any) -> None:
    """Let a class of Hornbeam take the old names that the tables have for it, and for what it overrides."""
    for base in cls.__mro__:
        family = getattr(base, "api_module", None)
        for method, (row, is_silent) in _OF_CLASSES.get((family, base.__name__), {}).items():
            if base is cls or (method in vars(cls) and method != "__init__"):
                fn = getattr(cls, method)
                unknown = _only_old(row, fn)
                if unknown:
                    setattr(cls, method, accepting(fn, unknown, is_silent))
    for key, names in NAME_FIRST.get(cls.api_module, {}).items():
        if key.startswith(cls.__name__ + "."):
            method = key.partition(".")[2]
            setattr(cls, method, _name_first(getattr(cls, method), names))
    for old, new in ATTRIBUTES.get(cls.api_module, {}).get(cls.__name__, {}).items():
        setattr(cls, old, _attribute(old, new))


def own_parameters(fn: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters of a function without the old names that it takes as well."""
    old = getattr(fn, "old_names", {})
    return {
        name: p for name, p in inspect.signature(fn).parameters.items() if name not in old and (name != ANY or not old)
    }


def _only_old(row: Row, fn: Callable[..., Any]) -> Row:
    """The row without what a class that defines the method anew calls so itself."""
    if getattr(fn, "__name__", "") == "__init__":
        return row
    code = inspect.unwrap(fn).__code__
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return {old: new for old, new in row.items() if old not in own}


def _by_class() -> dict[tuple[str | None, str], dict[str, tuple[Row, bool]]]:
    found: dict[tuple[str | None, str], dict[str, tuple[Row, bool]]] = {}
    for table in (ARGUMENTS, SILENT):
        for module, rows in table.items():
            for key, row in rows.items():
                cls, _, method = key.partition(".")
                found.setdefault((module, cls), {})[method or "__init__"] = (row, table is SILENT)
    return found


_OF_CLASSES = _by_class()


def accepting(fn: F, row: Row, is_silent: bool = False) -> F:
    """`fn` that also takes the arguments of `row`; its signature shows those that nothing is said about."""
    is_new = frozenset(row).isdisjoint

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not is_new(kwargs):
            callee = type(args[0]).__name__ if fn.__name__ == "__init__" else fn.__name__
            args, kwargs = _in_old_places(callee, args, kwargs)
            kwargs = translated(row, kwargs, callee, announce=not is_silent)
            first = [kwargs.pop(name, arg) for name, arg in zip(_positional(fn), args, strict=False)]
            args = (*first, *args[len(first) :])
        return fn(*args, **kwargs)

    wrapper.old_names = row  # type: ignore[attr-defined]
    takes_any = inspect.unwrap(fn).__code__.co_flags & inspect.CO_VARKEYWORDS
    if is_silent or not takes_any:  # asking for a signature would take longer
        *parameters, last = inspect.signature(fn).parameters.values()
        named = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in row if is_silent]
        after = [*named, last] if takes_any else [last, *named, inspect.Parameter(ANY, inspect.Parameter.VAR_KEYWORD)]
        wrapper.__signature__ = inspect.Signature([*parameters, *after])  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]


def _name_first(fn: F, names: tuple[str, ...]) -> F:
    """A method that takes arguments by place in another order, too, which begins with a name."""

    @functools.wraps(fn)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], str):
            given = dict(zip(names, args, strict=False))
            say((fn.__name__, "name first"), f"`{fn.__name__}({args[0]!r}, ...)` is now {shown(fn.__name__, given)}.")
            args, kwargs = (), given | kwargs
        return fn(self, *args, **kwargs)

    return wrapper  # type: ignore[return-value]


def _positional(fn: Callable[..., Any]) -> list[str]:
    return [p.name for p in inspect.signature(fn).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]


def _in_old_places(
    callee: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by place with their old names, where they are sizes one by one, as in `Convolution2D(32, 3, 3)`."""
    names = PLACES.get(callee, ())
    sizes = args[1 : len(names) + 1]
    if names and len(sizes) == len(names) and all(type(size) is int for size in sizes):
        return args[:1] + args[len(names) + 1 :], dict(zip(names, sizes, strict=True)) | kwargs
    return args, kwargs


def current(cls: type, given: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The constructor's arguments with the names of today.

    Args:
        cls: whose constructor.
        given: the arguments.
        known: those that the constructor takes, under whatever name.
    """
    if given.keys() <= known.keys():
        return dict(given)
    for row in _rows(cls):
        old = {name: new for name, new in row.items() if name in given and name not in known}
        given = translated(old, given, cls.__name__) if old else given
    return dict(given)


def old_names(cls: type) -> set[str]:
    """The old names of the constructor's arguments."""
    return {name for row in _rows(cls) for name in row}


def names_of_inputs(taken: Iterable[str]) -> list[str]:
    """What the first argument of a layer's call is named elsewhere, but for names that are `taken`."""
    return [name for name in INPUTS if name not in taken]


def _rows(cls: type) -> Iterator[Row]:
    for base in cls.__mro__:
        yield getattr(base.__dict__.get("__init__"), "old_names", {})


def translated(row: Row, given: Mapping[str, Any], callee: str, announce: bool = False) -> dict[str, Any]:
    """Arguments with the old ones among them replaced as a row of the table says.

    One that is given under both names has the value of the old one: the new one may come from a subclass, which passes
    its own default on.

    Raises:
        TypeError: for an old argument that has a meaning and cannot be left out.
    """
    new = {name: value for name, value in given.items() if name not in row}
    places: dict[str, dict[int, Any]] = {}
    for old, targets in row.items():
        if old in given:
            value = _current_value(callee, old, given[old], is_left_out=targets is None)
            for target in targets.split(", ") if targets else ():
                name, _, place = target.rstrip("]").partition("[")
                if not place:
                    new[name] = value
                elif value is not None:
                    places.setdefault(name, {})[int(place)] = value
    for name, items in places.items():
        new.setdefault(name, tuple(items.get(i) for i in range(max(items) + 1)))
    if announce:
        _announce(callee, {name: given[name] for name in row if name in given}, given, new)
    return new


def value_of_today(argument: str, value: Any) -> Any:
    """What an old value of an argument is now; any other value as it is."""
    return _current_value("", argument, value, is_left_out=False)


def _current_value(callee: str, argument: str, value: Any, is_left_out: bool) -> Any:
    values = VALUES.get(f"{callee}.{argument}", VALUES.get(argument))
    if values is None:
        return value
    each = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
    if each and all(_is_listed(one, values) for one in each):  # the value for each output
        value = each[0]
    is_listed = _is_listed(value, values)
    if is_left_out and _is_placeholder(value) and is_listed:
        return None
    if is_left_out and not is_listed:
        raise WrongArgumentsError(
            f"`{argument}` of `{callee}` must be {' or '.join(map(repr, values))}: anything else it meant in older "
            f"versions is gone. Received: {argument}={value!r}."
        )
    return values[value] if is_listed else value


def _is_listed(value: Any, values: dict[Any, Any]) -> bool:
    if isinstance(value, str | bool | int | None):
        return any(value == known for known in values)
    return "placeholders" in values and _is_placeholder(value)


def _is_placeholder(value: Any) -> bool:
    node = getattr(value, "node", None)
    return node is not None and not node.args and not node.inputs


def _announce(callee: str, old: dict[str, Any], given: Mapping[str, Any], new: dict[str, Any]) -> None:
    added = {name: value for name, value in new.items() if name not in given}
    now = f"is now {shown(callee, added)}" if added else "is written without it: it has no effect any more"
    say((*old, "->", *added), f"{shown(callee, old)} {now}.")


def _attribute(old: str, new: str) -> property:
    def get(self: Any) -> Any:
        cls = type(self).__name__
        say((old, "->", new), f"`{old}` of `{cls}` is now called `{new}`.")
        return getattr(self, new)

    return property(get, lambda self, value: setattr(self, new, value), doc=f"The old name of `{new}`.")
