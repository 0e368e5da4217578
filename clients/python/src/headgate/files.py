"""The files of a source: folders and files as if they were on a disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from .errors import NotOffered
from .extras import need
from .folders import Folder, RemoteFile
from .transport import Transport
from .values import reader_of


class S3File(RemoteFile):
    """A file of a source."""

    def __init__(self, transport: Transport, source: str, entry: Mapping[str, Any]) -> None:
        super().__init__(entry["name"], entry["size"], entry["etag"])
        self._transport = transport
        self.source = source
        self.key: str = entry["key"]
        self.modified = reader_of("timestamptz")(entry["modified"])

    @property
    def _path(self) -> dict[str, str]:
        return {"source": self.source, "key": self.key}

    def _head(self) -> Message:
        with self._transport.open("headSourceObject", self._path) as reply:
            return reply.headers

    def _get(self, headers: Mapping[str, str]) -> Any:
        return self._transport.open("readSourceObject", self._path, headers=headers)

    def url(self, seconds: int | None = None) -> str:
        """A link that needs no token and expires. Raises NotOffered where the source cannot sign one."""
        found = self._transport.call("readSourceObject", self._path, {"link": True, "seconds": seconds})
        return str(found["url"])

    download_url = url

    def to_dataframe(self) -> Any:
        """A CSV, TSV, NDJSON, JSON or Parquet file as pandas."""
        from .frames import to_pandas

        reply = self._transport.open("readSourceObject", self._path, {"format": "arrow"})
        return to_pandas(need("pyarrow").ipc.open_stream(reply).read_all())

    def __repr__(self) -> str:
        return f"<S3File {self.key!r} of {self.source!r}>"


class S3Folder(Folder):
    """A folder of a source."""

    def __init__(self, transport: Transport, source: str, key: str = "") -> None:
        super().__init__(key)
        self._transport = transport
        self.source = source

    def _iterate(self) -> Iterator[dict[str, Any]]:
        query = {"prefix": self.key or None, "delimiter": "/"}
        yield from self._transport.pages("listSourceObjects", {"source": self.source}, query)

    def open(self, name: str, open_with: str | None = None) -> Any:
        """A folder or a file; `a/b/c.txt` is walked, or asked for by its path where the source cannot list."""
        try:
            return super().open(name, open_with)
        except NotOffered:
            path = self.key + name.strip("/")
            with self._transport.open("headSourceObject", {"source": self.source, "key": path}) as reply:
                head = reply.headers
            size, modified = head["content-length"], head["last-modified"]
            entry = {
                "key": path,
                "name": path.rpartition("/")[2],
                "size": None if size is None else int(size),
                "etag": head["etag"],
                "modified": None if modified is None else parsedate_to_datetime(modified).isoformat(),
            }
            file = self._file(entry)
            return self._frame(file) if open_with == "pandas" else file

    def _folder(self, key: str) -> Folder:
        return S3Folder(self._transport, self.source, key)

    def _file(self, entry: Mapping[str, Any]) -> RemoteFile:
        return S3File(self._transport, self.source, entry)

    def _frame(self, file: RemoteFile) -> Any:
        assert isinstance(file, S3File)
        return file.to_dataframe()

    def __repr__(self) -> str:
        return f"<S3Folder {self.key or '/'!r} of {self.source!r}>"


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
