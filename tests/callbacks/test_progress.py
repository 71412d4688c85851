"""Progress: what a terminal, a notebook and a log file get to see, and how seldom."""

import io
import sys
import threading
import time
import types

import pytest

from hornbeam.callbacks import ProgbarLogger
from hornbeam.callbacks import progress as module
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.utils import Progbar


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Clock:
    """Time that passes when it is told to."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    return Terminal()


@pytest.fixture
def notebook(monkeypatch):
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    return io.StringIO()


def screen(text):
    """The lines that a terminal shows after this text."""
    lines = [""]
    for part in text.replace("\r", "\0\r").replace("\n", "\0\n").split("\0"):
        if part[:1] == "\n":
            lines.append("")
        column = "" if part[:1] in "\r\n" else lines[-1]
        part = part.lstrip("\r\n")
        start = len(column)
        lines[-1] = lines[-1][:start] + part + lines[-1][start + len(part) :]
    return [line.rstrip() for line in lines]


def run(progress, clock, epochs=1, steps=4, seconds=1.0):
    for epoch in range(epochs):
        progress.epoch_begin(epoch)
        for step in range(1, steps + 1):
            clock.now += seconds
            progress.update(step, {"loss": 1 / step})
        progress.epoch_end(epoch, {"loss": 0.25, "val_loss": 0.00005})
    progress.close()


def test_terminal_shows_one_line_per_epoch(terminal, clock):
    run(Progress(1, 2, 4, terminal), clock, epochs=2)
    done = "4/4 ━━━━━━━━━━━━━━━━━━━━ 4s 1s/step - loss: 0.2500 - val_loss: 5.0000e-05"
    assert screen(terminal.getvalue()) == ["Epoch 1/2", done, "Epoch 2/2", done, ""]
    assert "\x1b" not in terminal.getvalue()
    assert "\b" not in terminal.getvalue()


def test_of_runs_in_threads_one_has_the_live_line_and_the_others_write_whole_lines(terminal, clock):
    first, others = Progress(1, 1, 4, terminal), []
    thread = threading.Thread(target=lambda: others.append(Progress(1, 2, 4, terminal)))
    thread.start()
    thread.join()
    run(others[0], clock, epochs=2)
    assert terminal.getvalue().count("\n") == 2
    assert "\r" not in terminal.getvalue()
    run(first, clock)
    assert "\r" in terminal.getvalue()
    thread = threading.Thread(target=lambda: others.append(Progress(1, 2, 4, terminal)))
    thread.start()
    thread.join()
    assert others[1].live  # the first has ended


def test_terminal_shows_the_time_that_remains(terminal, clock):
    progress = Progress(1, 1, 100, terminal)
    progress.epoch_begin(0)
    clock.now += 20
    progress.update(25, {"loss": 0.5})
    assert screen(terminal.getvalue())[-1] == " 25/100 ━━━━━───────────────  1:00 800ms/step - loss: 0.5000".replace(
        "  1:00", " 1:00"
    )


def test_draws_ten_times_a_second_at_most(terminal, clock):
    progress = Progress(1, 1, 1000, terminal)
    progress.epoch_begin(0)
    asked = []

    def logs():
        asked.append(clock.now)
        return {"loss": 1.0}

    for step in range(1, 1001):
        clock.now += 0.002
        progress.update(step, logs)
    assert 15 <= len(asked) <= 20
    assert terminal.getvalue().count("\r") == len(asked)


def test_drawing_takes_two_percent_of_the_time(terminal, clock):
    class Slow(Terminal):
        def write(self, text):
            clock.now += 0.1
            return super().write(text)

    stream = Slow()
    progress = Progress(1, None, 5000, stream)
    progress.epoch_begin(0)
    for step in range(1, 5001):
        clock.now += 0.02
        progress.update(step, {})
    assert 0.1 * stream.getvalue().count("\r") <= 0.025 * (clock.now - 100)


def test_fits_the_width(terminal, clock, monkeypatch):
    for width in (120, 60, 40, 25, 12):
        monkeypatch.setenv("COLUMNS", str(width))
        stream = Terminal()
        progress = Progress(1, 1, 400, stream)
        progress.epoch_begin(0)
        clock.now += 1
        progress.update(100, {f"metric_{i}": 1.0 for i in range(9)})
        line = screen(stream.getvalue())[-1]
        assert len(line) < width
        assert line.startswith("100/400")


def test_the_loss_is_shown_where_not_all_numbers_fit(terminal, clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    progress = Progress(1, 1, 400, stream)
    progress.epoch_begin(0)
    clock.now += 1
    progress.update(
        100, {"accuracy": 0.5, "a_metric_with_a_long_name_that_fills_the_line": 1.0, "loss": 0.25, "mae": 1.0}
    )
    line = screen(stream.getvalue())[-1]
    assert "loss: 0.2500" in line
    assert "a_metric" not in line


def test_colour_only_where_it_is_wanted(terminal, clock, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    run(Progress(1, 1, 4, terminal), clock)
    assert "\x1b[32m" in terminal.getvalue()
    stream = io.StringIO()
    run(Progress(1, 1, 4, stream), clock)
    assert "\x1b" not in stream.getvalue()


def test_plain_characters_where_others_cannot_be_written(terminal, clock):
    terminal.encoding = "ascii"
    terminal.__class__ = type("Ascii", (Terminal,), {"encoding": "ascii"})
    run(Progress(1, 1, 4, terminal), clock)
    assert terminal.getvalue().isascii()


@pytest.mark.parametrize("verbose", ["auto", 1, 2])
def test_pipe_gets_one_line_per_epoch(clock, verbose):
    stream = io.StringIO()
    run(Progress(verbose, 2, 4, stream), clock, epochs=2)
    assert stream.getvalue().splitlines() == [
        "Epoch 1/2 - 4/4 - 4s 1s/step - loss: 0.2500 - val_loss: 5.0000e-05",
        "Epoch 2/2 - 4/4 - 4s 1s/step - loss: 0.2500 - val_loss: 5.0000e-05",
    ]


def test_silence(terminal, clock):
    run(Progress(0, 2, 4, terminal), clock, epochs=2)
    assert terminal.getvalue() == ""


def test_silence_asks_for_no_numbers(terminal):
    progress = Progress(0, 1, 4, terminal)
    progress.epoch_begin(0)
    progress.update(4, lambda: pytest.fail("asked"))
    progress.epoch_end(0, lambda: pytest.fail("asked"))
    progress.close()


def test_notebook_keeps_slow_epochs_and_overwrites_quick_ones(notebook, clock):
    run(Progress("auto", 3, 4, notebook), clock, epochs=3)
    assert [line[:9] for line in screen(notebook.getvalue())] == ["Epoch 1/3", "Epoch 2/3", "Epoch 3/3", ""]


def test_notebook_is_not_flooded_by_quick_epochs(notebook, clock):
    run(Progress("auto", 1000, 4, notebook), clock, epochs=1000, seconds=0.0005)  # two seconds
    text = notebook.getvalue()
    assert text.count("\r") <= 22
    assert screen(text) == [screen(text)[0], ""]
    assert screen(text)[0].startswith("Epoch 1000/1000 4/4")


def test_notebook_shows_the_last_epoch_when_a_run_stops_early(notebook, clock):
    progress = Progress("auto", 1000, 1, notebook)
    for epoch in range(50):
        progress.epoch_begin(epoch)
        clock.now += 0.001
        progress.epoch_end(epoch, {"loss": float(epoch)})
    progress.close()
    assert screen(notebook.getvalue())[0].startswith("Epoch 50/1000 1/1")
    assert screen(notebook.getvalue())[0].endswith("loss: 49.0000")


def test_interrupted_line_is_ended(terminal, clock):
    progress = Progress(1, 1, 4, terminal)
    progress.epoch_begin(0)
    clock.now += 1
    progress.update(1, {})
    progress.close()
    progress.close()
    assert terminal.getvalue().endswith("\n")
    assert not terminal.getvalue().endswith("\n\n")


def test_unknown_number_of_steps_is_learned(terminal, clock):
    progress = Progress(1, 2, None, terminal)
    run_epochs = 2
    for epoch in range(run_epochs):
        progress.epoch_begin(epoch)
        clock.now += 1
        progress.update(1, {})
        clock.now += 1
        progress.update(2, {})
        progress.epoch_end(epoch, {})
    assert "1/Unknown 1s 1s/step" in terminal.getvalue()
    assert screen(terminal.getvalue())[3].startswith("2/2 ━━")
    assert terminal.getvalue().count("Unknown") == 2


def test_a_short_prediction_shows_nothing(terminal, clock):
    run(Progress(1, None, 4, terminal, delay=1.5), clock, seconds=0.2)
    assert terminal.getvalue() == ""
    run(Progress(1, None, 4, terminal, delay=1.5), clock, seconds=2.0)
    assert screen(terminal.getvalue())[0].startswith("4/4 ━━")


def test_resolve_verbose(terminal, notebook, monkeypatch):
    assert resolve_verbose("auto", stream=io.StringIO()) == 1  # in a notebook
    monkeypatch.delitem(sys.modules, "IPython")
    assert resolve_verbose("auto", stream=terminal) == 1
    assert resolve_verbose("auto", stream=io.StringIO()) == 2
    assert resolve_verbose("auto", "evaluate", io.StringIO()) == 2
    assert resolve_verbose("auto", "predict", io.StringIO()) == 0
    assert resolve_verbose("auto", "predict", terminal) == 1
    assert [resolve_verbose(v) for v in (0, 1, 2, True, False)] == [0, 1, 2, 1, 0]
    with pytest.raises(ValueError, match=r"`verbose` must be .* Received: verbose='loud'"):
        resolve_verbose("loud")


def test_a_dumb_terminal_is_a_pipe(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert resolve_verbose("auto", stream=terminal) == 2


def test_update_costs_less_than_a_microsecond_or_so(terminal):
    progress = Progress(1, 1, 10**6, terminal)
    progress.epoch_begin(0)
    start = time.perf_counter()
    for step in range(10_000):
        progress.update(step, None)
    assert time.perf_counter() - start < 1.0


def test_progbar_averages(terminal, monkeypatch):
    monkeypatch.setattr(sys, "stdout", terminal)
    bar = Progbar(4, stateful_metrics=["last"])
    bar.add(1, [("loss", 1.0), ("last", 1.0)])
    bar.add(3, [("loss", 0.0), ("last", 7.0)])
    assert screen(terminal.getvalue())[0].endswith("loss: 0.2500 - last: 7.0000")


def test_progbar_logger(capsys):
    logger = ProgbarLogger()
    logger.set_params({"verbose": 1, "epochs": 1, "steps": 2})
    logger.on_train_begin()
    logger.on_epoch_begin(0)
    logger.on_train_batch_end(1, {"loss": 0.5})
    logger.on_epoch_end(0, {"loss": 0.5})
    logger.on_train_end()
    assert capsys.readouterr().out.startswith("Epoch 1/1 - 2/2")
