"""`tf.strings`: functions of arrays of texts, which are Python's; `.numpy()` has them as bytes in UTF-8."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.data.pipeline.element import as_element
from hornbeam.legacy.tensorflow.ragged import RaggedTensor


def _text(x: Any) -> str:
    return x.decode("utf-8", "surrogateescape") if isinstance(x, bytes) else str(x)


def _texts(x: Any) -> np.ndarray:
    return np.asarray(np.frompyfunc(_text, 1, 1)(np.asarray(x, object)), object)


def _each(fn: Callable[[str], Any], x: Any) -> Any:
    return as_element(np.asarray(np.frompyfunc(fn, 1, 1)(_texts(x)), object))


def _numbers(fn: Callable[[str], Any], x: Any, dtype: Any) -> Any:
    return ops.convert_to_tensor(np.asarray(_each(fn, x)).astype(str(dtype)))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_bytes(unit: str) -> bool:
    return unit.upper() == "BYTE"


def lower(input: Any, encoding: str = "", name: Any = None) -> Any:
    return _each(str.lower, input)


def upper(input: Any, encoding: str = "", name: Any = None) -> Any:
    return _each(str.upper, input)


def strip(input: Any, name: Any = None) -> Any:
    """Without white space at both ends."""
    return _each(str.strip, input)


def length(input: Any, unit: str = "BYTE", name: Any = None) -> Any:
    """How many bytes; with `unit="UTF8_CHAR"`, how many letters."""
    return _numbers(lambda text: len(_encoded(text) if _is_bytes(unit) else text), input, "int32")


def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE", name: Any = None) -> Any:
    """`len` bytes, or letters, from number `pos` on."""
    start, count = int(pos), int(len)

    def part(text: str) -> str:
        whole: Any = _encoded(text) if _is_bytes(unit) else text
        begin = start if start >= 0 else max(0, whole.__len__() + start)
        return _text(whole[begin : begin + count] if count >= 0 else whole[begin:])

    return _each(part, input)


def join(inputs: Sequence[Any], separator: Any = "", name: Any = None) -> Any:
    """The texts at each place of several arrays as one."""
    parts = np.broadcast_arrays(*(_texts(x) for x in inputs))
    return as_element(
        np.asarray(np.frompyfunc(lambda *x: _text(separator).join(x), parts.__len__(), 1)(*parts), object)
    )


def reduce_join(inputs: Any, axis: Any = None, keepdims: bool = False, separator: Any = "", name: Any = None) -> Any:
    """All texts, or those along an axis, as one."""
    texts = _texts(inputs)
    if axis is None:
        return as_element(_text(separator).join(texts.reshape(-1)))
    joined = np.apply_along_axis(lambda row: np.array(_text(separator).join(row), object), int(axis), texts)
    return as_element(np.expand_dims(joined, int(axis)) if keepdims else joined)


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: Any = None) -> Any:
    """The words of a text, or of each text."""
    texts = _texts(input)
    words = [text.split(_text(sep) if sep else None, maxsplit) for text in texts.reshape(-1)]
    return RaggedTensor(words) if texts.ndim else as_element(np.array(words[0], object))


def bytes_split(input: Any, name: Any = None) -> Any:
    """The bytes of each text."""
    return unicode_split(input)


def unicode_split(input: Any, input_encoding: str = "UTF-8", **_: Any) -> Any:
    """The letters of a text, or of each text."""
    texts = _texts(input)
    letters = [list(text) for text in texts.reshape(-1)]
    return RaggedTensor(letters) if texts.ndim else as_element(np.array(letters[0], object))


def unicode_decode(input: Any, input_encoding: str = "UTF-8", **_: Any) -> Any:
    """The numbers of the letters of a text, or of each text."""
    texts = _texts(input)
    codes = [list(map(ord, text)) for text in texts.reshape(-1)]
    return RaggedTensor(codes) if texts.ndim else ops.convert_to_tensor(np.array(codes[0], "int32"))


def unicode_encode(input: Any, output_encoding: str = "UTF-8", **_: Any) -> Any:
    """The text of letters' numbers."""
    if isinstance(input, RaggedTensor):
        return as_element(np.array(["".join(map(chr, row)) for row in input.to_list()], object))
    rows = np.asarray(input)
    found = np.array(["".join(map(chr, row)) for row in rows.reshape(-1, rows.shape[-1])], object)
    return as_element(found.reshape(rows.shape[:-1]))


def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: Any = None) -> Any:
    """Texts where another stands for what a pattern finds."""
    found, count = re.compile(_text(pattern)), 0 if replace_global else 1
    return _each(lambda text: found.sub(_text(rewrite), text, count), input)


def regex_full_match(input: Any, pattern: Any, name: Any = None) -> Any:
    """Whether a pattern fits the whole text."""
    found = re.compile(_text(pattern))
    return _numbers(lambda text: found.fullmatch(text) is not None, input, "bool")


def to_number(input: Any, out_type: Any = "float32", name: Any = None) -> Any:
    """The numbers that texts are."""
    if isinstance(input, RaggedTensor):
        return RaggedTensor([np.asarray(to_number(row, out_type)).tolist() for row in input.to_list()], str(out_type))
    return _numbers(float if "float" in str(out_type) else int, input, out_type)


def as_string(input: Any, precision: int = -1, **_: Any) -> Any:
    """Numbers as texts."""
    show: Any = (lambda x: f"{x:.{precision}f}") if precision >= 0 else str
    return as_element(np.asarray(np.frompyfunc(show, 1, 1)(np.asarray(input)), object))


def format(template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: Any = None) -> Any:
    """A text with values in the place of `{}`."""
    parts = template.split(placeholder)
    values = [str(np.asarray(x)) for x in (inputs if isinstance(inputs, list | tuple) else [inputs])]
    return as_element("".join(part + value for part, value in zip(parts, [*values, ""], strict=True)))


def to_hash_bucket_fast(input: Any, num_buckets: int, name: Any = None) -> Any:
    """A number below `num_buckets` for each text; the numbers are not those of TensorFlow."""
    return _numbers(lambda text: zlib.crc32(_encoded(text)) % num_buckets, input, "int32")


to_hash_bucket = to_hash_bucket_fast
