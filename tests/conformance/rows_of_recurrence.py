"""Recurrent layers, their cells, and wrappers of layers over time."""

from layer_row import IMAGES, MASK, ROWS, STEPS, VOLUMES, as_cell, row

LAYERS = {
    "SimpleRNN": row(
        lambda k: k.SimpleRNN(3, activation="relu", go_backwards=True), STEPS, free=(0, 1), masking="steps"
    ),
    "SimpleRNN mask": row(lambda k: k.SimpleRNN(3, return_sequences=True), STEPS, mask=MASK),
    "SimpleRNN states": row(
        lambda k: k.SimpleRNN(4, return_state=True, unroll=True, use_bias=False, recurrent_regularizer="l2"),
        STEPS,
        kwargs={"initial_state": ROWS},
    ),
    "LSTM": row(
        lambda k: k.LSTM(3, return_sequences=True, return_state=True, unit_forget_bias=False, recurrent_dropout=0.0),
        STEPS,
        mask=MASK,
        masking="steps",
    ),
    "LSTM last": row(lambda k: k.LSTM(3), STEPS, free=(0, 1)),
    "LSTM zeros": row(lambda k: k.LSTM(3, return_sequences=True, zero_output_for_mask=True), STEPS, mask=MASK),
    "LSTM backwards": row(lambda k: k.LSTM(3, go_backwards=True, return_sequences=True), STEPS),
    "LSTM other": row(lambda k: k.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid"), STEPS),
    "LSTM states": row(lambda k: k.LSTM(4), STEPS, kwargs={"initial_state": [ROWS, ROWS + 1]}),
    "GRU": row(lambda k: k.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"), STEPS, masking="steps"),
    "GRU state": row(lambda k: k.GRU(3, return_state=True), STEPS, mask=MASK, free=(0, 1)),
    "GRU before": row(lambda k: k.GRU(3, reset_after=False, use_bias=False, return_sequences=True), STEPS),
    "GRU backwards": row(lambda k: k.GRU(3, go_backwards=True, return_sequences=True), STEPS, mask=MASK),
    "GRU unrolled": row(lambda k: k.GRU(2, unroll=True, activation="relu"), STEPS, mask=MASK),
    "RNN": row(
        lambda k: k.RNN([k.LSTMCell(3), k.SimpleRNNCell(2)], return_sequences=True, zero_output_for_mask=True),
        STEPS,
        mask=MASK,
        masking="steps",
    ),
    "RNN mask": row(lambda k: k.RNN(k.GRUCell(3), return_sequences=True), STEPS, mask=MASK),
    "RNN states": row(lambda k: k.RNN([k.LSTMCell(3), k.GRUCell(2)], return_state=True), STEPS, mask=MASK),
    "RNN backwards": row(
        lambda k: k.RNN([k.SimpleRNNCell(3), k.GRUCell(2)], go_backwards=True, return_sequences=True), STEPS, mask=MASK
    ),
    "SimpleRNNCell": row(lambda k: k.SimpleRNNCell(4, use_bias=False), ROWS, ROWS, call=as_cell),
    "SimpleRNNCell plain": row(lambda k: k.SimpleRNNCell(2), ROWS, ROWS[:, :2], call=as_cell),
    "SimpleRNNCell other": row(
        lambda k: k.SimpleRNNCell(3, "relu", kernel_regularizer="l2", bias_constraint="non_neg"),
        ROWS,
        ROWS[:, 1:],
        call=as_cell,
    ),
    "LSTMCell": row(lambda k: k.LSTMCell(4, kernel_initializer="he_normal"), ROWS, ROWS, ROWS + 1, call=as_cell),
    "LSTMCell plain": row(lambda k: k.LSTMCell(2), ROWS, ROWS[:, :2], ROWS[:, 2:], call=as_cell),
    "LSTMCell other": row(
        lambda k: k.LSTMCell(3, "relu", "hard_sigmoid", use_bias=False, recurrent_constraint="non_neg"),
        ROWS,
        ROWS[:, 1:],
        ROWS[:, :3],
        call=as_cell,
    ),
    "GRUCell": row(lambda k: k.GRUCell(4, activation="sigmoid"), ROWS, ROWS, call=as_cell),
    "GRUCell before": row(lambda k: k.GRUCell(2, reset_after=False), ROWS, ROWS[:, :2], call=as_cell),
    "GRUCell other": row(
        lambda k: k.GRUCell(3, "relu", "hard_sigmoid", use_bias=False, recurrent_regularizer="l2"),
        ROWS,
        ROWS[:, 1:],
        call=as_cell,
    ),
    "StackedRNNCells": row(
        lambda k: k.StackedRNNCells([k.GRUCell(4), k.SimpleRNNCell(2)]), ROWS, ROWS, ROWS[:, :2], call=as_cell
    ),
    "StackedRNNCells three": row(
        lambda k: k.StackedRNNCells([k.SimpleRNNCell(3), k.SimpleRNNCell(3, "relu"), k.GRUCell(2, reset_after=False)]),
        ROWS,
        ROWS[:, 1:],
        ROWS[:, :3],
        ROWS[:, :2],
        call=as_cell,
    ),
    "StackedRNNCells pairs": row(
        lambda k: k.StackedRNNCells([k.LSTMCell(3), k.GRUCell(4)]),
        ROWS,
        ROWS[:, 1:],
        ROWS[:, :3],
        ROWS + 1,
        call=lambda layer, x, h, c, state, **kwargs: layer(x, [[h, c], state], **kwargs),
    ),
    # Keras on JAX takes the steps of a mask for rows of images: what masks do has a test of its own.
    "ConvLSTM1D": row(
        lambda k: k.ConvLSTM1D(2, 2, strides=2, padding="same", return_sequences=True, unit_forget_bias=False),
        IMAGES[:, :4],
        masking="steps",
    ),
    "ConvLSTM1D backwards": row(
        lambda k: k.ConvLSTM1D(3, 3, return_state=True, go_backwards=True, use_bias=False),
        IMAGES[:, :4],
    ),
    "ConvLSTM1D first": row(
        lambda k: k.ConvLSTM1D(2, 2, data_format="channels_first", dilation_rate=2, recurrent_activation="relu"),
        IMAGES[:, :3].transpose(0, 1, 3, 2),
    ),
    "ConvLSTM2D": row(
        lambda k: k.ConvLSTM2D(
            2, (2, 1), padding="same", return_state=True, activation="relu", kernel_regularizer="l2"
        ),
        VOLUMES,
        free=(0, 1),
    ),
    "ConvLSTM2D first": row(
        lambda k: k.ConvLSTM2D(2, 2, strides=(1, 2), data_format="channels_first", return_sequences=True),
        VOLUMES.transpose(0, 1, 4, 2, 3),
        masking="steps",
    ),
    "ConvLSTM2D states": row(
        lambda k: k.ConvLSTM2D(2, 2, padding="same"), VOLUMES, kwargs={"initial_state": [VOLUMES[:, 0], VOLUMES[:, 1]]}
    ),
    "ConvLSTM3D": row(lambda k: k.ConvLSTM3D(2, 2, padding="same"), VOLUMES[:, :2, :3, None]),
    "ConvLSTM3D valid": row(
        lambda k: k.ConvLSTM3D(1, (1, 2, 2), return_sequences=True, return_state=True), VOLUMES[:, :2, None]
    ),
    "ConvLSTM3D first": row(
        lambda k: k.ConvLSTM3D(1, 2, strides=2, padding="same", data_format="channels_first"),
        VOLUMES[:, :2, :1, :, :, None],
    ),
    "ConvLSTM2DCell": row(
        lambda k: k.ConvLSTM2DCell(2, 2, padding="same"),
        VOLUMES[:, 0],
        VOLUMES[:, 1],
        VOLUMES[:, 2],
        call=as_cell,
        without={"keras": "Keras 3 does not show it"},
    ),
    "ConvLSTM2DCell valid": row(
        lambda k: k.ConvLSTM2DCell(2, (1, 2), activation="relu", use_bias=False),
        VOLUMES[:, 0],
        VOLUMES[:, 1, :, 1:],
        VOLUMES[:, 2, :, 1:],
        call=as_cell,
        without={"keras": "Keras 3 does not show it"},
    ),
    "ConvLSTM2DCell first": row(
        lambda k: k.ConvLSTM2DCell(2, 2, strides=2, padding="same", data_format="channels_first"),
        VOLUMES[:, 0].transpose(0, 3, 1, 2),
        VOLUMES[:, 1, :3, :2].transpose(0, 3, 1, 2),
        VOLUMES[:, 2, :3, :2].transpose(0, 3, 1, 2),
        call=as_cell,
        without={"keras": "Keras 3 does not show it"},
    ),
    # wrappers
    "Bidirectional": row(
        lambda k: k.Bidirectional(k.GRU(3, return_sequences=True), merge_mode="mul"), STEPS, masking="steps"
    ),
    "Bidirectional last": row(lambda k: k.Bidirectional(k.LSTM(3)), STEPS, free=(0, 1)),
    "Bidirectional sum": row(lambda k: k.Bidirectional(k.GRU(3, return_sequences=True), "sum"), STEPS, mask=MASK),
    "Bidirectional ave": row(lambda k: k.Bidirectional(k.GRU(3), "ave"), STEPS, mask=MASK),
    "Bidirectional both": row(lambda k: k.Bidirectional(k.SimpleRNN(3, return_sequences=True), None), STEPS, mask=MASK),
    "Bidirectional states": row(lambda k: k.Bidirectional(k.LSTM(2, return_state=True), "mul"), STEPS),
    "Bidirectional own": row(lambda k: k.Bidirectional(k.LSTM(3), backward_layer=k.GRU(3, go_backwards=True)), STEPS),
    "Bidirectional sizes": row(
        lambda k: k.Bidirectional(k.LSTM(3), backward_layer=k.LSTM(2, go_backwards=True)),
        STEPS,
        free=(0, 1),
        without={"symbolic": "Keras promises twice the first size"},
    ),
    "TimeDistributed": row(
        lambda k: k.TimeDistributed(k.Dense(3, activation="relu")), STEPS, mask=MASK, free=(0, 1), masking="passed"
    ),
    "TimeDistributed images": row(lambda k: k.TimeDistributed(k.Conv1D(2, 2)), IMAGES),
    "TimeDistributed statistics": row(
        lambda k: k.TimeDistributed(k.BatchNormalization(momentum=0.5)), STEPS, kwargs={"training": True}
    ),
}
