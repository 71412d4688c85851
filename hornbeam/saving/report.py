"""`LoadReport`: what `load_weights` did."""

from __future__ import annotations

from dataclasses import dataclass, field

_SHOWN = 20  # lines of a list


def listed(lines: list[str]) -> str:
    """Lines below the line of a message; many are counted."""
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "".join(f"\n  {line}" for line in [*lines[:_SHOWN], *more])


@dataclass
class LoadReport:
    """What became of each weight.

    Attributes:
        loaded: the weights that have the values of the file now.
        missing: those of the model that the file has nothing for.
        unexpected: what the file has and the model has no place for.
        mismatched: what is in both and does not fit, with both shapes.
        of_optimizer: how many of those loaded are variables of the optimizer.
    """

    loaded: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    mismatched: list[str] = field(default_factory=list)
    of_optimizer: int = 0

    def __str__(self) -> str:
        parts = {"missing": self.missing, "unexpected": self.unexpected, "mismatched": self.mismatched}
        loaded = f"{len(self.loaded) - self.of_optimizer} weights loaded"
        loaded += f" with {self.of_optimizer} variables of the optimizer" if self.of_optimizer else ""
        lines = [loaded + "".join(f", {len(v)} {k}" for k, v in parts.items() if v)]
        for what, names in parts.items():
            lines += [f"  {what}: {name}" for name in names[:_SHOWN]]
            lines += [f"  {what}: ... and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
        return "\n".join(lines)

    __repr__ = __str__
