"""The rows of an SQL query."""

from __future__ import annotations

import http.client
from collections.abc import Sequence

from .rows import Readable, Window
from .transport import Transport


class Query(Readable):
    """A reading query; it runs anew at each reading."""

    def __init__(self, transport: Transport, source: str, sql: str, parameters: Sequence[object] | None) -> None:
        self._transport = transport
        self.source = source
        self.sql = sql
        self.parameters = parameters

    def _open(self, format: str, window: Window) -> http.client.HTTPResponse:
        if window.columns is not None or window.where is not None or window.order is not None:
            raise TypeError("A query chooses its columns, rows and order in its SQL.")
        body: dict[str, object] = {"sql": self.sql}
        if self.parameters is not None:
            body["parameters"] = list(self.parameters)
        if window.limit is not None:
            body["limit"] = window.limit
        return self._transport.open("runQuery", {"source": self.source}, {"format": format}, body=body)

    def __repr__(self) -> str:
        return f"<Query of {self.source!r}: {self.sql!r}>"

    def _repr_html_(self) -> str:
        return self.head(10)._repr_html_()
