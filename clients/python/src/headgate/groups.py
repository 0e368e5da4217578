"""Snapshots of several datasources as of one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .datasources import Datasource
from .errors import SnapshotFailed
from .runs import Run
from .show import html_table
from .snapshots import Snapshot
from .transport import Transport


class Group(Run):
    """Snapshots of one moment of their connector: `id`, `state`, `snapshots`. All become versions at once, or none."""

    def _take(self, record: Mapping[str, Any]) -> None:
        super()._take(record)
        self.connector: str = record["connector"]
        self.snapshots = [Snapshot(self._transport, each) for each in record["snapshots"]]

    @property
    def versions(self) -> dict[str, int]:
        """By dataset the version that is of the moment; empty until the end."""
        return {each.datasource: each.version for each in self.snapshots if each.version is not None}

    def _read(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._transport.call("getGroup", {"id": self.id})
        return found

    def _cancel(self) -> Mapping[str, Any]:
        self.snapshots[0].cancel()
        return self._read()

    def _progress(self) -> tuple[int, str]:
        return sum(each.rows for each in self.snapshots), self.state

    def _failure(self) -> SnapshotFailed | None:
        first = self.snapshots[0]
        return None if self.state == "done" else SnapshotFailed(first.why(), first)

    def __repr__(self) -> str:
        return f"<Group {self.id!r}: {self.state}, {', '.join(each.datasource for each in self.snapshots)}>"

    def _repr_html_(self) -> str:
        rows = [(each.datasource, each.state, each.version, each.rows) for each in self.snapshots]
        return html_table(("datasource", "state", "version", "rows"), rows, f"Group {self.id}")


class Snapshots:
    """`take` of several datasources at once, `get`, `group`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def take(
        self,
        datasources: Iterable[str | Datasource],
        wait: bool = True,
        timeout: float | None = 14_400,
        progress: bool | None = None,
        *,
        accept_drift: bool = False,
    ) -> Group:
        """Takes snapshots of datasources of one connector as of one moment and, unless `wait=False`, waits for the end."""
        names = [each.name if isinstance(each, Datasource) else each for each in datasources]
        body = {"datasources": names, **({"acceptDrift": True} if accept_drift else {})}
        taken = Group(self._transport, self._transport.call("createGroup", body=body))
        return taken.wait(timeout, progress) if wait else taken

    def get(self, id: str) -> Snapshot:
        """By its id. Raises NotFound."""
        return Snapshot(self._transport, self._transport.call("getSnapshot", {"id": id}))

    def group(self, id: str) -> Group:
        """By its id. Raises NotFound."""
        return Group(self._transport, self._transport.call("getGroup", {"id": id}))
