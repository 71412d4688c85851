"""What Hornbeam keeps about a layer beside the user's attributes, where no name of theirs can meet one of these."""

from __future__ import annotations

from typing import Any

from hornbeam.core.configurable import Internals
from hornbeam.core.running import running


class LayerInternals(Internals):
    """The state of `layer.__hornbeam__`.

    Attributes:
        trainable: the layer's own flag.
        members: variables and layers that the layer holds without an attribute for them.
        nodes: its calls on symbolic tensors.
        losses: what it added in the last call.
        loss_functions: what gives losses that do not depend on a call.
        frozen: its function as it was at its first call on a graph, in old code.
        reporters: the layers that added losses in the last call that began with this layer.
        first_shape: the batch shape that a first layer was given.
        first_weights: the values that it was given.
        build_shapes: what `build` was called with, by the names of its parameters.
        is_building: whether `build` is running.
        is_complete: whether it has all its weights and layers: it was built.
        remat: the `RematScope` that it was made in.
        path: the names of the layers that were being built, down to this one.
    """

    unseen = frozenset({"trainable"})  # watched all the same
    __slots__ = (
        "build_shapes", "first_shape", "first_weights", "is_building", "is_complete", "losses", "nodes", "path",
        "reporters",
    )  # fmt: skip

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.trainable = True
        self.remat = running.remat
        self.members: list[Any] = []
        self.nodes: list[Any] = []
        self.losses: list[Any] = []
        self.loss_functions: list[Any] = []
        self.frozen: Any = None
        self.reporters: list[Any] = []
        self.first_shape: tuple[int | None, ...] | None = None
        self.first_weights: Any = None
        self.build_shapes: dict[str, Any] | None = None
        self.is_building = False
        self.is_complete = False
        self.path: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"nodes": [], "losses": [], "reporters": [], "frozen": None}
