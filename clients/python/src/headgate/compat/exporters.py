"""Exporters and exports in the shape of the Prevision SDK."""

from __future__ import annotations

from enum import Enum
from typing import Any

from ..client import Headgate
from ..errors import ExportFailed
from ..exporters import Export as Run
from ..exporters import Exporter as Found
from .records import Dataset


class ExporterWriteMode(Enum):
    """What becomes of what is there."""

    append = "append"
    replace = "replace"
    safe = "safe"
    timestamp = "timestamp"


class Export:
    """`id`, `status` and `logs` of one writing."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._id = self.id = run.id
        self._keep()

    def _keep(self) -> None:
        self.status = self._run.state
        self.logs = self._run.logs

    def update_status(self) -> str:
        """Reads its status anew."""
        self._run.refresh()
        self._keep()
        return self.status

    def wait(self, timeout: float | None = 14_400) -> Export:
        """Waits for its end; raises with its logs where that is no good one."""
        try:
            self._run.wait(timeout)
        finally:
            self._keep()
        return self

    def __repr__(self) -> str:
        return f"<Export {self.id!r}: {self.status}>"


class Exporter:
    """`id`, `name`, `path`, `table` and `write_mode`."""

    def __init__(self, headgate: Headgate, found: Found) -> None:
        self._headgate = headgate
        self.found = found
        self._id = self.id = found.uid
        self.name = found.title
        self.path = found.path
        self.table = found.table
        self.write_mode = ExporterWriteMode(found.mode)

    @classmethod
    def from_id(cls, _id: str, headgate: Headgate | None = None) -> Exporter:
        """By its id. Raises NotFound."""
        client = headgate or Headgate()
        return cls(client, client.exporters.get(_id))

    def export_dataset(self, dataset: Dataset, wait_for_export: bool = False) -> Export:
        """Writes that snapshot."""
        begun = self.found.run(dataset.slug, dataset.version, wait=False)
        return self._begun(begun, wait_for_export)

    def export_file(
        self,
        file_path: str,
        encoding: str | None = None,
        separator: str | None = None,
        decimal: str | None = None,
        thousands: str | None = None,
        wait_for_export: bool = False,
    ) -> Export:
        """Writes a file: to a bucket or a file server as it is, to a table its rows. It becomes a dataset on the way."""
        if encoding not in (None, "utf-8", "utf8", "UTF-8"):
            raise ValueError("Files are exported in UTF-8: encode it anew before.")
        if decimal not in (None, ".") or thousands not in (None, ""):
            raise ValueError("Numbers are exported with a point and no thousands: write them anew before.")
        name = f"{self.found.name[:54]}-files"
        said: dict[str, Any] = {"parse": "none"} if self.table is None else {}
        if self.table is not None and separator is not None:
            said["csv"] = {"delimiter": separator}
        made = self._headgate.datasets.upload(name, file_path, title=f"Files of {self.name}", progress=False, **said)
        return self._begun(self.found.run(name, made.version, wait=False), wait_for_export)

    def export_prediction(self, *_: Any, **__: Any) -> Export:
        """Refused: Headgate makes no predictions."""
        raise NotImplementedError("Headgate makes no predictions: export their dataset or their file.")

    def list_exports(self) -> list[Export]:
        """Its exports, the newest first."""
        return [Export(each) for each in self.found.exports()]

    def delete(self) -> None:
        """Deletes it; what it has written stays."""
        self.found.delete()

    def _begun(self, run: Run, wait: bool) -> Export:
        export = Export(run)
        return export.wait() if wait else export

    def __repr__(self) -> str:
        return f"<Exporter {self.name!r} ({self.write_mode.value})>"


def checked_mode(database: str | None, write_mode: ExporterWriteMode | str) -> ExporterWriteMode:
    """The rule of that SDK, before any request: a database takes `replace` or `append`, files the others."""
    mode = ExporterWriteMode(write_mode)
    allowed = (
        (ExporterWriteMode.append, ExporterWriteMode.replace)
        if database is not None
        else (ExporterWriteMode.timestamp, ExporterWriteMode.safe, ExporterWriteMode.replace)
    )
    if mode not in allowed:
        said = ", ".join(each.value for each in allowed)
        raise ValueError(f"write_mode must be one of {said} here, not {mode.value}")
    return mode


__all__ = ["Export", "ExportFailed", "Exporter", "ExporterWriteMode", "checked_mode"]
