"""The operations of the API that this package performs, checked against `docs/openapi.json` by a test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One method on one path. It may be tried again where it takes an Idempotency-Key or twice does what once does."""

    method: str
    path: str
    query: tuple[str, ...] = ()
    idempotent_by_key: bool = False
    repeatable: bool = False

    @property
    def path_names(self) -> tuple[str, ...]:
        """The names between the braces."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


_PAGE = ("limit", "cursor")
_WINDOW = ("select", "where", "order", "limit", "cursor", "format")
_FILE = ("name", "title", "object", "file", "parse", "csv", "schema", "format", "drift")
_VERSION = ("version", "asOf")

OPERATIONS: Mapping[str, Operation] = {
    "getHealth": Operation("GET", "/v1/health"),
    "getMe": Operation("GET", "/v1/me"),
    "listKinds": Operation("GET", "/v1/kinds"),
    "listSources": Operation("GET", "/v1/sources", (*_PAGE, "kind", "search")),
    "getSource": Operation("GET", "/v1/sources/{source}"),
    "listDatabases": Operation("GET", "/v1/sources/{source}/databases", _PAGE),
    "listTables": Operation("GET", "/v1/sources/{source}/tables", (*_PAGE, "database", "schema", "search")),
    "describeTable": Operation("GET", "/v1/sources/{source}/tables/{table}"),
    "readRows": Operation("GET", "/v1/sources/{source}/tables/{table}/rows", _WINDOW),
    "runQuery": Operation("POST", "/v1/sources/{source}/query", ("format",), repeatable=True),
    "listSourceObjects": Operation("GET", "/v1/sources/{source}/objects", (*_PAGE, "prefix", "delimiter")),
    "readSourceObject": Operation("GET", "/v1/sources/{source}/objects/{key}", ("link", "seconds", "format")),
    "headSourceObject": Operation("HEAD", "/v1/sources/{source}/objects/{key}"),
    "listConnectors": Operation("GET", "/v1/connectors", _PAGE),
    "createConnector": Operation("POST", "/v1/connectors", idempotent_by_key=True),
    "getConnector": Operation("GET", "/v1/connectors/{name}"),
    "updateConnector": Operation("PUT", "/v1/connectors/{name}"),
    "deleteConnector": Operation("DELETE", "/v1/connectors/{name}"),
    "checkConnector": Operation("POST", "/v1/connectors/{name}/checks", repeatable=True),
    "checkValues": Operation("POST", "/v1/checks", repeatable=True),
    "listDatasources": Operation("GET", "/v1/datasources", (*_PAGE, "connector", "search")),
    "createDatasource": Operation("POST", "/v1/datasources", idempotent_by_key=True),
    "getDatasource": Operation("GET", "/v1/datasources/{name}"),
    "updateDatasource": Operation("PUT", "/v1/datasources/{name}"),
    "deleteDatasource": Operation("DELETE", "/v1/datasources/{name}"),
    "checkDatasource": Operation("POST", "/v1/datasources/{name}/checks", repeatable=True),
    "previewDatasource": Operation("GET", "/v1/datasources/{name}/rows", ("limit", "format")),
    "getSchedule": Operation("GET", "/v1/datasources/{name}/schedule"),
    "putSchedule": Operation("PUT", "/v1/datasources/{name}/schedule", repeatable=True),
    "deleteSchedule": Operation("DELETE", "/v1/datasources/{name}/schedule"),
    "listSchedules": Operation("GET", "/v1/schedules", (*_PAGE, "datasource")),
    "listRuns": Operation("GET", "/v1/runs", (*_PAGE, "state", "datasource", "since")),
    "listWebhooks": Operation("GET", "/v1/webhooks", _PAGE),
    "createWebhook": Operation("POST", "/v1/webhooks", idempotent_by_key=True),
    "deleteWebhook": Operation("DELETE", "/v1/webhooks/{id}"),
    "listDeliveries": Operation("GET", "/v1/webhooks/{id}/deliveries", (*_PAGE, "state")),
    "listSnapshots": Operation("GET", "/v1/datasources/{name}/snapshots", (*_PAGE, "state")),
    "createSnapshot": Operation("POST", "/v1/datasources/{name}/snapshots", idempotent_by_key=True),
    "createGroup": Operation("POST", "/v1/snapshots", idempotent_by_key=True),
    "getGroup": Operation("GET", "/v1/groups/{id}"),
    "getSnapshot": Operation("GET", "/v1/snapshots/{id}"),
    "cancelSnapshot": Operation("POST", "/v1/snapshots/{id}/cancel"),
    "listExporters": Operation("GET", "/v1/exporters", (*_PAGE, "connector")),
    "createExporter": Operation("POST", "/v1/exporters", idempotent_by_key=True),
    "getExporter": Operation("GET", "/v1/exporters/{name}"),
    "updateExporter": Operation("PUT", "/v1/exporters/{name}"),
    "deleteExporter": Operation("DELETE", "/v1/exporters/{name}"),
    "createExport": Operation("POST", "/v1/exporters/{name}/exports", idempotent_by_key=True),
    "listExports": Operation("GET", "/v1/exporters/{name}/exports", (*_PAGE, "state")),
    "getExport": Operation("GET", "/v1/exports/{id}"),
    "cancelExport": Operation("POST", "/v1/exports/{id}/cancel"),
    "listDatasets": Operation("GET", "/v1/datasets", (*_PAGE, "search", "origin")),
    "createDataset": Operation("POST", "/v1/datasets", _FILE),
    "getDataset": Operation("GET", "/v1/datasets/{name}"),
    "deleteDataset": Operation("DELETE", "/v1/datasets/{name}"),
    "listVersions": Operation("GET", "/v1/datasets/{name}/versions", _PAGE),
    "getVersion": Operation("GET", "/v1/datasets/{name}/versions/{version}"),
    "deleteVersion": Operation("DELETE", "/v1/datasets/{name}/versions/{version}"),
    "readDataset": Operation("GET", "/v1/datasets/{name}/rows", (*_VERSION, *_WINDOW)),
    "listFiles": Operation("GET", "/v1/datasets/{name}/files", (*_VERSION, *_PAGE)),
    "downloadDataset": Operation("GET", "/v1/datasets/{name}/download", (*_VERSION, "format")),
    "rollBackDataset": Operation("POST", "/v1/datasets/{name}/rollback"),
    "verifyDataset": Operation("POST", "/v1/datasets/{name}/verify", repeatable=True),
    "diffVersions": Operation("GET", "/v1/datasets/{name}/versions/{version}/diff", ("with",)),
    "countDataset": Operation("GET", "/v1/datasets/{name}/statistics", ("version", "asOf", "select", "where")),
    "previewRetention": Operation("GET", "/v1/datasets/{name}/retention", ("keepLast", "keepDays")),
    "watchSnapshot": Operation("GET", "/v1/snapshots/{id}/events"),
    "pinVersion": Operation("POST", "/v1/datasets/{name}/pin", repeatable=True),
    "listUserObjects": Operation("GET", "/v1/objects/user", (*_PAGE, "prefix", "delimiter")),
    "listPipelineObjects": Operation("GET", "/v1/objects/pipelines/{id}", (*_PAGE, "prefix", "delimiter")),
    "readObject": Operation("GET", "/v1/objects/{path}", ("begin", "end", "link", "seconds", "versions", "version")),
    "headObject": Operation("HEAD", "/v1/objects/{path}"),
    "putObject": Operation("PUT", "/v1/objects/{path}", ("keepOlder",)),
    "deleteObject": Operation("DELETE", "/v1/objects/{path}", ("recursive",), repeatable=True),
    "copyObjects": Operation("POST", "/v1/copies"),
    "listUploads": Operation("GET", "/v1/uploads", _PAGE),
    "createUpload": Operation("POST", "/v1/uploads"),
    "getUpload": Operation("GET", "/v1/uploads/{id}"),
    "signParts": Operation("POST", "/v1/uploads/{id}/parts", repeatable=True),
    "completeUpload": Operation("POST", "/v1/uploads/{id}/complete"),
    "abortUpload": Operation("DELETE", "/v1/uploads/{id}"),
    "listPipelines": Operation("GET", "/v1/pipelines", _PAGE),
    "createPipeline": Operation("POST", "/v1/pipelines", idempotent_by_key=True),
    "getPipeline": Operation("GET", "/v1/pipelines/{id}"),
    "archivePipeline": Operation("DELETE", "/v1/pipelines/{id}", repeatable=True),
    "listSecrets": Operation("GET", "/v1/secrets", (*_PAGE, "scope")),
    "putSecrets": Operation("POST", "/v1/secrets", repeatable=True),
    "deleteSecrets": Operation("POST", "/v1/secrets/delete"),
    "search": Operation("GET", "/v1/search", ("q", "kind", "limit")),
    "listTokens": Operation("GET", "/v1/tokens", (*_PAGE, "member")),
    "createToken": Operation("POST", "/v1/tokens"),
    "deleteToken": Operation("DELETE", "/v1/tokens/{id}", ("member",)),
    "listMembers": Operation("GET", "/v1/members", _PAGE),
    "putMember": Operation("PUT", "/v1/members/{id}", repeatable=True),
    "listAudit": Operation("GET", "/v1/audit", (*_PAGE, "by", "operation", "thing", "refused", "since", "until")),
    "requestDevice": Operation("POST", "/v1/auth/device"),
    "takeDeviceToken": Operation("POST", "/v1/auth/device/token"),
    "listSourceOperations": Operation("GET", "/v1/sources/{source}/operations", (*_PAGE, "tag", "search")),
    "describeSourceOperation": Operation("GET", "/v1/sources/{source}/operations/{operationId}"),
    "callSourceOperation": Operation("POST", "/v1/sources/{source}/operations/{operationId}"),
}
