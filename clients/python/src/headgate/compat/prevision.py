"""A Prevision project over Headgate."""

from __future__ import annotations

import re
import warnings
from typing import Any
from urllib.parse import urlsplit

from .. import connectors
from ..client import Headgate
from ..connectors import NewConnector
from ..errors import ConfigurationError
from .exporters import Exporter, ExporterWriteMode, checked_mode
from .records import Connector, Dataset, DataSource

# That SDK names a bucket with the data source, Headgate with the connector: this one stands there until then.
NO_BUCKET = "not-named-yet"


class Project:
    """Connectors, data sources and datasets, by the names of that SDK. Names may be any text: they become titles."""

    def __init__(self, headgate: Headgate) -> None:
        self._headgate = headgate

    def create_sql_connector(
        self,
        name: str,
        host: str,
        port: int = 3306,
        username: str = "",
        password: str = "",
        database: str | None = None,
        kind: str | None = None,
        tls: str | None = None,
    ) -> Connector:
        """MySQL on port 3306, PostgreSQL on 5432; on another port say which: `kind='postgres'`."""
        if database is None and (kind == "postgres" or port == 5432):
            database = username
        made = connectors.sql(_slug(name), _host(host), database, username, password, port, kind, name, tls)
        return self._add(made)

    def create_ftp_connector(
        self, name: str, host: str, port: int = 21, username: str = "", password: str = "", tls: str | None = None
    ) -> Connector:
        """An FTP server, over TLS unless `tls='none'`."""
        made = connectors.file_server(
            _slug(name), "ftp", _host(host), username or "anonymous", password, port, title=name, tls=tls
        )
        return self._add(made)

    def create_sftp_connector(
        self, name: str, host: str, port: int = 22, username: str = "", password: str = ""
    ) -> Connector:
        """An SFTP server."""
        return self._add(connectors.file_server(_slug(name), "sftp", _host(host), username, password, port, title=name))

    def create_s3_connector(
        self, name: str, username: str, password: str, bucket: str | None = None, endpoint: str | None = None
    ) -> Connector:
        """S3; `username` and `password` are the access key pair. The first data source may name the bucket."""
        made = connectors.s3(_slug(name), bucket or NO_BUCKET, username, password, endpoint=endpoint, title=name)
        return self._add(made)

    def create_gcp_connector(self, name: str, googleCredentials: dict[str, Any]) -> Connector:  # noqa: N803
        """Refused: Headgate has no kind for Google's stores."""
        raise ConfigurationError("Headgate has no GCP kind: SQL, FTP, SFTP, S3, OpenAPI, HTTP and your own code.")

    def list_connectors(self, all: bool = True) -> list[Connector]:
        """Every connector."""
        return [Connector(self._headgate, each) for each in self._headgate.sources.records()]

    def create_datasource(
        self,
        connector: Connector,
        name: str,
        path: str | None = None,
        database: str | None = None,
        table: str | None = None,
        bucket: str | None = None,
        request: str | None = None,
    ) -> DataSource:
        """Names a table, a query (`request`) or a path; nothing is copied yet."""
        given = {"table": table, "sql": request, "path": path}
        selection = {key: value for key, value in given.items() if value is not None}
        if len(selection) != 1:
            raise ValueError("Exactly one of table, request and path must be given.")
        if database is not None and database != connector.database:
            if connector.kind == "mysql" and table is not None:
                selection["table"] = f"{database}.{table}"
            else:
                self._point(connector, "database", database)
        if bucket is not None and bucket != connector.bucket:
            self._point(connector, "bucket", bucket)
        made = self._headgate.datasources.create(_slug(name), connector.slug, selection, title=name)
        return DataSource(self._headgate, made)

    def list_datasource(self, all: bool = True) -> list[DataSource]:
        """Every data source."""
        return [DataSource(self._headgate, each) for each in self._headgate.datasources.list()]

    list_datasources = list_datasource

    def create_dataset(
        self,
        name: str,
        datasource: DataSource | None = None,
        file_name: str | None = None,
        dataframe: Any = None,
    ) -> Dataset:
        """Takes a snapshot of a data source, a file or a data frame, and waits for it. Exactly one of them."""
        given = [each for each in (datasource, file_name, dataframe) if each is not None]
        if len(given) > 1:
            raise ValueError("only one of [datasource, file_name, dataframe] must be specified")
        if not given:
            raise ValueError("at least one of [datasource, file_name, dataframe] must be specified")
        if datasource is None:
            made = self._headgate.datasets.upload(
                _slug(name), dataframe if file_name is None else file_name, title=name
            )
            return Dataset(self._headgate, made, made.version or 1, name)
        taken = datasource.found.snapshot()
        versions = self._headgate.datasets.get(datasource.found.name)
        number = taken.version if taken.version is not None else versions.latest
        if number is None:
            raise ConfigurationError(f"The snapshot {taken.id} published no version.")
        return Dataset(self._headgate, versions, number, name)

    def list_datasets(self, all: bool = True) -> list[Dataset]:
        """Every version of every dataset."""
        found = self._headgate.datasets.list()
        return [Dataset(self._headgate, each, number["version"]) for each in found for number in each.versions()]

    def create_exporter(
        self,
        connector: Connector,
        name: str,
        description: str | None = None,
        path: str | None = None,
        bucket: str | None = None,
        database: str | None = None,
        table: str | None = None,
        g_cloud: Any = None,
        write_mode: ExporterWriteMode | str = ExporterWriteMode.safe,
    ) -> Exporter:
        """A place to write to: a path, or a database's table, which takes `replace` or `append` alone.

        The connector must allow writing: `connector.allow_write()`, by an administrator.
        """
        mode = checked_mode(database, write_mode)
        if g_cloud is not None:
            raise ConfigurationError("Headgate has no GCP kind.")
        if table is not None and database is None:
            raise ValueError("A table is named with its database.")
        if bucket is not None and bucket != connector.bucket:
            self._point(connector, "bucket", bucket)
        if database is not None and database != connector.database:
            if connector.kind == "mysql" and table is not None:
                table = f"{database}.{table}"
            else:
                self._point(connector, "database", database)
        found = self._headgate.exporters.create(
            _slug(name), connector.slug, path=path, table=table, mode=mode.value, title=name
        )
        return Exporter(self._headgate, found)

    def list_exporter(self, all: bool = True) -> list[Exporter]:
        """Every exporter."""
        return [Exporter(self._headgate, each) for each in self._headgate.exporters.list()]

    list_exporters = list_exporter

    def _add(self, made: NewConnector) -> Connector:
        added = self._headgate.sources.add(made)
        return next(each for each in self.list_connectors() if each.id == added.uid)

    def _point(self, connector: Connector, field: str, value: str) -> None:
        # What that SDK names with the data source is the connector's here: free until something uses it.
        now = connector.config.get(field)
        if now not in (None, NO_BUCKET, connector.username) and self._headgate.datasources.list(
            connector=connector.slug
        ):
            raise ConfigurationError(
                f"{connector.name!r} reads the {field} {now!r}, and data sources use it already: make a connector for {value!r}."
            )
        connector.config = {**connector.config, field: value}
        self._headgate.sources.update(self._headgate.sources.get(connector.slug), config=connector.config)


def _host(given: str) -> str:
    if "://" not in given:
        return given
    host = urlsplit(given).hostname or given
    warnings.warn(f"A host is no address: {host!r} is taken of {given!r}.", stacklevel=3)
    return host


def _slug(name: str) -> str:
    found = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].rstrip("-")
    if not found:
        raise ValueError(f"{name!r} holds no letter or digit that a name could be made of.")
    return found
