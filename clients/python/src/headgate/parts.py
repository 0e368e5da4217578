"""Large datasets: the Parquet files of a version, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .download import fetched
from .extras import need

if TYPE_CHECKING:
    import pyarrow


def part_batches(
    parts: Sequence[Mapping[str, Any]], columns: Sequence[str] | None, limit: int | None
) -> pyarrow.RecordBatchReader:
    """The batches of all parts as one reader; one part is on disk and one batch in memory at a time."""
    arrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    with fetched(parts[0]) as first:
        schema = parquet.ParquetFile(first).schema_arrow
    if columns is not None:
        schema = arrow.schema([schema.field(name) for name in columns])

    def batches() -> Iterator[Any]:
        left = limit
        for part in parts:
            with fetched(part) as file:
                for batch in parquet.ParquetFile(file).iter_batches(columns=columns):
                    batch = batch.select(schema.names) if columns is not None else batch
                    if left is not None:
                        batch = batch.slice(0, left)
                        left -= batch.num_rows
                    yield batch
                    if left == 0:
                        return

    return arrow.RecordBatchReader.from_batches(schema, batches())
