"""Connectors, data sources and datasets in the shape of the Prevision SDK."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client import Headgate
from ..datasets import Dataset as Versions
from ..datasources import Datasource

if TYPE_CHECKING:
    import pandas

TYPES: Mapping[str, str] = {"postgres": "SQL", "mysql": "SQL", "ftp": "FTP", "sftp": "SFTP", "s3": "S3"}


class Connector:
    """`id`, `name`, `type`, and `host`, `port`, `username` where its kind has them; never a password."""

    def __init__(self, headgate: Headgate, record: Mapping[str, Any]) -> None:
        self._headgate = headgate
        config = record["config"]
        self._id = self.id = record["uid"]
        self.name: str = record["title"]
        self.slug: str = record["name"]
        self.type = TYPES.get(record["kind"], record["kind"])
        self.host: str | None = config.get("host")
        self.port: int | None = config.get("port")
        self.username: str | None = config.get("user")
        self.database: str | None = config.get("database")

    def test(self) -> bool:
        """Whether it works; never raises for a connection that does not."""
        return bool(self._headgate.sources.get(self.slug).test())

    def delete(self) -> None:
        """Deletes it; raises where it is gone already."""
        self._headgate.sources.remove(self.slug)

    def list_databases(self) -> list[str]:
        """The database that it reads."""
        return [self.database] if self.database else []

    def list_tables(self, database: str | None = None) -> list[str]:
        """The tables of its database."""
        if database is not None and database != self.database:
            raise ValueError(f"{self.name!r} reads the database {self.database!r}, not {database!r}.")
        return list(self._headgate.sources.get(self.slug).tables)

    def __repr__(self) -> str:
        return f"<Connector {self.name!r} ({self.type})>"


class DataSource:
    """`id`, `name`, `connector` (its id), and what it selects."""

    def __init__(self, headgate: Headgate, found: Datasource) -> None:
        self._headgate = headgate
        self.found = found
        self._id = self.id = found.uid
        self.name = found.title
        self.connector = headgate.sources.get(found.connector).uid
        self.table: str | None = found.selection.get("table")
        self.request: str | None = found.selection.get("sql")
        self.path: str | None = found.selection.get("path")

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
