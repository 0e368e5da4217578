"""DuckDB over what Headgate has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .extras import need
from .rows import Readable

if TYPE_CHECKING:
    import duckdb

    from .client import Headgate


def connect(headgate: Headgate, tables: dict[str, Readable]) -> duckdb.DuckDBPyConnection:
    """A connection that reads `headgate://` paths, and each of `tables` under its name."""
    connection: Any = need("duckdb").connect()
    need("fsspec")
    from .filesystem import HeadgateFileSystem

    connection.register_filesystem(HeadgateFileSystem(headgate=headgate))
    for name, table in tables.items():
        connection.register(name, table)
    return connection
