"""Exporters: places that datasets are written to, and the exports that write there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

from .errors import ExportFailed
from .progress import Progress
from .show import html_facts, html_table
from .transport import Transport

ENDED = frozenset({"done", "failed", "cancelled"})


class Export:
    """One writing of a version: `id`, `state`, `phase`, `target`, `rows`, `bytes`, `percent`, `error`, and its `logs`."""

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.id: str = record["id"]
        self.exporter: str = record["exporter"]
        self.dataset: str = record["dataset"]
        self.version: int = record["version"]
        self.target: str = record["target"]
        self.state: str = record["state"]
        self.phase: str = record["phase"]
        self.rows: int = record["rows"]
        self.bytes: int = record["bytes"]
        self.percent: float | None = record["percent"]
        self.error: Mapping[str, Any] | None = record["error"]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    @property
    def logs(self) -> str:
        """What happened, a line each, with its time."""
        return "\n".join(f"{each['at']} {each['message']}" for each in self._record["log"])

    def refresh(self) -> Export:
        """Reads its state anew."""
        self._take(self._transport.call("getExport", {"id": self.id}))
        return self

    def cancel(self) -> Export:
        """Asks it to stop; `wait` tells when it has. Nothing of it is seen then."""
        self._take(self._transport.call("cancelExport", {"id": self.id}, body={}))
        return self

    def wait(self, timeout: float | None = 14_400, progress: bool | None = None, poll: float = 0.25) -> Export:
        """Waits for its end; raises ExportFailed with its logs, or TimeoutError after `timeout` seconds."""
        bar = Progress("rows", wanted=progress)
        shown = 0
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while not self.refresh().ended:
                bar.add(self.rows - shown, self.phase)
                shown = self.rows
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"Export {self.id} is still {self.state} after {timeout} s; it goes on.")
                time.sleep(poll)
                poll = min(poll * 1.3, 5.0)
            bar.add(self.rows - shown, self.phase)
        finally:
            bar.close()
        if self.state != "done":
            raise ExportFailed(f"Export {self.id} is {self.state}.\n{self.logs}", self)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)

    def __repr__(self) -> str:
        return f"<Export {self.id!r}: {self.state}, {self.rows} rows to {self.target!r}>"

    def _repr_html_(self) -> str:
        names = ("state", "target", "mode", "rows", "bytes", "percent")
        return html_facts(f"Export {self.id}", [(name, self._record[name]) for name in names])


class Exporter:
    """`name`, `title`, `connector`, `mode`, and the `path` or the `table` that is written."""

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.uid: str = record["uid"]
        self.name: str = record["name"]
        self.title: str = record["title"]
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

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)

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
