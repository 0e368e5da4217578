"""Sources: what is behind the connectors, for reading; and the keeping of connectors, for administrators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .api_client import ApiClient
from .checks import ConnectionStatus
from .connectors import NewConnector
from .files import Keys, S3Folder
from .folders import FRAMES
from .named import Named, Titled
from .query import Query
from .show import html_facts, html_table
from .tables import Tables
from .transport import Transport


class Source(Titled):
    """A connector as a reader sees it: `uid`, `name`, `title`, `kind`, `capabilities`; never a credential."""

    def _take(self, record: Mapping[str, Any]) -> None:
        super()._take(record)
        self.kind: str = record["kind"]
        self.capabilities: Sequence[str] = tuple(record["capabilities"])

    @property
    def tables(self) -> Tables:
        """Its tables, a mapping by name."""
        return Tables(self._transport, self.name)

    def databases(self) -> list[str]:
        """The databases of its server. Raises NotOffered where its kind knows of none."""
        return [each["name"] for each in self._transport.pages("listDatabases", {"source": self.name})]

    @property
    def root(self) -> S3Folder:
        """Its files, as folders."""
        return S3Folder(self._transport, self.name)

    def open(self, key: str, open_with: str | None = None) -> Any:
        """A folder or a file of it by its path. A file that holds rows comes as a data frame, raw with `'file'`."""
        if open_with is None and key.lower().endswith(FRAMES):
            open_with = "pandas"
        return self.root.open(key, open_with)

    def iter_keys(self, prefix: str | None = None) -> Iterator[str]:
        """Every full key that begins with `prefix`, lazily."""
        return Keys(self._transport, self.name).iterate(prefix, False)

    def list_keys(self, prefix: str | None = None) -> list[str]:
        """`iter_keys` as a list."""
        return list(self.iter_keys(prefix))

    def iter_prefixes(self, prefix: str | None = None) -> Iterator[str]:
        """From `prefix` up to and including the next `/`, lazily."""
        return Keys(self._transport, self.name).iterate(prefix, True)

    def list_prefixes(self, prefix: str | None = None) -> list[str]:
        """`iter_prefixes` as a list."""
        return list(self.iter_prefixes(prefix))

    def query(self, sql: str, parameters: Sequence[object] | None = None) -> Query:
        """The rows of a reading query, where the connector allows queries; it runs when the rows are asked for."""
        return Query(self._transport, self.name, sql, parameters)

    def generate_new_client(self) -> ApiClient:
        """Its HTTP API as Python, of its document as it is now: `client.<tag>.<operationId>(…)`."""
        return ApiClient(self._transport, self.name)

    def test(self, timeout: float | None = None) -> ConnectionStatus:
        """Whether it can be reached and logged in to, within `timeout` seconds (10); asks for an administrator."""
        body = {} if timeout is None else {"timeoutMs": max(100, min(25_000, round(timeout * 1000)))}
        return ConnectionStatus(self._transport.call("checkConnector", {"name": self.name}, body=body))

    def __repr__(self) -> str:
        return f"<Source {self.name!r} ({self.kind}): {self.title}>"

    def _repr_html_(self) -> str:
        facts = [("name", self.name), ("kind", self.kind), ("capabilities", ", ".join(self.capabilities))]
        return html_facts(self.title, facts)


class Sources(Named):
    """`list`, `get`; for administrators also `add`, `update`, `remove`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, kind: str | None = None, search: str | None = None) -> list[str]:
        """The short names."""
        return [each["name"] for each in self._transport.pages("listSources", None, {"kind": kind, "search": search})]

    def records(self) -> Iterator[dict[str, Any]]:
        """The connectors with their configuration, never a credential; for administrators."""
        yield from self._transport.pages("listConnectors")

    def get(self, name_or_uid: str) -> Source:
        """By short name or uid. Raises NotFound, with near names."""
        return self._found(
            name_or_uid,
            lambda: Source(self._transport, self._transport.call("getSource", {"source": name_or_uid})),
        )

    def add(self, connector: NewConnector) -> Source:
        """Stores a new connector. Raises Conflict where the name is taken."""
        self._transport.call("createConnector", body=connector.body())
        return self.get(connector.name)

    def update(self, connector: NewConnector | Source, **changes: Any) -> Source:
        """Changes a stored one: a NewConnector of its name, or fields such as `title=`, `config=`, `credential=`."""
        record = connector.name if isinstance(connector, NewConnector) else connector.uid
        if isinstance(connector, NewConnector):
            changes = {**{k: v for k, v in connector.body().items() if k != "name"}, **changes}
        _, etag = self._transport.tagged("getConnector", {"name": record})
        self._transport.call("updateConnector", {"name": record}, body=changes, headers={"if-match": etag})
        return self.get(record)

    def remove(self, name_or_uid: str | Source) -> None:
        """Deletes it, by name or uid. Raises NotFound, or Conflict while datasources use it."""
        name = name_or_uid.name if isinstance(name_or_uid, Source) else name_or_uid
        self._transport.call("deleteConnector", {"name": name}, headers={"if-match": "*"})

    def try_out(self, connector: NewConnector, timeout: float = 10) -> ConnectionStatus:
        """Checks a connector that is not stored."""
        body = {k: v for k, v in connector.body().items() if k in ("kind", "config", "credential", "url")}
        return ConnectionStatus(self._transport.call("checkValues", body={**body, "timeoutMs": round(timeout * 1000)}))

    def _names(self) -> Iterable[str]:
        return self.list()

    def __repr__(self) -> str:
        return f"<Sources of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        rows = [(s["name"], s["title"], s["kind"]) for s in self._transport.pages("listSources")]
        return html_table(("name", "title", "kind"), rows, "Sources")
