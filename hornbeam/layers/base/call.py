"""What happens around `Layer.call`: whose turn it is, and which arguments it gets."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.brief import brief
from hornbeam.core.renaming.arguments import names_of_inputs, own_parameters
from hornbeam.core.running import running
from hornbeam.core.tracebacks import WrongArgumentsError, instead, is_of_engine, shorten
from hornbeam.core.traced_values import asked_for_value, no_value
from hornbeam.layers.base.masks import masks_of
from hornbeam.layers.base.names import not_initialized


class entered:
    """Inside, the call of a layer is running; an error says in which layer it happened."""

    __slots__ = ("args", "before", "kwargs", "layer")

    def __init__(self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self.layer = layer
        self.args = args
        self.kwargs = kwargs

    def __enter__(self) -> bool:
        """Whether this is the outermost call."""
        layers = running.layers
        self.before = layers, running.training
        running.layers = (*layers, self.layer)
        if self.kwargs.get("training") is not None:
            running.training = self.kwargs["training"]
        return not layers

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        layers = running.layers
        running.layers, running.training = self.before
        if not isinstance(error, Exception):
            return
        if "input_spec" not in vars(self.layer):
            raise not_initialized(self.layer, "name") from error
        path = _path(layers)
        if asked_for_value(error):
            told = no_value(f"`call` of layer `{path}` ({type(self.layer).__name__})")
            raise instead(told, error).with_traceback(error.__traceback__)
        if is_of_engine(error, whole=True):
            raise instead(_refused(path, self.layer, self.args, self.kwargs), error)
        if not getattr(error, "__notes__", None):
            shown = _describe(self.args, self.kwargs)
            error.add_note(f"In layer `{path}` ({type(self.layer).__name__}), called on {shown}.")
        if len(layers) == 1:
            shorten(error)


def _refused(path: str, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> WrongArgumentsError:
    return WrongArgumentsError(
        f"`call` of layer `{path}` ({type(layer).__name__}) cannot compute with its inputs and weights: their shapes "
        f"or dtypes do not go together. Received: {_describe(args, kwargs)}."
    )


def _path(layers: tuple[Any, ...]) -> str:
    """The names of layers whose calls are running; one whose shapes are inferred by calling it is named once."""
    inner = [layer for layer, before in zip(layers, (None, *layers)) if layer is not before]
    return "/".join(str(getattr(layer, "name", type(layer).__name__)) for layer in inner)  # some have no name yet


_only_layers: set[Callable[..., Any]] = set()


def of_layers_only(call: Callable[..., Any]) -> Callable[..., Any]:
    """Say of a `call` that all it does is to call layers: a tape goes into it, so that gradients reach inside."""
    _only_layers.add(call)
    return call


def calls_layers_only(call: Callable[..., Any]) -> bool:
    return call in _only_layers


class Signature:
    """The parameters of a `call` method, read once per class."""

    def __init__(self, call: Callable[..., Any]):
        self.call = call
        parameters = list(own_parameters(call).values())[1:]
        self.parameters = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        self.names = [p.name for p in self.parameters if p.kind is not p.KEYWORD_ONLY]
        named = {p.name: p for p in parameters}
        self.needs_first = bool(self.names) and named[self.names[0]].default is inspect.Parameter.empty
        self.old_first = names_of_inputs(named) if serialization.is_builtin(call) else []
        self.training = "training" in named
        default = named["training"].default if self.training else None
        #: What Keras writes about a call that was given no flag.
        self.training_in_files = None if default is inspect.Parameter.empty else default
        self.training_default = self.training_in_files or False
        tensors = [n for n in self.names if n not in ("training", "mask") and not n.endswith("_mask")]
        self.masks = {
            n: m for i, n in enumerate(tensors) if (m := "mask" if i == 0 and "mask" in named else f"{n}_mask") in named
        }

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        return Arguments(self, args, dict(kwargs))


class Arguments:
    """The arguments of one call."""

    __slots__ = ("args", "first", "kwargs", "signature")

    def __init__(self, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self.signature = signature
        self.args = args
        self.kwargs = kwargs
        self.first = args[0] if args else self._first_by_name()  # however it was passed

    def _first_by_name(self) -> Any:
        name = self.signature.names[0] if self.signature.names else None
        if name is None:
            return None
        if not self.kwargs and self.signature.needs_first:
            raise TypeError(f"The call is missing a required argument: {name!r}.")
        if name not in self.kwargs:
            for old in self.signature.old_first:
                if old in self.kwargs:
                    self.kwargs[name] = self.kwargs.pop(old)
        return self.kwargs.get(name, next(iter(self.kwargs.values()), None))

    @property
    def by_name(self) -> dict[str, Any]:
        placed = dict(zip(self.signature.names, self.args, strict=False))
        return placed | self.kwargs if self.kwargs else placed

    def fill(self) -> Any:
        """Add the inputs' masks and the `training` flag of the running calls; returns the first input's masks."""
        signature, given = self.signature, self.by_name
        placed = signature.names[: len(self.args)]
        masks = masks_of(self.first)
        for name, mask_name in signature.masks.items():
            value = given.get(name)
            if value is not None and given.get(mask_name) is None and mask_name not in placed:
                mask = masks if value is self.first else masks_of(value)
                if mask is not None:
                    self.kwargs[mask_name] = mask
        if not signature.training:
            self.kwargs.pop("training", None)
        elif given.get("training") is not None:
            running.training = checked_flag(given["training"])
        elif "training" not in placed:
            flag = running.training
            if flag is None and signature.training_default:
                flag = running.training = signature.training_default  # for what it calls, too
            self.kwargs["training"] = False if flag is None else flag
        explicit = given.get("mask") if "mask" in signature.masks.values() else None
        return masks if explicit is None else explicit

    def check_complete(self, layer: Any) -> None:
        """Raise where an argument is missing that `call` cannot do without."""
        filled_in = {"training", "mask", *self.signature.masks.values()}
        needed = [p.name for p in self.signature.parameters if p.default is p.empty and p.name not in filled_in]
        missing = [name for name in needed if name not in self.by_name]
        if missing:
            raise TypeError(
                f"Layer `{layer.name}` ({type(layer).__name__}) must be called on {_names(needed)}. "
                f"Received: no {_names(missing)}.{self._fix_of_list(len(needed))}"
            )

    def _fix_of_list(self, count: int) -> str:
        """What to do about several inputs in a list, where `call` takes them one by one."""
        if not isinstance(self.first, list | tuple) or len(self.first) != count:
            return ""
        return " Several inputs come in one list: write `def call(self, inputs)`, and take them out of it."

    def shapes(self, build: Callable[..., Any]) -> list[Any]:
        """The shapes that `build` (or `compute_output_shape`) asks for: one per parameter named `<argument>_shape`."""
        names = [p for p in list(own_parameters(build))[1:] if p not in ("args", "kwargs")]
        if len(names) <= 1:
            return [_shape(self.first)] if names or _is_variadic(build) else []
        given = self.by_name
        values = [given.get(name.removesuffix("_shape")) for name in names]
        _check_names(build, self.signature.names)
        if any(value is not None for value in values[:1]):
            shapes = [None if value is None else _shape(value) for value in values]
            while shapes and shapes[-1] is None:
                shapes.pop()
            return shapes
        return [_shape(self.first)]


def _check_names(build: Callable[..., Any], of_call: list[str]) -> None:
    """Raise where a method needs several shapes, and its names do not say of what."""
    needed = [p.name for p in list(own_parameters(build).values())[1:] if p.default is p.empty and p.kind < 2]
    unknown = [name for name in needed if not (name.endswith("_shape") and name[:-6] in of_call)]
    if len(needed) > 1 and unknown:
        raise ValueError(
            f"A `{build.__name__}` of several shapes names them after the arguments of `call`, each with `_shape`: "
            f"{_names([f'{name}_shape' for name in of_call if name not in ('training', 'mask')])}. "
            f"Received: `{build.__qualname__}` with {_names(unknown)}."
        )


def checked_flag(training: Any) -> Any:
    """`training`, if it is no array of data."""
    if getattr(training, "shape", ()):
        raise TypeError(
            f"`training` must be True or False. Received: training={brief(training)}; targets are given to `fit` and "
            "`evaluate`, not to a call."
        )
    return training


def no_outputs(layer: Any) -> ValueError:
    """The error about a `call` that gives nothing, where outputs are needed."""
    return ValueError(
        f"`call` of layer `{layer.name}` ({type(layer).__name__}) must return its outputs. Received: None; is a "
        "`return` missing?"
    )


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _is_variadic(fn: Callable[..., Any]) -> bool:
    return any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(fn).parameters.values())


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shape(item) for item in value]
    shape = tuple(value.shape) if hasattr(value, "shape") else ()
    if not running.probe:
        return shape
    # While shapes are inferred, numbers stand for sizes that are not known; the last axis may be as long as that.
    stand_ins = tuple(running.probe.values())
    last = max(len(shape) - 1, 1)
    return (*(None if size in stand_ins else size for size in shape[:last]), *shape[last:])


def _describe(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    shown = [brief(item) for item in args] + [f"{key}={brief(item)}" for key, item in kwargs.items()]
    return ", ".join(shown) or "nothing"
