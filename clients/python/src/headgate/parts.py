"""Large datasets: the Parquet files of a version, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from .download import fetch
from .extras import need

if TYPE_CHECKING:
    import pyarrow

Part = Mapping[str, Any]


def part_batches(
    parts: Sequence[Part], renew: Callable[[Part], Part], columns: Sequence[str] | None, limit: int | None
) -> pyarrow.RecordBatchReader:
    """The batches of all parts as one reader; one part is on disk and one row group in memory at a time.

    `renew` gives a part whose link has ended a new one.
    """
    arrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    first = fetch(parts[0], renew)
    schema = parquet.ParquetFile(first).schema_arrow
    if columns is not None:
        schema = arrow.schema([schema.field(name) for name in columns])

    def groups(file: IO[bytes]) -> Iterator[Any]:
        opened = parquet.ParquetFile(file)
        # Over a whole file pyarrow holds on to what it has read; over one row group it does not.
        for group in range(opened.num_row_groups):
            yield from opened.iter_batches(row_groups=[group], columns=columns)

    def batches() -> Iterator[Any]:
        left = limit
        for number, part in enumerate(parts):
            with first if number == 0 else fetch(part, renew) as file:
                for batch in groups(file):
                    batch = batch.select(schema.names) if columns is not None else batch
                    if left is not None:
                        batch = batch.slice(0, left)
                        left -= batch.num_rows
                    yield batch
                    if left == 0:
                        return

    return arrow.RecordBatchReader.from_batches(schema, batches())
