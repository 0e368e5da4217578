"""`headgate://<source>/<path>` for fsspec: the files of sources, read only."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from fsspec.spec import AbstractBufferedFile, AbstractFileSystem

from .client import Headgate
from .errors import InvalidRequest, NotFound
from .transport import read_all
from .values import reader_of


class HeadgateFileSystem(AbstractFileSystem):  # type: ignore[misc]
    """Storage options are those of `Headgate()`: `url`, `token`, `profile`; without them the environment."""

    protocol = "headgate"
    # What lies in a source changes under us.
    use_listings_cache = False
    cachable = False

    def __init__(self, url: str | None = None, token: str | None = None, profile: str | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.headgate = Headgate(url, token, profile=profile)

    def ls(self, path: str, detail: bool = True, **more: Any) -> list[Any]:
        """One level; the root lists the sources with files."""
        path = self._strip_protocol(path).strip("/")
        found = self._sources() if not path else self._entries(path)
        if path and not found:
            found = [self._file(path)]
        return found if detail else [each["name"] for each in found]

    def info(self, path: str, **more: Any) -> dict[str, Any]:
        """`name`, `size`, `type`, `modified`, `etag`. Raises FileNotFoundError."""
        path = self._strip_protocol(path).strip("/")
        source, _, key = path.partition("/")
        if key:
            try:
                return self._file(path)
            except FileNotFoundError:
                if not self._entries(path):
                    raise
        elif source:
            try:
                self.headgate.sources.get(source)
            except NotFound:
                raise FileNotFoundError(path) from None
        return {"name": path, "size": 0, "type": "directory"}

    def modified(self, path: str) -> Any:
        """When it changed last, or None where the source does not tell."""
        return self.info(path).get("modified")

    def created(self, path: str) -> Any:
        """The same: sources keep no other moment."""
        return self.modified(path)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **more: Any) -> bytes:
        """The bytes `[start, end)`; negative ones count from the end."""
        info = self.info(path)
        if info["type"] != "file":
            raise IsADirectoryError(path)
        begin, stop, _ = slice(start, end).indices(info["size"])
        if begin >= stop:
            return b""
        source, _, key = info["name"].partition("/")
        headers = {"range": f"bytes={begin}-{stop - 1}", **({"if-range": info["etag"]} if info["etag"] else {})}
        transport = self.headgate._transport
        with transport.open("readSourceObject", {"source": source, "key": key}, headers=headers) as reply:
            found = read_all(reply)
            if reply.status == 200 and (begin, stop) != (0, info["size"]):
                raise OSError(f"{path} changed while it was read")
        return found

    def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **more: Any) -> Any:
        if mode != "rb":
            raise NotImplementedError("files of a source are read only")
        return HeadgateFile(self, path, mode, block_size or 4 << 20, **more)

    def _sources(self) -> list[dict[str, Any]]:
        records = self.headgate._transport.pages("listSources")
        return [
            {"name": each["name"], "size": 0, "type": "directory"} for each in records if "objects" in each["capabilities"]
        ]

    def _entries(self, path: str) -> list[dict[str, Any]]:
        source, _, key = path.partition("/")
        query = {"prefix": f"{key}/" if key else None, "delimiter": "/"}
        try:
            found = list(self.headgate._transport.pages("listSourceObjects", {"source": source}, query))
        except NotFound:
            return []
        read = reader_of("timestamptz")
        return [
            {
                "name": f"{source}/{each['key'].rstrip('/')}",
                "size": each["size"] or 0,
                "type": "directory" if each["isFolder"] else "file",
                "modified": read(each["modified"]),
            }
            for each in found
        ]

    def _file(self, path: str) -> dict[str, Any]:
        source, _, key = path.partition("/")
        if not key:
            raise FileNotFoundError(path)
        try:
            with self.headgate._transport.open("headSourceObject", {"source": source, "key": key}) as reply:
                headers = reply.headers
        except (NotFound, InvalidRequest):
            # A folder is refused as an invalid key of a file.
            raise FileNotFoundError(path) from None
        moment = headers.get("last-modified")
        return {
            "name": path,
            "size": int(headers["content-length"]),
            "type": "file",
            "modified": parsedate_to_datetime(moment) if moment else None,
            "etag": headers.get("etag"),
        }


class HeadgateFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file of a source in blocks."""

    def _fetch_range(self, start: int, end: int) -> bytes:
        found: bytes = self.fs.cat_file(self.path, start, end)
        return found
