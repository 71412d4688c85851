"""Loggers of experiments: what MLflow, Weights & Biases and Optuna get, by their own interfaces."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks, layers
from hornbeam.callbacks import ExperimentLogger, MLflowLogger, OptunaPruning, WandbLogger

X = np.arange(12, dtype="float32").reshape(6, 2) / 12
Y = X.sum(1, keepdims=True)


@pytest.fixture(scope="module")
def model():
    model = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(1)])
    model.compile(hornbeam.optimizers.SGD(0.25), "mse")
    return model


def fit(model, *listening, epochs=2):
    options = {"batch_size": 2, "verbose": 0, "validation_data": (X, Y)}
    return model.fit(X, Y, epochs=epochs, callbacks=list(listening), **options).history


class Recorded(ExperimentLogger):
    def __init__(self, log_freq="epoch"):
        super().__init__(log_freq)
        self.calls = []

    def begin(self, settings):
        self.calls.append(("begin", settings))

    def write(self, numbers, kind, step):
        self.calls.append((kind, step, sorted(numbers)))

    def end(self, has_failed):
        self.calls.append(("end", has_failed))


def test_a_logger_of_ones_own(model):
    logger = Recorded(2)
    fit(model, logger)
    names = ["learning_rate", "loss"]
    (_, settings), *calls = logger.calls
    assert calls == [
        ("batch", 2, names),
        ("epoch", 0, [*names, "val_loss"]),
        ("batch", 4, names),
        ("batch", 6, names),
        ("epoch", 1, [*names, "val_loss"]),
        ("end", False),
    ]
    about = {"epochs": 2, "steps": 3, "parameters": 3, "optimizer": "SGD", "optimizer_learning_rate": 0.25}
    assert {name: settings[name] for name in about} == about
    with pytest.raises(ValueError, match=r'`log_freq` must be "epoch", "batch" or a positive integer. Received: .*=0'):
        Recorded(0)
    with pytest.raises(NotImplementedError, match="`ExperimentLogger` must define `write`"):
        fit(model, ExperimentLogger())


def test_an_error_ends_the_run_of_the_tracker(model):
    def fail(epoch, logs):
        raise RuntimeError("broken")

    logger = Recorded()
    with pytest.raises(RuntimeError, match="broken"):
        fit(model, logger, callbacks.LambdaCallback(on_epoch_end=fail))
    assert logger.calls[-1] == ("end", True)


class MLflow:
    """The functions of `mlflow` that are used, as it documents them."""

    def __init__(self):
        self.calls, self.run, self.params = [], None, {}

    def active_run(self):
        return self.run

    def start_run(self):
        self.run = SimpleNamespace(info=SimpleNamespace(run_id="1"))

    def get_run(self, run_id):
        assert run_id == "1"
        return SimpleNamespace(data=SimpleNamespace(params=self.params))

    def log_params(self, params):
        assert not set(params) & set(self.params)
        self.params |= params

    def log_text(self, text, artifact_file):
        self.calls.append((artifact_file, "Trainable params: 3" in text))

    def log_metrics(self, metrics, step):
        assert all(type(value) is float for value in metrics.values())
        self.calls.append((step, sorted(metrics)))

    def end_run(self, status):
        self.calls.append(status)
        self.run = None


def test_mlflow(model, monkeypatch):
    mlflow = MLflow()
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    fit(model, MLflowLogger())
    names = ["learning_rate", "loss", "val_loss"]
    assert mlflow.calls == [("model_summary.txt", True), (0, names), (1, names), "FINISHED"]
    assert mlflow.params["optimizer"] == "SGD"
    mlflow.calls.clear()
    mlflow.start_run()
    fit(model, MLflowLogger(log_every_epoch=False, log_every_n_steps=4))  # parameters of a run stay as they are
    batches = [(3, ["val_loss"]), (4, ["learning_rate", "loss"]), (6, ["val_loss"])]
    assert mlflow.calls == [("model_summary.txt", True), *batches]  # and one that was active stays active
    with pytest.raises(ValueError, match="Numbers are written either with `log_every_epoch=True` or with"):
        MLflowLogger(log_every_n_steps=4)
    with pytest.raises(ValueError, match=r"`log_every_n_steps` must be a positive integer. Received: 0"):
        MLflowLogger(False, 0)


class Wandb:
    """The functions of `wandb` that are used, as it documents them."""

    def __init__(self):
        self.run, self.calls = None, []

    def init(self):
        self.run = SimpleNamespace(config=self, define_metric=self.define_metric)

    def update(self, values, allow_val_change):
        self.config = values

    def define_metric(self, name, step_metric=None):
        self.calls.append((name, step_metric))

    def log(self, data):
        self.calls.append(data)


def test_wandb(model, monkeypatch):
    wandb = Wandb()
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    with pytest.raises(ValueError, match=r"writes to the run of `wandb.init\(\)`. Received: no run; call it first"):
        fit(model, WandbLogger())
    wandb.init()
    history = fit(model, WandbLogger(log_freq="batch", initial_global_step=100), epochs=1)
    assert wandb.config["fit"]["epochs"] == 1
    *defined, first, second, third, epoch = wandb.calls
    assert ("epoch/*", "epoch/epoch") in defined and ("batch/*", "batch/batch_step") in defined
    assert [one["batch/batch_step"] for one in (first, second, third)] == [101, 102, 103]
    assert set(first) == {"batch/batch_step", "batch/loss", "batch/learning_rate"}
    numbers = {"epoch/loss": history["loss"][0], "epoch/val_loss": history["val_loss"][0]}
    assert epoch == {"epoch/epoch": 0, "epoch/learning_rate": 0.25} | numbers


@pytest.mark.parametrize(("make", "name"), [(MLflowLogger, "mlflow"), (WandbLogger, "wandb")])
def test_without_the_package(make, name, model, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    logger = make()
    with pytest.raises(ImportError, match=rf"needs the package `{name}`: `pip install hornbeam\[{name}\]`"):
        fit(model, logger)


def test_a_run_that_goes_on_goes_on_counting(model, tmp_path):
    def fail(batch, logs):
        if batch == 1:
            raise OSError("power")

    with pytest.raises(OSError, match="power"):
        fit(model, Recorded("batch"), callbacks.LambdaCallback(on_train_batch_end=fail),
            callbacks.BackupAndRestore(tmp_path, save_freq=1))  # fmt: skip
    logger = Recorded("batch")
    fit(model, callbacks.BackupAndRestore(tmp_path, save_freq=1), logger, epochs=1)
    assert [call[1] for call in logger.calls if call[0] == "batch"] == [1, 2, 3]


def test_optuna_prunes(model):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        rate = trial.suggest_categorical("rate", [0.125, 1e-6])
        model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
        model.optimizer.learning_rate = rate
        return fit(model, OptunaPruning(trial, "val_loss"), epochs=4)["val_loss"][-1]

    sampler = optuna.samplers.GridSampler({"rate": [0.125, 1e-6]}, seed=0)
    study = optuna.create_study(sampler=sampler, pruner=optuna.pruners.ThresholdPruner(upper=0.9, n_warmup_steps=1))
    study.optimize(objective, n_trials=2)
    found = {trial.params["rate"]: trial for trial in study.trials}
    assert found[0.125].state == optuna.trial.TrialState.COMPLETE
    assert len(found[0.125].intermediate_values) == 4 and found[0.125].value < 0.9
    assert found[1e-6].state == optuna.trial.TrialState.PRUNED
    assert sorted(found[1e-6].intermediate_values) == [0, 1]


def test_optuna_by_intervals_and_bad_input(model):
    optuna = pytest.importorskip("optuna")
    trial = optuna.create_study().ask()
    fit(model, OptunaPruning(trial, "loss", interval=2), epochs=4)
    assert sorted(trial.study.trials[0].intermediate_values) == [1, 3]
    with pytest.raises(TypeError, match=r"`trial` must be a trial of Optuna, as an objective gets it. Received: .*3"):
        OptunaPruning(3)
    with pytest.raises(ValueError, match=r"`monitor` of OptunaPruning must be one of .* Received: monitor='accuracy'"):
        fit(model, OptunaPruning(trial, "accuracy"))
