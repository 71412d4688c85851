"""`TFSMLayer`: what it is replaced by."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.base.layer import Layer


class TFSMLayer(Layer):
    """Keras's layer around a TensorFlow SavedModel, which only TensorFlow can run.

    Raises:
        NotImplementedError: always.
    """

    def __init__(
        self,
        filepath: Any,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ):
        raise NotImplementedError(
            f"A SavedModel such as {str(filepath)!r} holds a program for TensorFlow, which Hornbeam does without: save "
            "the model as a `.keras` file where it was made, and read it with `hornbeam.saving.load_model`."
        )

    def call(self, inputs: Any, training: bool = False, **kwargs: Any) -> Any:
        """Never reached: there is no such layer."""
        raise NotImplementedError(f"`{type(self).__name__}` cannot be called.")

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Any:
        """Say what to do instead, for a file that has such a layer."""
        return cls(config.get("filepath"))
