"""Rules about the graph and the weights as they are before training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hornbeam.layers.base.tracking import own_variables
from hornbeam.layers.core.embedding import Embedding
from hornbeam.layers.normalization.batch_normalization import BatchNormalization
from hornbeam.layers.rnn.bidirectional import Bidirectional
from hornbeam.layers.rnn.rnn import RNN
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.harm import SORTED
from hornbeam.training.doctor.wiring import path_of


def unconnected_input(e: Evidence) -> Iterator[Finding]:
    for tensor in e.wiring.unread_inputs():
        name = tensor.node.operation.name if tensor.node is not None else tensor.name
        yield Finding(
            "unconnected_input",
            f"No output depends on the input `{name}`.",
            f"Connect it, for example `layers.Concatenate()([..., {name}])`, or leave it out of `inputs`.",
        )


def output_without_loss(e: Evidence) -> Iterator[Finding]:
    outputs, tensors = e.outputs, e.model.__hornbeam__.outputs or []
    if (
        len(outputs) < 2
        or len(tensors) != len(outputs)
        or all(o.loss is None for o in outputs)
        or e.trainer.model.losses
    ):
        return
    trained = [t for o, t in zip(outputs, tensors, strict=True) if o.loss is not None and o.weight]
    reached = set().union(*(e.wiring.leading_to(t) for t in trained)) if trained else set()
    for output, tensor in zip(outputs, tensors, strict=True):
        alone = [layer for layer in e.wiring.layers if id(layer) in e.wiring.leading_to(tensor) - reached]
        if (output.loss is None or not output.weight) and any(layer.trainable for layer in alone):
            yield Finding(
                "output_without_loss",
                f"Output `{output.name}` has no loss, and layer `{path_of(alone[-1])}` serves it alone.",
                f'Give it one: `model.compile(..., loss={{"{output.name}": "mse", ...}})`; or freeze what is not to be '
                "trained.",
            )


def zero_init(e: Evidence) -> Iterator[Finding]:
    """Kernels of hidden layers whose numbers are all the same: their units stay equal."""
    for layer, _, _ in e.wiring.hidden():
        for variable in e.wiring.own(layer):
            if not variable.trainable or len(variable.shape) < 2 or variable.shape[-1] < 2 or not layer.trainable:
                continue
            value = e.initial(variable)
            if value is not None and value.size > 1 and value.max() == value.min():
                yield Finding(
                    "zero_init",
                    f"All weights of `{variable.path}` start at {value.flat[0]:.3g}.",
                    f'`{type(layer).__name__}(..., kernel_initializer="glorot_uniform")`, the default: random numbers.',
                    "warning",
                    {"layer": path_of(layer)},
                )
                return


def all_frozen(e: Evidence) -> Iterator[Finding]:
    if not e.trainer.overrides("train_step") and not e.trained:
        yield Finding(
            "all_frozen",
            f"Model `{e.model.name}` has no weights to train: all of its layers are frozen, or none has weights.",
            "`model.trainable = True`, and `compile` again.",
        )


def frozen_body(e: Evidence) -> Iterator[Finding]:
    """Frozen layers that look as an initializer leaves them, while others are trained."""
    flags = e.trainer.trainable
    frozen = [layer for layer in e.wiring.layers if not flags.get(layer, True) and _looks_untrained(layer)]
    if frozen and e.trained:
        yield Finding(
            "frozen_body",
            f"Layer `{path_of(frozen[0])}`{f' and {len(frozen) - 1} more' if frozen[1:] else ''} is frozen, with "
            "weights that look as they were made: never trained.",
            "Load its weights first (`model.load_weights(path)`), or train it: `layer.trainable = True`, and `compile` "
            "again.",
            "warning",
            {"layers": [path_of(layer) for layer in frozen]},
        )


def _looks_untrained(layer: object) -> bool:
    """Whether biases are still all zero, and kernels spread evenly or as a normal distribution around zero."""
    own = own_variables(layer)  # type: ignore[arg-type]
    kernels = [v.numpy() for v in own if len(v.shape) >= 2 and v.size >= 4]
    biases = [v.numpy() for v in own if len(v.shape) == 1]
    if not kernels or isinstance(layer, Embedding):
        return False
    if biases:
        return not any(np.any(b) for b in biases)
    return all(_is_even(k) for k in kernels)


def _is_even(kernel: np.ndarray) -> bool:
    """Whether the fourth moment is that of even numbers: 1.8 variances squared, within three standard errors."""
    x = kernel.ravel().astype(np.float64)
    return kernel.size >= 100 and abs(np.mean(x**4) / np.mean(x**2) ** 2 - 1.8) < 3 * 1.7 / np.sqrt(kernel.size)


def batchnorm_batch_1(e: Evidence) -> Iterator[Finding]:
    if e.settings.batch_size != 1:
        return
    for layer in e.wiring.layers:
        # Over an image, one row has many numbers of each channel.
        nodes = layer.__hornbeam__.nodes if isinstance(layer, BatchNormalization) else []
        if nodes and all(len(t.shape) == 2 for node in nodes for t in node.inputs):
            yield Finding(
                "batchnorm_batch_1",
                f"Layer `{path_of(layer)}` normalizes by the mean of a batch, and a batch is one row.",
                "`model.fit(..., batch_size=32)`, or `LayerNormalization`, which looks at one row alone.",
                "warning",
                {"layer": path_of(layer)},
            )
            return


# A row that is a third padding, on average, is read for a third in vain.
PADDED = 0.3


def unmasked_padding(e: Evidence) -> Iterator[Finding]:
    for i, x in enumerate(e.train.inputs):
        if not e.are_tokens[i] or x.ndim != 2 or x.shape[1] < 4:
            continue
        tables = [n for n in e.wiring.first_readers(i) if isinstance(n.operation, Embedding)]
        for node in tables:
            behind = [n.operation for n in e.wiring.behind(node)]
            if node.operation.mask_zero or not any(isinstance(b, RNN | Bidirectional) for b in behind):
                continue
            padding = _padding_behind(x)
            if padding > PADDED:
                yield Finding(
                    "unmasked_padding",
                    f"On average {padding:.0%} of a row of `{e.train.names[i]}` are zeros at its end, and "
                    f"`{path_of(node.operation)}` passes them on to a recurrent layer like words.",
                    "`Embedding(..., mask_zero=True)`; the layers behind then leave them out.",
                    "note",
                    {"layer": path_of(node.operation), "padding": padding},
                )


def _padding_behind(x: np.ndarray) -> float:
    """The share of zeros at the end of rows; before the words they do little harm."""
    ends = (x[:, ::-1] != 0).argmax(1)
    return float(np.where((x != 0).any(1), ends, x.shape[1]).mean() / x.shape[1])


def sorted_batches(e: Evidence) -> Iterator[Finding]:
    """Rows that stay in an order in which neighbours have the same target."""
    for output in e.outputs:
        like = e.likeness_of_neighbours(output)
        if like > SORTED:
            yield Finding(
                "unshuffled_sorted_batches",
                f"The rows are not shuffled (`shuffle={e.settings.shuffle!r}`), and sorted by the targets of output "
                f"`{output.name}`: those of neighbours correlate by {like:.2f}.",
                "`model.fit(..., shuffle=True)`.",
                "note",
                {"correlation": like},
            )
            return


RULES = (
    unconnected_input, output_without_loss, zero_init, all_frozen, frozen_body, batchnorm_batch_1, unmasked_padding,
    sorted_batches,
)  # fmt: skip
