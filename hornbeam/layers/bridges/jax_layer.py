"""`JaxLayer`: functions of JAX as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.rng import SeedGenerator, make_seed
from hornbeam.core.variable import Variable
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.bridges.needs import check_engine
from hornbeam.layers.core.lambda_layer import named_function

# A count that noise never reaches: numbers for weights are others.
_FOR_WEIGHTS = 2**32 - 1


class JaxLayer(Layer):
    """y = call_fn(params, state, rng, inputs, training), a function of JAX with what it takes of these, by name.

    Args:
        call_fn: gives the outputs; with a `state` among its arguments, `(outputs, new state)`.
        init_fn: of what it takes of `(rng, inputs, training)`, `inputs` at least, gives `params`, or `(params, state)`;
            called once, on ones of the input's shape and dtype (1 where a size is unknown) and `training=True`.
        params: what is trained, as any pytree of arrays, instead of `init_fn`.
        state: what is not trained, likewise.
        seed: an integer for the same random numbers in every run.
        native_serialization_platforms: accepted for code written for Keras.

    `inputs` may be a list or dictionary. Files name the functions and hold none of their code: register them with
    `hornbeam.saving.register_keras_serializable()`.

    >>> import hornbeam
    >>> layer = hornbeam.layers.JaxLayer(lambda inputs: 2 * inputs)
    >>> layer([[1.0, 2.0]]).tolist()
    [[2.0, 4.0]]
    """

    row_independent = False

    def __init__(
        self,
        call_fn: Callable[..., Any],
        init_fn: Callable[..., Any] | None = None,
        params: Any = None,
        state: Any = None,
        seed: int | None = None,
        native_serialization_platforms: Sequence[str] | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        check_engine(type(self).__name__, engine.JAX)
        self.store({"call_fn": call_fn, "init_fn": init_fn, "seed": seed})
        self.store({"native_serialization_platforms": native_serialization_platforms})
        self._takes = _arguments(self, "call_fn", ("params", "state", "rng", "inputs", "training"), ("inputs",))
        if init_fn is not None:
            self._init_takes = _arguments(self, "init_fn", ("rng", "inputs", "training"), ("inputs",))
        self._has_state = "state" in self._takes
        has_weights = self._has_state or "params" in self._takes
        if has_weights and init_fn is None and params is None and state is None:
            raise ValueError(
                f"`{type(self).__name__}` needs `init_fn`, or `params` and `state`, where `call_fn` takes `params` or "
                "`state`. Received: none of them."
            )
        self._dtypes: Any = None
        self._is_given = params is not None or state is not None
        if self._is_given:
            self._make(params, state)
        if "rng" in self._takes:
            self.seed_generator = SeedGenerator(seed)

    @property
    def params(self) -> Any:
        """The variables that are trained, in the structure of `params`; `None` before they are made."""
        return _tree(self._params) if hasattr(self, "_params") else None

    @property
    def state(self) -> Any:
        """The variables that are not trained, in the structure of `state`; `None` before they are made."""
        return _tree(self._state) if hasattr(self, "_state") else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.built:
            self._dtypes = _dtypes(args[0] if args else kwargs.get("inputs"), self.input_dtype)
        return super().__call__(*args, **kwargs)

    def build(self, input_shape: Any) -> None:
        if self._is_given or self.init_fn is None:
            return
        key = np.array([make_seed() if self.seed is None else self.seed % 2**31, _FOR_WEIGHTS], "uint32")
        with engine.eager():
            inputs = _ones(input_shape, self._dtypes or self.input_dtype)
            given = {"rng": engine.random_key(key), "inputs": inputs, "training": True}
            made = self.init_fn(**{name: given[name] for name in self._init_takes})
        self._make(*(_pair(self, "init_fn", made, "params, state") if self._has_state else (made, None)))

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        given = {"inputs": inputs, "training": bool(training)}
        if "params" in self._takes:
            given["params"] = _values(self._params)
        if "rng" in self._takes:
            given["rng"] = engine.random_key(self.seed_generator.next())
        if not self._has_state:
            return self.call_fn(**{name: given[name] for name in self._takes})
        given["state"] = _values(self._state)
        made = self.call_fn(**{name: given[name] for name in self._takes})
        outputs, state = _pair(self, "call_fn", made, "outputs, new state")
        self._keep(state)
        return outputs

    def _make(self, params: Any, state: Any) -> None:
        self._params = self._variables(params, trainable=True)
        self._state = self._variables(state, trainable=False)

    def _variables(self, tree: Any, trainable: bool) -> tuple[list[Any], Any]:
        leaves, structure = engine.flatten_structure(tree)
        return [self._variable(leaf, trainable) if _is_number(leaf) else leaf for leaf in leaves], structure

    def _variable(self, value: Any, trainable: bool) -> Variable:
        array = engine.asarray(value)
        dtype = engine.dtype_name(array)
        return self.add_weight(array.shape, lambda *_, **__: array, dtype, trainable)

    def _keep(self, state: Any) -> None:
        held, structure = self._state
        leaves, received = engine.flatten_structure(state)
        if received != structure:
            raise ValueError(
                f"`call_fn` of layer `{self.name}` must return a new state of the structure {structure}. "
                f"Received: {received}."
            )
        for variable, value in zip(held, leaves, strict=True):
            if isinstance(variable, Variable):
                variable.assign(value)

    def get_build_config(self) -> dict[str, Any] | None:
        config = super().get_build_config()
        return config if config is None or self._dtypes is None else config | {"input_dtype": self._dtypes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        self._dtypes = config.get("input_dtype")
        super().build_from_config(config)

    def config_arguments(self) -> dict[str, Any]:
        hidden = ("params", "state")
        return {name: value for name, value in super().config_arguments().items() if name not in hidden}

    def get_config(self) -> dict[str, Any]:
        if self._is_given and self.init_fn is None:
            raise ValueError(
                f"The config of layer `{self.name}` would lack its `params` and `state`: pass an `init_fn` as well, "
                "which makes them again."
            )
        config = super().get_config()
        for name in ("call_fn", "init_fn"):
            if isinstance(config.get(name), str):
                config[name] = named_function(config[name])
        return config


def _arguments(layer: JaxLayer, which: str, known: tuple[str, ...], needed: tuple[str, ...]) -> list[str]:
    """The names of what a function takes."""
    where, function = f"`{which}` of `{type(layer).__name__}`", getattr(layer, which)
    if not callable(function):
        raise ValueError(f"{where} must be a function. Received: {which}={function!r}.")
    names = list(inspect.signature(function).parameters)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"{where} may take the arguments {', '.join(known)}. Received: one with `{unknown[0]}`.")
    if missing := [name for name in needed if name not in names]:
        raise ValueError(f"{where} must take the argument `{missing[0]}`. Received: one with {names}.")
    return names


def _pair(layer: JaxLayer, which: str, made: Any, parts: str) -> Any:
    if not isinstance(made, tuple) or len(made) != 2:
        raise ValueError(
            f"`{which}` of layer `{layer.name}` must return `({parts})`, since `call_fn` takes a `state`. "
            f"Received: a {type(made).__name__}."
        )
    return made


def _is_number(leaf: Any) -> bool:
    return isinstance(leaf, int | float | np.ndarray | np.generic) or engine.is_tensor(leaf)


def _tree(held: tuple[list[Any], Any]) -> Any:
    return engine.unflatten_structure(held[1], held[0])


def _values(held: tuple[list[Any], Any]) -> Any:
    leaves = [leaf.value if isinstance(leaf, Variable) else leaf for leaf in held[0]]
    return engine.unflatten_structure(held[1], leaves)


def _dtypes(inputs: Any, dtype: str) -> Any:
    """The dtypes that the inputs will have: floats are cast to `dtype`."""
    if isinstance(inputs, dict):
        return {key: _dtypes(item, dtype) for key, item in inputs.items()}
    if isinstance(inputs, list | tuple) and any(hasattr(item, "dtype") for item in inputs):
        return [_dtypes(item, dtype) for item in inputs]
    own = dtypes.standardize(inputs.dtype) if hasattr(inputs, "dtype") else dtype
    return dtype if own in dtypes.FLOATS else own


def _ones(shape: Any, dtype: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _ones(item, dtype[key] if isinstance(dtype, dict) else dtype) for key, item in shape.items()}
    if isinstance(shape, list):
        each = dtype if isinstance(dtype, list) else [dtype] * len(shape)
        return [_ones(item, one) for item, one in zip(shape, each, strict=True)]
    return engine.full([size or 1 for size in shape], 1, dtype)
