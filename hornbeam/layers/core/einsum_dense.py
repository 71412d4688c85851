"""`EinsumDense`: a linear map between axes of one's choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from hornbeam import engine
from hornbeam.core.declarations import fact
from hornbeam.initializers import VarianceScaling
from hornbeam.layers.base.checks import check_unquantized
from hornbeam.layers.base.from_build import from_build
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight


class EinsumDense(Layer):
    """y = activation(einsum(equation, x, W) + b).

    Args:
        equation: letters for the axes of x, W and y, such as "abc,cd->abd"; "..." on one side stands for further axes.
        output_shape: the sizes of y without the batch (and without "..." axes); `None` for those that are as in x.
        activation: a name or a function; none by default.
        bias_axes: the letters of y along which b varies; no b by default.
        kernel_initializer, bias_initializer: of W and b.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions added to the loss.
        kernel_constraint, bias_constraint: functions that map a weight to an allowed one after each update.
        quantization_config: kept for configs; `None`, since layers compute in floats.

    >>> import hornbeam
    >>> layer = hornbeam.layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 4), bias_axes="de")
    >>> layer(hornbeam.ops.ones((1, 5, 3))).shape == (1, 5, 2, 4)
    True
    """

    none_in_configs = ("activity_regularizer",)
    kernel: Any = from_build()

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        parse(equation, bias_axes)
        check_unquantized(self)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        sizes = Sizes.of(self, parse(self.equation, self.bias_axes), input_shape)
        self.kernel = configured_weight(
            self, "kernel", sizes.kernel, initializer=self._initializer(sizes.input_axes, sizes.output_axes)
        )
        self.bias = None
        if self.bias_axes:
            self.bias = configured_weight(self, "bias", sizes.bias)
        self.input_spec = InputSpec(ndim=len(input_shape))

    def _initializer(self, input_axes: list[int], output_axes: list[int]) -> Any:
        """The kernel's initializer, told which axes are inputs and which are outputs."""
        initializer = self.kernel_initializer
        if not isinstance(initializer, VarianceScaling) or initializer.input_axes is not None:
            return initializer
        config = {**initializer.get_config(), "input_axes": input_axes, "output_axes": output_axes}
        return type(initializer).from_config(config)

    @fact
    def last_activation(self) -> Any:
        """The function that `call` ends with."""
        return self.activation

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        y = engine.einsum(self.equation, inputs, self.kernel.value)
        return self.activation(y if self.bias is None else y + self.bias)


class Equation(NamedTuple):
    """The letters of an equation, and where it has axes without letters."""

    x: str
    kernel: str
    y: str
    bias: str
    before: bool


def parse(equation: str, bias_axes: str | None) -> Equation:
    """The parts of an equation.

    Raises:
        ValueError: unless it is a map from x to y by a kernel.
    """
    match = re.fullmatch(r"(\.\.\.)?(\w+)(\.\.\.)?,(\w+)->(\.\.\.)?(\w+)(\.\.\.)?", equation.replace(" ", ""))
    if match is None or match[1] != match[5] or match[3] != match[7] or (match[1] and match[3]):
        raise ValueError(
            "`equation` of `EinsumDense` must look like 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...'. "
            f"Received: equation={equation!r}."
        )
    x, kernel, y, bias = match[2], match[4], match[6], bias_axes or ""
    if not set(y) <= set(x + kernel) or not set(kernel) <= set(x + y) or not set(bias) <= set(y):
        raise ValueError(
            "Every letter of the output must be in the input or the kernel, every letter of the kernel in the input or "
            f"the output, and `bias_axes` in the output. Received: equation={equation!r}, bias_axes={bias_axes!r}."
        )
    return Equation(x, kernel, y, bias, bool(match[1]))


class Sizes(NamedTuple):
    """The shapes of the weights, and which axes of the kernel are inputs and outputs."""

    kernel: list[int]
    bias: list[int]
    input_axes: list[int]
    output_axes: list[int]

    @classmethod
    def of(cls, layer: EinsumDense, equation: Equation, input_shape: tuple[int | None, ...]) -> Sizes:
        """What `equation` means for an input of `input_shape`."""
        x, kernel, y, bias, before = equation
        more = len(input_shape) - len(x)
        if more < 0:
            raise ValueError(
                f"The input of layer `{layer.name}` must have an axis for each letter of '{x}'. "
                f"Received: input shape {tuple(input_shape)}, equation={layer.equation!r}."
            )
        first = more if before else 0
        given = layer.output_shape if before and more else (input_shape[0], *layer.output_shape)
        inputs, outputs = dict(zip(x, input_shape[first:], strict=False)), dict(zip(y, given, strict=False))
        known: dict[str, Any] = {letter: outputs.get(letter) or inputs.get(letter) for letter in x + y}
        unknown = [letter for letter in kernel + bias if known[letter] is None]
        wrong = [c for c in y if c in inputs and None not in (inputs[c], outputs.get(c)) and inputs[c] != outputs[c]]
        if unknown or wrong:
            reason = f"'{unknown[0]}' has no known size" if unknown else f"'{wrong[0]}' has two sizes"
            raise ValueError(
                f"Layer `{layer.name}` cannot make its weights: {reason}. Received: equation={layer.equation!r}, "
                f"input shape {tuple(input_shape)}, output_shape={layer.output_shape}."
            )
        start = min((y.index(letter) for letter in bias), default=len(y))
        after = 0 if before else more
        return cls(
            [known[letter] for letter in kernel],
            [known[letter] if letter in bias else 1 for letter in y[start:]] + [1] * after,
            [axis for axis, letter in enumerate(kernel) if letter not in y],
            [axis for axis, letter in enumerate(kernel) if letter in y],
        )
