"""The internal file store of an EdgeSession: your objects as folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from ..extras import need
from ..folders import FRAMES, Folder, RemoteFile
from ..objects import ObjectFile, Scope

# Objects have no folders: an empty one is kept by an object that is not shown.
MARK = ".folder"


class StoreFolder(Folder):
    """A folder that can be written to. Names may be paths; one that begins with `/` is from the root."""

    def __init__(self, scope: Scope, key: str = "") -> None:
        super().__init__(key)
        self._scope = scope

    def open(self, name: str, open_with: str | None = None) -> Any:
        """A folder, a table as a data frame, or any other file for reading; `open_with='file'` is always that."""
        if open_with is None and name.lower().endswith(FRAMES):
            open_with = "pandas"
        return super().open(name, open_with)

    def upload(self, name: str, fileobj: IO[bytes]) -> None:
        """Stores a file, which replaces one of that name."""
        self._scope.put(self._at(name), fileobj)

    def make_folder(self, name: str) -> StoreFolder:
        """A new folder."""
        self._scope.puts(f"{self._at(name)}/{MARK}", b"")
        return StoreFolder(self._scope, f"{self._at(name)}/")

    def rename(self, old: str, new: str) -> None:
        """Gives a file or a folder another name here."""
        self.move(old, new)

    def move(self, src: str, dstpath: str) -> None:
        """Moves a file or a folder to another path."""
        self._scope.copy(self._at(src), self._at(dstpath), move=True, recursive=self._is_folder(src))

    def delete(self, name: str) -> None:
        """Deletes a file, or a folder with all that is in it. Raises NotFound."""
        self._scope.delete(self._at(name), recursive=self._is_folder(name))

    def _is_folder(self, name: str) -> bool:
        at = self._at(name)
        found = [each for each in self._scope.entries(at, "/") if each["name"] in (at, f"{at}/")]
        if not found:
            raise self.missing(name)
        return bool(found[0]["isFolder"])

    def _at(self, name: str) -> str:
        plain = name.strip("/")
        if not plain:
            raise ValueError("A file or a folder has a name.")
        return plain if name.startswith("/") else self.key + plain

    def _iterate(self) -> Iterator[dict[str, Any]]:
        is_there = not self.key
        for each in self._scope.entries(self.key, "/"):
            is_there, name = True, each["name"][len(self.key) :]
            if name != MARK:
                yield {**each, "name": name, "key": each["name"]}
        if not is_there:
            raise Folder.missing(StoreFolder(self._scope), self.key.rstrip("/"))

    def _folder(self, key: str) -> Folder:
        return StoreFolder(self._scope, key)

    def _file(self, entry: Mapping[str, Any]) -> RemoteFile:
        return self._scope.open(entry["key"])

    def _frame(self, file: RemoteFile) -> Any:
        assert isinstance(file, ObjectFile)
        pandas, name = need("pandas"), file.basename.lower()
        if name.endswith(".parquet"):
            return pandas.read_parquet(file)
        if name.endswith((".csv", ".tsv")):
            return pandas.read_csv(file, sep="\t" if name.endswith(".tsv") else ",")
        return pandas.read_json(file, lines=name.endswith(("l", ".ndjson")))

    def __repr__(self) -> str:
        return f"<StoreFolder {self.key or '/'!r}>"
