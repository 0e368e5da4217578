"""Anything that has rows: read as Python values, Arrow, pandas or polars."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .errors import ConnectionFailed
from .extras import has, need
from .frames import to_pandas, uuids_as_text
from .show import html_table
from .values import reader_of

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

ALL_ROWS = 100_000_000


@dataclass(frozen=True)
class Column:
    """A column: `type` is Headgate's word, `native_type` the source's own."""

    name: str
    type: str
    native_type: str
    nullable: bool
    comment: str | None = None


@dataclass(frozen=True)
class Window:
    """Which rows and columns. `where` is a condition such as `("price", "gt", 10)`; `order` names columns, `-` descending."""

    columns: Sequence[str] | None = None
    where: object = None
    order: Sequence[str] | None = None
    limit: int | None = None

    def query(self) -> dict[str, object]:
        """As parameters of a request."""
        if isinstance(self.columns, str) or isinstance(self.order, str):
            raise TypeError("columns= and order= take a list of names")
        return {
            "select": None if self.columns is None else json.dumps(list(self.columns)),
            "where": None if self.where is None else json.dumps(self.where, default=_json_value),
            "order": None if self.order is None else json.dumps(list(self.order)),
            "limit": self.limit,
        }


class Sample(Sequence[tuple[Any, ...]]):
    """A few rows in memory: a sequence of tuples that knows its columns."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> None:
        self.columns = tuple(columns)
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a dict by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row)) for row in self.rows]

    def to_dataframe(self) -> pandas.DataFrame:
        """As pandas, with the values as they are."""
        names = [column.name for column in self.columns]
        return need("pandas").DataFrame(list(self.rows), columns=names)

    def __repr__(self) -> str:
        return f"<{len(self.rows)} rows of {', '.join(column.name for column in self.columns)}>"

    def _repr_html_(self) -> str:
        return html_table([f"{column.name} ({column.type})" for column in self.columns], self.rows)


class Readable:
    """What can be read as rows. Everything streams: iterating holds a batch, never the table."""

    def _open(self, format: str, window: Window) -> http.client.HTTPResponse:
        raise NotImplementedError

    def to_dataframe(
        self,
        columns: Sequence[str] | None = None,
        where: object = None,
        limit: int | None = None,
        order: Sequence[str] | None = None,
    ) -> pandas.DataFrame:
        """As pandas with an index from 0. Exact: a nullable integer column stays integer (Int64 and the like)."""
        pandas = need("pandas")
        window = Window(columns, where, order, limit)
        if has("pyarrow"):
            return to_pandas(self._arrow_table(window))
        found, rows = self._rows(window)
        return pandas.DataFrame(list(rows), columns=[column.name for column in found])

    def to_arrow(
        self,
        columns: Sequence[str] | None = None,
        where: object = None,
        limit: int | None = None,
        order: Sequence[str] | None = None,
    ) -> pyarrow.Table:
        """As an Arrow table."""
        return self._arrow_table(Window(columns, where, order, limit))

    def to_polars(
        self,
        columns: Sequence[str] | None = None,
        where: object = None,
        limit: int | None = None,
        order: Sequence[str] | None = None,
    ) -> polars.DataFrame:
        """As polars; a UUID is text there."""
        return need("polars").from_arrow(uuids_as_text(self._arrow_table(Window(columns, where, order, limit))))

    def iter_batches(
        self,
        columns: Sequence[str] | None = None,
        where: object = None,
        limit: int | None = None,
        order: Sequence[str] | None = None,
    ) -> Iterator[pyarrow.RecordBatch]:
        """Arrow record batches as they arrive."""
        yield from self._batches(Window(columns, where, order, limit))

    def iter_rows(
        self,
        columns: Sequence[str] | None = None,
        where: object = None,
        limit: int | None = None,
        order: Sequence[str] | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Tuples of exact Python values, one row at a time; needs no other package."""
        yield from self._rows(Window(columns, where, order, limit))[1]

    def to_dicts(
        self, columns: Sequence[str] | None = None, where: object = None, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Each row as a dict by column name; needs no other package."""
        found, rows = self._rows(Window(columns, where, None, limit))
        names = [column.name for column in found]
        return [dict(zip(names, row)) for row in rows]

    def head(self, limit: int = 5) -> Sample:
        """The first rows."""
        found, rows = self._rows(Window(limit=limit))
        return Sample(found, list(rows))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        reader = self._reader(Window())
        return reader.__arrow_c_stream__(requested_schema)

    def _reader(self, window: Window) -> pyarrow.RecordBatchReader:
        pyarrow = need("pyarrow")
        return pyarrow.ipc.open_stream(self._open("arrow", window))

    def _arrow_table(self, window: Window) -> pyarrow.Table:
        try:
            return self._reader(window).read_all()
        except (OSError, http.client.HTTPException) as cause:
            raise ConnectionFailed("Headgate broke off its answer.") from cause

    def _batches(self, window: Window) -> Iterator[pyarrow.RecordBatch]:
        try:
            yield from self._reader(window)
        except (OSError, http.client.HTTPException) as cause:
            raise ConnectionFailed("Headgate broke off its answer.") from cause

    def _rows(self, window: Window) -> tuple[list[Column], Iterator[tuple[Any, ...]]]:
        # Without a limit JSON gives one page; the stream is to give all.
        limited = window if window.limit is not None else Window(window.columns, window.where, window.order, ALL_ROWS)
        return read_rows(self._open("json", limited))


def column_of(found: Mapping[str, Any]) -> Column:
    """A column as the API gives it."""
    return Column(found["name"], found["type"], found["nativeType"], found["nullable"], found.get("comment"))


def read_rows(reply: http.client.HTTPResponse) -> tuple[list[Column], Iterator[tuple[Any, ...]]]:
    """The columns and, lazily, the rows of a JSON reply: decoded a row at a time."""
    stream = _Json(reply)
    stream.expect('{"columns":')
    columns = [column_of(each) for each in stream.value()]
    stream.expect(',"rows":[')
    return columns, _iterate(stream, [reader_of(column.type) for column in columns])


def _iterate(stream: _Json, readers: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    with stream.reply:
        while stream.peek() != "]":
            row = stream.value()
            yield tuple(read(cell) for read, cell in zip(readers, row))
            if stream.peek() == ",":
                stream.expect(",")


class _Json:
    """Values of a JSON text one after another, holding one value."""

    def __init__(self, reply: http.client.HTTPResponse) -> None:
        self.reply = reply
        self.text = ""
        self.at = 0
        self.decoder = json.JSONDecoder()

    def more(self) -> None:
        try:
            line = self.reply.readline()
        except (OSError, http.client.HTTPException) as cause:
            raise ConnectionFailed("Headgate broke off its answer.") from cause
        if not line:
            raise ConnectionFailed("Headgate broke off its answer.")
        self.text = self.text[self.at :] + line.decode()
        self.at = 0

    def peek(self) -> str:
        while True:
            while self.at < len(self.text) and self.text[self.at] in " \r\n\t":
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            self.more()

    def expect(self, part: str) -> None:
        self.peek()
        while len(self.text) - self.at < len(part):
            self.more()
        if not self.text.startswith(part, self.at):
            raise ConnectionFailed("The answer is not one of rows; is this address a Headgate?")
        self.at += len(part)

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, self.at = self.decoder.raw_decode(self.text, self.at)
                return value
            except ValueError:
                self.more()


def _json_value(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return list(value)
    return str(value)
