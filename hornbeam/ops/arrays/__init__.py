"""Making arrays, choosing from them, and changing their dtype, shape and order."""

from hornbeam.ops.arrays.complex import angle, conj, conjugate, imag, real, view_as_complex, view_as_real
from hornbeam.ops.arrays.conversion import (
    array,
    cast,
    convert_to_numpy,
    convert_to_tensor,
    copy,
    dtype,
    is_tensor,
    ndim,
    saturate_cast,
    shape,
    size,
    view,
)
from hornbeam.ops.arrays.counting import bincount, histogram, isin, unique
from hornbeam.ops.arrays.creation import (
    arange,
    empty,
    empty_like,
    full,
    full_like,
    geomspace,
    linspace,
    logspace,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from hornbeam.ops.arrays.indexing import (
    get_item,
    nonzero,
    select,
    slice,
    slice_update,
    take,
    take_along_axis,
    unravel_index,
    where,
)
from hornbeam.ops.arrays.joining import (
    append,
    array_split,
    concatenate,
    dsplit,
    dstack,
    hsplit,
    hstack,
    split,
    stack,
    unstack,
    vsplit,
    vstack,
)
from hornbeam.ops.arrays.matrices import (
    diag,
    diagflat,
    diagonal,
    eye,
    identity,
    meshgrid,
    trace,
    tri,
    tril,
    triu,
    vander,
)
from hornbeam.ops.arrays.ordering import argpartition, argsort, digitize, in_top_k, searchsorted, sort, top_k
from hornbeam.ops.arrays.patterns import rearrange
from hornbeam.ops.arrays.rearranging import flip, fliplr, flipud, pad, repeat, roll, rot90, tile
from hornbeam.ops.arrays.scattering import scatter, scatter_update
from hornbeam.ops.arrays.segments import segment_max, segment_min, segment_prod, segment_sum
from hornbeam.ops.arrays.shapes import broadcast_to, expand_dims, moveaxis, ravel, reshape, squeeze, swapaxes, transpose

# fmt: off
__all__ = [
    "array", "convert_to_tensor", "convert_to_numpy", "is_tensor", "cast", "saturate_cast", "copy", "dtype",
    "shape", "ndim", "size", "view",
    "real", "imag", "conj", "conjugate", "angle", "view_as_complex", "view_as_real",
    "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "empty_like", "arange", "linspace",
    "logspace", "geomspace",
    "eye", "identity", "tri", "tril", "triu", "diag", "diagflat", "meshgrid", "vander", "diagonal", "trace",
    "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to",
    "concatenate", "append", "stack", "hstack", "vstack", "dstack", "split", "array_split", "hsplit", "vsplit",
    "dsplit", "unstack",
    "repeat", "tile", "flip", "fliplr", "flipud", "rot90", "roll", "pad", "rearrange",
    "get_item", "take", "take_along_axis", "where", "select", "slice", "slice_update", "nonzero", "unravel_index",
    "scatter", "scatter_update",
    "segment_sum", "segment_max", "segment_min", "segment_prod",
    "sort", "argsort", "argpartition", "top_k", "in_top_k", "searchsorted", "digitize",
    "isin", "unique", "bincount", "histogram",
]
# fmt: on
