"""What a tensor of a graph says to code that wants its numbers: it has none yet."""

from __future__ import annotations

from typing import Any

#: NumPy's functions that `array + tensor` and the like call -> Python's names of these operators and of their mirrors.
_OPERATORS = {
    "add": ("add", "radd"),
    "subtract": ("sub", "rsub"),
    "multiply": ("mul", "rmul"),
    "divide": ("truediv", "rtruediv"),
    "floor_divide": ("floordiv", "rfloordiv"),
    "remainder": ("mod", "rmod"),
    "power": ("pow", "rpow"),
    "matmul": ("matmul", "rmatmul"),
    "bitwise_and": ("and", "rand"),
    "bitwise_or": ("or", "ror"),
    "bitwise_xor": ("xor", "rxor"),
    "less": ("lt", "gt"),
    "less_equal": ("le", "ge"),
    "greater": ("gt", "lt"),
    "greater_equal": ("ge", "le"),
    "not_equal": ("ne", "ne"),
}
#: What tensors of elsewhere have, which give numbers.
_GIVE_NUMBERS = frozenset({"numpy", "item", "tolist", "detach", "cpu", "eval"})


class NoValueError(TypeError, ValueError, NotImplementedError):
    """The values of a tensor of a graph were asked for: a `TypeError`, and what Keras raises."""


class WithoutValue:
    """Base of tensors without values; its `repr` names them."""

    def __iter__(self) -> Any:
        raise NoValueError(f"{self} has no values to iterate over.")

    def __bool__(self) -> bool:
        raise TypeError(f"{self} has no value: use `ops.where` or `ops.cond` instead of `if`.")

    def _no_value(self, *_: Any, **__: Any) -> Any:
        raise NoValueError(f"{self} has no value yet: call a model on data, or use functions of `ops` here.")

    __array__ = __float__ = __int__ = __index__ = _no_value

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """`ndarray + tensor` is what `tensor` makes of it; other functions of NumPy need numbers."""
        name = function.__name__
        if name == "equal":  # `==` asks which tensor it is
            return inputs[0] is inputs[1]
        if method != "__call__" or kwargs or name not in _OPERATORS:
            raise TypeError(
                f"{self} has no value yet, which `numpy.{name}` needs: use functions of `ops`, such as `ops.{name}`."
            )
        left, right = inputs
        is_left = isinstance(left, WithoutValue)
        operator = f"__{_OPERATORS[name][0 if is_left else 1]}__"
        return getattr(left, operator)(right) if is_left else getattr(right, operator)(left)

    def __getattr__(self, name: str) -> Any:
        if name in _GIVE_NUMBERS:
            raise AttributeError(f"{self} has no value yet, and no `{name}`: call a model on data to get numbers.")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute {name!r}")
