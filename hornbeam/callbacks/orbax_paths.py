"""The paths of variables in Orbax checkpoints: those that a model has which Keras makes of its config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hornbeam.layers.base.tracking import flatten

Path = tuple[str, ...]


class Paths:
    """How variables of a model are called in its checkpoints.

    Layers of a `Sequential` are built inside of it, which their paths say. Those that Keras reads from a config are
    built for themselves: their paths start at the layer.
    """

    def __init__(self, model: Any):
        self.stacks = {one.name for one in flatten(model) if getattr(one, "saves_layers_first", False)}
        paths = [tuple(variable.path.split("/")) for variable in model.weights]
        short = [self._from_layer(path) for path in paths]
        self.known = {path: one if short.count(one) == 1 else path for path, one in zip(paths, short, strict=True)}
        joined = {"_".join(path): "_".join(one) for path, one in self.known.items()}
        self.joined = dict(sorted(joined.items(), key=lambda pair: -len(pair[0])))

    def of(self, path: Path) -> Path:
        """The path of a weight, or of an optimizer's variable, which is named after a weight."""
        if path in self.known:
            return self.known[path]
        *above, name = path
        weight = next((one for one in self.joined if name.startswith(f"{one}_")), None)
        return self._from_layer(path) if weight is None else (*above, self.joined[weight] + name[len(weight) :])

    def _from_layer(self, path: Path) -> Path:
        return path[max((i + 1 for i, part in enumerate(path[:-1]) if part in self.stacks), default=0) :]

    def written(self, tree: dict[str, Any]) -> dict[str, Any]:
        """A state tree for a checkpoint."""
        return {kind: _nested({self.of(path): value for path, value in _leaves(tree[kind])}) for kind in tree}

    def read(self, theirs: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
        """A part of a checkpoint's state tree under the paths that the model has in its own, `mine`."""
        known = {self.of(path): path for path, _ in _leaves(mine)}
        found = {self.of(path): value for path, value in _leaves(theirs)}
        heads, others = {path[0] for path in known}, {path[0] for path in found}
        if len(others) == 1 and not known.keys() & found.keys():  # another name of the model, or of the optimizer
            head = () if len(heads) > 1 else tuple(heads)
            moved = {self.of((*head, *path[1:])): value for path, value in found.items()}
            found = moved if moved.keys() & known.keys() else found
        return _nested({known.get(path, path): value for path, value in found.items()})


def _leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not isinstance(tree, dict):
        yield path, tree
        return
    for name, item in tree.items():
        yield from _leaves(item, (*path, str(name)))


def _nested(values: dict[Path, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for (*folders, name), value in values.items():
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = value
    return tree
