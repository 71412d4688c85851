"""Turn the results of `compare.py --json` into the Markdown tables of docs/performance.md.

python benchmarks/suite/tables.py results.json                             # print them
python benchmarks/suite/tables.py results.json --into docs/performance.md  # replace those between the markers
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from compare import CONTESTANTS, WORKLOADS, median

Rows = list[list[str]]


def table(head: list[str], rows: Rows) -> str:
    """Markdown: the first column to the left, the others to the right."""
    if not rows:
        return "No figures yet."
    rules = [":--", *["--:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rules, *rows])


def seconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value < 1e-3:
        return f"{value * 1e6:.3g} µs"
    if value < 1:
        return f"{value * 1e3:.3g} ms"
    return f"{value:.3g} s"


def times(value: float | None, base: float | None) -> str:
    return (
        "–" if value is None or not base else f"{value / base:.2g}×" if value < 99.5 * base else f"{value / base:.0f}×"
    )


def machine(results: dict) -> str:
    about = results["machine"]
    counts = [len(runs) for workload in results.get("cold", {}).values() for runs in workload.values()]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    rows = [
        ["processor", f"{about['processor']}, {about['cores']} cores" + ", AVX-512" * about["avx512"]],
        ["memory", f"{about['memory'] / 2**30:.0f} GiB"],
        ["system", about["system"]],
        ["versions", versions],
        ["runs behind a figure", " to ".join(dict.fromkeys([str(min(counts)), str(max(counts))]))],
        ["peak of matrix products", f"{about['peak']['operations'] / 1e9:.0f} GFLOP/s in float32"],
        ["peak of memory, reading and writing", f"{about['peak']['bytes'] / 1e9:.0f} GB/s"],
    ]
    return table(["machine", ""], rows)


def against(runs: dict, own: str, others: list[str], phases: list[str]) -> str:
    """Own seconds by phase, and how many times as long the others take."""
    head = ["workload"]
    for phase in phases:
        head += [f"{phase}: {CONTESTANTS[own].label}", *(CONTESTANTS[other].label for other in others)]
    rows = []
    for workload in WORKLOADS:
        found = runs.get(workload, {})
        if own not in found:
            continue
        row = [f"`{workload}`"]
        for phase in phases:
            base = median(found[own], phase)
            row += [seconds(base), *(times(median(found.get(other, []), phase), base) for other in others)]
        rows.append(row)
    return table(head, rows)


def behind(runs: dict, own: str, phases: list[str]) -> str:
    """By workload and phase, who takes less than 0.95 of our time."""
    rows = []
    for workload in WORKLOADS:
        found = runs.get(workload, {})
        row = []
        for phase in phases:
            base = median(found.get(own, []), phase)
            others = {name: median(done, phase) for name, done in found.items() if name != own}
            faster = [name for name, value in others.items() if value is not None and base and value < 0.95 * base]
            faster.sort(key=lambda name: others[name])
            row.append("<br>".join(f"{CONTESTANTS[name].label} {times(others[name], base)}" for name in faster))
        if any(row):
            rows.append([f"`{workload}`", *row])
    return table(["workload", *phases], rows)


def quality(runs: dict) -> str:
    rows = []
    for workload in WORKLOADS:
        if found := runs.get(workload):
            values = [median(found.get(name, []), "quality") for name in CONTESTANTS]
            rows.append([f"`{workload}`", *("–" if value is None else f"{value:.4f}" for value in values)])
    return table(["workload", *(contestant.label for contestant in CONTESTANTS.values())], rows)


def floors(results: dict) -> str:
    """The least time of a step by the machine's peaks, and the share of it in the time that a step took."""
    peak = results["machine"]["peak"]
    names = ("hornbeam-jax", "jax", "torch", "torch-compile")
    head = ["workload", "MFLOP a step", "MB a step", "floor", "Hornbeam, a step"]
    rows = []
    for workload in WORKLOADS:
        found = results.get("cold", {}).get(workload, {})
        operations, moved, steps = (median(found.get("jax", []), key) for key in ("operations", "bytes", "steps"))
        if steps is None:
            continue
        floor = max(operations / peak["operations"], moved / peak["bytes"])
        each = [median(found.get(name, []), "again") for name in names]
        shares = ["–" if again is None else f"{100 * floor * steps / again:.2g} %" for again in each]
        own = seconds(each[0] and each[0] / steps)
        rows.append([f"`{workload}`", f"{operations / 1e6:.3g}", f"{moved / 1e6:.3g}", seconds(floor), own, *shares])
    return table([*head, *(f"share: {CONTESTANTS[name].label}" for name in names)], rows)


def tables(results: dict) -> dict[str, str]:
    """Every table by the name of its marker."""
    cold, warm = results.get("cold", {}), results.get("warm", {})
    phases = ["first", "again", "total"]
    one = {name: cold[name] for name in ("predict_one",) if name in cold}
    by_hand = ["jax", "torch", "torch-compile"]
    return {
        "machine": machine(results),
        "keras": against(cold, "hornbeam-jax", ["keras-jax", "keras-torch"], phases),
        "torch": against(cold, "hornbeam-torch", ["keras-torch", "hornbeam-jax"], phases),
        "call": against(one, "hornbeam-jax", ["hornbeam-torch", "keras-jax", "keras-torch", *by_hand], ["call"]),
        "yardsticks": against(cold, "hornbeam-jax", by_hand, ["again", "total"]),
        "behind": behind(cold, "hornbeam-jax", ["first", "again", "total"]),
        "warm": against(warm, "hornbeam-jax", ["keras-jax", "jax"], ["first", "total"]),
        "floors": floors(results),
        "quality": quality(cold),
    }


def replace(text: str, name: str, new: str) -> str:
    """`text` with what is between `<!-- table: name -->` and `<!-- end -->` replaced."""
    pattern = rf"(<!-- table: {name} -->\n).*?(<!-- end -->)"
    text, count = re.subn(pattern, lambda found: f"{found[1]}{new}\n{found[2]}", text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"The page must hold one marker `<!-- table: {name} -->` with an end. Found: {count}.")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--into", type=Path, metavar="PAGE", help="replace the tables of this page")
    args = parser.parse_args()
    made = tables(json.loads(args.results.read_text()))
    if not args.into:
        print("\n\n".join(f"### {name}\n\n{text}" for name, text in made.items()))
        return
    page = args.into.read_text(encoding="utf-8")
    for name, text in made.items():
        page = replace(page, name, text)
    args.into.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
