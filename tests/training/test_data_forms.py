"""The same rows in any form train to the same numbers; epochs visit the rows that they promise."""

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks

SPARSE = "sparse_categorical_crossentropy"


def batches(*arrays, size=8):
    for start in range(0, len(arrays[0]), size):
        yield tuple(array[start : start + size] for array in arrays)


class Batches(hornbeam.utils.PyDataset):
    def __init__(self, *arrays, **kwargs):
        super().__init__(**kwargs)
        self.batches = list(batches(*arrays))

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


def frame(d):
    pandas = pytest.importorskip("pandas")
    return {"x": pandas.DataFrame(d.x, columns=list("abcd")), "y": pandas.Series(d.classes)}


def loader(d):
    torch = pytest.importorskip("torch")
    from torch.utils.data import DataLoader, TensorDataset

    return {"x": DataLoader(TensorDataset(torch.tensor(d.x), torch.tensor(d.classes)), batch_size=8)}


FORMS = {
    "float64": lambda d: {"x": d.x.astype("float64"), "y": d.classes.astype("int64")},
    "lists": lambda d: {"x": d.x.tolist(), "y": d.classes.tolist()},
    "pandas": frame,
    "dicts": lambda d: {"x": {"in": d.x}, "y": {"out": d.classes}},
    "lists of arrays": lambda d: {"x": [d.x], "y": [d.classes]},
    "arrays of the engine": lambda d: {
        "x": hornbeam.ops.convert_to_tensor(d.x),
        "y": hornbeam.ops.convert_to_tensor(d.classes.astype("int32")),
    },
    "column of classes": lambda d: {"x": d.x, "y": d.classes[:, None]},
    "generator": lambda d: {"x": (b for _ in range(2) for b in batches(d.x, d.classes)), "steps_per_epoch": 3},
    "list in batches": lambda d: {"x": Batches(d.x, d.classes)},
    "dataset, two threads": lambda d: {"x": Batches(d.x, d.classes, workers=2)},
    "torch DataLoader": loader,
}


def named_classifier():
    model = hornbeam.Sequential(
        [hornbeam.Input((4,), name="in"), hornbeam.layers.Dense(3, activation="softmax", name="out")]
    )
    model.set_weights([np.linspace(-1, 1, 12).reshape(4, 3), np.zeros(3)])
    model.compile(hornbeam.optimizers.SGD(0.1), SPARSE, metrics=["accuracy"])
    return model


def train(model, **kwargs):
    history = model.fit(**{"epochs": 2, "batch_size": 8, "shuffle": False, "verbose": 0} | kwargs)
    return history.history, model.get_weights()


def assert_same(found, expected, **tolerance):
    for name in expected[0]:
        np.testing.assert_allclose(found[0][name], expected[0][name], err_msg=name, **tolerance)
    for a, b in zip(found[1], expected[1], strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


@pytest.mark.parametrize("form", FORMS)
def test_forms(form, data, engine):
    expected = train(named_classifier(), x=data.x, y=data.classes)
    arguments = FORMS[form](data)
    if "y" not in arguments:
        arguments["batch_size"] = None
    assert_same(train(named_classifier(), **arguments), expected, rtol=1e-5, atol=1e-6)


def test_forms_of_validation_data(data, engine):
    x, y, weight = data.x, data.classes, data.weight
    model = named_classifier()
    model.optimizer.learning_rate = 0.0
    expected = model.evaluate(x, y, batch_size=8, verbose=0, return_dict=True)
    forms = {
        "tuple": (x, y),
        "list": [x, y],
        "dataset": Batches(x, y),
        "tensors": (hornbeam.ops.convert_to_tensor(x), y.tolist()),
    }
    for name, form in forms.items():
        found, _ = train(model, x=x, y=y, validation_data=form)
        for key, value in expected.items():
            assert found[f"val_{key}"] == pytest.approx([value] * 2), (name, key)
    endless = (b for _ in range(2) for b in batches(x, y))
    found, _ = train(model, x=x, y=y, validation_data=endless, validation_steps=3)
    assert found["val_loss"] == pytest.approx([expected["loss"]] * 2)
    weighted = model.evaluate(x, y, sample_weight=weight, verbose=0)[0]
    found, _ = train(model, x=x, y=y, validation_data=(x, y, weight))
    assert found["val_loss"] == pytest.approx([weighted] * 2)


class Seen:
    """Which rows each batch had: the input of row i is i, and the model's only weight adds them up."""

    def __init__(self):
        class Recorder(callbacks.Callback):
            def on_epoch_begin(recorder, epoch, logs=None):
                self.epochs.append([])
                self.last = recorder.model.get_weights()[0].item()

            def on_train_batch_end(recorder, batch, logs=None):
                now = recorder.model.get_weights()[0].item()
                self.epochs[-1].append(round(now - self.last))
                self.last = now

        self.epochs = []
        self.recorder = Recorder()


def visited(rows, **kwargs):
    """The rows of each batch of each epoch, as the sum of 2 ** row."""
    model = hornbeam.Sequential([hornbeam.Input((1,)), hornbeam.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1))])
    model.compile(hornbeam.optimizers.SGD(1.0), lambda y, p: -hornbeam.ops.sum(p))
    seen = Seen()
    x = 2.0 ** np.arange(rows, dtype="float32")[:, None]
    model.fit(x, x, verbose=0, callbacks=[seen.recorder], **kwargs)
    return [[sorted(i for i in range(rows) if total >> i & 1) for total in epoch] for epoch in seen.epochs]


def test_rows_as_they_come(engine):
    assert visited(5, batch_size=2, shuffle=False) == [[[0, 1], [2, 3], [4]]]
    assert visited(5, batch_size=99, shuffle=False) == [[[0, 1, 2, 3, 4]]]
    assert visited(1, shuffle=False) == [[[0]]]


def test_shuffled_rows_are_all_there_in_an_order_of_the_seed(engine):
    hornbeam.utils.set_random_seed(3)
    first = visited(10, batch_size=4, epochs=2)
    hornbeam.utils.set_random_seed(3)
    assert visited(10, batch_size=4, epochs=2) == first
    assert first[0] != first[1]
    for epoch in first:
        assert sorted(row for batch in epoch for row in batch) == list(range(10))
        assert [len(batch) for batch in epoch] == [4, 4, 2]


def test_shuffled_batches_stay_together(engine):
    whole = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11]]
    (epoch,) = visited(13, batch_size=2, shuffle="batch")
    assert sorted(epoch[:-1]) == whole
    assert epoch[-1] == [12]
    assert epoch[:-1] != whole


def test_the_order_is_the_same_on_every_engine():
    orders = []
    for name in ("jax", "torch"):
        pytest.importorskip(name)
        hornbeam.config.set_backend(name)
        hornbeam.utils.set_random_seed(5)
        orders.append(visited(10, batch_size=4, epochs=2))
    hornbeam.config.set_backend("jax")
    assert orders[0] == orders[1]


def test_an_epoch_of_some_steps_goes_on_where_the_last_one_ended(engine):
    found = visited(6, batch_size=2, steps_per_epoch=2, epochs=3, shuffle=False)
    assert found == [[[0, 1], [2, 3]], [[4, 5], [0, 1]], [[2, 3], [4, 5]]]


def test_steps_of_a_dataset_go_on_too(data, engine):
    expected = train(named_classifier(), x=data.x, y=data.classes, epochs=2)
    found = train(named_classifier(), x=Batches(data.x, data.classes), batch_size=None, steps_per_epoch=2, epochs=3)
    np.testing.assert_allclose(found[1][0], expected[1][0], rtol=1e-5)


def test_validation_begins_anew_each_time(data, engine):
    model = named_classifier()
    model.optimizer.learning_rate = 0.0
    for form in ((data.x, data.classes), Batches(data.x, data.classes)):
        found, _ = train(model, x=data.x, y=data.classes, validation_data=form, validation_steps=1)
        assert found["val_loss"][0] == found["val_loss"][1]
        first = model.evaluate(data.x[:8], data.classes[:8], verbose=0)[0]
        assert found["val_loss"][0] == pytest.approx(first)


def test_when_it_is_validated(data, engine):
    model = named_classifier()
    good = (data.x, data.classes)
    for frequency, times in ((1, 4), (2, 2), (3, 1), ([1, 4], 2), ((2,), 1), (9, 0)):
        history = model.fit(*good, epochs=4, validation_data=good, validation_freq=frequency, verbose=0).history
        assert len(history.get("val_loss", [])) == times
        assert len(history["loss"]) == 4


def test_the_split_is_the_end_of_the_rows_before_shuffling(data, engine):
    model = named_classifier()
    model.optimizer.learning_rate = 0.0
    history = model.fit(data.x, data.classes, validation_split=0.25, batch_size=4, verbose=0).history
    assert history["val_loss"] == pytest.approx([model.evaluate(data.x[15:], data.classes[15:], verbose=0)[0]])
    assert history["loss"] == pytest.approx([model.evaluate(data.x[:15], data.classes[:15], verbose=0)[0]])


def test_initial_epoch(data, engine):
    history = named_classifier().fit(data.x, data.classes, initial_epoch=3, epochs=5, verbose=0)
    assert history.epoch == [3, 4]


def test_predictions_of_any_form_have_the_order_of_the_rows(data, engine):
    model = named_classifier()
    expected = model.predict(data.x, verbose=0)
    assert expected.shape == (20, 3)
    for form in (data.x.tolist(), {"in": data.x}, [data.x], Batches(data.x), hornbeam.ops.convert_to_tensor(data.x)):
        np.testing.assert_allclose(model.predict(form, verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(data.x, batch_size=3, verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(batches(data.x), steps=2, verbose=0), expected[:16], rtol=1e-5)
    np.testing.assert_allclose(model(data.x), expected, rtol=1e-5)
