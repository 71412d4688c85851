"""The doctor looks on: it changes nothing, compiles nothing where all is well, and says each thing once."""

import numpy as np
import pytest
from small_trainings import blobs, compiled, examined, net

import hornbeam
from hornbeam.data import as_source
from hornbeam.training.doctor.as_validated import as_validated


def test_a_training_that_goes_well_is_the_same_to_the_bit(engine):
    x, y = blobs()

    def trained(**options):
        hornbeam.utils.set_random_seed(1)
        model = compiled(net(), metrics=["accuracy"])
        history = model.fit(x, y, epochs=15, verbose=0, validation_split=0.25, **options).history
        return history, model.get_weights(), model.compile_count(), model

    alone, weights, compilations, _ = trained()
    watched, same, again, model = trained(doctor=True)
    assert watched == alone
    assert all(np.array_equal(a, b) for a, b in zip(weights, same, strict=True))
    assert again <= compilations  # shared with the first: nothing more was compiled
    assert not model.diagnosis.alarms
    # Of the training, the step that has evaluated the validation says the same as `evaluate`, and is not compiled anew.
    trainer = model.__hornbeam__.run_state.trainer
    in_use = as_validated(trainer, as_source(x[:72], y[:72]), as_source(x[72:], y[72:]))
    assert model.compile_count() == again
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))
    expected = model.evaluate(x[:72], y[:72], verbose=0)
    np.testing.assert_allclose([in_use["loss"][0], in_use["accuracy"][0]], expected, rtol=1e-5)
    assert as_validated(trainer, as_source(x, y), None) == {}


def test_trials_leave_everything_as_it_was(engine):
    x, y = blobs()
    ends = []
    for doctor in (False, True):
        hornbeam.utils.set_random_seed(1)
        model = compiled(net(), rate=1e-5)
        history = model.fit(x, y, epochs=8, verbose=0, doctor=doctor)
        more = model.fit(x, y, epochs=2, verbose=0)  # the order of the rows goes on, too
        ends.append((history.history, more.history, model.get_weights(), float(model.optimizer.learning_rate)))
        assert model.history is more
    (a, b, first, rate), (c, d, second, same) = ends
    assert (a, b, rate) == (c, d, same)
    assert all(np.array_equal(u, v) for u, v in zip(first, second, strict=True))


def test_findings_are_said_once_and_kept(capsys):
    x, y = blobs()
    model = compiled(net(), rate=1e-5)
    model.fit(x, y, epochs=8, verbose=0, doctor=True)
    assert capsys.readouterr().out.count("warning: lr_too_low") == 1
    found = model.diagnosis
    assert found[0].name == "lr_too_low"
    assert found[0].share > 0.5
    assert "Adam(" in found[0].fix
    found.show()
    assert "Why it matters: the weights hardly move" in capsys.readouterr().out
    assert list(found.to_dataframe()["name"]) == found.names
    assert len(found.plot().axes) == 2


def test_what_fit_warns_of_and_refuses_are_findings_without_a_doctor():
    x, y = blobs()
    model = compiled(net(activation=None))
    with pytest.warns(UserWarning, match="has no activation"):
        model.fit(x, y, verbose=0, epochs=0)
    assert model.diagnosis.names == ["missing_output_activation"]
    with pytest.raises(ValueError, match="finite"):
        model.fit(np.where(x > 1, np.nan, x), y, verbose=0)
    assert [(f.name, f.severity) for f in model.diagnosis] == [("nan_inputs", "error")]
    with pytest.raises(ValueError, match="class indices from 0 to 2"):
        model.fit(x, y + 1, verbose=0)
    assert model.diagnosis.names == ["labels_out_of_range"]


def test_a_generator_and_a_custom_step():
    x, y = blobs()

    class Own(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.dense = hornbeam.layers.Dense(3, activation="softmax")

        def call(self, inputs):
            return self.dense(inputs)

        def train_step(self, data):
            x, y = data
            loss, gradients = self.value_and_grad(lambda: self.compute_loss(x, y, self(x, training=True)))
            self.optimizer.apply(gradients)
            return {"loss": loss}

    def streamed(scale, rate):
        hornbeam.utils.set_random_seed(1)
        batches = [(x[i : i + 32] * scale, y[i : i + 32]) for i in (0, 32, 64)] * 4
        model = compiled(Own(), rate)
        model.fit(iter(batches), steps_per_epoch=3, epochs=4, verbose=0, doctor=True)
        return model.diagnosis

    assert "unscaled_inputs" in streamed(1000, 0.01).names
    # A stream cannot be gone through again: nothing is tried, and what the history says has to do.
    slow = streamed(1, 1e-6).alarms[0]
    assert (slow.name, slow.share) == ("lr_too_low", None)
    assert "unscaled_inputs" not in examined(compiled(Own()), x, y).names
