"""`fit(resume=...)`, and what callbacks that keep a run are given."""

from __future__ import annotations

import os
from typing import Any

from hornbeam import callbacks as known
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.data import ArraySource, StreamSource
from hornbeam.training.resuming.run import Run
from hornbeam.training.trainer import Trainer


def with_resume(callbacks: Any, resume: Any) -> Any:
    """The callbacks, and one that keeps the run in the folder `resume`."""
    keeper = resume if isinstance(resume, known.BackupAndRestore) else _keeper(resume)
    return [callbacks, keeper]


def _keeper(resume: Any) -> Any:
    if isinstance(resume, bool) or not isinstance(resume, str | os.PathLike):
        raise TypeError(f"`resume` must be a folder, or a `BackupAndRestore`. Received: resume={resume!r}.")
    return known.BackupAndRestore(resume, delete_checkpoint=False)


def kept_run(
    trainer: Trainer,
    hooks: CallbackList,
    source: ArraySource | StreamSource,
    validation: ArraySource | StreamSource | None,
) -> Run:
    """What the callback that keeps the run is given.

    Raises:
        ValueError: for several of them.
    """
    keepers = hooks.keepers
    if len(keepers) > 1:
        names = [keeper.backup_dir for keeper in keepers]
        raise ValueError(f"A run is kept in one folder. Received: {len(keepers)} `BackupAndRestore`, for {names}.")
    run = Run(trainer, hooks, source, validation)
    keepers[0].set_run(run)
    return run


def is_finished(run: Run, hooks: CallbackList, epochs: int, verbose: int) -> bool:
    """Whether the run was over already: then it is restored as it was at its end, and that is said."""
    folder = hooks.keepers[0].backup_dir
    done = run.finished(folder, epochs)
    if done is not None and verbose:
        print(f"The run in {folder} is finished, after {done} epochs: nothing is left to train.")
    return done is not None
