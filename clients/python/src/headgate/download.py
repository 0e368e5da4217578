"""Bytes to files: a file is there whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from .errors import ConnectionFailed

CHUNK = 1 << 20
TRIES = 4


def save(reply: http.client.HTTPResponse, target: Path) -> Path:
    """Writes beside the target and moves it there at the end; answers the path."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file, reply:
            copy(reply, file)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return target


def copy(reply: http.client.HTTPResponse, file: IO[bytes]) -> None:
    """All bytes, in pieces. A body that ends before its length is an error."""
    expected = reply.length
    try:
        shutil.copyfileobj(reply, file, CHUNK)
    except (OSError, http.client.HTTPException) as cause:
        raise ConnectionFailed("The download broke off.") from cause
    if expected is not None and reply.length:
        raise ConnectionFailed("The download broke off.")


def fetch(part: Mapping[str, Any], renew: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> IO[bytes]:
    """A part of a dataset as a temporary file, its SHA-256 proven; what breaks off is tried again."""
    for attempt in range(TRIES):
        file: IO[bytes] = tempfile.TemporaryFile()
        try:
            with urllib.request.urlopen(part["url"], timeout=60) as reply:
                copy(reply, file)
            _prove(part, file)
            return file
        except (OSError, http.client.HTTPException, ConnectionFailed) as cause:
            file.close()
            if attempt == TRIES - 1:
                raise ConnectionFailed(f"{part['name']} did not arrive: {cause}") from cause
            if isinstance(cause, urllib.error.HTTPError) and cause.code in (401, 403):
                part = renew(part)
        except BaseException:
            file.close()
            raise
        time.sleep(0.4 * 2**attempt)
    raise AssertionError("unreachable")


def _prove(part: Mapping[str, Any], file: IO[bytes]) -> None:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    if digest.hexdigest() != part["sha256"]:
        raise ConnectionFailed("it is not what was published.")
    file.seek(0)
