"""Arrays read at given coordinates."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.image.sampling import check_fill_mode, in_dtype, sample


@op
def map_coordinates(
    inputs: Array, coordinates: Array, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Array:
    """`y[...] = inputs[coordinates[0, ...], coordinates[1, ...], ...]`, with coordinates between the elements.

    Args:
        inputs: any array.
        coordinates: for each axis of `inputs` an array of coordinates.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: what is outside: "constant", "nearest", "wrap", "mirror" or "reflect".
        fill_value: for "constant".
    """
    if order not in (0, 1):
        raise ValueError(f"`order` must be 0 or 1. Received: order={order}.")
    check_fill_mode(fill_mode)
    if coordinates.shape[0] != len(inputs.shape):
        raise ValueError(
            "`coordinates` must hold one array for each axis of `inputs`. Received: coordinates of shape "
            f"{shown_shape(coordinates.shape)} for inputs of shape {shown_shape(inputs.shape)}."
        )
    dtype = engine.dtype_name(inputs)
    places = engine.cast(floating(coordinates), "float32")
    table = engine.reshape(engine.cast(floating(inputs), "float32"), (-1,))
    found = sample(table, inputs.shape, [places[i] for i in range(len(inputs.shape))], order, fill_mode, fill_value)
    return in_dtype(found, dtype)
