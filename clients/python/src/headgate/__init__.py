"""Headgate for Python: data sources, exact snapshots, one client.

from headgate import Headgate
hg = Headgate()
hg.sources.get("data-warehouse-sql").tables["experiments"].to_dataframe(limit=100)
"""

from . import connectors
from .checks import ConnectionStatus
from .client import Headgate, SearchResult
from .connectors import NewConnector
from .datasets import Dataset
from .datasources import Datasource
from .errors import (
    ApiError,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    ExportFailed,
    Forbidden,
    HeadgateError,
    InvalidRequest,
    LoginDenied,
    LoginExpired,
    MissingExtra,
    NotFound,
    PipelineRequired,
    RangeNotSatisfiable,
    SnapshotFailed,
    SourceError,
    Unauthenticated,
)
from .exporters import Export, Exporter
from .files import S3File, S3Folder
from .groups import Group
from .login import login
from .pipelines import Pipeline
from .records import Records
from .rows import Column, Sample
from .schedules import Schedule
from .snapshots import Snapshot
from .sources import Source
from .tables import Table
from .uploads import UploadBroken

__version__ = "0.1.0"

__all__ = [
    "ApiError",
    "Column",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "ConnectionStatus",
    "Dataset",
    "Datasource",
    "Export",
    "ExportFailed",
    "Exporter",
    "Forbidden",
    "Group",
    "Headgate",
    "HeadgateError",
    "InvalidRequest",
    "LoginDenied",
    "LoginExpired",
    "MissingExtra",
    "NewConnector",
    "NotFound",
    "Pipeline",
    "PipelineRequired",
    "RangeNotSatisfiable",
    "Records",
    "S3File",
    "S3Folder",
    "Sample",
    "Schedule",
    "SearchResult",
    "Snapshot",
    "SnapshotFailed",
    "Source",
    "SourceError",
    "Table",
    "Unauthenticated",
    "UploadBroken",
    "connectors",
    "login",
]
