"""`headgate://` for fsspec: `<source>/<path>`, read only; your objects, `user/<name>` and `pipelines/<id>/<name>`."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from fsspec.spec import AbstractBufferedFile, AbstractFileSystem

from .client import Headgate
from .errors import InvalidRequest, NotFound
from .folders import is_another, moment, range_headers
from .objects import Scope
from .transport import Transport, read_all
from .values import reader_of

# Few large requests are faster than many small ones: every one passes a function.
BLOCK_BYTES = 8 << 20


class HeadgateFileSystem(AbstractFileSystem):  # type: ignore[misc]
    """Storage options: `address`, `token`, `profile`; without them those of `Headgate()`.

    A source whose name is `user` or `pipelines` is reached by its uid.
    """

    protocol = "headgate"
    # What lies in a source changes under us.
    use_listings_cache = False
    cachable = False

    def __init__(
        self,
        address: str | None = None,
        token: str | None = None,
        profile: str | None = None,
        headgate: Headgate | None = None,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.headgate = headgate or Headgate(address, token, profile=profile)
        self._transport = self.headgate._transport

    def ls(self, path: str, detail: bool = True, **more: Any) -> list[Any]:
        """One level; the root lists `user`, `pipelines` and the sources with files."""
        path = self._strip_protocol(path).strip("/")
        if not path:
            found = [_folder(name) for name in ("user", "pipelines", *self._sources())]
        elif path == "pipelines":
            found = [_folder(f"pipelines/{each.id}") for each in self.headgate.pipelines.list()]
        else:
            place, key = self._place(path)
            found = place.entries(key) or ([place.info(key)] if key else [])
        return found if detail else [each["name"] for each in found]

    def info(self, path: str, **more: Any) -> dict[str, Any]:
        """`name`, `size`, `type`, `modified`, `etag`. Raises FileNotFoundError."""
        path = self._strip_protocol(path).strip("/")
        if path in ("", "pipelines"):
            return _folder(path)
        place, key = self._place(path)
        if not key:
            place.prove()
            return _folder(path)
        try:
            return place.info(key)
        except FileNotFoundError:
            if not place.entries(key):
                raise
            return _folder(path)

    def modified(self, path: str) -> Any:
        """When it changed last, or None where the source does not tell."""
        return self.info(path).get("modified")

    def created(self, path: str) -> Any:
        """The same: no other moment is kept."""
        return self.modified(path)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **more: Any) -> bytes:
        """The bytes `[start, end)`; negative ones count from the end."""
        info = self.info(path)
        if info["type"] != "file":
            raise IsADirectoryError(path)
        begin, stop, _ = slice(start, end).indices(info["size"])
        return self._fetch(info, begin, stop)

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **more: Any) -> None:
        """Puts an object; files of sources are read only."""
        self._writable(path).put(io.BytesIO(value), mode == "create")

    def _rm(self, path: str) -> None:
        self._writable(path).delete()

    def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **more: Any) -> Any:
        if mode in ("wb", "xb"):
            return _Written(self._writable(path), mode == "xb")
        if mode != "rb":
            raise NotImplementedError(f"a file is opened to be read or written whole, not with {mode!r}")
        return HeadgateFile(self, path, mode, block_size or BLOCK_BYTES, **more)

    def _fetch(self, info: Mapping[str, Any], begin: int, stop: int) -> bytes:
        if begin >= stop:
            return b""
        place, key = self._place(info["name"])
        with place.get(key, range_headers(begin, stop, info["etag"])) as reply:
            found: bytes = read_all(reply)
            is_whole = reply.status == 200 and (begin, stop) != (0, info["size"])
            if is_whole or is_another(reply.headers, info["etag"]):
                raise OSError(f"{info['name']} changed while it was read")
        return found

    def _place(self, path: str) -> tuple[_Place, str]:
        first, _, key = path.partition("/")
        if first == "user":
            return _Objects(self.headgate.objects.user), key
        if first == "pipelines":
            id, _, key = key.partition("/")
            return _Objects(Scope(self._transport, f"pipelines/{id}")), key
        return _Files(self._transport, first), key

    def _writable(self, path: str) -> _Target:
        place, key = self._place(self._strip_protocol(path).strip("/"))
        if not isinstance(place, _Objects) or not key:
            raise PermissionError(f"{path}: objects can be written, files of sources cannot")
        return _Target(place.scope, key)

    def _sources(self) -> Iterator[str]:
        records = self._transport.pages("listSources")
        return (each["name"] for each in records if "objects" in each["capabilities"])


class HeadgateFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file in blocks."""

    def _fetch_range(self, start: int, end: int) -> bytes:
        found: bytes = self.fs._fetch(self.details, start, end)
        return found


class _Place:
    """A source or a scope: what is below a name, and the bytes of a key."""

    name: str

    def pages(self, prefix: str | None) -> Iterator[Mapping[str, Any]]:
        raise NotImplementedError

    def head(self, key: str) -> Any:
        raise NotImplementedError

    def get(self, key: str, headers: Mapping[str, str]) -> Any:
        raise NotImplementedError

    def prove(self) -> None:
        raise NotImplementedError

    def entries(self, key: str) -> list[dict[str, Any]]:
        try:
            found = [*self.pages(f"{key}/" if key else None)]
        except NotFound:
            return []
        read = reader_of("timestamptz")
        return [
            {
                "name": f"{self.name}/{each['key'].rstrip('/')}",
                "size": each["size"] or 0,
                "type": "directory" if each["isFolder"] else "file",
                "modified": read(each["modified"]),
            }
            for each in found
        ]

    def info(self, key: str) -> dict[str, Any]:
        try:
            with self.head(key) as reply:
                headers = reply.headers
        except (NotFound, InvalidRequest):
            # A folder is refused as an invalid key of a file.
            raise FileNotFoundError(f"{self.name}/{key}") from None
        facts = {"modified": moment(headers.get("last-modified")), "etag": headers.get("etag")}
        return {"name": f"{self.name}/{key}", "size": int(headers["content-length"]), "type": "file", **facts}


class _Files(_Place):
    def __init__(self, transport: Transport, name: str) -> None:
        self.name = name
        self._transport = transport

    def pages(self, prefix: str | None) -> Iterator[Mapping[str, Any]]:
        return self._transport.pages("listSourceObjects", {"source": self.name}, {"prefix": prefix, "delimiter": "/"})

    def head(self, key: str) -> Any:
        return self._transport.open("headSourceObject", {"source": self.name, "key": key})

    def get(self, key: str, headers: Mapping[str, str]) -> Any:
        return self._transport.open("readSourceObject", {"source": self.name, "key": key}, headers=headers)

    def prove(self) -> None:
        try:
            self._transport.call("getSource", {"source": self.name})
        except NotFound:
            raise FileNotFoundError(self.name) from None


class _Objects(_Place):
    def __init__(self, scope: Scope) -> None:
        self.name = scope.path
        self.scope = scope

    def pages(self, prefix: str | None) -> Iterator[Mapping[str, Any]]:
        return ({**each, "key": each["name"]} for each in self.scope.entries(prefix or "", "/"))

    def head(self, key: str) -> Any:
        return self.scope._transport.open("headObject", {"path": f"{self.name}/{key}"})

    def get(self, key: str, headers: Mapping[str, str]) -> Any:
        return self.scope._transport.open("readObject", {"path": f"{self.name}/{key}"}, headers=headers)

    def prove(self) -> None:
        try:
            next(self.pages(None), None)
        except NotFound:
            raise FileNotFoundError(self.name) from None


class _Target:
    """An object that is put or deleted."""

    def __init__(self, scope: Scope, key: str) -> None:
        self.scope = scope
        self.key = key

    def put(self, file: Any, if_absent: bool) -> None:
        self.scope.put(self.key, file, if_absent=if_absent)

    def delete(self) -> None:
        self.scope.delete(self.key)


class _Written(io.BufferedRandom):
    """A file of this machine that becomes an object when it is closed, and not when a failure ends it."""

    def __init__(self, target: _Target, if_absent: bool) -> None:
        self._spooled = tempfile.TemporaryFile(buffering=0)
        super().__init__(self._spooled)
        self._target = target
        self._if_absent = if_absent

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            super().close()

    def close(self) -> None:
        if self.closed:
            return
        try:
            self.seek(0)
            self._target.put(self, self._if_absent)
        finally:
            super().close()


def _folder(path: str) -> dict[str, Any]:
    return {"name": path, "size": 0, "type": "directory"}
