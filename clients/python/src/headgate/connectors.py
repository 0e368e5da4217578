"""What a new connector is made of: one small function a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ConfigurationError


@dataclass(frozen=True)
class NewConnector:
    """A connector to be: give it to `sources.add`. The credential and the URL are in no repr and in no `to_dict()`."""

    name: str
    kind: str | None
    config: Mapping[str, Any]
    credential: Mapping[str, Any] | None = field(default=None, repr=False)
    title: str | None = None
    allow_query: bool | None = None
    url: str | None = field(default=None, repr=False)
    allow_write: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """For serialization: everything but the credential and the URL."""
        found = {"name": self.name, "title": self.title or self.name, "config": dict(self.config)}
        return {**found, **_given(kind=self.kind, allowQuery=self.allow_query, allowWrite=self.allow_write)}

    def body(self) -> dict[str, Any]:
        """What is sent to Headgate, credential included."""
        credential = None if self.credential is None else dict(self.credential)
        return {**self.to_dict(), **_given(credential=credential, url=self.url)}


def from_url(
    name: str, url: str, title: str | None = None, allow_query: bool | None = None, **config: Any
) -> NewConnector:
    """What a connection URL says, as people paste it: `postgresql://user:password@host/db`, `s3://bucket`, `sftp://…`."""
    return NewConnector(name, None, config, None, title, allow_query, url)


def sql(
    name: str,
    host: str,
    database: str | None,
    user: str,
    password: str,
    port: int | None = None,
    kind: str | None = None,
    title: str | None = None,
    tls: str | None = None,
    allow_query: bool | None = None,
) -> NewConnector:
    """A PostgreSQL or MySQL database; without `kind` the port tells which: 5432 or 3306. MySQL needs no database."""
    kind = {5432: "postgres", 3306: "mysql", None: "postgres"}.get(port) if kind is None else kind
    if kind not in ("postgres", "mysql"):
        raise ConfigurationError("Say which database it is: kind='postgres' or kind='mysql'.")
    config = _given(
        host=host, port=port or (5432 if kind == "postgres" else 3306), database=database, user=user, tls=tls
    )
    return NewConnector(name, kind, config, {"password": password}, title, allow_query)


def s3(
    name: str,
    bucket: str,
    access_key: str | None = None,
    secret_key: str | None = None,
    region: str | None = None,
    endpoint: str | None = None,
    prefix: str | None = None,
    role_arn: str | None = None,
    title: str | None = None,
) -> NewConnector:
    """A bucket of S3 or of a store that speaks it: with keys, with a role, or with the rights of Headgate itself."""
    config = _given(bucket=bucket, region=region, endpoint=endpoint, prefix=prefix, roleArn=role_arn)
    credential = _given(accessKeyId=access_key, secretAccessKey=secret_key)
    return NewConnector(name, "s3", config, credential or None, title)


def file_server(
    name: str,
    kind: str,
    host: str,
    user: str,
    password: str | None = None,
    port: int | None = None,
    root: str | None = None,
    private_key: str | None = None,
    passphrase: str | None = None,
    title: str | None = None,
    **config: Any,
) -> NewConnector:
    """An FTP or SFTP server; `kind` is `ftp` or `sftp`. `config` takes `tls` of the one, `hostKey` of the other."""
    if kind not in ("ftp", "sftp"):
        raise ConfigurationError("A file server's kind is 'ftp' or 'sftp'.")
    credential = _given(password=password, privateKey=private_key, passphrase=passphrase)
    found = _given(host=host, port=port or (21 if kind == "ftp" else 22), user=user, root=root, **config)
    return NewConnector(name, kind, found, credential, title)


def openapi(
    name: str,
    spec_url: str | None = None,
    auth: Mapping[str, Any] | None = None,
    credential: Mapping[str, Any] | None = None,
    base_url: str | None = None,
    spec: str | None = None,
    title: str | None = None,
) -> NewConnector:
    """An HTTP API that an OpenAPI document describes: its address, or `spec`, its text."""
    config = _given(specUrl=spec_url, spec=spec, baseUrl=base_url, auth=auth)
    return NewConnector(name, "openapi", config, credential, title)


def http(
    name: str,
    url: str,
    auth: Mapping[str, Any] | None = None,
    credential: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> NewConnector:
    """A file at a URL; with `/` at its end, or `{path}` within, those below it."""
    return NewConnector(name, "http", _given(url=url, auth=auth), credential, title)


def custom(
    name: str,
    connection: str,
    code_interface: str,
    fingerprint_strategy: str = "content",
    credential: str | Mapping[str, Any] | None = None,
    version: str | None = None,
    title: str | None = None,
    **config: Any,
) -> NewConnector:
    """Your own code in the deployment's folder `connections`.

    The credential is one text, whatever the code takes apart; or a mapping with `text` and the secrets of its environment.
    """
    found = _given(codeInterface=code_interface, fingerprintStrategy=fingerprint_strategy, version=version, **config)
    given = {"text": credential} if isinstance(credential, str) else credential
    return NewConnector(name, "custom", {"connection": connection, **found}, given, title)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
