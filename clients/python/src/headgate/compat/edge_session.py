"""An EdgeSession over Headgate."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from .. import connectors
from ..client import Headgate, SearchResult
from ..connectors import NewConnector
from ..errors import ConfigurationError, InvalidRequest
from ..sources import Source, Sources
from .edge_files import StoreFolder

# What that API raises for a definition or a name that is not valid.
BadEntry = InvalidRequest


class EdgeSession:
    """`sources`, `files`, `search()`, `whoami()`, `organization`.

    Without arguments EDGE_API_TOKEN and EDGE_API_SERVICE_URL, or ours.
    """

    def __init__(
        self, api_token: str | None = None, service_url: str | None = None, organization: str | None = None
    ) -> None:
        self.headgate = Headgate(service_url, api_token, organization=organization)
        self.sources = EdgeData(self.headgate._transport)
        self.files = StoreFolder(self.headgate.objects.user)
        self.organization = self.headgate.organization or "default"

    def whoami(self) -> Any:
        """The caller: `user_name`."""
        return SimpleNamespace(user_name=self.headgate.whoami()["id"])

    def search(self, query: str, kind: str | None = None) -> list[SearchResult]:
        """Things of names much like `query`; `kind` is `'file'`, `'folder'` or `'connector'`."""
        return self.headgate.search(query, kind)

    def __repr__(self) -> str:
        return f"EdgeSession({self.headgate.url!r})"


class EdgeData(Sources):
    """The connectors of the organization."""

    def list_names(self) -> list[str]:
        """The older name of `list`."""
        return self.list()


def SQLConnection(
    name: str, title: str, host: str, port: int, db_kind: str, db_name: str, username: str, password: str
) -> NewConnector:
    """A database connector for `sources.add`. `db_kind` is `postgresql` or `mysql`; others are refused."""
    kind = {"postgresql": "postgres", "postgres": "postgres", "mysql": "mysql"}.get(db_kind.lower())
    if kind is None:
        raise ConfigurationError(f"The database kind {db_kind!r} is not supported: 'postgresql' or 'mysql'.")
    return connectors.sql(name, host, db_name, username, password, port, kind, title)


def S3Connection(
    name: str, title: str, bucket: str, endpoint: str | None, access_key: str, secret_key: str
) -> NewConnector:
    """A bucket for `sources.add`; `endpoint` is of another store that speaks S3."""
    return connectors.s3(name, bucket, access_key, secret_key, endpoint=endpoint, title=title)


__all__ = ["BadEntry", "EdgeData", "EdgeSession", "S3Connection", "SQLConnection", "Source"]
