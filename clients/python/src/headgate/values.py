"""Cells of JSON rows as exact Python values, by the type of their column."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

Reader = Callable[[Any], Any]

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})0*)?(Z|[+-]\d\d:?\d\d)?")
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})0*)?")


def reader_of(kind: str) -> Reader:
    """What turns a cell of a column of this type into a value: int, Decimal, datetime, date, bytes, UUID, list.

    A date or time beyond what Python can hold (year 10000, infinity, nanoseconds) stays the text that it is.
    """
    if kind.startswith("list<") and kind.endswith(">"):
        item = reader_of(kind[5:-1])
        return _nullable(lambda cells: [item(cell) for cell in cells])
    return _READERS.get(kind.split("(", 1)[0], _same)


def _nullable(read: Reader) -> Reader:
    return lambda cell: None if cell is None else read(cell)


def _same(cell: Any) -> Any:
    return cell


def _micros(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0"))


def _moment(cell: str) -> datetime | str:
    found = _MOMENT.fullmatch(cell)
    if found is None:
        return cell
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), _micros(fraction), _zone(zone)
        )
    except ValueError:
        return cell


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return timezone.utc
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _date(cell: str) -> date | str:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell


def _time(cell: str) -> time | str:
    found = _TIME.fullmatch(cell)
    if found is None or int(found[1]) > 23:
        return cell
    return time(int(found[1]), int(found[2]), int(found[3]), _micros(found[4]))


_READERS: dict[str, Reader] = {
    **{name: _nullable(int) for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    **{name: _nullable(float) for name in ("float16", "float32", "float64")},
    "decimal": _nullable(Decimal),
    "date": _nullable(_date),
    "time": _nullable(_time),
    "timestamp": _nullable(_moment),
    "timestamptz": _nullable(_moment),
    "binary": _nullable(lambda cell: base64.b64decode(cell, validate=True)),
    "uuid": _nullable(uuid.UUID),
}
