"""Bytes to files: a file is there whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .errors import ConnectionFailed

CHUNK = 1 << 20


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


@contextmanager
def fetched(part: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """A part of a dataset as a temporary file, its SHA-256 proven."""
    with tempfile.TemporaryFile() as file:
        with urllib.request.urlopen(part["url"], timeout=60) as reply:
            copy(reply, file)
        file.seek(0)
        digest = hashlib.sha256()
        while piece := file.read(CHUNK):
            digest.update(piece)
        if digest.hexdigest() != part["sha256"]:
            raise ConnectionFailed(f"{part['name']} did not arrive as it was published.")
        file.seek(0)
        yield file
