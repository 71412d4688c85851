"""`Configurable`: an object remembers the arguments it was made with, so its config, copies and `repr` need no code.

A constructor stores its arguments under their own names (`self.store(locals())`); `get_config` reads them back. A class
that stores nothing is described by the arguments it was called with. A class that writes `get_config` is respected.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import KeysView
from functools import cache
from typing import TYPE_CHECKING, Any

from hornbeam.core import serialization
from hornbeam.core.brief import brief
from hornbeam.core.missing import listing_all
from hornbeam.core.renaming import arguments as old_arguments
from hornbeam.core.renaming.members import install_members
from hornbeam.core.suggest import hint, no_argument

_UNSET = (None, False)
_numbers = itertools.count()


class Internals:
    """What Hornbeam keeps about an object beside its attributes: a user's attribute may have any name but this one's.

    Attributes:
        arguments: what the object was made with.
        stored: the names of those that are kept as attributes.
        serial: counts the objects that nobody named, in the order of their making.
        number: counts all objects, in the order of their making.
        class_in_file: what the config that it was read from calls its class, where that is not the class's own name.
    """

    # What no computation looks at; all else is in `vars`, which fingerprints watch.
    __slots__ = ("__dict__", "arguments", "class_in_file", "number", "serial", "stored")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self.arguments = args, kwargs
        self.stored: tuple[str, ...] = ()
        self.serial: int | None = None
        self.number = next(_numbers)
        self.class_in_file: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        names = [name for cls in type(self).__mro__ for name in vars(cls).get("__slots__", ()) if name != "__dict__"]
        return vars(self) | {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


class Configurable:
    """Base of everything that has a config: layers, losses, metrics, optimizers, initializers, ..."""

    api_module = "keras"
    #: Attributes on which no computation depends, so that objects which differ in nothing else share programs.
    unseen: frozenset[str] = frozenset({"__hornbeam__"})
    internals_class: type[Internals] = Internals
    __hornbeam__: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if serialization.is_builtin(cls):
            old_arguments.install(cls)
            install_members(cls)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if (args or kwargs) and cls.__init__ is object.__init__ and kwargs.keys() != {"dtype"}:  # old files have one
            raise TypeError(f"`{cls.__name__}` takes no arguments. Received: {brief([*args, *kwargs.items()])}.")
        if kwargs:
            check_keywords(cls, kwargs)
        if (args or kwargs) and len(args) < len(_needed(cls)):  # type: ignore[arg-type]
            _check_complete(cls, args, kwargs)
        self = super().__new__(cls)
        object.__setattr__(self, "__hornbeam__", cls.internals_class(args, kwargs))
        return self

    def store(self, arguments: dict[str, Any]) -> None:
        """Keep the constructor's arguments (`locals()` at its start) as attributes of the same names."""
        names = [name for name in arguments if name not in ("self", "kwargs", "args", "__class__")]
        cls: Any = type(self)
        for name in names:
            setattr(self, name, _base(cls).resolve(self, name, arguments[name]))
        self.__hornbeam__.stored += tuple(names)

    def resolve(self, name: str, value: Any) -> Any:
        """The attribute for a constructor's argument: the argument itself, or the object that it names."""
        return value

    def config_arguments(self) -> dict[str, Any]:
        """The constructor's arguments as this object stands now, not yet serialized."""
        cls: Any = type(self)
        args, kwargs = self.__hornbeam__.arguments
        stored = self.__hornbeam__.stored
        accepted = _parameters(cls)
        given = old_arguments.current(cls, dict(zip(_positional(cls), args, strict=False)) | kwargs, accepted)
        defaults = {name: default for name, default in _defaults(_own_parameters(cls)).items() if name not in given}
        values = defaults | given
        order = [*stored, *(name for name in values if name not in stored)]
        return {
            name: getattr(self, name) if name in stored else values[name]
            for name in order
            if name in values or name in accepted
        }

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in a form that JSON can hold.

        A method of the user's that calls this one adds what its own class has: it is given what Hornbeam's has.
        """
        cls: Any = type(self)
        arguments = cls.config_arguments(self)
        if not serialization.is_builtin(cls.get_config):
            known = _parameters(_base(cls))
            arguments = {name: value for name, value in arguments.items() if name in known}
        return {name: serialization.serialize_argument(value) for name, value in arguments.items()}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A new object from what `get_config` gave; `custom_objects` are what its names stand for.

        Other versions of Keras have more arguments: one that is unset there is left out here. So are those of a class
        of Hornbeam's that a class of the user's takes the place of.
        """
        this: Any = cls
        known = _parameters(this)
        config = old_arguments.current(cls, config, known)
        may_lack = None if serialization.is_builtin(cls) else getattr(cls, "none_in_configs", ())
        config = {
            key: value
            for key, value in config.items()
            if key in known or (may_lack is not None and key not in may_lack) or value not in _UNSET
        }
        with serialization.custom_object_scope(custom_objects or {}), listing_all(config):
            return cls(**{name: serialization.deserialize_nested(value) for name, value in config.items()})

    def __repr__(self) -> str:
        cls: Any = type(self)
        defaults = _defaults(_parameters(cls))
        shown = {
            name: value
            for name, value in cls.config_arguments(self).items()
            if name not in defaults or not _same(value, _base(cls).resolve(self, name, defaults[name]))
        }
        return f"{type(self).__name__}({', '.join(f'{name}={_short(value)}' for name, value in shown.items())})"

    if TYPE_CHECKING:  # the attributes that `store` makes

        def __getattr__(self, name: str) -> Any: ...


def check_named(obj: Any) -> None:
    """Raise for an object that was made with more arguments by place than its constructor has names for."""
    cls: Any = type(obj)
    if len(obj.__hornbeam__.arguments[0]) > len(_positional(cls)):
        raise serialization.NoConfigError(
            f"`{cls.__name__}` takes any number of arguments by place, which a config has no names for: it must "
            "define `get_config`."
        )


def check_keywords(cls: Any, kwargs: dict[str, Any]) -> None:
    """Raise for keywords that the constructor does not have, where it does not take any."""
    if not kwargs.keys() <= (named := argument_names(cls)) and not _takes_any(cls):
        unknown = [key for key in kwargs if key not in named and key not in old_arguments.old_names(cls)]
        if unknown:
            raise no_argument(cls.__name__, unknown, named)


@cache
def _needed(cls: Any) -> tuple[str, ...]:
    """The arguments, in order, that a constructor of Hornbeam's cannot do without."""
    if not serialization.is_builtin(cls.__init__):
        return ()
    parameters = _own_parameters(cls)
    return tuple(name for name, p in parameters.items() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD)


def _check_complete(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise where an argument is missing, with what was given instead."""
    missing = [name for name in _needed(cls)[len(args) :] if name not in kwargs]
    if not missing or old_arguments.old_names(cls) & kwargs.keys():
        return
    given = ", ".join(f"{name}={brief(value)}" for name, value in kwargs.items()) or "none"
    names = ", ".join(f"`{name}`" for name in missing)
    unknown = [name for name in kwargs if name not in argument_names(cls)]
    hints = hint(unknown[0], missing) if unknown else ""
    raise TypeError(f"`{cls.__name__}` must be given {names}. Received: {given}.{hints}")


def argument_names(cls: Any) -> KeysView[str]:
    """What the constructor calls its arguments, with those that `**kwargs` passes on to a base constructor."""
    return _parameters(cls).keys()


@cache
def _takes_any(cls: Any) -> bool:
    parameters = inspect.signature(cls.__init__).parameters.values()
    return any(p.kind is p.VAR_KEYWORD and p.name != old_arguments.ANY for p in parameters)


@cache
def _parameters(cls: type) -> dict[str, inspect.Parameter]:
    """Named parameters of the constructor; those that `**kwargs` passes on to a base constructor come along."""
    found: dict[str, inspect.Parameter] = {}
    for base in cls.__mro__:
        if "__init__" not in base.__dict__ or base is object:
            continue
        parameters = list(inspect.signature(base.__dict__["__init__"]).parameters.values())[1:]
        for parameter in parameters:
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                found.setdefault(parameter.name, parameter)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    return found


def _defaults(parameters: dict[str, inspect.Parameter]) -> dict[str, Any]:
    return {name: p.default for name, p in parameters.items() if p.default is not p.empty}


@cache
def _positional(cls: type) -> list[str]:
    return [name for name, p in _own_parameters(cls).items() if p.kind is p.POSITIONAL_OR_KEYWORD]


@cache
def _own_parameters(cls: type) -> dict[str, inspect.Parameter]:
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
    return {p.name: p for p in parameters if p.kind in named}


@cache
def _base(cls: type) -> Any:
    """Hornbeam's class that a user's derives from, whose `resolve` counts: one of the user's means something else."""
    return next(base for base in cls.__mro__ if serialization.is_builtin(base))


def _same(value: Any, default: Any) -> bool:
    try:
        return value is default or bool(serialization.serialize(value) == serialization.serialize(default))
    except (TypeError, ValueError):
        return False


def _short(value: Any) -> str:
    name = serialization.name_of(value)
    return repr(name) if name is not None else repr(value)
