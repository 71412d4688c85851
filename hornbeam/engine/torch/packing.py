"""Many small tensors as one: what is done to each of them is then one operation."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import torch

from hornbeam.engine.torch.modes import recordable
from hornbeam.engine.torch.tape import Call, Loop, Value, replaced, used_by

# Each tensor starts at a multiple of so many numbers: sums and products of matrices may round in another way elsewhere,
# and a training run would not repeat to the bit.
_ALIGNED = 32


@recordable
def pack(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """All numbers in one row, with zeros between tensors where they are needed for alignment."""
    parts = []
    for x in tensors:
        parts.append(x)
        if gap := -x.numel() % _ALIGNED:
            parts.append(_zeros(gap, x.dtype, x.device))
    return torch._C._nn.flatten_dense_tensors(parts)


@recordable
def unpack(row: torch.Tensor, shapes: tuple[tuple[int, ...], ...]) -> list[torch.Tensor]:
    """The tensors of these shapes again, as views."""
    like, places = _like(shapes)
    parts = torch._C._nn.unflatten_dense_tensors(row, like)
    return [parts[i] for i in places]


@functools.lru_cache(64)
def _zeros(count: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    with torch._C._DisableTorchDispatch():
        return torch.zeros(count, dtype=dtype, device=device)


@functools.lru_cache(64)
def _like(shapes: tuple[tuple[int, ...], ...]) -> tuple[list[torch.Tensor], list[int]]:
    """Tensors of the shapes and of the gaps between them, without values, and the places of the former."""
    like: list[torch.Tensor] = []
    places: list[int] = []
    with torch._C._DisableTorchDispatch():
        for shape in shapes:
            places.append(len(like))
            like.append(torch.empty(shape, device="meta"))
            if gap := -math.prod(shape) % _ALIGNED:
                like.append(torch.empty(gap, device="meta"))
    return like, places


# They compute a number from those at the same place, and may write it there.
_POINTWISE = (torch.add, torch.sub, torch.mul, torch.div)
_PACK, _UNPACK = pack.__wrapped__, unpack.__wrapped__  # as they stand in recordings


def packed(loop: Loop) -> tuple[list[Any], dict[Value, Value]]:
    """The loop with state that each step packs and unpacks kept packed; what was its result is now another value.

    A step that lays weights end to end, moves them together and takes them apart needs the parts only to read them:
    they are views, made once, of a row that each step ends with writing to.
    """
    made_by_unpack = {value: item for item in loop.body if _is(item, _UNPACK) for value in item.result}
    before: list[Any] = []
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
        by |= {row.result: row.value for row in rows}
        kept = any(row.following.root is unpacking.args[0].root for row in others)
        body = [other for other in body if not (_is(other, _PACK) and other.result is item.result)]
        body, state = _written(body, item.result, unpacking.args[0], roots, kept), others
    return [*before, loop._replace(body=body, state=state)], by


def _written(body: list[Any], row: Value, new: Value, roots: set[Value], is_kept: bool) -> list[Any]:
    """`body`, ending with `new` in the memory of `row`; computed there, if what was there is not needed any more.

    Args:
        roots: whose memory that is, under all of its names.
        is_kept: whether `new` is also wanted in the next step.
    """
    place = next((i for i, item in enumerate(body) if isinstance(item, Call) and item.result is new), None)
    if place is not None and not is_kept and body[place].function in _POINTWISE:
        rest = body[place + 1 :]
        if not any(value.root in roots for item in rest for value in used_by(item)):
            there = body[place]._replace(kwargs={**body[place].kwargs, "out": row}, result=None, writes=True)
            return [*body[:place], there, *replaced(rest, {new: row})]
    return [*body, Call(torch.Tensor.copy_, [row, new], {}, None, writes=True)]


def _is(item: Any, function: Any) -> bool:
    return isinstance(item, Call) and item.function is function
