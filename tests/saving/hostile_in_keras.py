"""What real Keras does with an input that broke it: `python hostile_in_keras.py S4`, or without a number for all.

Each runs in a process of its own, in an empty folder, with at most 12 GB of address space and 60 seconds.
"""

import os
import resource
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).parent


def one(number: str) -> None:
    os.environ["KERAS_BACKEND"] = "jax"
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(HERE))
    import hostile
    import keras

    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    folder = Path(tempfile.mkdtemp())
    try:
        result = hostile.INPUTS[number](keras, folder)
        said = f"gave {type(result).__name__} {str(result)[:150]!r}"
    except BaseException as error:
        said = f"{type(error).__name__}: {str(error)[:160]!r} ... {str(error)[-200:]!r}"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    owned = [str(p) for p in (Path("owned"), folder / "owned", folder.parent / "owned") if p.exists()]
    print(f"{number}: {said}; {grown:.0f} MB more{f'; OWNED {owned}' if owned else ''}")


def main() -> None:
    for number in [f"S{i}" for i in range(1, 31)]:
        with tempfile.TemporaryDirectory() as folder:
            limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))  # noqa: E731
            command = [sys.executable, str(HERE / "hostile_in_keras.py"), number]
            try:
                done = subprocess.run(
                    command, cwd=folder, preexec_fn=limit, timeout=60, capture_output=True, text=True, check=False
                )
                lines = [line for line in done.stdout.splitlines() if line.startswith(number)]
                print(lines[-1] if lines else f"{number}: exit {done.returncode}: {done.stderr[-300:]}", flush=True)
            except subprocess.TimeoutExpired:
                print(f"{number}: still running after 60 seconds", flush=True)


if __name__ == "__main__":
    one(sys.argv[1]) if len(sys.argv) > 1 else main()
