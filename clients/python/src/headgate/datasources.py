"""Datasources: a connector and what exactly of it is copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from .checks import ConnectionStatus
from .errors import NotFound
from .moments import instant
from .named import Named, Titled
from .rows import Sample, read_rows
from .schedules import Schedule
from .show import html_facts, html_table
from .snapshots import Snapshot
from .sources import Source
from .transport import Transport


class Datasource(Titled):
    """A named selection of a connector. Making one copies nothing."""

    def _take(self, record: Mapping[str, Any]) -> None:
        super()._take(record)
        self.connector: str = record["connector"]
        self.kind: str = record["kind"]
        self.selection: Mapping[str, Any] = record["selection"]
        self.format: str = record["format"]

    def test(self, timeout: float = 10) -> ConnectionStatus:
        """Whether what it names can be read now."""
        body = {"timeoutMs": max(100, min(25_000, round(timeout * 1000)))}
        return ConnectionStatus(self._transport.call("checkDatasource", {"name": self.name}, body=body))

    def preview(self, limit: int = 10) -> Sample:
        """The first rows of what a snapshot would copy, read live."""
        query = {"limit": limit, "format": "json"}
        columns, rows = read_rows(self._transport.open("previewDatasource", {"name": self.name}, query))
        return Sample(columns, list(rows))

    def snapshot(
        self,
        wait: bool = True,
        timeout: float | None = 14_400,
        progress: bool | None = None,
        *,
        full: bool = False,
        accept_drift: bool = False,
    ) -> Snapshot:
        """Takes a snapshot and, unless `wait=False`, waits for its end.

        `full` reads everything where the strategy would read what is new; `accept_drift` publishes changed columns.
        """
        body = {**({"full": True} if full else {}), **({"acceptDrift": True} if accept_drift else {})}
        taken = Snapshot(self._transport, self._transport.call("createSnapshot", {"name": self.name}, body=body))
        return taken.wait(timeout, progress) if wait else taken

    def snapshots(self, state: str | None = None) -> Iterator[Snapshot]:
        """Those there have been, newest first."""
        for each in self._transport.pages("listSnapshots", {"name": self.name}, {"state": state}):
            yield Snapshot(self._transport, each)

    def set_schedule(
        self,
        *,
        every: str | None = None,
        cron: str | None = None,
        at: datetime | str | None = None,
        begin: datetime | str | None = None,
        time_zone: str = "UTC",
        catch_up: str = "last",
        overlap: str = "skip",
        paused: bool = False,
    ) -> Schedule:
        """Has snapshots taken: `every` "15m" or "daily" (counted from `begin`), by `cron`, or once `at` a moment."""
        times = {"every": every, "cron": cron, "at": instant(at), "from": instant(begin)}
        given = {key: value for key, value in times.items() if value is not None}
        body = {**given, "timeZone": time_zone, "catchUp": catch_up, "overlap": overlap, "paused": paused}
        return Schedule(self._transport, self.name, self._transport.call("putSchedule", {"name": self.name}, body=body))

    @property
    def schedule(self) -> Schedule | None:
        """When snapshots are taken; None where they are taken by hand alone."""
        try:
            found = self._transport.call("getSchedule", {"name": self.name})
        except NotFound:
            return None
        return Schedule(self._transport, self.name, found)

    def delete(self) -> None:
        """Deletes it; its dataset stays."""
        self._transport.call("deleteDatasource", {"name": self.name}, headers={"if-match": "*"})

    def __repr__(self) -> str:
        return f"<Datasource {self.name!r} of {self.connector!r}: {dict(self.selection)}>"

    def _repr_html_(self) -> str:
        facts = [("connector", self.connector), ("selection", dict(self.selection)), ("format", self.format)]
        return html_facts(self.title, [("name", self.name), *facts])


class Datasources(Named):
    """`list`, `get`, `create`, `update`, `delete`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, connector: str | None = None, search: str | None = None) -> list[Datasource]:
        """All of them, of all pages."""
        query = {"connector": connector, "search": search}
        return [Datasource(self._transport, each) for each in self._transport.pages("listDatasources", None, query)]

    def get(self, name_or_uid: str) -> Datasource:
        """By name or uid. Raises NotFound."""
        return self._found(
            name_or_uid,
            lambda: Datasource(self._transport, self._transport.call("getDatasource", {"name": name_or_uid})),
        )

    def create(
        self,
        name: str,
        connector: str | Source,
        selection: Mapping[str, Any] | None = None,
        title: str | None = None,
        format: str | None = None,
        *,
        compression: str | None = None,
        strategy: str | Mapping[str, Any] | None = None,
        drift: str | None = None,
        retention: Mapping[str, Any] | None = None,
        skip_unchanged: bool | None = None,
        reuse_unchanged: bool | None = None,
        priority: int | None = None,
        **selected: Any,
    ) -> Datasource:
        """Names what to copy: `table=`, `sql=`, `path=` and so on, or a whole `selection`.

        `strategy` says what is read each time: `full`, or `{"kind": "incremental", "mode": "append"}` and the like;
        `drift` what happens when columns change: `evolve`, `freeze` or `pause`; `retention` which versions stay; `priority`
        who gets the connections of a connector first where they are scarce: the higher one.
        """
        given: dict[str, Any] = {
            "title": title,
            "format": format,
            "compression": compression,
            "strategy": strategy,
            "drift": drift,
        }
        given |= {"retention": retention, "skipUnchanged": skip_unchanged, "reuseUnchanged": reuse_unchanged}
        given["priority"] = priority
        body = {
            "name": name,
            "connector": connector.name if isinstance(connector, Source) else connector,
            "selection": {**(selection or {}), **selected},
            **{key: value for key, value in given.items() if value is not None},
        }
        return Datasource(self._transport, self._transport.call("createDatasource", body=body))

    def update(self, name: str, **changes: Any) -> Datasource:
        """Changes fields: `title=`, `selection=`, `format=`."""
        _, etag = self._transport.tagged("getDatasource", {"name": name})
        headers = {"if-match": etag}
        return Datasource(
            self._transport, self._transport.call("updateDatasource", {"name": name}, body=changes, headers=headers)
        )

    def delete(self, name: str) -> None:
        """Deletes it; its dataset stays."""
        self._transport.call("deleteDatasource", {"name": name}, headers={"if-match": "*"})

    def _names(self) -> Iterable[str]:
        return (each["name"] for each in self._transport.pages("listDatasources"))

    def __repr__(self) -> str:
        return f"<Datasources of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        rows = [(d.name, d.title, d.connector, dict(d.selection)) for d in self.list()]
        return html_table(("name", "title", "connector", "selection"), rows, "Datasources")
