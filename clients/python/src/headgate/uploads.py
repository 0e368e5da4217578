"""Large objects in parts: several at a time, each tried again alone, and to be gone on with after a crash."""

from __future__ import annotations

import hashlib
import http.client
import io
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from .errors import CallerError, ConnectionFailed, NotFound
from .progress import Progress
from .transport import Transport

# More than this does not pass a function of AWS in one piece.
PUT_BYTES = 4_000_000
AT_ONCE = 4
TRIES = 5
PIECE = 1 << 20

Send = Callable[[int, int, int], str]


class UploadBroken(ConnectionFailed):
    """An upload ended before its end; what has arrived is kept for two days and `resume=True` goes on with it."""


def upload(
    transport: Transport,
    path: str,
    file: IO[bytes],
    size: int,
    if_absent: bool,
    keep_older: bool,
    resume: bool,
    progress: bool | None,
) -> dict[str, Any]:
    """Sends a file that can seek, and answers the object."""
    begun = _under_way(transport, path) if resume else None
    if begun is None:
        body = {"path": path, "ifAbsent": if_absent, **({"keepOlder": True} if keep_older else {})}
        begun = transport.call("createUpload", body=body)
    arrived = {part["number"]: part for part in begun.get("parts", ())}
    length = max(begun["partBytes"], -(-size // begun["maxParts"]))
    start, lock = file.tell(), threading.Lock()
    bar = Progress("bytes", size, progress)

    def send(number: int) -> dict[str, Any]:
        begin = (number - 1) * length
        part = _Part(file, lock, start + begin, min(length, size - begin))
        known = arrived.get(number)
        if known is None or known["size"] != len(part) or known["etag"] != _md5(part):
            known = {"number": number, "etag": _send(transport, begun["id"], number, part)}
        bar.add(len(part))
        return {"number": number, "etag": known["etag"]}

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        parts = [*pool.map(send, range(1, -(-size // length) + 1))]
    except (OSError, http.client.HTTPException, ConnectionFailed) as cause:
        raise UploadBroken(f"The upload of {path!r} broke off. Go on with resume=True.") from cause
    finally:
        pool.shutdown(cancel_futures=True)
        bar.close()
    try:
        found: dict[str, Any] = transport.call("completeUpload", {"id": begun["id"]}, body={"parts": parts})
    except CallerError:
        transport.call("abortUpload", {"id": begun["id"]})
        raise
    return found


def _under_way(transport: Transport, path: str) -> dict[str, Any] | None:
    same = [each["id"] for each in transport.pages("listUploads") if each["path"] == path]
    for newest in sorted(same, reverse=True):
        try:
            found: dict[str, Any] = transport.call("getUpload", {"id": newest})
            return found
        except NotFound:
            continue
    return None


def _send(transport: Transport, upload: str, number: int, part: _Part) -> str:
    for attempt in range(TRIES):
        # An address is good for five minutes: each try gets a new one.
        (signed,) = transport.call("signParts", {"id": upload}, body={"numbers": [number]})["parts"]
        part.seek(0)
        headers = {"content-length": str(len(part)), "content-type": "application/octet-stream"}
        request = urllib.request.Request(signed["url"], data=part, headers=headers, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=transport.timeout) as reply:
                return str(reply.headers["etag"]).strip('"')
        except (OSError, http.client.HTTPException) as cause:
            lasting = (
                isinstance(cause, urllib.error.HTTPError) and cause.code < 500 and cause.code not in (403, 408, 429)
            )
            if lasting or attempt == TRIES - 1:
                raise ConnectionFailed(f"Part {number} was not taken: {cause}") from cause
        time.sleep(0.5 * 2**attempt)
    raise AssertionError("unreachable")


class _Part(io.RawIOBase):
    """A share of a file that several threads read."""

    def __init__(self, file: IO[bytes], lock: threading.Lock, begin: int, length: int) -> None:
        super().__init__()
        self._file, self._lock, self._begin, self._length, self._at = file, lock, begin, length, 0

    def __len__(self) -> int:
        return self._length

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        assert whence == io.SEEK_SET
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        left = self._length - self._at
        with self._lock:
            self._file.seek(self._begin + self._at)
            found = self._file.read(left if size < 0 else min(size, left))
        self._at += len(found)
        return found


def _md5(part: _Part) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(part):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(part: _Part) -> Iterator[bytes]:
    part.seek(0)
    while piece := part.read(PIECE):
        yield piece
