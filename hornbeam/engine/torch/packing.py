"""Many small tensors as one: what is done to each of them is then one operation."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch

from hornbeam.engine.torch.modes import recordable
from hornbeam.engine.torch.tape import Call, Loop, Value


@recordable
def pack(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """All numbers in one row."""
    return torch._C._nn.flatten_dense_tensors(tensors)


@recordable
def unpack(row: torch.Tensor, shapes: tuple[tuple[int, ...], ...]) -> list[torch.Tensor]:
    """The tensors of these shapes again, as views."""
    return list(torch._C._nn.unflatten_dense_tensors(row, _like(shapes)))


@functools.lru_cache(64)
def _like(shapes: tuple[tuple[int, ...], ...]) -> list[torch.Tensor]:
    """Tensors of the shapes, without values."""
    with torch._C._DisableTorchDispatch():
        return [torch.empty(shape, device="meta") for shape in shapes]


_PACK, _UNPACK = pack.__wrapped__, unpack.__wrapped__  # as they stand in recordings


def packed(loop: Loop) -> tuple[list[Any], dict[Value, Value]]:
    """The loop with state that each step packs and unpacks kept packed; what was its result is now another value.

    A step that lays weights end to end, moves them together and takes them apart needs the parts only to read them:
    they are views, made once, of a row that each step ends with writing to.
    """
    made_by_unpack = {value: item for item in loop.body if _is(item, _UNPACK) for value in item.result}
    before: list[Any] = []
    after: list[Any] = []
    by: dict[Value, Value] = {}
    body, state = loop.body, loop.state
    for item in [item for item in loop.body if _is(item, _PACK)]:
        places = {row.value: row for row in state}
        rows = [places[value] for value in item.args[0] if value in places]
        unpacking = made_by_unpack.get(rows[0].following) if len(rows) == len(item.args[0]) else None
        if unpacking is None or [row.following for row in rows] != unpacking.result:
            continue
        roots = {item.result.root, *(row.value.root for row in rows)}
        others = [row for row in state if row not in rows]
        if any(root.is_written for root in roots) or any(row.following.root in roots for row in others):
            continue
        before.append(Call(_PACK, [[row.first for row in rows]], {}, item.result))
        before.append(Call(_UNPACK, [item.result, unpacking.args[1]], {}, [row.value for row in rows]))
        after.append(Call(torch.Tensor.copy_, [item.result, unpacking.args[0]], {}, None, writes=True))
        by |= {row.result: row.value for row in rows}
        body, state = [other for other in body if other is not item], others
    return [*before, loop._replace(body=[*body, *after], state=state)], by


def _is(item: Any, function: Any) -> bool:
    return isinstance(item, Call) and item.function is function
