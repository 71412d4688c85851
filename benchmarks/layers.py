"""Each common layer alone, forward and with its gradients: Hornbeam and Keras on JAX, and PyTorch's modules, in turn.

    python benchmarks/layers.py                              # every layer, about six minutes
    python benchmarks/layers.py LSTM Conv2D --rounds 31      # some
    python benchmarks/layers.py --into docs/performance.md   # and into the page
    python benchmarks/layers.py --processor                  # on a machine that others use, too

The same numbers go into all three, in one process. Hornbeam's and Keras's layers are compiled, with the weights of one
in the other; PyTorch runs operation by operation, images in channels-last. A forward pass is that of inference, the
other one that of training: outputs, and the gradients by inputs and weights.

Keras's program is measured twice in each round, in any order: what can be told at all is how far these two are apart. A
ratio within eight tenths of those of Keras to itself is shown as `=`, or as `same` where XLA made the same program of
both layers.
"""

import argparse
import os
import random
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# Idle threads of PyTorch sleep: otherwise they would take the processor from whoever comes next.
os.environ |= {"KERAS_BACKEND": "jax", "HORNBEAM_ENGINE": "jax", "OMP_WAIT_POLICY": "PASSIVE"}
sys.path.insert(0, str(Path(__file__).parent / "suite"))

import jax
import numpy as np
from layer_cases import CASES, Case
from layer_programs import Phase, Run, phases
from tables import replace, seconds, table, times

clock = time.perf_counter
SECONDS = 4  # for a phase, about; there are at least FEWEST rounds
FEWEST = 7


@dataclass
class Found:
    """Seconds by round."""

    ours: list[float]
    keras: list[float]
    keras_again: list[float]
    torch: list[float]
    is_same: bool = False

    @property
    def ratio(self) -> float:
        """Keras's time over ours, the median over rounds."""
        return statistics.median(self._to(self.ours))

    @property
    def spread(self) -> tuple[float, float]:
        """Between which ratios eight tenths of Keras's times to themselves are; 1 is the middle."""
        itself = self._to(self.keras_again)
        tenths = statistics.quantiles([*itself, *(1 / ratio for ratio in itself)], n=10)
        return tenths[0], tenths[-1]

    def _to(self, other: list[float]) -> list[float]:
        return [a / b for a, b in zip(self.keras, other, strict=True)]

    def shown(self) -> list[str]:
        """Our time, and how many times as long the others take."""
        lowest, highest = self.spread
        against_keras = times(self.ratio, 1)
        if lowest <= self.ratio <= highest:
            against_keras = "same" if self.is_same else "="
        ours = statistics.median(self.ours)
        return [seconds(ours), against_keras, times(statistics.median(self.torch), ours) if self.torch else "–"]


def ready(run: Run) -> float:
    """Seconds of one run, until its results are there."""
    start = clock()
    jax.block_until_ready(run())
    return clock() - start


def measure(phase: Phase, rounds: int) -> Found:
    """By round, the best of some calls of each, in any order; PyTorch last, whose threads get time to fall asleep."""
    runs = [phase.ours, phase.keras, phase.keras, *([phase.torch] if phase.torch else [])]
    once = [min(ready(run) for _ in range(3)) for run in runs]
    calls = [max(1, min(50, int(0.015 / one))) for one in once]
    rounds = min(rounds, max(FEWEST, int(SECONDS / sum(a * b for a, b in zip(once, calls, strict=True)))))
    found = Found([], [], [], [], phase.is_same)
    lists = [found.ours, found.keras, found.keras_again, found.torch]
    for _ in range(rounds):
        time.sleep(0.03)
        moved = bytearray(random.randrange(1 << 20))  # results come to lie elsewhere
        for k in [*random.sample(range(3), 3), *range(3, len(runs))]:
            ready(runs[k])
            lists[k].append(min(ready(runs[k]) for _ in range(calls[k])))
        del moved
    return found


def compare(case: Case, rounds: int, rows: int | None = None) -> list[Found]:
    """Forward and with gradients; where nothing is random, all results must agree."""
    random.seed(0)
    of_layer = phases(case, rows)
    for phase in of_layer[: 1 if case.is_random else 2]:
        ours, theirs = (jax.tree.leaves(run()[:-1]) for run in (phase.ours, phase.keras))
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-2, atol=1e-3 * float(1 + abs(other).max()))
    return [measure(phase, rounds) for phase in of_layer]


HEAD = [
    "layer",
    "input",
    *(f"{phase}{name}" for phase in ("forward: ", "with gradients: ") for name in ("Hornbeam", "Keras", "PyTorch")),
]


def line(name: str, case: Case, found: list[Found]) -> list[str]:
    return [f"`{name}`", "×".join(map(str, case.shapes[0])), *(cell for phase in found for cell in phase.shown())]


def about_spread(found: list[Found]) -> str:
    widths = sorted(phase.spread[1] - 1 for phase in found)
    slower = sum(phase.ratio < phase.spread[0] for phase in found)
    return (
        f"Keras to itself: eight tenths of the rounds within {widths[len(widths) // 2]:.0%} for half of the layers, "
        f"within {widths[-1]:.0%} for all. Slower than Keras beyond that: {slower} of {len(found)}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", nargs="*", choices=[*CASES, []], metavar="LAYER")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--processor", action="store_true", help="time of processors, where others use the machine, too"
    )
    parser.add_argument("--tiny", action="store_true", help="two rows, two rounds: only to see that it runs")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="replace the table of this page")
    options = parser.parse_args()
    global clock
    clock = time.process_time if options.processor else time.perf_counter
    lines, all_found = [], []
    for name in options.layers or CASES:
        found = compare(CASES[name], 2 if options.tiny else options.rounds, 2 if options.tiny else None)
        all_found += found
        lines.append(line(name, CASES[name], found))
        ratios = "; ".join(f"{f.ratio:.2f} ({f.spread[0]:.2f} to {f.spread[1]:.2f})" for f in found)
        print(" | ".join(lines[-1]), "|", ratios, flush=True)
    print(about_spread(all_found))
    if options.into:
        page = options.into.read_text(encoding="utf-8")
        made = f"{table(HEAD, lines)}\n\n{about_spread(all_found)}"
        options.into.write_text(replace(page, "layers", made), encoding="utf-8")


if __name__ == "__main__":
    main()
