"""What every timed script here does alike: start the clock, run one workload by name, print one line of JSON.

Import it first: the clock starts here. Seconds by phase, less is better:

    import   importing NumPy and the library
    first    the first call of the job, compilation included
    again    the same call once more, with nothing left to compile
    call     one direct call of the model, where the workload has it
    total    from the start of the script to the end of `first`

`quality` tells whether the work was done: the last epoch's loss, an accuracy, or a mean of the predictions.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

START = time.perf_counter()

Result = dict[str, float]


def since_start() -> float:
    return time.perf_counter() - START


def timed(run: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def twice(run: Callable[[], float]) -> Result:
    """The phases of a job that is run twice; `run` gives the quality."""
    first, _ = timed(run)
    total = since_start()
    again, quality = timed(run)
    return {"first": first, "again": again, "total": total, "quality": quality}


def main(workloads: list[Callable[[bool], Result]], imported: float) -> None:
    """Run the workload that the command line names; `--tiny` takes a few rows, to see that it runs."""
    by_name = {workload.__name__: workload for workload in workloads}
    names = [argument for argument in sys.argv[1:] if argument != "--tiny"]
    if len(names) != 1 or names[0] not in by_name:
        sys.exit(f"usage: python {sys.argv[0]} {'|'.join(by_name)} [--tiny]")
    result = by_name[names[0]]("--tiny" in sys.argv)
    print(json.dumps({"import": imported, **{name: float(value) for name, value in result.items()}}))
