"""`freeze` and `unfreeze`: which layers of a model are trained, by their names."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from hornbeam.core.suggest import hint
from hornbeam.layers import InputLayer, Layer
from hornbeam.layers.base.tracking import flatten, sublayers


class Freezing(Layer):
    """The methods of a model."""

    def freeze(self, *patterns: str) -> list[str]:
        """Leave layers as they are in training: all of them, or those whose names match a pattern.

        Args:
            patterns: names, or paths such as `"encoder/block1"`, with `*`, `?` and `[...]` for any characters, as in
                names of files. What is below a layer goes with it.

        Returns:
            The paths of the layers that matched.

        Raises:
            ValueError: when a pattern matches none.

        A model that is compiled already must be compiled again.

        >>> import hornbeam
        >>> dense = hornbeam.layers.Dense
        >>> blocks = [dense(3, name="block1"), dense(1, name="head")]
        >>> model = hornbeam.Sequential([hornbeam.Input((2,)), *blocks], name="net")
        >>> model.freeze("block*")
        ['block1']
        >>> [weight.path for weight in model.trainable_weights]
        ['net/head/kernel', 'net/head/bias']
        """
        found = _matching(self, patterns)
        for place in found:
            _set(place.layer, False)
        return [place.path for place in found]

    def unfreeze(self, *patterns: str) -> list[str]:
        """Train layers again: all of them, or those whose names match a pattern, and no others; see `freeze`."""
        found = _matching(self, patterns)
        for place in found:
            for above, below in zip(place.above, [*place.above[1:], place.layer], strict=True):
                _open(above, below)
            _set(place.layer, True)
        if not patterns:
            _set(self, True)
        return [place.path for place in found]


class _Place(NamedTuple):
    path: str
    layer: Any
    above: tuple[Any, ...]  # the layers that it is in, from the model on


def _places(layer: Any, path: str = "", above: tuple[Any, ...] = ()) -> Iterator[_Place]:
    above = (*above, layer)
    for one in sublayers(layer):
        if isinstance(one, InputLayer) or any(one is other for other in above):
            continue
        place = f"{path}/{one.name}".lstrip("/")
        yield _Place(place, one, above)
        yield from _places(one, place, above)


def _matching(model: Any, patterns: tuple[str, ...]) -> list[_Place]:
    """The layers whose name or path matches; without patterns all that the model itself has."""
    places = list(_places(model))
    if not patterns:
        return [place for place in places if len(place.above) == 1]
    found: dict[int, _Place] = {}
    for pattern in patterns:
        if not isinstance(pattern, str):
            raise TypeError(f"A pattern must be a string, the name of layers. Received: {pattern!r}.")
        matches = [p for p in places if fnmatchcase(p.path, pattern) or fnmatchcase(p.layer.name, pattern)]
        if not matches:
            names = [name for place in places for name in (place.layer.name, place.path)]
            near = hint(pattern.strip("*?/"), names)
            raise ValueError(f"A pattern must match a layer of model `{model.name}`. Received: {pattern!r}.{near}")
        found |= {id(place.layer): place for place in matches if id(place.layer) not in found}
    return list(found.values())


def _set(layer: Any, trainable: bool) -> None:
    for one in flatten(layer):
        one.__hornbeam__.trainable = trainable


def _open(layer: Any, below: Any) -> None:
    """Let something below a frozen layer be trained, and all the rest of it not."""
    if layer.__hornbeam__.trainable:
        return
    layer.__hornbeam__.trainable = True
    for one in sublayers(layer):
        if one is not below:
            _set(one, False)
