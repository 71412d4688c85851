"""What the history alone says of a model that was harmed, where nothing could be tried: streams, or no time for it."""

from __future__ import annotations

from collections.abc import Iterator

from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.rules.optimization import more_epochs, suspects
from hornbeam.training.doctor.rules.rates import is_slow, is_tame, of_rate, usual_rate


def untried(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    """The likeliest suspect, without a trial."""
    if any(f.name in ("unscaled_inputs", "unscaled_targets") for f in found):
        return  # the notes about scales are to blame
    likely = [s.finding for s in suspects(e, found) if s.is_likely]
    if likely:
        yield likely[0]
    elif is_slow(e):
        rate = e.run.first_rate or 0.0
        yield of_rate(e, rate, (usual_rate(e) or 0.0) / rate)
    else:
        yield from [s.finding for s in more_epochs(e, found, falls=is_tame(e))]
