"""Decoding what connectionist temporal classification learned: labels from class scores by time step; see `ctc`.

The greedy strategy takes the best class of each step. The beam search keeps the most probable label sequences, each
with the probability of all paths that spell it: those that end with a blank, and those that end with its last label.

Source: Hannun et al., First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional Recurrent DNNs,
2014.
"""

from __future__ import annotations

from typing import NamedTuple

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, op
from hornbeam.ops.nn.ctc import NEVER, log_sum


@op
def ctc_decode(
    inputs: Array,
    sequence_lengths: Array,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Array, Array]:
    """The most probable labels of each row.

    Args:
        inputs: logits, shape (batch, time, classes).
        sequence_lengths: how many time steps of a row count, shape (batch,).
        strategy: "greedy" or "beam_search".
        beam_width: how many label sequences the beam search keeps at each step.
        top_paths: how many it gives, the most probable first.
        merge_repeated: whether equal classes of neighbouring steps are one label. The beam search always merges them.
        mask_index: the class that is the blank.

    Returns:
        The labels, int32 of shape (paths, batch, time), with -1 after the last; and a score. That of the beam search is
        the logarithm of each sequence's probability, shape (batch, top_paths), -inf where there are not as many
        sequences; the greedy one is minus the sum of the logits taken, shape (batch, 1).

    Raises:
        ValueError: for another strategy, other shapes, or more `top_paths` than `beam_width`.

    >>> import hornbeam
    >>> logits = [[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]
    >>> hornbeam.ops.convert_to_numpy(hornbeam.ops.ctc_decode(logits, [4])[0]).tolist()
    [[[1, 2, -1, -1]]]
    >>> labels, log_p = hornbeam.ops.ctc_decode(logits, [4], strategy="beam_search", top_paths=2)
    >>> hornbeam.ops.convert_to_numpy(labels)[:, 0].tolist(), round(float(log_p[0, 0]), 3)
    ([[1, 2, -1, -1], [1, -1, -1, -1]], -0.958)
    """
    if strategy not in ("greedy", "beam_search"):
        raise ValueError(f'`strategy` must be "greedy" or "beam_search". Received: strategy={strategy!r}.')
    if len(inputs.shape) != 3 or len(sequence_lengths.shape) != 1:
        raise ValueError(
            "`ctc_decode` expects inputs of shape (batch, time, classes) and sequence lengths of shape (batch,). "
            f"Received: shapes {shown_shape(inputs.shape)} and {shown_shape(sequence_lengths.shape)}."
        )
    logits = engine.cast(inputs, "float32")
    counts = engine.arange(0, int(logits.shape[1]), 1, "int32") < engine.cast(sequence_lengths, "int32")[:, None]
    if strategy == "greedy":
        return _greedy(logits, counts, merge_repeated, mask_index)
    if not 1 <= top_paths <= beam_width:
        raise ValueError(
            f"`top_paths` must be from 1 to `beam_width`. Received: top_paths={top_paths}, beam_width={beam_width}."
        )
    return _beam_search(engine.log_softmax(logits, -1), counts, beam_width, top_paths, mask_index)


def _greedy(logits: Array, counts: Array, merge_repeated: bool, blank: int) -> tuple[Array, Array]:
    best = engine.argmax(logits, -1)
    rows = best.shape[0]
    is_label = engine.logical_and(best != blank, counts)
    if merge_repeated:
        before = engine.concatenate([engine.full((rows, 1), -1, "int32"), best[:, :-1]], 1)
        is_label = engine.logical_and(is_label, best != before)
    order = engine.argsort(engine.where(is_label, 0, 1), 1)  # labels first, in their order
    labels = engine.take_along_axis(engine.where(is_label, best, -1), order, 1)
    taken = engine.where(counts, engine.max(logits, -1), 0.0)
    return labels[None], -engine.sum(taken, 1, keepdims=True)


class _Beams(NamedTuple):
    """The label sequences that are kept, and the logarithms of the probabilities of the paths that spell them."""

    labels: Array  # (batch, beams, time), -1 after the last
    length: Array  # (batch, beams)
    last: Array  # the last label, -1 where there is none
    blank: Array  # of the paths that end with a blank
    label: Array  # of the paths that end with the last label

    @property
    def total(self) -> Array:
        return log_sum(self.blank, self.label)


def _beam_search(log_y: Array, counts: Array, width: int, top_paths: int, blank: int) -> tuple[Array, Array]:
    rows, steps, _ = log_y.shape
    never = engine.full((rows, width), NEVER, "float32")
    certain = engine.concatenate([engine.full((rows, 1), 0, "float32"), never[:, 1:]], 1)
    none = engine.full((rows, width), -1, "int32")
    start = _Beams(engine.full((rows, width, steps), -1, "int32"), none + 1, none, certain, never)

    def step(beams: tuple, x: tuple[Array, Array]) -> tuple[tuple, None]:
        log_y, counts = x
        new = _advance(_Beams(*beams), log_y, width, blank)
        return tuple(
            engine.where(engine.reshape(counts, (rows,) + (1,) * (len(a.shape) - 1)), a, b) for a, b in zip(new, beams)
        ), None

    xs = engine.transpose(log_y, (1, 0, 2)), engine.transpose(counts, (1, 0))
    beams = _Beams(*engine.scan(step, tuple(start), xs)[0])
    score, best = engine.top_k(beams.total, top_paths)
    exists = score > NEVER / 2
    labels = engine.where(exists[:, :, None], _of_beams(beams.labels, best), -1)
    return engine.transpose(labels, (1, 0, 2)), engine.where(exists, score, float("-inf"))


def _advance(beams: _Beams, log_y: Array, width: int, blank: int) -> _Beams:
    """One time step; `log_y` are the logarithms of its classes' probabilities, shape (batch, classes)."""
    rows, classes = log_y.shape
    classes_of = engine.arange(0, classes, 1, "int32")
    # A label that follows itself needs a blank in between; otherwise it is the same label, longer.
    repeats = beams.last[:, :, None] == classes_of
    longer = engine.where(repeats, beams.blank[:, :, None], beams.total[:, :, None]) + log_y[:, None, :]
    longer = engine.where(classes_of == blank, NEVER, longer)

    # Beam q may be beam p and one label: those paths end in q, and are no new sequence.
    places = engine.maximum(beams.last, 0)
    is_child = _children(beams)
    of_last = engine.take_along_axis(longer, engine.broadcast_to(places[:, None, :], (rows, width, width)), 2)
    joined = engine.max(engine.where(is_child, of_last, NEVER), 1)
    is_last = engine.cast(places[:, :, None] == classes_of, "float32")
    is_kept = engine.einsum("bpq,bqc->bpc", engine.cast(is_child, "float32"), is_last) > 0
    longer = engine.where(is_kept, NEVER, longer)

    stays = engine.take_along_axis(log_y, places, 1) + beams.label
    same_blank, same_label = beams.total + log_y[:, blank, None], log_sum(stays, joined)
    candidates = engine.concatenate(
        [log_sum(same_blank, same_label), engine.reshape(longer, (rows, width * classes))], 1
    )
    score, best = engine.top_k(candidates, width)
    is_new = best >= width
    added = engine.where(is_new, engine.remainder(best - width, classes), -1)
    source = engine.where(is_new, engine.floor_divide(best - width, classes), best)

    length = _of_beams(beams.length, source)
    time = engine.arange(0, int(beams.labels.shape[2]), 1, "int32")
    is_place = engine.logical_and(is_new[:, :, None], time == length[:, :, None])
    return _Beams(
        engine.where(is_place, added[:, :, None], _of_beams(beams.labels, source)),
        length + engine.cast(is_new, "int32"),
        engine.where(is_new, added, _of_beams(beams.last, source)),
        engine.where(is_new, NEVER, _of_beams(same_blank, source)),
        engine.where(is_new, score, _of_beams(same_label, source)),
    )


def _children(beams: _Beams) -> Array:
    """Whether beam q is beam p and one label more, shape (batch, p, q)."""
    time = engine.arange(0, int(beams.labels.shape[2]), 1, "int32")
    parents = engine.where(time == beams.length[:, :, None] - 1, -1, beams.labels)
    same = engine.all(beams.labels[:, :, None, :] == parents[:, None, :, :], -1)
    exists = beams.total > NEVER / 2
    both = engine.logical_and(exists[:, :, None], engine.logical_and(exists, beams.length > 0)[:, None, :])
    return engine.logical_and(same, both)


def _of_beams(x: Array, beams: Array) -> Array:
    """The chosen beams of (batch, beams, ...)."""
    if len(x.shape) == 3:
        beams = engine.broadcast_to(beams[:, :, None], (*beams.shape, x.shape[2]))
    return engine.take_along_axis(x, beams, 1)
