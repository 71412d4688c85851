"""How long ResNet50 takes for one image and for 32, beside Keras on JAX, and PyTorch by hand in channels-last.

    python benchmarks/questions/resnet50.py              # five rounds: about three minutes
    python benchmarks/questions/resnet50.py --size 64    # smaller images

Each contestant is a process that stays; they predict in turn. `built` is the time to make the model, imports apart.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np

CONTESTANTS = ["hornbeam jax", "keras jax", "hornbeam torch", "by hand torch"]
DEPTHS = (3, 4, 6, 3)


def by_hand():
    """ResNet50 in PyTorch's modules, for images whose channels come last."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, channels, filters, stride, project):
            super().__init__()
            self.body = nn.Sequential(
                *(nn.Conv2d(channels, filters, 1, stride), nn.BatchNorm2d(filters), nn.ReLU()),
                *(nn.Conv2d(filters, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU()),
                *(nn.Conv2d(filters, 4 * filters, 1), nn.BatchNorm2d(4 * filters)),
            )
            short = (nn.Conv2d(channels, 4 * filters, 1, stride), nn.BatchNorm2d(4 * filters)) if project else ()
            self.shortcut = nn.Sequential(*short)

        def forward(self, x):
            return torch.relu(self.body(x) + self.shortcut(x))

    blocks, channels = [], 64
    for stage, depth in enumerate(DEPTHS):
        for i in range(depth):
            blocks.append(Block(channels, 64 * 2**stage, 2 if stage and i == 0 else 1, project=i == 0))
            channels = 4 * 64 * 2**stage
    stem = nn.Conv2d(3, 64, 7, 2, padding=3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000), nn.Softmax(1)
    model = nn.Sequential(*stem, *blocks, *head).eval().to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def predict(x):
        images = torch.from_numpy(x).permute(0, 3, 1, 2)  # a view: in memory the channels are last as they were
        return model(images).numpy()

    return predict


def made(name, size):
    """The function that predicts, and how long its model took to build."""
    library, engine = name.rsplit(" ", 1)
    if library == "by hand":
        start = time.perf_counter()
        return by_hand(), time.perf_counter() - start
    if library == "keras":
        import keras as k
    else:
        import hornbeam as k

        k.config.set_backend(engine)
    k.Sequential([k.Input((2,)), k.layers.Dense(1)])  # imports what a model needs
    start = time.perf_counter()
    model = k.applications.ResNet50(weights=None, input_shape=(size, size, 3))
    built = time.perf_counter() - start
    return lambda x: model.predict(x, batch_size=len(x), verbose=0), built


def serve(name, size):
    predict, built = made(name, size)
    print(built, flush=True)
    draw = np.random.default_rng(0)
    for line in sys.stdin:
        x = draw.normal(size=(int(line), size, size, 3)).astype("float32")
        start = time.perf_counter()
        predict(x)
        print(time.perf_counter() - start, flush=True)


def started(name, size):
    command = [sys.executable, __file__, "--serve", name, "--size", str(size)]
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def ask(process, rows):
    process.stdin.write(f"{rows}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def main(size, rounds, batches):
    processes = {name: started(name, size) for name in CONTESTANTS}
    for name, process in processes.items():
        print(f"{name:15} built {float(process.stdout.readline()):6.2f} s")
    for rows in batches:
        first = {name: ask(process, rows) for name, process in processes.items()}
        times = {name: [] for name in processes}
        for _ in range(rounds):
            for name, process in processes.items():
                times[name].append(ask(process, rows))
        for name in processes:
            middle = statistics.median(times[name])
            print(f"{name:15} {rows:3} images: first {first[name]:6.2f} s, then {1000 * middle:7.1f} ms")
    for process in processes.values():
        process.stdin.close()
        process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.size)
    else:
        main(given.size, given.rounds, given.batches)
