"""Connectors, data sources and datasets in the shape of the Prevision SDK."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client import Headgate
from ..datasets import Dataset as Versions
from ..datasources import Datasource
from ..errors import NotFound

if TYPE_CHECKING:
    import pandas

TYPES: Mapping[str, str] = {"postgres": "SQL", "mysql": "SQL", "ftp": "FTP", "sftp": "SFTP", "s3": "S3"}


class Connector:
    """`id`, `name`, `type`, and `host`, `port`, `username` where its kind has them; never a password."""

    def __init__(self, headgate: Headgate, record: Mapping[str, Any]) -> None:
        self._headgate = headgate
        self.config: Mapping[str, Any] = record["config"]
        self._id = self.id = record["uid"]
        self.name: str = record["title"]
        self.slug: str = record["name"]
        self.kind: str = record["kind"]
        self.type = TYPES.get(self.kind, self.kind)
        self.host: str | None = self.config.get("host")
        self.port: int | None = self.config.get("port")
        self.username: str | None = self.config.get("user")

    @classmethod
    def from_name(cls, name: str, headgate: Headgate | None = None) -> Connector:
        """The first one of that name. Raises NotFound."""
        client = headgate or Headgate()
        for each in client.sources.records():
            if name in (each["title"], each["name"]):
                return cls(client, each)
        raise _missing(f"No such connectors: {name}")

    @property
    def database(self) -> str | None:
        """The database that it reads."""
        return self.config.get("database")

    @property
    def bucket(self) -> str | None:
        """The bucket that it reads."""
        return self.config.get("bucket")

    def test(self) -> bool:
        """Whether it works; never raises for a connection that does not."""
        return bool(self._headgate.sources.get(self.slug).test())

    def allow_write(self, allowed: bool = True) -> None:
        """Lets exporters write with its credential, or nobody any more; for administrators."""
        self._headgate.sources.update(self._headgate.sources.get(self.slug), allowWrite=allowed)

    def delete(self) -> None:
        """Deletes it; raises where it is gone already."""
        self._headgate.sources.remove(self.slug)

    def list_databases(self) -> list[str]:
        """The databases of its server."""
        return self._headgate.sources.get(self.slug).databases()

    def list_tables(self, database: str | None = None) -> list[str]:
        """The tables of its database, or of another one of its server."""
        tables = self._headgate.sources.get(self.slug).tables
        return [each["table"] for each in tables.list(database=None if database == self.database else database)]

    def list_files(self) -> list[str]:
        """The paths of its files, at all depths."""
        return self._headgate.sources.get(self.slug).list_keys()

    def __repr__(self) -> str:
        return f"<Connector {self.name!r} ({self.type})>"


class DataSource:
    """`id`, `name`, `connector`, and what it selects: `table`, `request`, `path`, `database`, `bucket`."""

    def __init__(self, headgate: Headgate, found: Datasource) -> None:
        self._headgate = headgate
        self.found = found
        self._id = self.id = found.uid
        self.name = found.title
        self.table: str | None = found.selection.get("table")
        self.request: str | None = found.selection.get("sql")
        self.path: str | None = found.selection.get("path")

    @property
    def connector(self) -> str:
        """The id of its connector."""
        return self._headgate.sources.get(self.found.connector).uid

    @property
    def database(self) -> str | None:
        """The database that it reads; for administrators."""
        return self._config.get("database")

    @property
    def bucket(self) -> str | None:
        """The bucket that it reads; for administrators."""
        return self._config.get("bucket")

    @property
    def _config(self) -> Mapping[str, Any]:
        records = self._headgate.sources.records()
        found: Mapping[str, Any] = next(each["config"] for each in records if each["name"] == self.found.connector)
        return found

    @classmethod
    def from_id(cls, _id: str, headgate: Headgate | None = None) -> DataSource:
        """By its id. Raises NotFound."""
        client = headgate or Headgate()
        return cls(client, client.datasources.get(_id))

    @classmethod
    def from_name(cls, name: str, headgate: Headgate | None = None) -> DataSource:
        """The first one of that name. Raises NotFound."""
        client = headgate or Headgate()
        for each in client.datasources.list():
            if name in (each.title, each.name):
                return cls(client, each)
        raise _missing(f"No such data source: {name}")

    def test(self) -> bool:
        """Whether what it names can be read."""
        return all(stage["ok"] for stage in self.found.test().details)

    def delete(self) -> None:
        """Deletes it; its datasets stay."""
        self.found.delete()

    def __repr__(self) -> str:
        return f"<DataSource {self.name!r}>"


class Dataset:
    """One snapshot, which later ones do not change."""

    def __init__(self, headgate: Headgate, versions: Versions, version: int, name: str | None = None) -> None:
        self._headgate = headgate
        self._versions = versions.at(version)
        self.slug: str = versions.name
        self.version = version
        self._id = self.id = f"{versions.uid}-{version}"
        self.name = name or versions.title

    def to_pandas(self) -> pandas.DataFrame:
        """All its rows."""
        found: pandas.DataFrame = self._versions.to_dataframe()
        return found

    def head(self) -> Any:
        """Its columns and first rows."""
        return self._versions.head()

    def download(self, path: str | None = None, directory_path: str | None = None, extension: str = "zip") -> str:
        """Saves it as zip, parquet or csv, by default as `<name>.<extension>` here; answers the path."""
        if extension not in ("zip", "parquet", "csv"):
            raise ValueError(f"A dataset is downloaded as zip, parquet or csv, not as {extension!r}.")
        target = Path(path) if path else Path(directory_path or ".") / f"{self.name.replace('/', '_')}.{extension}"
        return str(self._versions.download(target, extension))

    def delete(self) -> None:
        """Deletes this snapshot; the data source and the others stay."""
        self._versions.delete_version(self.version)

    def __repr__(self) -> str:
        return f"<Dataset {self.name!r}, version {self.version}>"


def _missing(detail: str) -> NotFound:
    return NotFound(404, {"code": "not-found", "title": "No such thing", "detail": detail})
