"""CIFAR-100: 60,000 small photographs of a hundred kinds, in twenty groups."""

from __future__ import annotations

from hornbeam.datasets.cifar import Pair, batches_of

_HASH = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode: str = "fine") -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)`: 50,000 and 10,000 photographs.

    Args:
        label_mode: "fine" for the hundred kinds, "coarse" for the twenty groups.

    Returns:
        Images as uint8 of shape (n, 32, 32, 3), labels as int64 of shape (n, 1).
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f'`label_mode` must be "fine" or "coarse". Received: label_mode={label_mode!r}.')
    train, test = (
        batches_of("cifar-100-python.tar.gz", _HASH, "cifar-100-python", [file], f"{label_mode}_labels")
        for file in ("train", "test")
    )
    return train, test
