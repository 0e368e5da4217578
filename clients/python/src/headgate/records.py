"""Lists of JSON objects that show themselves and become data frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .extras import need
from .show import html_table

if TYPE_CHECKING:
    import pandas

SHOWN = 10


class Records(list[Any]):
    """A plain list with `to_dataframe()`; a notebook shows its first ten as a table."""

    def to_dataframe(self) -> pandas.DataFrame:
        """A row an item, a column a member; an item that is no object is in the column `value`."""
        return need("pandas").DataFrame([_members(each) for each in self], columns=_names(self) or None)

    def _repr_html_(self) -> str:
        shown = [_members(each) for each in self[:SHOWN]]
        names = _names(self[:SHOWN])
        rows = [[each.get(name) for name in names] for each in shown]
        more = f" of {len(self)}" if len(self) > SHOWN else ""
        return html_table(names, rows, f"{len(rows)}{more}")


def _members(item: Any) -> dict[str, Any]:
    return item if isinstance(item, dict) else {"value": item}


def _names(items: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(name for item in items for name in _members(item)))
