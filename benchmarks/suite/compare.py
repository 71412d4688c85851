"""Run workloads with several contestants in turn, each run a fresh process, and compare the medians.

    python benchmarks/suite/compare.py                        # everything: half an hour and more
    python benchmarks/suite/compare.py --quick                # one run each, the contestants on JAX, PyTorch by hand
    python benchmarks/suite/compare.py mlp_small cnn_mnist    # chosen workloads
    python benchmarks/suite/compare.py --with hornbeam-jax,keras-jax -n 5 mlp_small
    python benchmarks/suite/compare.py --json results.json    # adds to what the file holds; see tables.py

A figure is the median of the runs; the ratio beside it is this time over the first contestant's, so above 1 the first
is faster. Runs are cold: every process starts with empty compilation caches, but from Python's compiled bytecode, as
installed packages do. `--warm` keeps the caches, fills them with a run that is not counted, and shows what the second
script of the day waits for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
FOLDER = HERE.parent
ROOT = FOLDER.parent
WORKLOADS = (
    "mlp_small mlp_tabular cnn_mnist cnn_deep autoencoder lstm_text transformer "
    "predict_one predict_bulk generator cross_validation"
).split()
PHASES = ("import", "first", "again", "call", "total", "quality")


class Contestant(NamedTuple):
    label: str
    script: str
    settings: dict[str, str]
    packages: tuple[str, ...]


def with_library(library: str, engine: str) -> Contestant:
    settings = {"BENCH_LIBRARY": library, "KERAS_BACKEND": engine, "HORNBEAM_ENGINE": engine}
    label = f"{library.capitalize()} on {'JAX' if engine == 'jax' else 'PyTorch'}"
    return Contestant(label, "suite/workloads.py", settings, (library, engine))


CONTESTANTS = {
    "hornbeam-jax": with_library("hornbeam", "jax"),
    "hornbeam-torch": with_library("hornbeam", "torch"),
    "keras-jax": with_library("keras", "jax"),
    "keras-torch": with_library("keras", "torch"),
    "jax": Contestant("JAX by hand", "yardsticks/with_jax.py", {}, ("jax",)),
    "torch": Contestant("PyTorch by hand", "yardsticks/with_torch.py", {}, ("torch",)),
    "torch-compile": Contestant("torch.compile", "yardsticks/with_torch.py", {"BENCH_COMPILE": "1"}, ("torch",)),
}
QUICK = ("hornbeam-jax", "keras-jax", "jax", "torch")


def missing(name: str) -> str:
    """Why a contestant cannot run here; empty when it can."""
    for package in CONTESTANTS[name].packages:
        if package != "hornbeam" and util.find_spec(package) is None:
            return f"{package} is not installed"
    compilers = filter(None, (os.environ.get("CXX"), "g++", "clang++", "c++"))
    if name == "torch-compile" and not any(map(shutil.which, compilers)):
        return "needs a C++ compiler"
    return ""


def environment() -> dict[str, str]:
    """The caller's, without what keeps Python from using bytecode or makes it look for it elsewhere."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT), os.environ.get("PYTHONPATH", "")])}


def compile_sources(names: list[str]) -> None:
    """Write the bytecode that the contestants import. `pip` does so; a checkout would be compiled within the runs."""
    packages = {package for name in names if not missing(name) for package in CONTESTANTS[name].packages}
    specs = [util.find_spec(package) for package in sorted(packages - {"hornbeam"})]
    folders = [FOLDER, ROOT / "hornbeam", *(place for spec in specs for place in spec.submodule_search_locations)]
    subprocess.run([sys.executable, "-m", "compileall", "-qq", *map(str, folders)], env=environment())


@contextmanager
def caches(keep: Path | None) -> Iterator[dict[str, str]]:
    """Environment variables that point every compilation cache to one folder, which is empty unless it is kept."""
    with tempfile.TemporaryDirectory() as empty:
        folder = keep or Path(empty)
        yield {"HORNBEAM_CACHE_DIR": str(folder / "hornbeam"), "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor")}


def run(name: str, workload: str, tiny: bool = False, timeout: float = 300, keep: Path | None = None) -> dict:
    """The figures of one run, or `{"error": why there are none}`."""
    contestant = CONTESTANTS[name]
    if why := missing(name):
        return {"error": why}
    command = [sys.executable, str(FOLDER / contestant.script), workload, *["--tiny"] * tiny]
    with caches(keep) as folders:
        settings = environment() | contestant.settings | folders
        try:
            done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return {"error": f"took more than {timeout:.0f} s"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1][:200]}
    return json.loads(done.stdout.splitlines()[-1])


def compare(workload: str, names: list[str], args) -> dict[str, list[dict]]:
    """The runs of each contestant, in turn, so that noise which comes and goes hits all alike."""
    runs: dict[str, list[dict]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        keep = {name: Path(folder) / name if args.warm else None for name in names}
        if args.warm:
            for name in names:
                run(name, workload, args.tiny, args.timeout, keep[name])
        for _ in range(args.n):
            for name in names:
                if not any("error" in done for done in runs[name]):
                    runs[name].append(run(name, workload, args.tiny, args.timeout, keep[name]))
    return runs


def median(runs: list[dict], phase: str) -> float | None:
    """`None` where a run failed or the workload has no such phase."""
    values = [done.get(phase) for done in runs]
    return None if not values or None in values else statistics.median(values)


def show(workload: str, runs: dict[str, list[dict]], markdown: bool) -> None:
    """One line a contestant: medians, and ratios to the first."""
    first = next(iter(runs.values()))
    print()
    print(_line([workload, *PHASES, ""], markdown))
    if markdown:
        print("|:--" + "|--:" * len(PHASES) + "|:--|")
    for name, own in runs.items():
        errors = sorted({done["error"] for done in own if "error" in done})
        cells = [_cell(phase, median(own, phase), median(first, phase)) for phase in PHASES]
        print(_line([name, *cells, "; ".join(errors)], markdown), flush=True)


def _cell(phase: str, value: float | None, base: float | None) -> str:
    if value is None:
        return ""
    ratio = "" if phase == "quality" or not base else f"{value / base:6.2f}x"
    return f"{value:.4g} {ratio}"


def _line(cells: list[str], markdown: bool) -> str:
    if markdown:
        return "| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |"
    name, *figures, errors = cells
    return f"{name:17}" + "".join(f"{figure:>18}" for figure in figures) + "  " + errors


def save(path: Path, workload: str, runs: dict[str, list[dict]], args) -> None:
    """Put the runs into the file, beside what it holds of other workloads and contestants."""
    results = json.loads(path.read_text()) if path.exists() else {}
    results.setdefault("warm" if args.warm else "cold", {}).setdefault(workload, {}).update(runs)
    path.write_text(json.dumps(results, indent=1))


def save_machine(path: Path, tiny: bool) -> None:
    """What the machine is and can do at best, unless the file says it."""
    results = json.loads(path.read_text()) if path.exists() else {}
    if "machine" not in results:
        command = [sys.executable, str(HERE / "machine_peak.py"), *["--tiny"] * tiny]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        path.write_text(json.dumps({**results, "machine": json.loads(shown)}, indent=1))


def arguments(argv: list[str] | None = None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="workload", help=" ".join(WORKLOADS))
    parser.add_argument("--with", dest="names", metavar="NAMES", help=",".join(CONTESTANTS))
    parser.add_argument("-n", type=int, help="runs of each (3; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="one run each, of " + ", ".join(QUICK))
    parser.add_argument("--warm", action="store_true", help="keep the compilation caches from run to run")
    parser.add_argument("--tiny", action="store_true", help="a few rows, to see that everything runs")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for one run (300)")
    parser.add_argument("--markdown", action="store_true", help="print tables in Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add all runs to this file")
    args = parser.parse_args(argv)
    args.n = args.n or (1 if args.quick else 3)
    args.names = args.names.split(",") if args.names else list(QUICK if args.quick else CONTESTANTS)
    args.workloads = args.workloads or WORKLOADS
    for given, known in ((args.workloads, WORKLOADS), (args.names, CONTESTANTS)):
        if unknown := set(given) - set(known):
            parser.error(f"expected some of {', '.join(known)}; received {', '.join(sorted(unknown))}")
    return args


def main() -> None:
    args = arguments()
    compile_sources(args.names)
    if args.json:
        save_machine(args.json, args.tiny)
    for workload in args.workloads:
        runs = compare(workload, args.names, args)
        show(workload, runs, args.markdown)
        if args.json:
            save(args.json, workload, runs, args)


if __name__ == "__main__":
    main()
