"""`download`: an address into a file that appears once it is complete."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from hornbeam.utils.progbar import Progbar

_CHUNK = 2**18
_TIMEOUT = 60.0  # seconds without a byte
_SHOWN_FROM = 2**22  # bytes that are worth a progress bar


def check_origin(origin: str, expected: str | None, is_redirection: bool = False) -> None:
    """Raise a `ValueError` unless what comes from `origin` can be trusted to be what its owner gave.

    A file of this machine is for the caller to name, not for a server.
    """
    secure: tuple[str, ...] = ("https://",) if expected is None else ("https://", "http://")
    if not is_redirection:
        secure += ("file://",)
    if not origin.lower().startswith(secure):
        raise ValueError(
            "`origin` must begin with https://, http:// if `file_hash` is given, or file:// for a local file. "
            f"Received: {origin!r}."
        )


def download(origin: str, path: str, expected: str | None, check: Callable[[str], None], size_limit: int) -> None:
    """Download `origin` to `path`.

    Args:
        origin: the address.
        path: the file, which appears, or is replaced, at the end.
        expected: its hash, if it is known.
        check: `(path)`, raises when the file is not the right one.
        size_limit: the most bytes to take.

    Raises:
        ValueError: when the file is too large, or `check` says so.
        OSError: when the connection fails.
    """
    partial = _partial(origin, path, expected)
    print(f"Downloading {origin}")
    try:
        _fetch(origin, path, partial, expected, size_limit)
        check(partial)
    except ValueError:
        _forget(partial)
        raise
    os.replace(partial, path)
    _forget(partial)


def _partial(origin: str, path: str, expected: str | None) -> str:
    """Where an unfinished download lies: of this address and this hash alone."""
    key = hashlib.sha256(f"{origin} {expected}".encode()).hexdigest()[:12]
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{key}.part")


def _forget(partial: str) -> None:
    for path in (partial, partial + ".etag"):
        with suppress(OSError):
            os.remove(path)


def _fetch(origin: str, path: str, partial: str, expected: str | None, size_limit: int) -> None:
    import urllib.error
    import urllib.request

    start, headers = _resumption(partial, expected)
    request = urllib.request.Request(origin, headers={"User-Agent": "hornbeam", **headers})
    try:
        response = _opener(expected).open(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:  # nothing beyond what is there
            return _start_anew(origin, path, partial, expected, size_limit)
        raise _failed(origin, path, f"the server answers {error.code}, {error.reason}") from None
    except OSError as error:
        raise _failed(origin, path, getattr(error, "reason", error)) from None
    with response:
        goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        start = start if goes_on else 0
        _keep_tag(partial, response.headers.get("ETag"))
        with open(partial, "ab" if goes_on else "wb") as file:
            _receive(response, file, origin, start, size_limit)


def _failed(origin: str, path: str, reason: Any) -> OSError:
    return OSError(f"{origin!r} cannot be downloaded ({reason}): try again, or put the file at `{path}` yourself.")


def _start_anew(origin: str, path: str, partial: str, expected: str | None, size_limit: int) -> None:
    _forget(partial)
    _fetch(origin, path, partial, expected, size_limit)


def _resumption(partial: str, expected: str | None) -> tuple[int, dict[str, str]]:
    """How much is there, and the headers that ask for the rest; only where it is known to be of the same file."""
    size = os.path.getsize(partial) if os.path.exists(partial) else 0
    tag = ""
    with suppress(OSError), open(partial + ".etag", encoding="latin-1") as file:
        tag = file.read()
    if not size or not (tag or expected):
        return 0, {}
    return size, {"Range": f"bytes={size}-"} | ({"If-Range": tag} if tag else {})


def _keep_tag(partial: str, tag: str | None) -> None:
    with suppress(OSError):
        os.remove(partial + ".etag")
    if tag and not tag.startswith("W/"):
        with open(partial + ".etag", "w", encoding="latin-1") as file:
            file.write(tag)


def _receive(response: Any, file: IO[bytes], origin: str, start: int, size_limit: int) -> None:
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdigit() else None
    bar = Progbar(total, unit_name="byte") if (total or 0) >= _SHOWN_FROM else None
    size = start
    while chunk := response.read(_CHUNK):
        size += len(chunk)
        if size > size_limit or (total or 0) > size_limit:
            raise ValueError(f"{origin!r} is larger than `size_limit`, {size_limit:,} bytes.")
        file.write(chunk)
        if bar:
            bar.update(size)
    if total is not None and size < total:
        raise OSError(f"The download of {origin!r} broke off after {size:,} of {total:,} bytes; call again to go on.")


def _opener(expected: str | None) -> Any:
    """What opens addresses, and follows redirections to none that it would not be given."""
    import urllib.request

    class Redirected(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:
            check_origin(newurl, expected, is_redirection=True)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return urllib.request.build_opener(Redirected)
