"""`AugMix`: images mixed with what several chains of operations make of them."""

from __future__ import annotations

from typing import Any

from hornbeam import engine, random
from hornbeam.layers.base.checks import check_positive
from hornbeam.layers.preprocessing.image.factors import check_number, check_way
from hornbeam.layers.preprocessing.image.image_layer import ImageLayer
from hornbeam.layers.preprocessing.image.random_image_layer import each
from hornbeam.layers.preprocessing.image.random_policy import RandomPolicy
from hornbeam.layers.preprocessing.image.shares import random_shares
from hornbeam.ops.image.warping import INTERPOLATIONS


class AugMix(RandomPolicy):
    """In training, y = m x + (1 - m) (w_1 chain_1(x) + ... + w_n chain_n(x)).

    A chain is 1 to `chain_depth` of the operations of `RandAugment`, drawn by lot for each batch. How strong each is,
    m from Beta(alpha, alpha) and w from Dirichlet(alpha, ..., alpha) are drawn for each image. Labels, masks and boxes
    stay, as the image itself is part of the mixture.

    Args:
        value_range: the least and the largest value of a pixel.
        num_chains: n, how many chains.
        chain_depth: the largest number of operations of a chain.
        factor: the strength, (least, largest), between 0 and 1; one number f stands for (0, f).
        alpha: positive; the larger, the more equal are the parts of the mixture.
        all_ops: whether brightness, loss of colour, contrast and sharpness are among the operations.
        interpolation: "bilinear" or "nearest".
        seed: an integer for the same images in every run.
        data_format: "channels_last" or "channels_first"; the global setting by default.

    Input and output: (height, width, channels) with one channel or three, or a batch of them.

    Source: Hendrycks et al. 2019, AugMix: a simple data processing method to improve robustness and uncertainty.

    >>> import hornbeam
    >>> hornbeam.layers.AugMix()([[[8.0], [4.0]]], training=True).shape == (1, 2, 1)
    True
    """

    moves = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, **kwargs)
        self.store(locals())
        self.num_chains = check_positive(self, "num_chains", num_chains)
        self.chain_depth = check_positive(self, "chain_depth", chain_depth)
        self.interpolation = check_way(self, "interpolation", interpolation, INTERPOLATIONS)
        check_number(self, "alpha", alpha)
        if alpha <= 0:
            raise ValueError(f"`alpha` of `AugMix` must be positive. Received: alpha={alpha!r}.")
        self.operations = [*self.geometric(), *self.photometric(), *(self.of_light() if all_ops else [])]

    def draw(self, batch: int, height: int, width: int, seed: Any) -> Any:
        chains, depth = self.num_chains, self.chain_depth
        chosen, amounts = self.draw_steps(chains * depth, batch, height, width, seed)
        depths = random.randint((chains, 1), 1, depth + 1, "int32", seed)
        exists = engine.reshape(engine.arange(0, depth, 1, "int32") < depths, (-1,))
        chosen = engine.where(exists, chosen, len(self.operations))  # none of them
        kept, parts = random_shares(2, batch, self.alpha, seed)[:, 0], random_shares(chains, batch, self.alpha, seed)
        return (chosen, amounts), kept, parts

    def change(self, images: Any, transformation: Any, interpolation: str | None = None) -> Any:
        steps, kept, parts = transformation

        def act(operation: ImageLayer, x: Any, amount: Any) -> Any:
            return operation.change(x, amount)

        def with_chain(c: Any, mixed: Any) -> Any:
            first = c * self.chain_depth
            y = engine.fori_loop(0, self.chain_depth, lambda i, x: self.step(first + i, steps, x, act), images)
            return mixed + each(engine.take(parts, c, 1)) * y

        mixed = engine.fori_loop(0, self.num_chains, with_chain, 0 * images)
        return each(kept) * images + each(1 - kept) * mixed
