"""Snapshots: started, watched, waited for, cancelled."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from .errors import SnapshotFailed
from .progress import Progress
from .show import html_facts
from .transport import Transport

ENDED = frozenset({"done", "failed", "cancelled", "skipped"})


class Snapshot:
    """One copying of a datasource: `id`, `state`, `phase`, `version`, `rows`, `bytes`, `percent`, `error`.

    A skipped one says `because` of what; one that a schedule took, when it was `due`.
    """

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.id: str = record["id"]
        self.datasource: str = record["datasource"]
        self.state: str = record["state"]
        self.phase: str = record["phase"]
        self.version: int | None = record["version"]
        self.rows: int = record["rows"]
        self.bytes: int = record["bytes"]
        self.percent: float | None = record["percent"]
        self.because: str | None = record.get("because")
        self.due: str | None = record.get("due")
        self.error: Mapping[str, Any] | None = record["error"]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    def refresh(self) -> Snapshot:
        """Reads its state anew."""
        self._take(self._transport.call("getSnapshot", {"id": self.id}))
        return self

    def cancel(self) -> Snapshot:
        """Asks it to stop; `wait` tells when it has."""
        self._take(self._transport.call("cancelSnapshot", {"id": self.id}, body={}))
        return self

    def events(self) -> Iterator[dict[str, Any]]:
        """What becomes of it, as it happens, until it ends."""
        with self._transport.open("watchSnapshot", {"id": self.id}) as reply:
            for line in reply:
                if line.strip():
                    yield json.loads(line)

    def wait(self, timeout: float | None = 14_400, progress: bool | None = None, poll: float = 0.25) -> Snapshot:
        """Waits for its end; raises SnapshotFailed with the reason, or TimeoutError after `timeout` seconds.

        Progress is drawn with tqdm where that is installed, else in dots; by default on a terminal or in a notebook.
        """
        bar = Progress("rows", wanted=progress)
        shown = 0
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while not self.refresh().ended:
                shown = self._show(bar, shown)
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"Snapshot {self.id} is still {self.state} after {timeout} s; it goes on.")
                time.sleep(poll)
                poll = min(poll * 1.3, 5.0)
            self._show(bar, shown)
        finally:
            bar.close()
        if self.state in ("failed", "cancelled"):
            raise SnapshotFailed(self.why(), self)
        return self

    def why(self) -> str:
        """How it ended, in words: the reason, and what to do."""
        error = self.error or {}
        said = ": ".join(part for part in (error.get("code"), error.get("detail")) if part)
        hint = f"\nHint: {error['hint']}" if error.get("hint") else ""
        return f"Snapshot {self.id} is {self.state}. {said}{hint}"

    def _show(self, bar: Progress, shown: int) -> int:
        bar.add(self.rows - shown, self.phase)
        return self.rows

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)

    def __repr__(self) -> str:
        return f"<Snapshot {self.id!r}: {self.state}, {self.rows} rows>"

    def _repr_html_(self) -> str:
        names = ("state", "phase", "version", "rows", "bytes", "percent")
        return html_facts(f"Snapshot {self.id}", [(name, self._record[name]) for name in names])
