"""The tables of a source: a lazy mapping of proxies."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from .errors import NoSuchKey, NotFound
from .rows import Column, Readable, Window, column_of
from .show import html_table, near
from .transport import Transport


class Table(Readable):
    """One table or view. Nothing is read until it is asked for."""

    def __init__(self, transport: Transport, source: str, name: str) -> None:
        self._transport = transport
        self.source = source
        self.name = name

    def describe(self) -> dict[str, Any]:
        """Columns, keys, estimate of rows and size, as the source tells them."""
        found: dict[str, Any] = self._transport.call("describeTable", {"source": self.source, "table": self.name})
        return found

    @property
    def columns(self) -> list[Column]:
        """The columns with their types; asks the source."""
        return [column_of(each) for each in self.describe()["columns"]]

    def _open(self, format: str, window: Window) -> http.client.HTTPResponse:
        path = {"source": self.source, "table": self.name}
        return self._transport.open("readRows", path, {**window.query(), "format": format})

    def __repr__(self) -> str:
        return f"<Table {self.name!r} of {self.source!r}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(self.name)}</b> of {escape(self.source)}</p>{self.head(10)._repr_html_()}"


class Tables(Mapping[str, Table]):
    """Names of tables to proxies: iterating asks for names alone, indexing a known name reads no data."""

    def __init__(self, transport: Transport, source: str) -> None:
        self._transport = transport
        self._source = source

    def list(
        self, search: str | None = None, schema: str | None = None, database: str | None = None
    ) -> list[dict[str, Any]]:
        """The tables with schema, kind, comment, estimate of rows and bytes; also of another database of the server."""
        query = {"search": search, "schema": schema, "database": database}
        return list(self._transport.pages("listTables", {"source": self._source}, query))

    def __iter__(self) -> Iterator[str]:
        for found in self._transport.pages("listTables", {"source": self._source}):
            yield found["table"]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        try:
            self[name]  # type: ignore[index]
        except KeyError:
            return False
        return True

    def __getitem__(self, name: str) -> Table:
        if not isinstance(name, str) or not name:
            raise KeyError(name)
        try:
            self._transport.call("describeTable", {"source": self._source, "table": name})
        except NotFound:
            raise NoSuchKey(f"{self._source!r} has no table {name!r}.{near(name, self)}") from None
        return Table(self._transport, self._source, name)

    def _ipython_key_completions_(self) -> Any:
        return [*self]

    def __repr__(self) -> str:
        return f"<Tables of {self._source!r}>"

    def _repr_html_(self) -> str:
        rows = [(t["table"], t["kind"], t["estimate"], t["comment"]) for t in self.list()]
        return html_table(("table", "kind", "rows, about", "comment"), rows, f"Tables of {self._source}")
