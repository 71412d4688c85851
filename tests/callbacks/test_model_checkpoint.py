"""ModelCheckpoint: what it saves, and when, against real Keras."""

import pytest

from hornbeam.callbacks import CallbackList, ModelCheckpoint

VALUES = [3.0, 2.0, 2.5, 1.0, 1.5]


@pytest.mark.parametrize(
    "arguments",
    [
        {"filepath": "{epoch:02d}-{val_loss:.2f}.keras"},
        {"filepath": "best-{epoch}.keras", "save_best_only": True},
        {"filepath": "best-{epoch}.keras", "save_best_only": True, "mode": "max"},
        {"filepath": "best-{epoch}.keras", "save_best_only": True, "initial_value_threshold": 2.2},
        {"filepath": "{epoch}.weights.h5", "save_weights_only": True},
    ],
    ids=str,
)
def test_saves_what_keras_saves(arguments, fakes):
    keras = pytest.importorskip("keras")
    expected = fakes.train(keras.callbacks.ModelCheckpoint(**arguments), VALUES).saved
    assert fakes.train(ModelCheckpoint(**arguments), VALUES).saved == expected


BY_BATCHES = [
    {"filepath": "{epoch}-{batch}.keras", "save_freq": 1},
    {"filepath": "m.keras", "save_freq": 5},
    {"filepath": "{epoch:03d}-{batch:02d}-{accuracy:.1f}.weights.h5", "save_freq": 2, "save_weights_only": True},
    {"filepath": "{epoch}-{batch}-{loss:.3f}.keras", "save_freq": 3, "save_best_only": True, "monitor": "loss"},
]


@pytest.mark.parametrize("arguments", BY_BATCHES, ids=str)
def test_saves_every_so_many_batches_as_keras(arguments, fakes):
    keras = pytest.importorskip("keras")

    def run(cls):
        callback, model = cls(**arguments), fakes.Model()
        callback.set_model(model)
        callback.on_train_begin()
        for epoch in range(3):
            callback.on_epoch_begin(epoch)
            for batch in range(4):
                callback.on_train_batch_end(
                    batch, {"loss": 1 / (1 + 4 * epoch + batch) + (batch == 2), "accuracy": 0.5}
                )
            callback.on_epoch_end(epoch, {"loss": 1.0})
        return model.saved

    assert run(ModelCheckpoint) == run(keras.callbacks.ModelCheckpoint) != []


def test_every_other_epoch(fakes):
    assert [path for _, path in fakes.train(ModelCheckpoint("{epoch}.h5", period=2), VALUES).saved] == ["2.h5", "4.h5"]


@pytest.mark.parametrize("ending", ["keras", "h5", "hdf5", "ckpt"])
@pytest.mark.parametrize("save_weights_only", [True, False])
def test_endings_of_all_generations(ending, save_weights_only, fakes):
    checkpoint = ModelCheckpoint(f"model.{ending}", save_weights_only=save_weights_only)
    assert fakes.train(checkpoint, [1.0]).saved == [("weights" if save_weights_only else "model", f"model.{ending}")]


def test_makes_the_folder(tmp_path, fakes):
    fakes.train(ModelCheckpoint(tmp_path / "a" / "b" / "model.keras"), [1.0])
    assert (tmp_path / "a" / "b").is_dir()


def test_watches_batches_only_if_it_saves_by_batches():
    assert not CallbackList([ModelCheckpoint("a.keras")]).watches_train_batches
    assert CallbackList([ModelCheckpoint("a.keras", save_freq=10)]).watches_train_batches


def test_wrong_frequency():
    with pytest.raises(ValueError, match=r"`save_freq` must be .* Received: save_freq=2.5"):
        ModelCheckpoint("a.keras", save_freq=2.5)


def test_unknown_name_in_the_path(fakes):
    with pytest.raises(ValueError, match="must use the names 'loss', 'val_loss', 'epoch'"):
        fakes.train(ModelCheckpoint("{val_acc}.keras"), [1.0])


def test_unknown_names_are_also_missing_keys(fakes):
    with pytest.raises(KeyError, match=r"must use the names .* with 'val_acc'\.$"):
        fakes.train(ModelCheckpoint("{val_acc}.keras"), [1.0])


def test_all_models_are_saved_where_the_best_is_never_known(fakes):
    checkpoint = ModelCheckpoint("{epoch}.keras", "surprise", save_best_only=True, mode="min")
    with pytest.warns(UserWarning, match="Received: monitor='surprise'"):
        saved = fakes.train(checkpoint, [1.0, 2.0]).saved
    assert saved == [("model", "1.keras"), ("model", "2.keras")]


def test_a_model_with_nan_is_never_the_best(fakes):
    saved = fakes.train(ModelCheckpoint("{epoch}.keras", save_best_only=True), [float("nan"), 2.0, float("nan")]).saved
    assert saved == [("model", "2.keras")]


def test_a_value_that_is_none_is_told_of(fakes, capsys):
    assert fakes.train(ModelCheckpoint("m.keras", save_best_only=True, verbose=1), [float("nan")]).saved == []
    assert "Epoch 1: val_loss did not improve from None: it is nan" in capsys.readouterr().out
