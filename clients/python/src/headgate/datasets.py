"""Datasets: the versions of what snapshots copied."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .download import save
from .errors import HeadgateError
from .extras import has
from .ingest import take_file
from .moments import instant
from .named import Named, Titled
from .parts import part_batches
from .rows import Readable, Window
from .show import html_facts, html_table
from .statistics import Statistics
from .transport import Transport

if TYPE_CHECKING:
    import pyarrow

FORMATS = ("parquet", "csv", "ndjson", "zip")
STREAMED_BYTES = 8_000_000


class Dataset(Titled, Readable):
    """A dataset, read at its newest version, at `version`, or as it was at `as_of`."""

    def __init__(
        self,
        transport: Transport,
        record: Mapping[str, Any],
        version: int | None = None,
        as_of: datetime | str | None = None,
    ) -> None:
        super().__init__(transport, record)
        self._chosen = {"version": version, "asOf": instant(as_of)}
        self.version = version
        self.latest: int | None = record["latest"]

    def at(self, version: int | None = None, as_of: datetime | str | None = None) -> Dataset:
        """The same dataset at another version."""
        return Dataset(self._transport, self._record, version, as_of)

    def to_dataframe(
        self,
        columns: Sequence[str] | None = None,
        where: object = None,
        limit: int | None = None,
        order: Sequence[str] | None = None,
        version: int | None = None,
        as_of: datetime | str | None = None,
    ) -> Any:
        """As pandas; of another version where one is named."""
        if version is not None or as_of is not None:
            return self.at(version, as_of).to_dataframe(columns, where, limit, order)
        return super().to_dataframe(columns, where, limit, order)

    def versions(self) -> list[dict[str, Any]]:
        """Its versions with rows, bytes, format and when they were published."""
        return list(self._transport.pages("listVersions", {"name": self.name}))

    def manifest(self, version: int | None = None) -> dict[str, Any]:
        """What a version is made of: selection, columns, parts with SHA-256, fingerprint."""
        number = version or self._chosen["version"] or self._transport.call("getDataset", {"name": self.name})["latest"]
        found: dict[str, Any] = self._transport.call("getVersion", {"name": self.name, "version": number})
        return found

    def files(self) -> Iterator[dict[str, Any]]:
        """Its parts, each with a link that needs no token and expires."""
        yield from self._transport.pages("listFiles", {"name": self.name}, self._chosen)

    def download(self, path: str | Path | None = None, format: str | None = None) -> Path:
        """Saves it as parquet, csv, ndjson or zip; without a path as `<name>.<format>` here. Replaces a file whole."""
        if format is None:
            format = Path(path).suffix.lstrip(".") if path is not None else "parquet"
        if format not in FORMATS:
            raise ValueError(f"A dataset is downloaded as {', '.join(FORMATS)}, not as {format!r}.")
        target = Path(path) if path is not None else Path(f"{self.name}.{format}")
        query = {**self._chosen, "format": format}
        return save(self._transport.open("downloadDataset", {"name": self.name}, query), target)

    def verify(self, version: int | None = None) -> dict[str, Any]:
        """Reads every part again and compares: `ok`, `rows`, `bytes`, `problems`."""
        chosen = version or self._chosen["version"]
        body = {} if chosen is None else {"version": chosen}
        found: dict[str, Any] = self._transport.call("verifyDataset", {"name": self.name}, body=body, timeout=900)
        return found

    def diff(self, version: int, with_version: int | None = None) -> dict[str, Any]:
        """What of the columns changed between two versions; without another one, since the one before."""
        path = {"name": self.name, "version": version}
        found: dict[str, Any] = self._transport.call("diffVersions", path, {"with": with_version})
        return found

    def statistics(self, columns: Sequence[str] | None = None, where: object = None) -> Statistics:
        """What is in its columns, counted over all rows that `where` lets through; `to_dataframe()` has a row a column."""
        window = Window(columns, where).query()
        query = {**self._chosen, "select": window["select"], "where": window["where"]}
        return Statistics(self._transport.call("countDataset", {"name": self.name}, query, timeout=900))

    def preview_retention(self, keep_last: int | None = None, keep_days: int | None = None) -> dict[str, Any]:
        """Which versions a policy would keep and which it would let go; without one, that of the datasource."""
        query = {"keepLast": keep_last, "keepDays": keep_days}
        found: dict[str, Any] = self._transport.call("previewRetention", {"name": self.name}, query)
        return found

    def pin(self, version: int, pinned: bool = True) -> None:
        """Keeps a version whatever the retention says, or lets it go again."""
        self._transport.call("pinVersion", {"name": self.name}, body={"version": version, "pinned": pinned})

    def rollback(self, version: int) -> Dataset:
        """Makes an older version the one that is read."""
        return Dataset(
            self._transport, self._transport.call("rollBackDataset", {"name": self.name}, body={"version": version})
        )

    def delete_version(self, version: int) -> None:
        """Deletes one version."""
        self._transport.call("deleteVersion", {"name": self.name, "version": version})

    def delete(self) -> None:
        """Deletes it with all its versions; its datasource stays."""
        self._transport.call("deleteDataset", {"name": self.name}, headers={"if-match": "*"})

    def _open(self, format: str, window: Window) -> http.client.HTTPResponse:
        query = {**self._chosen, **window.query(), "format": format}
        return self._transport.open("readDataset", {"name": self.name}, query)

    def _reader(self, window: Window) -> pyarrow.RecordBatchReader:
        # A large version comes as the files it is made of: faster, and not through Headgate.
        if window.where is None and window.order is None and has("pyarrow"):
            parts = self._parquet_parts()
            if parts is not None:
                return part_batches(parts, self._renewed, window.columns, window.limit)
        return super()._reader(window)

    def _parquet_parts(self) -> list[dict[str, Any]] | None:
        files = list(self.files())
        if not files or any(not each["name"].endswith(".parquet") or each["path"] for each in files):
            return None
        return files if sum(each["bytes"] for each in files) > STREAMED_BYTES else None

    def _renewed(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        for each in self.files():
            if each["sha256"] == part["sha256"]:
                return each
        raise HeadgateError(
            f"{self.name!r} has a newer version now: name the one to read, at(version=…), and begin anew."
        )

    def __repr__(self) -> str:
        chosen = self._chosen["version"] or self._chosen["asOf"] or self.latest
        return f"<Dataset {self.name!r}, version {chosen}>"

    def _repr_html_(self) -> str:
        versions = self.versions()
        rows = [(v["version"], v["rows"], v["bytes"], v["published"]) for v in versions[:10]]
        facts = html_facts(self.title, [("name", self.name), ("newest version", self.latest)])
        has_rows = any(
            v["shape"] == "rows" for v in versions if v["version"] == (self._chosen["version"] or self.latest)
        )
        head = self.head(10)._repr_html_() if has_rows else ""
        return facts + html_table(("version", "rows", "bytes", "published"), rows) + head


class Datasets(Named):
    """`list`, `get`, `upload`, `delete`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(
        self,
        name: str,
        file: Any,
        *,
        file_name: str | None = None,
        title: str | None = None,
        parse: str | None = None,
        csv: Mapping[str, Any] | None = None,
        schema: Mapping[str, str] | None = None,
        format: str | None = None,
        drift: str | None = None,
        timeout: float | None = 14_400,
        progress: bool | None = None,
    ) -> Dataset:
        """Makes a dataset, or its next version, of a file (CSV, TSV, NDJSON, JSON, Parquet) or of a data frame.

        `csv` has its delimiter, `schema` the types of columns by name; `file_name` says what an open file is called.
        Waits for its end, and raises SnapshotFailed with the reason.
        """
        texts = {"csv": csv and json.dumps(csv), "schema": schema and json.dumps(schema)}
        query = {"title": title, "parse": parse, "format": format, "drift": drift, "file": file_name, **texts}
        taken = take_file(self._transport, name, file, query).wait(timeout, progress)
        return self.get(name).at(taken.version)

    def list(self, search: str | None = None, origin: str | None = None) -> list[Dataset]:
        """All of them, of all pages; or those whose `origin` is `datasource` or `upload`."""
        query = {"search": search, "origin": origin}
        return [Dataset(self._transport, each) for each in self._transport.pages("listDatasets", None, query)]

    def get(self, name_or_uid: str, version: int | None = None, as_of: datetime | str | None = None) -> Dataset:
        """By name or uid. Raises NotFound."""
        return self._found(
            name_or_uid,
            lambda: Dataset(self._transport, self._transport.call("getDataset", {"name": name_or_uid}), version, as_of),
        )

    def delete(self, name: str) -> None:
        """Deletes it with all its versions."""
        self._transport.call("deleteDataset", {"name": name}, headers={"if-match": "*"})

    def _names(self) -> Iterable[str]:
        return (each["name"] for each in self._transport.pages("listDatasets"))

    def __repr__(self) -> str:
        return f"<Datasets of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        return html_table(("name", "title", "newest version"), [(d.name, d.title, d.latest) for d in self.list()])
