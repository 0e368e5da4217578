"""The way in: `Headgate()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from .access import Members, Tokens
from .datasets import Datasets
from .datasources import Datasources
from .exporters import Exporters
from .groups import Snapshots
from .moments import instant
from .objects import Objects
from .pipelines import Pipelines
from .records import Records
from .rows import Readable
from .secrets import Secrets
from .settings import find_settings
from .sources import Sources
from .transport import Transport
from .webhooks import Webhooks


@dataclass(frozen=True)
class SearchResult:
    """What a search found: `kind` is connector, datasource, dataset, pipeline, folder or file; `score` is at most 1."""

    name: str
    kind: str
    uid: str
    title: str | None
    score: float


class Headgate:
    """A Headgate and who asks it. Without arguments: HEADGATE_URL and HEADGATE_TOKEN, else a profile.

    `timeout` is seconds without a byte; `retries` counts further tries of what is safe to try again.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        profile: str | None = None,
        organization: str | None = None,
        timeout: float = 60.0,
        retries: int = 5,
    ) -> None:
        self._transport = Transport(find_settings(url, token, profile, organization), timeout, retries)
        self.url = self._transport.settings.url
        self.organization = self._transport.settings.organization
        self.sources = Sources(self._transport)
        self.datasources = Datasources(self._transport)
        self.datasets = Datasets(self._transport)
        self.exporters = Exporters(self._transport)
        self.snapshots = Snapshots(self._transport)
        self.objects = Objects(self._transport)
        self.pipelines = Pipelines(self._transport)
        self.secrets = Secrets(self._transport)
        self.tokens = Tokens(self._transport)
        self.members = Members(self._transport)
        self.webhooks = Webhooks(self._transport)

    def whoami(self) -> dict[str, Any]:
        """The caller's id, roles and scopes."""
        found: dict[str, Any] = self._transport.call("getMe")
        return found

    def health(self) -> dict[str, Any]:
        """Whether it is alive, and its version."""
        found: dict[str, Any] = self._transport.call("getHealth")
        return found

    def kinds(self) -> Records:
        """The kinds of connectors with the schemas of their fields; for administrators."""
        return Records(self._transport.call("listKinds")["items"])

    def schedules(self) -> Records:
        """Every schedule with its next time and what came of its last one."""
        return Records(self._transport.pages("listSchedules"))

    def runs(
        self,
        state: str | None = None,
        datasource: str | None = None,
        since: datetime | str | None = None,
        limit: int = 100,
    ) -> Records:
        """The newest snapshots of all datasources."""
        query = {"state": state, "datasource": datasource, "since": instant(since), "limit": min(limit, 100)}
        return Records(islice(self._transport.pages("listRuns", None, query), limit))

    def search(self, query: str, kind: str | None = None, limit: int = 100) -> list[SearchResult]:
        """What you may see of names much like `query`, the likest first."""
        found = self._transport.call("search", None, {"q": query, "kind": kind, "limit": limit})["items"]
        return [SearchResult(each["name"], each["kind"], each["uid"], each["title"], each["score"]) for each in found]

    def audit(
        self,
        by: str | None = None,
        operation: str | None = None,
        thing: str | None = None,
        refused: bool | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        limit: int = 100,
    ) -> Records:
        """The newest lines of who did what, for administrators."""
        query = {"by": by, "operation": operation, "thing": thing, "refused": refused}
        moments = {"since": instant(since), "until": instant(until)}
        lines = self._transport.pages("listAudit", None, {**query, **moments, "limit": min(limit, 100)})
        return Records(islice(lines, limit))

    def duckdb(self, **tables: Readable) -> Any:
        """A DuckDB connection that reads `headgate://` paths, and tables, queries and datasets by the names given.

        Each reading of such a name streams it anew: `hg.duckdb(e=table).sql("select count(*) from e")`.
        """
        from .duck import connect

        return connect(self, tables)

    def __repr__(self) -> str:
        return f"Headgate({self.url!r})"

    def _repr_html_(self) -> str:
        return self.sources._repr_html_()
