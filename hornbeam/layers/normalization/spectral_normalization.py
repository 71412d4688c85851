"""`SpectralNormalization`: a layer whose kernel has a spectral norm of 1."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, ops
from hornbeam.core import declarations, lift
from hornbeam.core.declarations import fact
from hornbeam.core.variable import Variable
from hornbeam.initializers import TruncatedNormal
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.policy import in_own_dtype
from hornbeam.layers.base.wrapper import Wrapper


class SpectralNormalization(Wrapper):
    """y = layer(x) with the kernel W / sigma, where sigma is the largest singular value of W.

    It is found by power iteration, from where that ended the last time: v = W u / |W u|, u = W' v / |W' v|,
    sigma = v' W u. That happens in training only, when the kernel becomes W / sigma; otherwise the kernel is used as it
    is. What is trained is W.

    Args:
        layer: a layer with a `kernel` or `embeddings`, whose last axis is that of the columns of W.
        power_iterations: how many for each batch.

    Input and output: those of the layer.

    Source: Miyato et al. 2018, Spectral normalization for generative adversarial networks.

    >>> import hornbeam
    >>> layer = hornbeam.layers.SpectralNormalization(hornbeam.layers.Dense(3))
    >>> layer([[1.0, 2.0]]).shape == (1, 3)
    True
    """

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any):
        super().__init__(layer, **kwargs)
        self.store({"power_iterations": power_iterations})
        check_positive(self, "power_iterations", power_iterations)

    @fact
    def last_activation(self) -> Any:
        """That of the layer."""
        return declarations.of(self.layer, "last_activation")

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        self.kernel = _kernel_of(self.layer)
        self.vector_u = self.add_weight(
            (1, self.kernel.shape[-1]),
            TruncatedNormal(stddev=0.02),
            self.kernel.held_dtype,
            trainable=False,
            name="vector_u",
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return in_own_dtype(self, self.layer(inputs))
        u, kernel = self.normalized_weights()
        self.vector_u.assign(u)
        if not lift.is_lifted():
            self.kernel.assign(kernel)
        return in_own_dtype(self, lift.holding({self.kernel: kernel}, lambda: self.layer(inputs)))

    def normalized_weights(self) -> tuple[Any, Any]:
        """The vector u after the iterations, of shape (1, columns), and W / sigma."""
        with lift.autocast(None):
            kernel, u = self.kernel.value, self.vector_u.value
        w = engine.reshape(kernel, (-1, kernel.shape[-1]))
        fixed = engine.stop_gradient(w)
        for _ in range(self.power_iterations):
            v = ops.normalize(u @ engine.transpose(fixed, (1, 0)), epsilon=1e-12)
            u = ops.normalize(v @ fixed, epsilon=1e-12)
        sigma = engine.sum((v @ w) * u)
        return u, kernel / sigma


def _kernel_of(layer: Layer) -> Variable:
    for name in ("kernel", "embeddings"):
        if isinstance(found := getattr(layer, name, None), Variable):
            return found
    raise ValueError(
        "`layer` of `SpectralNormalization` must have a `kernel` or `embeddings`. "
        f"Received: layer `{layer.name}` ({type(layer).__name__})."
    )
