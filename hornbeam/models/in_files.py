"""What models have to do with files: saved whole, their weights saved and read, described as text."""

from __future__ import annotations

import json
from typing import Any

from hornbeam import saving
from hornbeam.core import serialization


class InFiles:
    """A part of `Model`."""

    def save(
        self,
        filepath: Any,
        overwrite: bool = True,
        zipped: bool | None = None,
        include_optimizer: bool = True,
        **kwargs: Any,
    ) -> None:
        """Write the whole model, with its training state, to a file; see `hornbeam.saving.save_model`."""
        saving.save_model(self, filepath, overwrite, zipped, include_optimizer, **kwargs)

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None, **kwargs: Any
    ) -> None:
        """Write the weights, and the optimizer's state, to a file; see `hornbeam.saving.save_weights`."""
        saving.save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size, **kwargs)

    def load_weights(
        self, filepath: Any, skip_mismatch: bool = False, by_name: bool = False, reshape: bool = False, **kwargs: Any
    ) -> Any:
        """Read weights from a file; nothing is assigned unless all fits. Returns what became of each weight.

        `hornbeam.saving.load_weights` has the arguments.
        """
        return saving.load_weights(self, filepath, skip_mismatch, by_name, reshape, **kwargs)

    def to_json(self, **kwargs: Any) -> str:
        """The config as JSON text; `model_from_json` reads it."""
        return json.dumps(serialization.serialize_object(self), **kwargs)
