"""Snapshots of several datasources as of one moment."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from .datasources import Datasource
from .errors import SnapshotFailed
from .progress import Progress
from .show import html_table
from .snapshots import ENDED, Snapshot
from .transport import Transport


class Group:
    """Snapshots of one moment of their connector: `id`, `state`, `snapshots`. All become versions at once, or none."""

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.id: str = record["id"]
        self.connector: str = record["connector"]
        self.state: str = record["state"]
        self.snapshots = [Snapshot(self._transport, each) for each in record["snapshots"]]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    @property
    def versions(self) -> dict[str, int]:
        """By dataset the version that is of the moment; empty until the end."""
        return {each.datasource: each.version for each in self.snapshots if each.version is not None}

    def refresh(self) -> Group:
        """Reads its state anew."""
        self._take(self._transport.call("getGroup", {"id": self.id}))
        return self

    def cancel(self) -> Group:
        """Asks all of it to stop; `wait` tells when it has."""
        self.snapshots[0].cancel()
        return self.refresh()

    def wait(self, timeout: float | None = 14_400, progress: bool | None = None, poll: float = 0.25) -> Group:
        """Waits for its end; raises SnapshotFailed with the reason, or TimeoutError after `timeout` seconds."""
        bar = Progress("rows", wanted=progress)
        shown = 0
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while True:
                self.refresh()
                rows = sum(each.rows for each in self.snapshots)
                bar.add(rows - shown, self.state)
                shown = rows
                if self.ended:
                    break
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"The group {self.id} is still {self.state} after {timeout} s; it goes on.")
                time.sleep(poll)
                poll = min(poll * 1.3, 5.0)
        finally:
            bar.close()
        if self.state != "done":
            first = self.snapshots[0]
            raise SnapshotFailed(first.why(), first)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)

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
