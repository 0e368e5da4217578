"""Moments as the API takes them."""

from __future__ import annotations

from datetime import datetime, timezone


def instant(moment: datetime | str | None) -> str | None:
    """ISO 8601 in UTC; a datetime must say its zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone: datetime(..., tzinfo=timezone.utc)")
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
