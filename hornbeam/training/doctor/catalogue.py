"""Every finding by name: why it matters, and how far it is a cause.

The rank orders findings of one severity. A cause is worth more than its symptom: a rate that is too high may show as
dead units, and the rate is the finding.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    group: str
    rank: float
    why: str


def _entries(group: str, **entries: tuple[float, str]) -> dict[str, Entry]:
    return {name: Entry(group, rank, why) for name, (rank, why) in entries.items()}


CATALOGUE: dict[str, Entry] = {
    **_entries(
        "data",
        refused=(0, "`fit` raises an error with these data, before it trains"),
        nan_inputs=(0, "one NaN makes the loss NaN, and the first update every weight"),
        nan_targets=(0, "one NaN makes the loss NaN, and the first update every weight"),
        labels_out_of_range=(0, "a class without a unit cannot be learnt, and its loss has no meaning"),
        target_leak=(1, "the model learns to copy the answer, which it will not have when it is used"),
        train_val_leak=(1, "what the model has seen says nothing about how it does on what it has not"),
        val_from_other_distribution=(1.5, "the validation judges another task than the one that is trained"),
        shuffled_labels=(2, "where inputs say nothing about targets, all that can be learnt is each row by heart"),
        unscaled_inputs=(2, "large columns drown small ones, and one learning rate cannot suit both"),
        unscaled_targets=(2, "outputs start near 0, and have far to go before they say anything about single rows"),
        class_imbalance=(3, "always to say the common class is nearly right, and teaches nothing about the rare one"),
        unadapted_normalization=(1.8, "a layer that has seen no data cannot bring them to one scale"),
        worthless_rows=(0.5, "rows whose weights do not add up to anything teach nothing, or the opposite"),
        constant_column=(5, "a column that never changes tells nothing, and costs weights"),
    ),
    **_entries(
        "output and loss",
        cce_one_unit=(0.5, "with one unit there is one class, and its loss is 0 whatever is learnt"),
        softmax_one_unit=(0.5, "a softmax over one unit is always 1, and has no gradient"),
        missing_output_activation=(0.6, "a loss that takes probabilities cuts off what is not between 0 and 1"),
        relu_output_classification=(0.6, "a ReLU gives no probabilities, and no gradient where it gives 0"),
        double_softmax=(0.6, "the second softmax flattens what the first says, and hides most of the gradient"),
        sigmoid_output_regression=(0.6, "what is beyond the range of the activation cannot be reached"),
        relu_output_regression=(0.6, "a ReLU never gives a negative number"),
        wrong_loss_regression=(0.6, "a loss for classes has no meaning for other numbers"),
        wrong_loss_mse=(
            0.65,
            "behind a softmax or sigmoid, squares have hardly a gradient where the model is most wrong",
        ),
        softmax_over_rows=(0.6, "probabilities that rows share say nothing about the classes of one"),
        softmax_hidden=(0.65, "units that share a sum of 1 pass little on, and gradients shrink on the way back"),
        no_hidden_activation=(0.65, "linear layers in a row are one linear layer"),
        metric_mismatch=(4, "the number that is watched does not say how good the model is"),
    ),
    **_entries(
        "optimization",
        all_frozen=(0.5, "nothing is trained"),
        negative_learning_rate=(0.5, "steps against the gradient make the loss smaller, those along it larger"),
        no_update=(0.5, "gradients that are gathered and never used change no weight"),
        frozen_body=(0.8, "the trained layers see what random weights make of the inputs"),
        zero_init=(0.7, "units that start equal stay equal: a layer of them is a layer of one"),
        batchnorm_batch_1=(0.7, "the mean of one row is that row: what is normalized by it is always 0"),
        exploding_gradients=(2.6, "updates throw the weights far away, and the loss with them"),
        vanishing_gradients=(0.9, "slopes below 1 multiply: the first layers hardly learn"),
        lr_too_high=(2.6, "steps overshoot: the loss jumps about, or grows until it is NaN"),
        lr_too_low=(2.7, "the weights hardly move in the time that they are given"),
        lr_decays_too_fast=(2.4, "the steps have become too small before the loss has stopped falling"),
        gradient_clipped=(2.3, "all but the direction of nearly every gradient is cut away"),
        unshuffled_sorted_batches=(2.2, "a batch of one kind teaches that kind, and the next unteaches it"),
        noisy_tiny_batch=(2.3, "gradients of few rows point anywhere, and the steps undo one another"),
        nan_loss=(3.2, "a number that is none spreads to every weight with the next update"),
        dead_relu=(3, "a unit that gives 0 for every row has no gradient, and never comes back"),
        saturated_activations=(3, "on the flat ends of a sigmoid or tanh there is no slope to learn by"),
        too_few_epochs=(3, "the loss was still falling when training ended"),
    ),
    **_entries(
        "capacity",
        too_much_l2=(2.5, "the loss is spent on keeping weights small instead of fitting the data"),
        too_much_dropout=(2.5, "too little of each row comes through to learn from"),
        batchnorm_statistics=(2.5, "in use, layers normalize by averages that do not fit what they were trained with"),
        overfitting=(3.5, "the model learns its rows by heart, and gets worse on all others"),
        underfitting=(4, "the model cannot express what is in the data"),
    ),
    **_entries(
        "wiring",
        hidden_weights=(0.7, "weights that the model does not know of stay as they are, and are in no file"),
        output_without_loss=(0.8, "layers that no loss depends on are not trained"),
        unconnected_input=(0.8, "what no output depends on plays no part"),
        no_gradient_to_weights=(0.55, "weights that no gradient reaches stay as they are"),
        loss_weight_imbalance=(0.95, "the largest loss decides about the weights that outputs share"),
        unmasked_padding=(0.5, "a recurrent layer forgets the words while it reads the padding"),
    ),
}
