"""`Journal`: what is finished of a search, in a file that outlives a crash."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from hornbeam.search.fitting import Outcome
from hornbeam.search.plan import Job, Plan
from hornbeam.search.space import name_of, shown

_NAME = "search.jsonl"


class Journal:
    """One line for each fit that is finished, appended as it ends; without a folder nothing is kept.

    Args:
        plan: the search; a folder that holds another one is refused.
        what: in words, what is searched: the space and the number of candidates.
    """

    def __init__(self, plan: Plan, what: str):
        self._done: dict[tuple[str, str], Outcome] = {}
        self._choices: dict[str, bool] = {}
        self._path = None if plan.folder is None else Path(plan.folder) / _NAME
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        head = _head(plan, what)
        lines = _whole_lines(self._path)
        if not lines:
            self._append(head)
            return
        if lines[0] != head:
            differing = [name for name in head if lines[0].get(name) != head[name]]
            raise ValueError(
                f"`folder` must be empty, or hold the same search. Received: folder={str(plan.folder)!r}, which holds "
                f"one with another {' and another '.join(differing)}; choose another folder."
            )
        fits = [line for line in lines[1:] if "job" in line]
        self._done = {(line["job"], line["params"]): Outcome(*line["outcome"]) for line in fits}
        self._choices = {line["structure"]: line["together"] for line in lines[1:] if "structure" in line}

    def find(self, job: Job) -> Outcome | None:
        """What came of a fit in an earlier run."""
        return self._done.get((job.key, shown(job.params)))

    def write(self, job: Job, outcome: Outcome) -> None:
        """Remember a fit."""
        if self._path is not None:
            self._append({"job": job.key, "params": shown(job.params), "outcome": outcome})

    def choice(self, structure: str) -> bool | None:
        """Whether models of a structure are trained together, as it was measured in this run or an earlier one."""
        return self._choices.get(structure)

    def choose(self, structure: str, together: bool) -> None:
        """Remember what was measured."""
        self._choices[structure] = together
        if self._path is not None:
            self._append({"structure": structure, "together": together})

    def _append(self, line: dict[str, Any]) -> None:
        assert self._path is not None
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    """The lines that were written to their end; a torn one, the last, is removed."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(path, len(whole))
    return [json.loads(line) for line in whole.decode().splitlines()]


def _head(plan: Plan, what: str) -> dict[str, Any]:
    splits = hashlib.sha256(repr([tuple(map(_listed, split)) for split in plan.splits]).encode()).hexdigest()[:16]
    return {
        "space": what,
        "build": name_of(plan.build),
        "data": plan.data.fingerprint(),
        "split": splits,
        "objective": f"{plan.objective.name} ({plan.objective.direction})",
        "arguments of fit": shown({**plan.fit, "curves": plan.curves}),
        "seed": plan.seed,
        "`together`": plan.together,
    }


def _listed(rows: Any) -> Any:
    return None if rows is None else rows.tolist()
