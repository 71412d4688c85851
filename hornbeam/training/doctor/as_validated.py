"""The model on rows of its training, in inference mode, by the step that has evaluated the validation.

That step is compiled already, so nothing is compiled to learn that a model is well which only looks bad while units are
dropped and weights move. It is asked of as many rows as the validation has, some times over.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.data import ArraySource
from hornbeam.training.doctor.trials import restored
from hornbeam.training.loop.evaluate import evaluate

#: The training is usually four times as large as the validation.
MOST_PASSES = 4


def as_validated(trainer: Any, source: Any, validation: Any) -> dict[str, list[float]]:
    """What `history` would show of the training if it were the validation; nothing where the step may not fit it."""
    if not _are_alike(source, validation):
        return {}
    passes = min(MOST_PASSES, -(-source.rows // validation.rows))
    rows = np.linspace(0, source.rows - 1, passes * validation.rows).astype(int)
    x, y, _ = source.given
    found = []
    with restored(trainer):
        for i in range(passes):
            part = tree.map(lambda leaf, i=i: None if leaf is None else leaf[rows[i::passes]], (x, y))
            found.append(_evaluated(trainer, part, validation))
    return {name: [float(np.mean([logs[name] for logs in found]))] for name in found[0]}


def _evaluated(trainer: Any, part: Any, validation: Any) -> dict[str, Any]:
    source = ArraySource(*part, batch_size=validation.batch_size, output_names=validation.output_names)
    return evaluate(
        trainer, source, None, batch_size=None, verbose=0, sample_weight=None, steps=None, callbacks=None
    )  # fmt: skip


def _are_alike(source: Any, validation: Any) -> bool:
    """Whether rows of the training are of the forms of the validation's, all of which were evaluated."""
    if type(source) is not ArraySource or type(validation) is not ArraySource:
        return False
    is_whole = validation.steps == validation.steps_per_pass and validation.arrays[2] is None
    return bool(is_whole and source.rows and _forms(source.given) == _forms(validation.given))


def _forms(given: Any) -> Any:
    return [None if leaf is None else (leaf.shape[1:], leaf.dtype) for leaf in tree.leaves(given[:2])]
