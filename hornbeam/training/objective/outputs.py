"""`Outputs`: the outputs of a model by name, and how targets, losses and metrics are matched to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import tree


class UnknownOutputError(ValueError, KeyError):
    """A dictionary by output has other keys; for losses Keras says so with a `KeyError`."""

    __str__ = ValueError.__str__


class Outputs:
    """The leaves of a model's output, each with a name.

    Args:
        structure: the output: a tensor, or a list or dict of tensors (symbolic ones will do).
        names: for outputs that are not in a dict.
    """

    unseen = frozenset({"names"})

    def __init__(self, structure: Any, names: list[str] | None = None):
        self.structure = structure
        self.tensors: list[Any] = tree.leaves(structure)
        if isinstance(structure, dict):
            names = ["_".join(str(key) for key in path) for path in tree.paths(structure)]
        if names is None or len(names) != len(self.tensors):
            names = ["output"] if len(self.tensors) == 1 else [f"output_{i + 1}" for i in range(len(self.tensors))]
        self.names = names
        self.sole: int | None = None  # the only output with a loss, which a single target is for

    def __len__(self) -> int:
        return len(self.names)

    def match(self, value: Any, what: str, *, spread: bool = False, partial: bool = False) -> list[Any]:
        """`value` as one entry per output: by name from a dict, by place from a list.

        Args:
            value: what the user passed.
            what: its name in messages, such as "y".
            spread: whether a single value stands for every output.
            partial: whether a dict may leave outputs out (they get `None`).

        Raises:
            ValueError: for unknown names, missing names, or a list of another length.
        """
        if value is None:
            return [None] * len(self)
        if isinstance(value, dict):
            return self._by_name(value, what, spread, partial)
        if isinstance(value, list | tuple):
            return self._by_place(value, what, spread, partial)
        if len(self) > 1 and not spread:
            if self.sole is not None:
                return [value if i == self.sole else None for i in range(len(self))]
            raise ValueError(
                f"`{what}` must have one entry for each of the outputs {self.names}: a list in this order, or a "
                "dictionary. Received: a single value."
            )
        return [value] * len(self)

    def _by_name(self, value: dict[str, Any], what: str, spread: bool, partial: bool) -> list[Any]:
        if tree.structure(value) == tree.structure(self.structure):
            return tree.leaves(value)
        if isinstance(self.structure, dict) and value.keys() <= self.structure.keys():
            parts = [value.get(key) for key in tree.keys(self.structure)]
            if all(part is not None for part in parts) or partial:
                return self._below(parts, what, spread, partial)
        unknown = [key for key in value if key not in self.names]
        missing = [name for name in self.names if name not in value]
        if unknown or (missing and not partial):
            wrong = f"unknown: {unknown}" if unknown else f"missing: {missing}"
            raise UnknownOutputError(
                f"`{what}` must be a dictionary with the keys {self.names}, the model's outputs. "
                f"Received: the keys {list(value)} ({wrong})."
            )
        return [value.get(name) for name in self.names]

    def _by_place(self, value: Any, what: str, spread: bool, partial: bool) -> list[Any]:
        is_list = self.has_nested and not isinstance(self.structure, dict)
        if is_list and len(value) == len(self.structure):
            return self._below(value, what, spread, partial)
        if len(value) == len(self):
            return list(value)
        leaves = tree.leaves(value)
        if len(leaves) == len(self):
            return leaves
        raise ValueError(
            f"`{what}` must have {len(self)} entries, one for each of the outputs {self.names}. Received: {len(value)}."
        )

    def _below(self, values: Sequence[Any], what: str, spread: bool, partial: bool) -> list[Any]:
        """`values`, one for each part of the outermost structure, matched to what is in these parts."""
        found: list[Any] = []
        for (key, part), value in zip(self.parts().items(), values, strict=True):
            is_matched = tree.is_nested(part.structure) or value is None
            found += part.match(value, f"{what}[{key!r}]", spread=spread, partial=partial) if is_matched else [value]
        return found

    def parts(self) -> dict[Any, Outputs]:
        """The outputs in each part of the outermost structure, by its key or position."""
        found: dict[Any, Outputs] = {}
        start = 0
        for key in tree.keys(self.structure):
            found[key] = part = Outputs(self.structure[key])
            part.names = self.names[start : start + len(part)]
            start += len(part)
        return found

    @property
    def has_nested(self) -> bool:
        """Whether a part of the outermost structure has parts itself."""
        nested = tree.is_nested(self.structure)
        return nested and any(tree.is_nested(self.structure[key]) for key in tree.keys(self.structure))
