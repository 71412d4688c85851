"""`compile_from`: a model that was read is compiled as its file says, if that is known here."""

from __future__ import annotations

from typing import Any

from hornbeam.core.misfits import checking, compile_as
from hornbeam.saving.compile_arguments import arguments_of_today


def compile_from(model: Any, config: Any, path: str) -> None:
    """Compile `model`, or warn when the file names what is unknown here.

    Raises:
        ValueError: when the config is malformed.
    """
    if not isinstance(config, dict):
        raise ValueError(f"`compile_config` of `{path}` must be a dictionary. Received: {config!r}.")
    with checking("the arguments of `compile`"):
        arguments = arguments_of_today(config)
    compile_as(model, arguments, f"The model in `{path}`")
