"""`Finding`: one thing that is wrong; `Diagnosis`: what was found of a model, likeliest cause first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, overload

from hornbeam.training.doctor.catalogue import CATALOGUE

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the data, the model or the training.

    Attributes:
        name: a stable id; `docs/doctor.md` lists all of them.
        message: what was found, where, with the numbers.
        fix: what to do, with a line of code for this model.
        severity: "error" for what makes training impossible, "warning" for what makes it worse, "note" for what may be
            meant.
        values: the numbers, for code: what the message says in words.
        share: how much of what is missing came back when the doctor tried the fix; `None` where it did not try.

    >>> finding = Finding("constant_column", "Column 3 of `x` is always 0.", "Leave it out.", "note")
    >>> finding.why
    'a column that never changes tells nothing, and costs weights'
    """

    name: str
    message: str
    fix: str
    severity: Severity = "warning"
    values: Mapping[str, Any] = field(default_factory=dict)
    share: float | None = None

    @property
    def why(self) -> str:
        """Why it matters, in one sentence."""
        return CATALOGUE[self.name].why

    def __str__(self) -> str:
        return f"{self.severity}: {self.name}: {self.message} {self.fix}"


# As many findings have room beside a plot.
_MOST = 6


class Diagnosis(Sequence[Finding]):
    """What was found, likeliest cause first.

    Args:
        findings: in any order.
        history: the run's numbers by name, epoch by epoch, for `plot`.

    >>> diagnosis = Diagnosis([Finding("constant_column", "Column 3 of `x` is always 0.", "Leave it out.", "note")])
    >>> diagnosis.names
    ['constant_column']
    >>> diagnosis.show()
    note: constant_column
      Column 3 of `x` is always 0.
      Why it matters: a column that never changes tells nothing, and costs weights.
      What to do: Leave it out.
    """

    def __init__(self, findings: Iterable[Finding] = (), history: Mapping[str, Sequence[Any]] | None = None):
        self.findings = sorted(_once(findings), key=_rank)
        self.history = dict(history or {})

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        return self.findings[index]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __repr__(self) -> str:
        return f"<Diagnosis: {', '.join(f'{f.name} ({f.severity})' for f in self) or 'nothing found'}>"

    @property
    def names(self) -> list[str]:
        """The names of the findings."""
        return [finding.name for finding in self]

    @property
    def alarms(self) -> list[Finding]:
        """The findings that are more than notes."""
        return [finding for finding in self if finding.severity != "note"]

    def show(self, notes: bool = True) -> None:
        """Print the findings, each with what to do; `notes` says whether those that may be meant are shown, too."""
        print("\n".join(_paragraph(f) for f in (self if notes else self.alarms)) or "The doctor found nothing.")

    def to_dataframe(self) -> Any:
        """The findings as a DataFrame, one a row."""
        import pandas as pd

        columns = ["name", "severity", "message", "why", "fix", "share"]
        return pd.DataFrame([[getattr(f, column) for column in columns] for f in self], columns=columns)

    def plot(self) -> Any:
        """The losses by epoch, with what was found beside them; returns the figure."""
        import matplotlib.pyplot as plt

        figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), width_ratios=(3, 2))
        for name in ("loss", "val_loss"):
            if name in self.history:
                left.plot(range(1, 1 + len(self.history[name])), self.history[name], marker=".", label=name)
                left.legend()
        left.set(xlabel="epoch", ylabel="loss")
        left.xaxis.get_major_locator().set_params(integer=True)
        right.axis("off")
        text = "\n\n".join(f"{f.severity}: {f.name}\n{f.fix}" for f in self[:_MOST]) or "nothing found"
        more = f"\n\n... and {len(self) - _MOST} more" if len(self) > _MOST else ""
        right.text(0, 1, text + more, va="top", wrap=True, fontsize=9, parse_math=False)
        figure.tight_layout()
        return figure


def _paragraph(finding: Finding) -> str:
    return (
        f"{finding.severity}: {finding.name}\n  {finding.message}\n"
        f"  Why it matters: {finding.why}.\n  What to do: {finding.fix}"
    )


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The first finding of each name and message."""
    return list({(f.name, f.message): f for f in reversed(list(findings))}.values())[::-1]


def _rank(finding: Finding) -> tuple[Any, ...]:
    """Errors first; then what the doctor has tried and seen help most; then causes before their symptoms."""
    return SEVERITIES.index(finding.severity), CATALOGUE[finding.name].rank - round(2 * (finding.share or 0), 1)
