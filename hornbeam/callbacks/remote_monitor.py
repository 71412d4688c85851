"""`RemoteMonitor`: the numbers of every epoch to a server."""

from __future__ import annotations

import json
import warnings
from typing import Any

from hornbeam.callbacks.base import Callback, Logs

_PATIENCE = 10  # seconds until a server that says nothing counts as away


class RemoteMonitor(Callback):
    """Posts a JSON object to `root + path` after each epoch: its number, from 0, as "epoch", and its numbers by name.

    A server that is away, or that refuses, is a warning: training goes on.

    Args:
        root: address of the server.
        path: of what takes the numbers there.
        field: the name of the form's field that holds them.
        headers: more headers of the request.
        send_as_json: whether the object itself is sent, as "application/json", instead of a form.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ):
        if not root.startswith(("http://", "https://")):
            raise ValueError(f"`root` must begin with http:// or https://. Received: root={root!r}.")
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        from urllib.request import Request, urlopen

        kind, body = self._packed({"epoch": epoch} | {name: _plain(value) for name, value in (logs or {}).items()})
        request = Request(self.root + self.path, body, {"Content-Type": kind} | (self.headers or {}), method="POST")
        try:
            with urlopen(request, timeout=_PATIENCE):
                pass
        except OSError as error:
            warnings.warn(f"RemoteMonitor: {self.root + self.path} did not take the numbers: {error}", stacklevel=2)

    def _packed(self, numbers: dict[str, Any]) -> tuple[str, bytes]:
        from urllib.parse import urlencode

        text = json.dumps(numbers)
        if self.send_as_json:
            return "application/json", text.encode()
        return "application/x-www-form-urlencoded", urlencode({self.field: text}).encode()


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
