"""The whole way on one screen: build, compile, fit, evaluate, predict, save, load."""

import numpy as np

import hornbeam
from hornbeam.layers import Dense, Input


def test_from_data_to_a_loaded_model(engine, tmp_path):
    x = np.random.default_rng(0).normal(size=(70, 4)).astype("float32")
    y = (x[:, 0] > x[:, 1]).astype("float32")

    model = hornbeam.Sequential([Input((4,)), Dense(8, activation="relu"), Dense(1, activation="sigmoid")])
    model.compile(optimizer=hornbeam.optimizers.Adam(0.05), loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=12, batch_size=16, validation_split=0.2, verbose=0).history
    loss, accuracy = model.evaluate(x, y, verbose=0)
    predicted = model.predict(x, verbose=0)

    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert len(history["loss"]) == 12
    assert history["loss"][-1] < history["loss"][0]
    assert loss < 0.4
    assert accuracy > 0.8
    assert predicted.shape == (70, 1)
    np.testing.assert_allclose(np.mean((predicted[:, 0] > 0.5) == (y > 0.5)), accuracy, atol=1e-6)

    model.save(tmp_path / "model.keras")
    loaded = hornbeam.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), predicted)
    assert loaded.evaluate(x, y, verbose=0) == [loss, accuracy]
