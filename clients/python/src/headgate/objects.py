"""Objects: a user's own bytes, in the scope that lasts or in a pipeline's."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from .download import copy, save
from .errors import NotFound
from .folders import RemoteFile
from .pipelines import current_pipeline
from .show import html_table
from .transport import Transport, read_all
from .uploads import PUT_BYTES, upload

CACHES = "headgate-cache"


class Scope:
    """The objects of one scope, by name: `put` and `get` take files, `puts` and `gets` take bytes.

    A put is seen whole or not at all and replaces what was there. A slash at the beginning of a name is dropped.
    """

    def __init__(self, transport: Transport, path: str) -> None:
        self._transport = transport
        self.path = path

    def put(
        self,
        name: str,
        file: str | Path | IO[bytes],
        skip_cleanup: bool = False,
        *,
        if_absent: bool = False,
        resume: bool = False,
        progress: bool | None = None,
    ) -> dict[str, Any]:
        """Stores a file; answers its `size` and `etag`.

        `skip_cleanup` keeps what it replaces as an older version; `if_absent` replaces nothing. What is large goes in
        parts; `resume` goes on with what a broken upload of the same file left.
        """
        with _opened(file) as (content, size):
            if size > PUT_BYTES:
                path = self._named(name)["path"]
                return upload(self._transport, path, content, size, if_absent, skip_cleanup, resume, progress)
            headers = {"content-type": "application/octet-stream", "content-length": str(size)}
            if if_absent:
                headers["if-none-match"] = "*"
            query = {"keepOlder": skip_cleanup or None}
            found: dict[str, Any] = self._transport.call(
                "putObject",
                self._named(name),
                query,
                content=content if size else b"",
                headers=headers,
                repeatable=not if_absent and not skip_cleanup,
            )
            return found

    def puts(self, name: str, obj: bytes, skip_cleanup: bool = False, *, if_absent: bool = False) -> dict[str, Any]:
        """Stores bytes."""
        if not isinstance(obj, (bytes, bytearray, memoryview)):
            raise ValueError(f"puts stores bytes, not {type(obj).__name__}")
        return self.put(name, io.BytesIO(obj), skip_cleanup, if_absent=if_absent)

    def get(self, name: str, file: str | Path | IO[bytes], version: str | None = None) -> None:
        """Reads an object into a file: a path is replaced whole. Raises NotFound."""
        reply = self._transport.open("readObject", self._named(name), {"version": version})
        if isinstance(file, (str, Path)):
            save(reply, Path(file))
        else:
            with reply:
                copy(reply, file)

    def gets(self, name: str, *, byte_range: Sequence[int] | None = None, version: str | None = None) -> bytes:
        """The bytes, or those of `[begin, end)`: an end past the object is its end. Raises NotFound."""
        begin, end = _range(byte_range)
        query = {"begin": begin, "end": end, "version": version}
        with self._transport.open("readObject", self._named(name), query) as reply:
            return read_all(reply)

    def open(self, name: str) -> ObjectFile:
        """The object as a binary file for reading. Raises NotFound."""
        return ObjectFile(self._transport, self._named(name)["path"])

    def exists(self, name: str) -> bool:
        """Whether there is an object of this very name."""
        try:
            self.size(name)
        except NotFound:
            return False
        return True

    def size(self, name: str) -> int:
        """Bytes. Raises NotFound."""
        with self._transport.open("headObject", self._named(name)) as reply:
            return int(reply.headers["content-length"])

    def delete(self, name: str, recursive: bool = False) -> None:
        """Deletes an object with its older versions, or also all below `name/`; what is not there is fine."""
        self._transport.call("deleteObject", self._named(name), {"recursive": recursive or None})

    def copy(self, name: str, to: str, *, move: bool = False, recursive: bool = False, replace: bool = True) -> int:
        """Copies or moves an object, or all below it; answers how many."""
        names = {"from": self._named(name)["path"], "to": self._named(to)["path"]}
        body = {**names, "move": move, "recursive": recursive, "replace": replace}
        return int(self._transport.call("copyObjects", body=body)["objects"])

    def versions(self, name: str) -> list[dict[str, Any]]:
        """The older versions that are kept: `version`, `size`, `modified`, `etag`."""
        found: list[dict[str, Any]] = self._transport.call("readObject", self._named(name), {"versions": True})["items"]
        return found

    def url(self, name: str, path_only: bool = True) -> str:
        """Where the API has it, without a token; whole or from the server's root."""
        path = f"/v1/objects/{quote(self._named(name)['path'], safe='/')}"
        return path if path_only else self._transport.settings.url + path

    def link(self, name: str, seconds: int = 300) -> str:
        """An address that gives the bytes without a token, until it ends."""
        query = {"link": True, "seconds": seconds}
        return str(self._transport.call("readObject", self._named(name), query)["url"])

    def save_cache(self, name: str, checksum: str, save_dir: str | Path) -> None:
        """Keeps a folder under a checksum."""
        folder = Path(save_dir).resolve(strict=True)
        with tempfile.TemporaryFile() as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                tar.add(folder, arcname=folder.name)
            file.seek(0)
            self.put(_cache(name, checksum), file)

    def restore_cache(self, name: str, checksum: str, restore_dir: str | Path) -> None:
        """Unpacks what was kept below `restore_dir`. Raises FileNotFoundError where nothing was."""
        with tempfile.TemporaryFile() as file:
            try:
                self.get(_cache(name, checksum), file)
            except NotFound as missing:
                raise FileNotFoundError("Cache not found") from missing
            file.seek(0)
            with tarfile.open(fileobj=file) as tar:
                _unpack(tar, Path(restore_dir))

    def cache_exists(self, name: str, checksum: str) -> bool:
        """Whether a folder is kept under this checksum."""
        return self.exists(_cache(name, checksum))

    def clear_cache(self, name: str, checksum: str | None = None) -> None:
        """Forgets one checksum, or all of that name."""
        if checksum is None:
            self.delete(f"{CACHES}/{_cache_part(name)}", recursive=True)
        else:
            self.delete(_cache(name, checksum))

    def iter(self, prefix: str = "") -> Iterator[str]:
        """`list`, lazily."""
        return (each["name"] for each in self.entries(prefix))

    def entries(self, prefix: str = "", delimiter: str | None = None) -> Iterator[dict[str, Any]]:
        """Objects with `name`, `isFolder`, `size`, `modified`, `etag`; one level with the delimiter `/`."""
        query = {"prefix": prefix.lstrip("/") or None, "delimiter": delimiter}
        if self.path == "user":
            yield from self._transport.pages("listUserObjects", None, query)
        else:
            yield from self._transport.pages("listPipelineObjects", {"id": self.path.partition("/")[2]}, query)

    def _named(self, name: str) -> dict[str, str]:
        plain = name.lstrip("/")
        if not plain:
            raise ValueError("An object has a name.")
        return {"path": f"{self.path}/{plain}"}

    def __repr__(self) -> str:
        return f"<Scope {self.path!r}>"

    def _repr_html_(self) -> str:
        rows = [(each["name"], each["size"], each["modified"]) for each in self.entries(delimiter="/")]
        return html_table(("name", "bytes", "modified"), rows, f"Objects of {self.path}")

    def list(self, prefix: str = "") -> list[str]:
        """The names that begin with `prefix`, at all depths, in the order of their bytes."""
        return [*self.iter(prefix)]


class ObjectFile(RemoteFile):
    """An object for reading."""

    def __init__(self, transport: Transport, path: str) -> None:
        super().__init__(path.rpartition("/")[2])
        self._transport = transport
        self.path = path
        self._look()

    def _head(self) -> Message:
        with self._transport.open("headObject", {"path": self.path}) as reply:
            return reply.headers

    def _get(self, headers: Mapping[str, str]) -> Any:
        return self._transport.open("readObject", {"path": self.path}, headers=headers)

    def url(self, seconds: int = 300) -> str:
        """An address that gives the bytes without a token, until it ends."""
        query = {"link": True, "seconds": seconds}
        return str(self._transport.call("readObject", {"path": self.path}, query)["url"])

    download_url = url

    def __repr__(self) -> str:
        return f"<ObjectFile {self.path!r}>"


class Objects:
    """`user`, the scope that lasts; `pipeline`, that of the current pipeline."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.user = Scope(transport, "user")

    @property
    def pipeline(self) -> Scope:
        """The objects of the pipeline that is current. Raises PipelineRequired where none is."""
        return Scope(self._transport, f"pipelines/{current_pipeline()}")

    def __repr__(self) -> str:
        return f"<Objects of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        return self.user._repr_html_()


@contextmanager
def _opened(file: str | Path | IO[bytes]) -> Iterator[tuple[IO[bytes], int]]:
    """A file that can seek, and how many bytes are left in it."""
    if isinstance(file, (str, Path)):
        with open(file, "rb") as content:
            yield content, os.fstat(content.fileno()).st_size
    elif file.seekable():
        at = file.tell()
        size = file.seek(0, io.SEEK_END) - at
        file.seek(at)
        yield file, size
    else:
        with tempfile.TemporaryFile() as spooled:
            shutil.copyfileobj(file, spooled)
            size = spooled.tell()
            spooled.seek(0)
            yield spooled, size


def _range(given: Sequence[int] | None) -> tuple[int | None, int | None]:
    if given is None:
        return None, None
    if len(given) != 2 or not all(type(each) is int for each in given) or not 0 <= given[0] <= given[1]:
        raise ValueError(f"A range is [begin, end) with 0 <= begin <= end, not {list(given)}.")
    return given[0], given[1]


def _cache(name: str, checksum: str) -> str:
    return f"{CACHES}/{_cache_part(name)}/{_cache_part(checksum)}.tar"


def _cache_part(text: str) -> str:
    if not text or "/" in text:
        raise ValueError(f"The name and the checksum of a cache hold something, and no slash: {text!r}")
    return text


def _unpack(tar: tarfile.TarFile, target: Path) -> None:
    if hasattr(tarfile, "data_filter"):
        tar.extractall(target, filter="data")
        return
    members = tar.getmembers()
    for member in members:
        parts = Path(member.name).parts
        if not (member.isfile() or member.isdir()) or ".." in parts or Path(member.name).is_absolute():
            raise ValueError(f"The cache holds {member.name!r}, which may lead out of the folder.")
    tar.extractall(target, members)
