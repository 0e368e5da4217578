"""Exporters: places that datasets are written to, and the exports that write there."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from .errors import ExportFailed
from .named import Titled
from .runs import Run
from .show import html_facts, html_table
from .transport import Transport


class Export(Run):
    """One writing of a version: `id`, `state`, `phase`, `target`, `rows`, `bytes`, `percent`, `error`, and its `logs`."""

    def _take(self, record: Mapping[str, Any]) -> None:
        super()._take(record)
        self.exporter: str = record["exporter"]
        self.dataset: str = record["dataset"]
        self.version: int = record["version"]
        self.target: str = record["target"]
        self.phase: str = record["phase"]
        self.rows: int = record["rows"]
        self.bytes: int = record["bytes"]
        self.percent: float | None = record["percent"]
        self.error: Mapping[str, Any] | None = record["error"]

    @property
    def logs(self) -> str:
        """What happened, a line each, with its time."""
        return "\n".join(f"{each['at']} {each['message']}" for each in self._record["log"])

    def _read(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._transport.call("getExport", {"id": self.id})
        return found

    def _cancel(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._transport.call("cancelExport", {"id": self.id}, body={})
        return found

    def _progress(self) -> tuple[int, str]:
        return self.rows, self.phase

    def _failure(self) -> ExportFailed | None:
        return None if self.state == "done" else ExportFailed(f"Export {self.id} is {self.state}.\n{self.logs}", self)

    def __repr__(self) -> str:
        return f"<Export {self.id!r}: {self.state}, {self.rows} rows to {self.target!r}>"

    def _repr_html_(self) -> str:
        names = ("state", "target", "mode", "rows", "bytes", "percent")
        return html_facts(f"Export {self.id}", [(name, self._record[name]) for name in names])


class Exporter(Titled):
    """`name`, `title`, `connector`, `mode`, and the `path` or the `table` that is written."""

    def _take(self, record: Mapping[str, Any]) -> None:
        super()._take(record)
        self.connector: str = record["connector"]
        self.path: str | None = record["path"]
        self.table: str | None = record["table"]
        self.mode: str = record["mode"]
        self.format: str | None = record["format"]

    def run(
        self,
        dataset: str,
        version: int | None = None,
        format: str | None = None,
        wait: bool = True,
        timeout: float | None = 14_400,
    ) -> Export:
        """Writes a version of a dataset, by default the one that is read now. Raises ExportFailed with the logs."""
        body = {"dataset": dataset, "version": version, "format": format}
        given = {name: value for name, value in body.items() if value is not None}
        begun = Export(self._transport, self._transport.call("createExport", {"name": self.name}, body=given))
        return begun.wait(timeout) if wait else begun

    def exports(self, state: str | None = None, limit: int = 100) -> list[Export]:
        """Its exports, the newest first."""
        query = {"state": state, "limit": min(limit, 100)}
        found = self._transport.pages("listExports", {"name": self.name}, query)
        return [Export(self._transport, each) for each in islice(found, limit)]

    def update(self, **changes: Any) -> Exporter:
        """Changes `title`, `connector`, `path`, `table`, `mode` or `format`."""
        _, etag = self._transport.tagged("getExporter", {"name": self.name})
        headers = {"if-match": etag}
        self._take(self._transport.call("updateExporter", {"name": self.name}, body=changes, headers=headers))
        return self

    def delete(self) -> None:
        """Deletes it; what it has written stays. Raises Conflict while one of its exports runs."""
        self._transport.call("deleteExporter", {"name": self.name}, headers={"if-match": "*"})

    def __repr__(self) -> str:
        return f"<Exporter {self.name!r}: {self.mode} {self.path or self.table!r} of {self.connector!r}>"


class Exporters:
    """The exporters. A connector must allow writing: `allow_write` of `sources.update`, by an administrator."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        name: str,
        connector: str,
        *,
        path: str | None = None,
        table: str | None = None,
        mode: str | None = None,
        format: str | None = None,
        title: str | None = None,
    ) -> Exporter:
        """A `path` for files (`safe`, `replace`, `timestamp`), a `table` for databases (`replace`, `append`)."""
        given = {"path": path, "table": table, "mode": mode, "format": format, "title": title}
        body = {"name": name, "connector": connector, **{k: v for k, v in given.items() if v is not None}}
        return Exporter(self._transport, self._transport.call("createExporter", body=body))

    def list(self, connector: str | None = None) -> list[Exporter]:
        """All of them, or those of a connector."""
        found = self._transport.pages("listExporters", None, {"connector": connector})
        return [Exporter(self._transport, each) for each in found]

    def get(self, name_or_uid: str) -> Exporter:
        """By name or uid. Raises NotFound."""
        return Exporter(self._transport, self._transport.call("getExporter", {"name": name_or_uid}))

    def export(self, id: str) -> Export:
        """One export by its id. Raises NotFound."""
        return Export(self._transport, self._transport.call("getExport", {"id": id}))

    def _repr_html_(self) -> str:
        rows = [(each.name, each.connector, each.path or each.table, each.mode) for each in self.list()]
        return html_table(("exporter", "connector", "writes", "mode"), rows, "Exporters")
