"""Schedules: when snapshots of a datasource are taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .show import html_table
from .transport import Transport

_SENT = ("every", "cron", "at", "from", "timeZone", "catchUp", "overlap", "paused", "with")


class Schedule:
    """`every`, `cron` or `at` in `time_zone`; `words` says it, `next` has its next five times, `last` what came of one.

    `together_with` names the datasources that are taken with it as of one moment.
    """

    def __init__(self, transport: Transport, name: str, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._name = name
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.every: str | None = record.get("every")
        self.cron: str | None = record.get("cron")
        self.at: str | None = record.get("at")
        self.time_zone: str = record["timeZone"]
        self.together_with: list[str] = record.get("with", [])
        self.paused: bool = record["paused"]
        self.words: str = record["words"]
        self.warnings: list[str] = record["warnings"]
        self.next = [datetime.fromisoformat(each.replace("Z", "+00:00")) for each in record["next"]]
        self.last: Mapping[str, Any] | None = record["last"]

    def pause(self) -> Schedule:
        """Takes nothing until `resume()`; what is due meanwhile is not made up for."""
        return self._put(paused=True)

    def resume(self) -> Schedule:
        """Goes on."""
        return self._put(paused=False)

    def remove(self) -> None:
        """Snapshots are taken by hand alone from now on."""
        self._transport.call("deleteSchedule", {"name": self._name})

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)

    def _put(self, **changes: Any) -> Schedule:
        kept = {name: self._record[name] for name in _SENT if self._record.get(name) is not None}
        self._take(self._transport.call("putSchedule", {"name": self._name}, body={**kept, **changes}))
        return self

    def __repr__(self) -> str:
        names = ", ".join(repr(each) for each in (self._name, *self.together_with))
        return f"<Schedule of {names}: {self.words}{' (paused)' if self.paused else ''}>"

    def _repr_html_(self) -> str:
        rows = [*((each.isoformat(),) for each in self.next), *((each,) for each in self.warnings)]
        return html_table((f"{self.words}{' (paused)' if self.paused else ''}",), rows, f"Schedule of {self._name}")
