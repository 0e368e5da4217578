"""What is in the columns of a version, counted over all its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .records import Records
from .show import html_table
from .values import reader_of

SHOWN = ("name", "type", "nulls", "distinct", "min", "max")
VALUES = ("min", "max", "value", "from", "to")


class Statistics(Records):
    """A dict a column: `name`, `type`, `nulls`, `distinct`, `min`, `max`, `bars`, `others`; of `rows` of `version`.

    A bar has its `count` and either the `value`, where there are few, or the range `from` and `to`. Values are those of
    the column's type: Decimal, datetime and so on.
    """

    def __init__(self, found: Mapping[str, Any]) -> None:
        super().__init__(_column(each) for each in found["columns"])
        self.version: int = found["version"]
        self.rows: int = found["rows"]

    def _repr_html_(self) -> str:
        rows = [[each[name] for name in SHOWN] for each in self]
        return html_table(SHOWN, rows, f"{self.rows} rows of version {self.version}")


def _column(counted: Mapping[str, Any]) -> dict[str, Any]:
    read = reader_of(counted["type"])

    def exact(members: Mapping[str, Any]) -> dict[str, Any]:
        return {name: read(value) if name in VALUES else value for name, value in members.items()}

    return {**exact(counted), "bars": [exact(bar) for bar in counted["bars"]]}
