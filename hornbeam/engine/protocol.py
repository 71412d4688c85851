"""What an engine is: about a hundred primitives, one line of meaning each.

An engine is a module (`engine/jax/`, `engine/torch/`) that defines every function of `Required` with the same
parameter names. Arrays are the engine's own arrays; arithmetic, comparison, basic indexing and `.shape` are Python's
on them. Everything that can be written with these primitives is written once, in `hornbeam.ops`.

An engine may also define functions of `Fused`: faster kernels for derived operations. `hornbeam.ops` uses them where
they exist, and a parity test holds each to the derived definition.

Conventions
  dtype     a NumPy-style name: "float32", "bfloat16", "int32", "bool", ...; `None` means "as the input"
  default   Python and NumPy values without an explicit dtype become at most 32 bits wide, on every engine
  axis      an int, a tuple of ints, or `None` for all axes; negative values count from the end
  scalars   binary primitives take a Python scalar on either side; it never widens the other side's dtype
  images    channels last: (batch, *spatial, channels); kernels are (*window, channels_in / groups, channels_out)
  pads      one (before, after) pair of ints for each spatial axis
  trees     nested tuples, lists and dicts of arrays
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeAlias

Array: TypeAlias = Any
Axis: TypeAlias = int | Sequence[int] | None
Pads: TypeAlias = Sequence[tuple[int, int]]
Tree: TypeAlias = Any


class Spec(NamedTuple):
    """The shape and dtype of an array that need not exist."""

    shape: tuple[int, ...]
    dtype: str


class Required(Protocol):
    """The primitives that every engine supplies."""

    name: str

    # identity
    def asarray(
        self, x, dtype: str | None = None
    ) -> Array: ...  # any value as the engine's array; 64 bits narrow to 32
    # `asarray`, of what a variable holds: laid out in memory as the kernels read it. NumPy's memory that is `lent` may
    # be read until `synchronize` of the result returns, and changes no sooner
    def as_weight(self, x, dtype: str, lent: bool = False) -> Array: ...
    # a NumPy array on the host; waits for the value; one that is not a copy is for reading, and soon
    def to_numpy(self, x: Array, copy: bool = True): ...
    def is_tensor(self, x) -> bool: ...  # is it an array of this engine (a traced one too)
    def answer_shape(
        self, made_of: Callable[[tuple[int, ...]], tuple[int, ...]]
    ) -> None: ...  # from now on `x.shape` is what this makes of the sizes
    def answer(self, name: str, member: Any) -> None: ...  # from now on arrays have it, with and without values
    def answer_numpy(self) -> None: ...  # from now on every array has a method `numpy`, as tensors of TensorFlow have
    def intercept_operators(
        self, names: Sequence[str], intercept: Callable
    ) -> None: ...  # `x * y` is intercept("__mul__", x, y) from now on, unless that gives `NotImplemented`
    def is_traced(self, x) -> bool: ...  # an array without a value: inside `jit` or `trace_shapes`
    def lacks_unsigned(self, error: BaseException) -> bool: ...  # raised for unsigned integers of 16 bits and more
    def asked_for_value(self, error: BaseException) -> bool: ...  # was it raised because a traced one has no value
    def cast(self, x: Array, dtype: str) -> Array: ...  # floats to ints truncate towards zero
    def dtype_name(self, x: Array) -> str: ...
    def result_type(
        self, *xs: Array | str
    ) -> str: ...  # the dtype that arithmetic between them gives; a str is a dtype
    def bitcast(self, x: Array, dtype: str) -> Array: ...  # the same bytes; the last axis is longer or shorter
    def stop_gradient(self, x: Array) -> Array: ...

    # creation
    def full(self, shape: Sequence[int], value, dtype: str) -> Array: ...
    def arange(self, start, stop, step, dtype: str) -> Array: ...
    def eye(self, n: int, m: int, k: int, dtype: str) -> Array: ...  # ones on the k-th diagonal

    # elementwise, one argument; those of analysis turn integers into float32
    def abs(self, x: Array) -> Array: ...
    def sign(self, x: Array) -> Array: ...
    def floor(self, x: Array) -> Array: ...
    def ceil(self, x: Array) -> Array: ...
    def round(self, x: Array) -> Array: ...  # halves to even
    def exp(self, x: Array) -> Array: ...
    def expm1(self, x: Array) -> Array: ...
    def log(self, x: Array) -> Array: ...
    def log1p(self, x: Array) -> Array: ...
    def sqrt(self, x: Array) -> Array: ...
    def rsqrt(self, x: Array) -> Array: ...
    def sin(self, x: Array) -> Array: ...
    def cos(self, x: Array) -> Array: ...
    def tanh(self, x: Array) -> Array: ...
    def sigmoid(self, x: Array) -> Array: ...
    def erf(self, x: Array) -> Array: ...
    def erfinv(self, x: Array) -> Array: ...
    def logical_not(self, x: Array) -> Array: ...
    def isnan(self, x: Array) -> Array: ...
    def isfinite(self, x: Array) -> Array: ...

    # complex numbers
    def complex(self, real: Array, imag: Array) -> Array: ...
    def real(self, x: Array) -> Array: ...  # a real `x` itself
    def imag(self, x: Array) -> Array: ...  # zeros of a real `x`

    # elementwise, two or three arguments
    def maximum(self, x1: Array, x2: Array) -> Array: ...  # NaN wins; at a tie each side gets half of the gradient
    def minimum(self, x1: Array, x2: Array) -> Array: ...  # likewise
    def power(self, x1: Array, x2: Array) -> Array: ...
    def floor_divide(self, x1: Array, x2: Array) -> Array: ...  # rounds towards minus infinity
    def remainder(self, x1: Array, x2: Array) -> Array: ...  # sign of the divisor
    def arctan2(self, x1: Array, x2: Array) -> Array: ...
    def logical_and(self, x1: Array, x2: Array) -> Array: ...
    def logical_or(self, x1: Array, x2: Array) -> Array: ...
    def bitwise_xor(self, x1: Array, x2: Array) -> Array: ...
    def left_shift(self, x1: Array, x2: Array) -> Array: ...
    def right_shift(self, x1: Array, x2: Array) -> Array: ...  # logical on unsigned, arithmetic on signed integers
    def where(self, condition: Array, x1: Array, x2: Array) -> Array: ...  # no gradient flows to the untaken branch

    # reduction
    def sum(
        self, x: Array, axis: Axis = None, keepdims: bool = False
    ) -> Array: ...  # bool counts as int32, others keep
    def prod(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array: ...  # likewise
    def max(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array: ...  # ties share the gradient equally
    def min(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array: ...  # likewise
    def any(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array: ...
    def all(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array: ...
    def argmax(self, x: Array, axis: int | None = None, keepdims: bool = False) -> Array: ...  # int32; first at a tie
    def cumsum(self, x: Array, axis: int) -> Array: ...
    def sort(self, x: Array, axis: int) -> Array: ...  # ascending
    def argsort(self, x: Array, axis: int) -> Array: ...  # int32, stable
    def top_k(self, x: Array, k: int) -> tuple[Array, Array]: ...  # last axis, descending; lower index first at a tie

    # shape
    def reshape(self, x: Array, shape: Sequence[int]) -> Array: ...
    def transpose(self, x: Array, axes: Sequence[int]) -> Array: ...
    def broadcast_to(self, x: Array, shape: Sequence[int]) -> Array: ...
    def concatenate(self, xs: Sequence[Array], axis: int) -> Array: ...  # dtypes promote
    def pad(
        self, x: Array, pads: Pads, mode: str = "constant", value=0
    ) -> Array: ...  # every axis; constant reflect symmetric edge
    def flip(self, x: Array, axis: Axis = None) -> Array: ...

    # indexing; an index out of range is moved to the nearest valid one, a negative one counts from the end
    # with `fill` it gives NaN, the lowest signed or largest unsigned integer, True
    def take(self, x: Array, indices: Array, axis: int, fill: bool = False) -> Array: ...
    def take_along_axis(self, x: Array, indices: Array, axis: int, fill: bool = False) -> Array: ...
    def dynamic_slice(self, x: Array, starts: Sequence, sizes: Sequence[int]) -> Array: ...  # starts may be traced
    def dynamic_update_slice(self, x: Array, update: Array, starts: Sequence) -> Array: ...
    def scatter_update(self, x: Array, indices: Array, updates: Array) -> Array: ...  # indices (n, k), none outside
    def scatter_add(self, x: Array, indices: Array, updates: Array) -> Array: ...  # repeated indices add up
    def searchsorted(self, sorted_sequence: Array, values: Array, side: str = "left") -> Array: ...  # 1-D, int32

    # contraction and decomposition
    def matmul(self, x1: Array, x2: Array) -> Array: ...
    def einsum(self, subscripts: str, *xs: Array) -> Array: ...
    def qr(self, x: Array, mode: str = "reduced") -> tuple[Array, Array]: ...
    def solve(self, a: Array, b: Array) -> Array: ...
    def svd(self, x: Array, full_matrices: bool = True) -> tuple[Array, Array, Array]: ...
    def eigh(self, x: Array) -> tuple[Array, Array]: ...  # of symmetric matrices; values ascending, vectors as columns
    def eig(self, x: Array) -> tuple[Array, Array]: ...  # of any square matrices: complex
    def lu_factor(self, x: Array) -> tuple[Array, Array]: ...  # both triangles in one, and the rows exchanged, int32
    def cholesky(self, x: Array) -> Array: ...  # lower triangle; NaN where the matrix is not positive definite

    # neural networks
    def conv(
        self, x: Array, kernel: Array, strides: Sequence[int], pads: Pads, dilation: Sequence[int], groups: int
    ) -> Array: ...
    def conv_transpose(
        self,
        x: Array,
        kernel: Array,
        strides: Sequence[int],
        pads: Pads,
        dilation: Sequence[int],
        output_size: Sequence[int],
    ) -> Array: ...  # gradient of `conv` (groups=1) by its input of spatial `output_size`; kernel (*window, out, in)
    def max_pool(
        self, x: Array, size: Sequence[int], strides: Sequence[int], pads: Pads
    ) -> Array: ...  # pads never win
    def sum_pool(
        self, x: Array, size: Sequence[int], strides: Sequence[int], pads: Pads
    ) -> Array: ...  # pads count as 0
    def softmax(self, x: Array, axis: int) -> Array: ...
    def log_softmax(self, x: Array, axis: int) -> Array: ...
    def rfft(self, x: Array, n: int) -> tuple[Array, Array]: ...  # last axis; real and imaginary part
    def irfft(self, real: Array, imag: Array, n: int) -> Array: ...

    # random: pure functions of a key; engines differ in the numbers, never in the distribution
    def random_key(self, seed: Array) -> Array: ...  # from a uint32 array of shape (2,)
    def random_split(self, key: Array, n: int) -> Sequence[Array]: ...
    def random_bits(self, key: Array, shape: Sequence[int]) -> Array: ...  # uint32
    def random_uniform(self, key: Array, shape: Sequence[int], dtype: str) -> Array: ...  # [0, 1)
    def random_normal(self, key: Array, shape: Sequence[int], dtype: str) -> Array: ...
    def random_gamma(self, key: Array, alpha: Array, shape: Sequence[int], dtype: str) -> Array: ...
    def random_permutation(self, key: Array, n: int) -> Array: ...  # int32

    # control
    def scan(
        self, fn: Callable, init: Tree, xs: Tree, length: int | None = None, reverse: bool = False
    ) -> tuple[Tree, Tree]: ...  # fn(carry, x) -> (carry, y) along the first axis; `xs` may be None with a `length`
    def while_loop(self, condition: Callable, body: Callable, state: Tree) -> Tree: ...
    def fori_loop(
        self, start, stop, body: Callable, state: Tree
    ) -> Tree: ...  # state = body(i, state); bounds may be traced
    def cond(self, predicate: Array, true_fn: Callable, false_fn: Callable, *operands: Tree) -> Tree: ...
    def vmap(self, fn: Callable, in_axes=0, out_axes=0) -> Callable: ...

    # transforms
    def value_and_grad(
        self, fn: Callable
    ) -> Callable: ...  # fn(list, *args) -> (scalar, aux); gives ((scalar, aux), list)
    # donated positional arguments may be reused; the first `steady` have the same shapes in all calls; `steps`, asked
    # at each call, says how many steps are run in all, where that is known
    def jit(
        self,
        fn: Callable,
        donate: Sequence[int] = (),
        steady: int = 0,
        steps: Callable[[], int | None] = lambda: None,
    ) -> Callable: ...
    # around a step that may call `keep_gradient`; gives a collection, which then has an item
    def own_gradients(self) -> AbstractContextManager: ...
    def keep_gradient(self, x: Array) -> Array: ...  # `x`, whose gradient `loss.backward()` leaves in `x.grad`
    def keeps_gradients(self) -> bool: ...  # whether operations outside of steps are written down for `loss.backward()`
    def forget_gradient(self, x: Array) -> None: ...  # that `x.grad` holds
    def to_hold(self, value: Array, before: Array) -> Array: ...  # what a variable holds, outside of steps, of `value`
    def custom_gradient(self, fn: Callable) -> Callable: ...  # fn(*xs) -> (y, grad); grad(dy) -> one per x
    def checkpoint(self, fn: Callable) -> Callable: ...  # recomputes in the backward pass instead of remembering
    def trace_shapes(
        self, fn: Callable, *specs: Tree
    ) -> Tree: ...  # trees of (shape, dtype) `Spec`s in and out, no work
    def eager(
        self,
    ) -> AbstractContextManager: ...  # inside: operations on concrete values give values, even while tracing
    def steps_beat_loops(
        self, fn: Callable, *args: Tree
    ) -> bool: ...  # is the loop in `fn`, which `jit` gave, better dispatched step by step

    # placement
    def devices(self) -> list[str]: ...  # "cpu:0", "gpu:0", ...; the first is the default
    def put(self, x, device: str | None = None) -> Array: ...  # any value onto a device; 64 bits narrow to 32
    def on_device(self, device: str) -> AbstractContextManager: ...  # inside: where new arrays are, in this thread
    def synchronize(self, tree: Tree) -> None: ...  # returns when all arrays of the tree have their values
    def wait_awake(self, tree: Tree) -> None: ...  # the same, for some 40 microseconds at most
    def memory_stats(self, device: str | None = None) -> dict[str, int]: ...  # empty where the device keeps no count


class Fused(Protocol):
    """Optional: faster forms of derived operations, with the derived operation's name and signature."""

    def relu(self, x: Array) -> Array: ...
    def gelu(self, x: Array, approximate: bool = False) -> Array: ...
    def logsumexp(self, x: Array, axis: Axis = None, keepdims: bool = False) -> Array: ...
    def layer_norm(self, x: Array, gamma: Array, beta: Array, epsilon: float) -> Array: ...  # over the last axis
    def rms_norm(self, x: Array, gamma: Array, epsilon: float) -> Array: ...  # over the last axis
    def batch_norm(
        self, x: Array, gamma: Array, beta: Array, epsilon: float
    ) -> tuple[Array, Array, Array]: ...  # by the moments over all axes but the last: y, mean, variance
    def batch_normalization(
        self,
        x: Array,
        mean: Array,
        variance: Array,
        axis: int,
        offset: Array | None = None,
        scale: Array | None = None,
        epsilon: float = 1e-3,
    ) -> Array | None: ...  # by moments that are given; `None` where the engine has no kernel for it
    def add_bias(self, x: Array, bias: Array) -> Array: ...  # along the last axis
    def scaled(self, x: Array, factor: Array) -> Array: ...  # along the last axis
    def sigmoid_crossentropy(self, y: Array, x: Array) -> Array: ...  # -y log σ(x) - (1 - y) log(1 - σ(x))
    def attention(self, query: Array, key: Array, value: Array, mask: Array | None, scale: float) -> Array: ...
    def map_elementwise(
        self, fn: Callable, rows: Sequence[Sequence[Array]]
    ) -> list[Sequence[Array]]: ...  # [fn(*row) for row in rows] of an elementwise `fn`; arrays of a row have one shape
    def if_any(self, condition: Array, fn: Callable, x: Array) -> Array: ...  # `fn(x)`; `x` if `condition` is all false

    # Recurrent layers over (batch, time, inputs): the outputs (batch, time, units), then the last states. Gates are
    # sigmoid, `activation` is "tanh" or "relu"; where the mask (batch, time) is false, states stay; `keep`, of shape
    # (batch, units), multiplies h before the product. `None` for settings that the engine has no kernel for.
    def simple_rnn(
        self,
        x: Array,
        h: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        activation: str = "tanh",
        mask: Array | None = None,
        keep: Array | None = None,
    ) -> tuple | None: ...
    def gru(
        self,
        x: Array,
        h: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        activation: str = "tanh",
        mask: Array | None = None,
        keep: Array | None = None,
    ) -> tuple | None: ...  # the reset gate after the product; a bias for each of the two products
    def gru_reset_before(
        self,
        x: Array,
        h: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        activation: str = "tanh",
        mask: Array | None = None,
        keep: Array | None = None,
    ) -> tuple | None: ...
    def lstm(
        self,
        x: Array,
        h: Array,
        c: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        activation: str = "tanh",
        mask: Array | None = None,
        keep: Array | None = None,
    ) -> tuple | None: ...


class BridgeToJax(Protocol):
    """What a layer around JAX's own code needs; the JAX engine has it."""

    def flatten_structure(self, tree) -> tuple[list, Any]: ...  # of any pytree: leaves and structure
    def unflatten_structure(self, structure, leaves: list): ...


class BridgeToTorch(Protocol):
    """What a layer around PyTorch's own modules needs; the PyTorch engine has it."""

    def seed_modules(self, seed: int) -> None: ...  # what modules draw comes from PyTorch's own generator
    def is_module(self, x) -> bool: ...
    # on the device: name, tensor, dtype, is it trained
    def module_tensors(self, module) -> list[tuple[str, Array, str, bool]]: ...
    def tensor_value(self, tensor: Array) -> Array: ...
    def hold_in_tensor(self, tensor: Array, value) -> None: ...  # whoever has the tensor sees the value
    def call_module(
        self, module, tensors: list[Array], values: list[Array], training: bool | None, dtype: str, args, kwargs
    ) -> tuple[Any, list[Array]]: ...  # the result while the module holds `values`, and what it holds then
