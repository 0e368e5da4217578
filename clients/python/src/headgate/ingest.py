"""Datasets of files and of data frames."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .extras import need
from .objects import Scope, opened
from .snapshots import Snapshot
from .transport import Transport
from .uploads import PUT_BYTES

PASSING = "headgate-passing"


def take_file(
    transport: Transport, name: str, file: str | Path | IO[bytes] | Any, query: Mapping[str, Any]
) -> Snapshot:
    """Has a file or a data frame become the next version of a dataset, and answers the snapshot that does it."""
    is_file = isinstance(file, (str, Path)) or hasattr(file, "read")
    if not is_file:
        with parquet_of(file) as parquet:
            return take_file(transport, name, parquet, {**query, "file": f"{name}.parquet"})
    called = file if isinstance(file, (str, Path)) else getattr(file, "name", None)
    said = query.get("file") or (Path(called).name if isinstance(called, (str, Path)) else None)
    asked = {**query, "name": name, "file": said}
    with opened(file) as (content, size):
        if size <= PUT_BYTES:
            headers = {"content-type": "application/octet-stream", "content-length": str(size)}
            reply = transport.call("createDataset", None, asked, content=content, headers=headers)
            return Snapshot(transport, reply)
        # What does not pass a function in one piece goes by way of an object, which is copied at once.
        scope, passing = Scope(transport, "user"), f"{PASSING}/{uuid.uuid4()}"
        try:
            scope.put(passing, content)
            reply = transport.call("createDataset", None, {**asked, "object": f"user/{passing}"})
        finally:
            scope.delete(passing)
        return Snapshot(transport, reply)


@contextmanager
def parquet_of(frame: Any) -> Iterator[IO[bytes]]:
    """A pandas or polars frame, or an Arrow table, as a temporary Parquet file; an index of pandas is left out."""
    arrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    is_pandas = type(frame).__module__.split(".")[0] == "pandas"
    table = arrow.Table.from_pandas(frame, preserve_index=False) if is_pandas else arrow.table(frame)
    with tempfile.TemporaryFile() as file:
        parquet.write_table(table, file)
        file.seek(0)
        yield file
