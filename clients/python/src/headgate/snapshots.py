"""Snapshots: started, watched, waited for, cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .errors import SnapshotFailed
from .runs import Run
from .show import html_facts


class Snapshot(Run):
    """One copying of a datasource: `id`, `state`, `phase`, `version`, `rows`, `bytes`, `percent`, `error`.

    A skipped one says `because` of what; one that a schedule took, when it was `due`.
    """

    def _take(self, record: Mapping[str, Any]) -> None:
        super()._take(record)
        self.datasource: str = record["datasource"]
        self.phase: str = record["phase"]
        self.version: int | None = record["version"]
        self.rows: int = record["rows"]
        self.bytes: int = record["bytes"]
        self.percent: float | None = record["percent"]
        self.because: str | None = record.get("because")
        self.due: str | None = record.get("due")
        self.error: Mapping[str, Any] | None = record["error"]

    def _read(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._transport.call("getSnapshot", {"id": self.id})
        return found

    def _cancel(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._transport.call("cancelSnapshot", {"id": self.id}, body={})
        return found

    def _progress(self) -> tuple[int, str]:
        return self.rows, self.phase

    def _failure(self) -> SnapshotFailed | None:
        return SnapshotFailed(self.why(), self) if self.state in ("failed", "cancelled") else None

    def events(self) -> Iterator[dict[str, Any]]:
        """What becomes of it, as it happens, until it ends."""
        with self._transport.open("watchSnapshot", {"id": self.id}) as reply:
            for line in reply:
                if line.strip():
                    yield json.loads(line)

    def why(self) -> str:
        """How it ended, in words: the reason, and what to do."""
        error = self.error or {}
        said = ": ".join(part for part in (error.get("code"), error.get("detail")) if part)
        hint = f"\nHint: {error['hint']}" if error.get("hint") else ""
        return f"Snapshot {self.id} is {self.state}. {said}{hint}"

    def __repr__(self) -> str:
        return f"<Snapshot {self.id!r}: {self.state}, {self.rows} rows>"

    def _repr_html_(self) -> str:
        names = ("state", "phase", "version", "rows", "bytes", "percent")
        return html_facts(f"Snapshot {self.id}", [(name, self._record[name]) for name in names])
