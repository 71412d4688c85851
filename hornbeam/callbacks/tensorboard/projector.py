"""The vectors of embeddings, as TensorBoard's projector reads them: one file of numbers for each layer, and a list."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

CONFIG = "projector_config.pbtxt"


def embeddings_of(model: Any) -> dict[str, Any]:
    """The tables of the embeddings in a model, by the names of their layers."""
    found = {}
    for layer in model.layers:
        table = getattr(layer, "embeddings", None)
        if hasattr(table, "numpy"):
            found[layer.name] = table
        elif hasattr(layer, "layers"):
            found |= embeddings_of(layer)
    return found


def write_vectors(folder: str, model: Any, metadata: str | dict[str, str] | None) -> None:
    """Write the vectors of each layer, and which file with a line about each vector goes with them."""
    os.makedirs(folder, exist_ok=True)
    tables = embeddings_of(model)
    unknown = set(metadata) - set(tables) if isinstance(metadata, dict) else set()
    if unknown:
        raise ValueError(
            f"`embeddings_metadata` must have names of embedding layers: {sorted(tables)}. Received: {sorted(unknown)}."
        )
    entries = []
    for name, table in tables.items():
        np.savetxt(os.path.join(folder, f"{name}.tsv"), table.numpy().astype("float32"), "%.7g", "\t")
        about = metadata.get(name) if isinstance(metadata, dict) else metadata
        lines = [("tensor_name", name), ("tensor_path", f"{name}.tsv"), ("metadata_path", about)]
        entries += ["embeddings {", *(f"  {key}: {json.dumps(str(value))}" for key, value in lines if value), "}"]
    with open(os.path.join(folder, CONFIG), "w") as file:
        file.write("\n".join(entries) + "\n")
