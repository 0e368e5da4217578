"""The files of a source: folders and files as if they were on a disk."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .download import save
from .errors import NotFound
from .extras import need
from .show import html_table, near
from .transport import Transport, read_all
from .values import reader_of

FRAMES = (".csv", ".tsv", ".ndjson", ".jsonl", ".json", ".parquet")


class S3File(io.RawIOBase):
    """A file for reading: `basename`, `size`, `modified`; each read after a seek is a request of its own."""

    def __init__(self, transport: Transport, source: str, entry: Mapping[str, Any]) -> None:
        super().__init__()
        self._transport = transport
        self.source = source
        self.key: str = entry["key"]
        self.basename: str = entry["name"]
        self.modified: datetime | None = reader_of("timestamptz")(entry["modified"])
        self.etag: str | None = entry["etag"]
        self._size: int | None = entry["size"]
        self._at = 0

    @property
    def size(self) -> int:
        """Bytes."""
        if self._size is None:
            with self._transport.open("headSourceObject", self._path) as reply:
                self._size = int(reply.headers["content-length"])
        return self._size

    @property
    def _path(self) -> dict[str, str]:
        return {"source": self.source, "key": self.key}

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
        if wanted == 0:
            return b""
        headers = {"range": f"bytes={self._at}-{self._at + wanted - 1}"}
        with self._transport.open("readSourceObject", self._path, headers=headers) as reply:
            found: bytes = read_all(reply)
        self._at += len(found)
        return found

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def readall(self) -> bytes:
        return self.read()

    def write(self, data: Any) -> int:
        raise io.UnsupportedOperation("files of a source are read only")

    def url(self, seconds: int | None = None) -> str:
        """A link that needs no token and expires. Raises NotOffered where the source cannot sign one."""
        found = self._transport.call("readSourceObject", self._path, {"link": True, "seconds": seconds})
        return str(found["url"])

    download_url = url

    def download(self, path: str | Path | None = None) -> Path:
        """Saves it, by default under its own name here; replaces a file whole."""
        target = Path(path) if path is not None else Path(self.basename)
        return save(self._transport.open("readSourceObject", self._path), target)

    def to_dataframe(self) -> Any:
        """A CSV, TSV, NDJSON, JSON or Parquet file as pandas."""
        from .frames import to_pandas

        reply = self._transport.open("readSourceObject", self._path, {"format": "arrow"})
        return to_pandas(need("pyarrow").ipc.open_stream(reply).read_all())

    def __repr__(self) -> str:
        return f"<S3File {self.key!r} of {self.source!r}>"


class S3Folder:
    """A folder of a source; `key` is its prefix, empty or ending with `/`."""

    def __init__(self, transport: Transport, source: str, key: str = "") -> None:
        self._transport = transport
        self.source = source
        self.key = key

    def entries(self) -> list[dict[str, Any]]:
        """What lies in it, one level: `name`, `key`, `isFolder`, `size`, `modified`; NotFound where it is gone."""
        return list(self._iterate())

    def list_files(self) -> list[str]:
        """The names of the files."""
        return sorted(each["name"] for each in self._iterate() if not each["isFolder"])

    def list_folders(self) -> list[str]:
        """The names of the folders."""
        return sorted(each["name"].rstrip("/") for each in self._iterate() if each["isFolder"])

    def open(self, name: str, open_with: str | None = None) -> Any:
        """A folder as S3Folder, a file as S3File; `a/b/c.txt` is walked. `open_with='pandas'` gives a data frame."""
        first, _, rest = name.strip("/").partition("/")
        found = [each for each in self._iterate() if each["name"].rstrip("/") == first]
        # A store of keys may hold a file and a folder of one name: what is asked for last may be either.
        found.sort(key=lambda each: each["isFolder"] != bool(rest))
        if not found or (rest and not found[0]["isFolder"]):
            known = near(first, (each["name"].rstrip("/") for each in self._iterate()))
            detail = f"There is no {first!r} in {self.key or '/'!r}.{known}"
            raise NotFound(404, {"code": "not-found", "title": "No such thing", "detail": detail})
        entry = found[0]
        if entry["isFolder"]:
            folder = S3Folder(self._transport, self.source, entry["key"])
            if rest:
                return folder.open(rest, open_with)
            if open_with is not None:
                raise ValueError(f"{name!r} is a folder: open_with is for files.")
            return folder
        if open_with not in (None, "file", "pandas"):
            raise ValueError(f"open_with is 'file' or 'pandas', not {open_with!r}.")
        file = S3File(self._transport, self.source, entry)
        return file.to_dataframe() if open_with == "pandas" else file

    def download(self, name: str, localpath: str | Path | None = None) -> Path:
        """Saves a file of it, by default under its own name here."""
        found = self.open(name, "file")
        saved: Path = found.download(localpath)
        return saved

    def list(self) -> list[str]:
        """The names, folders first and without a slash."""
        return [*self.list_folders(), *self.list_files()]

    def _iterate(self) -> Iterator[dict[str, Any]]:
        query = {"prefix": self.key or None, "delimiter": "/"}
        yield from self._transport.pages("listSourceObjects", {"source": self.source}, query)

    def __repr__(self) -> str:
        return f"<S3Folder {self.key or '/'!r} of {self.source!r}>"

    def _repr_html_(self) -> str:
        rows = [(e["name"], "folder" if e["isFolder"] else e["size"], e["modified"]) for e in self._iterate()]
        return html_table(("name", "bytes", "modified"), rows, f"{self.source}: {self.key or '/'}")


class Keys:
    """Keys and prefixes of a source as flat text."""

    def __init__(self, transport: Transport, source: str) -> None:
        self._transport = transport
        self._source = source

    def iterate(self, prefix: str | None, folders: bool) -> Iterator[str]:
        """Every full key below the prefix, or what is up to the next `/`, lazily."""
        query = {"prefix": prefix or None, "delimiter": "/" if folders else None}
        for each in self._transport.pages("listSourceObjects", {"source": self._source}, query):
            if each["isFolder"] == folders:
                yield each["key"]
