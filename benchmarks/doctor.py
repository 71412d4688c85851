"""How good the doctor is: faults put into healthy trainings, and healthy trainings that look unusual.

    python benchmarks/doctor.py                # the first set, on which the rules were made
    python benchmarks/doctor.py --second       # other data, sizes and seeds
    python benchmarks/doctor.py --third        # others again, run once, when all rules were as they are
    python benchmarks/doctor.py --faults lr_too_high dead_relu --each 2 --verbose

A faulty training counts when it is worse than its healthy twin by a tenth of what there is to know. Then it is asked:
does a finding name the fault, does the first one, and does what the first one says to do bring back half of what was
lost? Of healthy trainings: is anything said that is more than a note, does anything compile, how long does it take?
By the same measure, an unusual training that is worse than the plain one of the same data is not healthy, and is
reported apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from faults.faults import FAULTS, KINDS, TWINS, WEAK, Fault
from faults.healthy import HEALTHY
from faults.repairs import repair
from faults.setup import Setup, healthy

HURTS = 0.1
# Faults that are errors of `fit`, or of which only the numbers that are shown suffer.
ALWAYS = ("nan_inputs", "nan_targets", "labels_out_of_range", "metric_mismatch")
# Data sets that a fault is put into; each has another shape, so another program, which seeds share.
PLACES = 3
SECOND = {
    "iris": "mnist", "wine": "pima", "digits": "mnist", "breast_cancer": "pima", "banknote": "irrigation",
    "circles": "checkers", "diabetes": "wages", "california": "california", "wages": "diabetes", "s_curve": "swiss",
    "waves": "swiss",
}  # fmt: skip
THIRD = {
    "iris": "three", "wine": "quantiles", "digits": "later_mnist", "breast_cancer": "hastie", "banknote": "moons",
    "circles": "rings", "titanic": "moons", "irrigation": "quantiles", "pima": "hastie", "diabetes": "friedman1",
    "california": "friedman2", "wages": "friedman3", "s_curve": "friedman3", "digit_images": "mnist_images",
    "sentences": "other_sentences", "waves": "quantiles",
}  # fmt: skip


def main() -> None:
    options = _options()
    began = time.perf_counter()
    if options.report:
        known = [json.loads(Path(name).read_text()) for name in options.report]
        _report([r for k in known for r in k["faulty"]], [r for k in known for r in k["fine"]], 0.0, options)
        return
    warnings.simplefilter("ignore")
    chosen = [f for f in FAULTS if not options.faults or f.name in options.faults]
    faulty = [] if options.healthy else _faulty(chosen, options)
    fine = [] if options.faults else _fine(options, faulty)
    _report(faulty, fine, time.perf_counter() - began, options)


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--second", action="store_true", help="other data, sizes and seeds")
    parser.add_argument("--third", action="store_true", help="others again")
    parser.add_argument("--faults", nargs="*", default=[], help="some of them; then no healthy trainings run")
    parser.add_argument("--healthy", action="store_true", help="healthy trainings alone")
    parser.add_argument("--each", type=int, default=9, help="trainings for each fault")
    parser.add_argument("--kinds", nargs="*", default=[], help="some kinds of healthy trainings")
    parser.add_argument("--fine", type=int, default=420, help="healthy trainings")
    parser.add_argument("--verbose", action="store_true", help="a line for each training that went wrong")
    parser.add_argument("--report", nargs="*", help="only report what is in these files")
    parser.add_argument(
        "--go-on", action="store_true", help="do not repeat the healthy trainings in the file of --json"
    )
    parser.add_argument("--json", help="a file for all results")
    return parser.parse_args()


def _places(fault: Fault, options: Any) -> list[tuple[str, int]]:
    """Data sets and seeds for a fault: three sets with a share of the seeds each, and more where it does not hurt."""
    names = KINDS.get(fault.data) or tuple(fault.data.split())
    names = tuple(dict.fromkeys(_other(name, options) for name in names))
    names = tuple(name for name in names if name not in WEAK or fault.data not in KINDS)
    turn = sum(map(ord, fault.name)) % len(names)
    names = names[turn:] + names[:turn]
    start = 1000 if options.third else 100 if options.second else 0
    seeds = -(-options.each // min(PLACES, len(names)))
    first = [(name, start + i) for name in names[:PLACES] for i in range(seeds)]
    return first + [(name, start + seeds + i) for i in range(2 * seeds) for name in names]


def _other(name: str, options: Any) -> str:
    return (THIRD if options.third else SECOND if options.second else {}).get(name, name)


def _changes(options: Any) -> dict[str, Any]:
    return {"hidden": (32, 8)} if options.third else {"hidden": (24, 12)} if options.second else {}


def _faulty(faults: list[Fault], options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for fault in faults:
        mine: list[dict[str, Any]] = []
        places = iter(_places(fault, options))
        while len(mine) < options.each and (place := next(places, None)):
            result = _one_fault(fault, *place, options)
            if result is None:
                print(f"{fault.name} does not hurt on {place}", flush=True)
                continue
            mine.append(result)
            if options.verbose and not (result["first"] and result["mended"]):
                print(json.dumps(result), flush=True)
        found += mine
        _keep(found, [], options)
    return found


def _keep(faulty: list[dict[str, Any]], fine: list[dict[str, Any]], options: Any) -> None:
    if options.json:
        Path(options.json).write_text(json.dumps({"faulty": faulty, "fine": fine}, indent=1))


def _one_fault(fault: Fault, name: str, seed: int, options: Any) -> dict[str, Any] | None:
    good = _twin(fault, name, seed, options)
    broken = healthy(name, seed, **_changes(options))
    fault.apply(broken, np.random.default_rng(seed + 7))
    began = time.perf_counter()
    model, history, findings = broken.train()
    seconds = time.perf_counter() - began
    bad = broken.quality(model, history)
    if fault.name not in ALWAYS and not good - bad > HURTS:
        return None
    alarms = [f for f in findings if f.severity != "note"]
    mended = _mended(broken, alarms[0], bad, good, fault) if alarms else False
    return {
        "fault": fault.name, "data": name, "seed": seed, "good": round(good, 3), "bad": round(bad, 3),
        "found": [f.name for f in alarms], "shares": [f.share and round(f.share, 2) for f in alarms],
        "notes": [f.name for f in findings if f.severity == "note"],
        "recall": any(f.name == fault.name for f in alarms), "first": bool(alarms) and alarms[0].name == fault.name,
        "mended": mended is True, "after": mended, "seconds": round(seconds, 2),
    }  # fmt: skip


_twins: dict[Any, float] = {}


def _twin(fault: Fault, name: str, seed: int, options: Any) -> float:
    """The quality of the healthy twin; most faults have the same."""
    key = (fault.name if fault.name in TWINS else "", name, seed)
    if key not in _twins:
        twin = healthy(name, seed, **_changes(options))
        TWINS.get(fault.name, lambda s, rng: None)(twin, np.random.default_rng(seed + 7))
        _twins[key] = _quality(twin)
    return _twins[key]


def _quality(s: Setup) -> float:
    model, history, _ = s.train(doctor=False)
    return s.quality(model, history)


def _mended(broken: Setup, finding: Any, bad: float, good: float, fault: Fault) -> bool | float:
    """Whether half of what was lost is back after the first finding's fix; else the quality after it."""
    mended = repair(broken, finding)
    if mended is None:
        return False
    if fault.name in ALWAYS:
        _, history, findings = mended.train()
        return history is not None and fault.name not in [f.name for f in findings]
    after = _quality(mended)
    return True if after - bad >= 0.5 * (good - bad) else round(after, 3)


def _fine(options: Any, faulty: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    known = {(r["label"], r["data"], r["seed"]): r for r in _known(options)["fine"]}
    seed = 1500 if options.third else 500 if options.second else 0
    chosen = [kind for kind in HEALTHY if not options.kinds or kind[0] in options.kinds]
    turns = {label: 0 for label, _, _ in chosen}
    while len(found) < options.fine:
        for label, datasets, change in chosen:
            mine = list(dict.fromkeys(_other(n, options) for n in datasets or KINDS["all"]))
            if len(found) == options.fine:
                break
            turn = turns[label]
            turns[label] += 1
            name, number = mine[turn % len(mine)], seed + turn // len(mine)
            if (label, name, number) not in known:
                made = healthy(name, number, **_changes(options))
                change(made, np.random.default_rng(number))
                known[label, name, number] = _one_fine(label, name, number, made, options)
            found.append(known[label, name, number])
            _keep(faulty, [*known.values()], options)
    return found


def _known(options: Any) -> dict[str, list[dict[str, Any]]]:
    """The results of a run that was ended before its end."""
    is_there = options.go_on and options.json and Path(options.json).exists()
    return json.loads(Path(options.json).read_text()) if is_there else {"faulty": [], "fine": []}


def _one_fine(label: str, name: str, seed: int, s: Setup, options: Any) -> dict[str, Any]:
    began = time.perf_counter()
    _, alone, _ = s.train(doctor=False)
    middle = time.perf_counter()
    model, history, findings = s.train()
    ended = time.perf_counter()
    compiled = model.compile_count()
    alarms = [f for f in findings if f.severity != "note"]
    result = {
        "label": label, "data": name, "seed": seed, "alarms": [f.name for f in alarms],
        "quality": round(s.quality(model, history), 3), "plain": _plain(name, seed, s, options),
        "notes": [f.name for f in findings if f.severity == "note"], "same": alone.history == history.history,
        "alone": middle - began, "watched": ended - middle, **model.seconds,
        "compiled": compiled,
    }  # fmt: skip
    result["hurts"] = result["plain"] is not None and result["plain"] - result["quality"] > HURTS
    if options.verbose and (alarms or result["compiled"]):
        print(json.dumps(result | {"messages": [f.message for f in alarms]}), flush=True)
    return result


_plains: dict[Any, tuple[float, Any]] = {}


def _plain(name: str, seed: int, s: Setup, options: Any) -> float | None:
    """The quality of the plain training of the same data; `None` where that is another task."""
    if (name, seed) not in _plains:
        plain = healthy(name, seed, **_changes(options))
        _plains[name, seed] = round(_quality(plain), 3), plain.parts["test"][1]
    quality, asked = _plains[name, seed]
    is_same = not isinstance(s.parts["test"][1], list) and np.array_equal(s.parts["test"][1], asked)
    return quality if is_same else None


def _report(faulty: list[dict[str, Any]], fine: list[dict[str, Any]], seconds: float, options: Any) -> None:
    _keep(faulty, fine, options)
    if faulty:
        _report_faulty(faulty)
    if fine:
        _report_fine(fine)
    print(f"{seconds:.0f} s")


def _report_faulty(faulty: list[dict[str, Any]]) -> None:
    recall, first, mended = (f"{np.mean([r[key] for r in faulty]):.1%}" for key in ("recall", "first", "mended"))
    print(f"\n{len(faulty)} faulty trainings: recall {recall}, first {first}, mended {mended}")
    for name in dict.fromkeys(r["fault"] for r in faulty):
        mine = [r for r in faulty if r["fault"] == name]
        rates = " ".join(f"{np.mean([r[key] for r in mine]):4.0%}" for key in ("recall", "first", "mended"))
        firsts = Counter(r["found"][0] if r["found"] else "nothing" for r in mine if not r["first"])
        print(f"  {name:30} {len(mine):3} {rates}  {dict(firsts) or ''}")


def _report_fine(all_of_them: list[dict[str, Any]]) -> None:
    hurt, fine = ([r for r in all_of_them if bool(r["hurts"]) == is_hurt] for is_hurt in (True, False))
    told = [r for r in hurt if r["alarms"]]
    share = lambda is_so: f"{np.mean([is_so(r) for r in fine]):.1%}"  # noqa: E731
    kinds = lambda some: dict(Counter((r["label"], a) for r in some for a in r["alarms"]))  # noqa: E731
    print(f"\n{len(fine)} healthy trainings: alarms in {share(lambda r: bool(r['alarms']))}")
    print(f"  something compiled in {share(lambda r: r['compiled'] > 0)}")
    print(f"  histories equal in {share(lambda r: r['same'])}")
    _report_time(fine)
    print(f"  besides, {len(hurt)} were worse than the plain ones by a tenth; alarms in {len(told)} of them")
    print("  alarms:", kinds(fine))
    print("  alarms besides:", kinds(told))


def _report_time(fine: list[dict[str, Any]]) -> None:
    """Its own time beside that of the rest of the same `fit`, since two runs of one differ by more than that.

    By the clock: engines and BLAS have threads that spin, whose time is nobody's work. So the machine must be quiet.
    """
    own, rest = (np.array([r[key] for r in fine]) for key in ("doctor", "fit"))
    rest = rest - own
    print(
        f"  time of the doctor: {own.sum() / rest.sum():.1%} of all fits, {1000 * np.median(own):.1f} ms in the median"
    )
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, np.inf)):
        mine = (rest > low) & (rest <= high)
        if mine.any():
            median = np.median(own[mine] / rest[mine])
            print(f"    {median:.1%} in the median of {mine.sum()} fits of {low:g} to {high:g} s")


if __name__ == "__main__":
    main()
