"""What folders and files have in common, whichever store they are in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from .download import save
from .errors import ConnectionFailed, NoSuchKey, NotFound
from .show import html_facts, html_table, near
from .transport import read_all

BLOCK_BYTES = 1 << 20
FRAMES = (".csv", ".tsv", ".ndjson", ".jsonl", ".json", ".parquet")


def range_headers(begin: int, stop: int, etag: str | None) -> dict[str, str]:
    """Asks for the bytes from `begin` to before `stop`, of that version where the tag can be a condition.

    A weak tag cannot (RFC 9110, 13.1.5): `is_another` compares it with what comes.
    """
    headers = {"range": f"bytes={begin}-{stop - 1}"}
    if etag and not etag.startswith("W/"):
        headers["if-range"] = etag if etag.startswith('"') else f'"{etag}"'
    return headers


def is_another(headers: Message, etag: str | None) -> bool:
    """Whether a reply is of another version than that with a weak tag."""
    return etag is not None and etag.startswith("W/") and headers.get("etag", etag) != etag


class RemoteFile(io.RawIOBase):
    """A file for reading: `basename`, `size`, `modified`. It asks for a megabyte at least, so that lines may be read.

    One that changes between two requests is an error, never a mixture.
    """

    def __init__(self, basename: str, size: int | None = None, etag: str | None = None) -> None:
        super().__init__()
        self.basename = basename
        self.etag = etag
        self.modified: datetime | None = None
        self._size = size
        self._at = 0
        self._block = b""
        self._block_at = 0

    def _head(self) -> Message:
        raise NotImplementedError

    def _get(self, headers: Mapping[str, str]) -> Any:
        raise NotImplementedError

    def _look(self) -> None:
        headers = self._head()
        length = headers.get("content-length")
        if length is None:
            # Nobody tells how long it is, so nothing of it can be asked for: it is read, and held.
            with self._get({}) as reply:
                self._block, self._block_at = read_all(reply), 0
        self._size = len(self._block) if length is None else int(length)
        self.etag = headers.get("etag")
        self.modified = moment(headers.get("last-modified"))

    @property
    def size(self) -> int:
        """Bytes."""
        if self._size is None:
            self._look()
        assert self._size is not None
        return self._size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """The bytes from here on, at most `size` of them."""
        left = max(self.size - self._at, 0)
        wanted = left if size is None or size < 0 else min(size, left)
        is_held = self._block_at <= self._at and self._at + wanted <= self._block_at + len(self._block)
        found = self._range(wanted) if wanted >= BLOCK_BYTES and not is_held else self.peek(wanted)[:wanted]
        self._at += len(found)
        return found

    def peek(self, size: int = 0) -> bytes:
        """Bytes from here on, at least `size` of them where there are as many, without going on."""
        begin = self._at - self._block_at
        ahead = self._block[begin:] if begin >= 0 else b""
        if len(ahead) < min(max(size, 1), self.size - self._at):
            ahead = self._range(min(max(size, BLOCK_BYTES), self.size - self._at))
            self._block, self._block_at = ahead, self._at
        return ahead

    def _range(self, wanted: int) -> bytes:
        with self._get(range_headers(self._at, self._at + wanted, self.etag)) as reply:
            is_whole = reply.status == 200 and (self._at, wanted) != (0, reply.length)
            if is_whole or is_another(reply.headers, self.etag):
                raise ConnectionFailed(f"{self.basename!r} changed while it was read.")
            found: bytes = read_all(reply)
        return found

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def readall(self) -> bytes:
        return self.read()

    def write(self, data: Any) -> int:
        raise io.UnsupportedOperation("this file is read only")

    def download(self, path: str | Path | None = None) -> Path:
        """Saves it, by default under its own name here; replaces a file whole."""
        return save(self._get({}), Path(path) if path is not None else Path(self.basename))

    def _repr_html_(self) -> str:
        return html_facts(self.basename, [("bytes", self.size), ("modified", self.modified)])


class Folder:
    """A folder by its `key`, empty or ending with `/`."""

    def __init__(self, key: str = "") -> None:
        self.key = key

    def _iterate(self) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def _folder(self, key: str) -> Folder:
        raise NotImplementedError

    def _file(self, entry: Mapping[str, Any]) -> RemoteFile:
        raise NotImplementedError

    def _frame(self, file: RemoteFile) -> Any:
        raise NotImplementedError

    def entries(self) -> list[dict[str, Any]]:
        """What lies in it, one level: `name`, `key`, `isFolder`, `size`, `modified`; NotFound where it is gone."""
        return [*self._iterate()]

    def list_files(self) -> list[str]:
        """The names of the files."""
        return sorted(each["name"] for each in self._iterate() if not each["isFolder"])

    def list_folders(self) -> list[str]:
        """The names of the folders."""
        return sorted(each["name"].rstrip("/") for each in self._iterate() if each["isFolder"])

    def open(self, name: str, open_with: str | None = None) -> Any:
        """A folder or a file; `a/b/c.txt` is walked. `open_with='pandas'` gives a data frame."""
        first, _, rest = name.strip("/").partition("/")
        found = [each for each in self._iterate() if each["name"].rstrip("/") == first]
        # A store of keys may hold a file and a folder of one name: what is asked for last may be either.
        found.sort(key=lambda each: each["isFolder"] != bool(rest))
        if not found or (rest and not found[0]["isFolder"]):
            raise self.missing(first)
        entry = found[0]
        if entry["isFolder"]:
            folder = self._folder(entry["key"])
            if rest:
                return folder.open(rest, open_with)
            if open_with is not None:
                raise ValueError(f"{name!r} is a folder: open_with is for files.")
            return folder
        if open_with not in (None, "file", "pandas"):
            raise ValueError(f"open_with is 'file' or 'pandas', not {open_with!r}.")
        file = self._file(entry)
        return self._frame(file) if open_with == "pandas" else file

    def download(self, name: str, localpath: str | Path | None = None) -> Path:
        """Saves a file of it, by default under its own name here."""
        found = self.open(name, "file")
        saved: Path = found.download(localpath)
        return saved

    def missing(self, name: str) -> NotFound:
        """That there is no such name, with near ones."""
        known = near(name, (each["name"].rstrip("/") for each in self._iterate()))
        detail = f"There is no {name!r} in {self.key or '/'!r}.{known}"
        return NotFound(404, {"code": "not-found", "title": "No such thing", "detail": detail})

    def _repr_html_(self) -> str:
        rows = [(e["name"], "folder" if e["isFolder"] else e["size"], e["modified"]) for e in self._iterate()]
        return html_table(("name", "bytes", "modified"), rows, self.key or "/")

    def _ipython_key_completions_(self) -> Any:
        return self.list()

    def __getitem__(self, name: str) -> Any:
        try:
            return self.open(name)
        except NotFound as missing:
            raise NoSuchKey(missing.detail) from None

    def list(self) -> list[str]:
        """The names, folders first and without a slash."""
        return [*self.list_folders(), *self.list_files()]


def moment(text: str | None) -> datetime | None:
    """An HTTP date."""
    return parsedate_to_datetime(text) if text else None
