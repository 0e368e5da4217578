"""Arrow tables as pandas frames that change no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .extras import need

if TYPE_CHECKING:
    import pandas
    import pyarrow


def to_pandas(table: pyarrow.Table) -> pandas.DataFrame:
    """Nullable integers and booleans take pandas' nullable types, as floats would round them; names may repeat."""
    pandas = need("pandas")
    names = table.column_names
    types = _nullable_types()
    loose = [i for i, field in enumerate(table.schema) if field.nullable and field.type in types]
    firm = [i for i in range(len(names)) if i not in set(loose)]
    if not loose:
        frame = table.rename_columns([str(i) for i in range(len(names))]).to_pandas()
    else:
        positions = table.rename_columns([str(i) for i in range(len(names))])
        parts = [positions.select([str(i) for i in loose]).to_pandas(types_mapper=types.get)]
        if firm:
            parts.append(positions.select([str(i) for i in firm]).to_pandas())
        frame = pandas.concat(parts, axis=1)[[str(i) for i in range(len(names))]]
    frame.columns = names
    return frame


def uuids_as_text(table: pyarrow.Table) -> pyarrow.Table:
    """For readers that know no UUID and would show its sixteen bytes."""
    arrow = need("pyarrow")
    for i, field in enumerate(table.schema):
        if getattr(field.type, "extension_name", None) == "arrow.uuid":
            texts = [None if value is None else str(value) for value in table.column(i).to_pylist()]
            table = table.set_column(i, field.name, arrow.array(texts, arrow.string()))
    return table


def _nullable_types() -> dict[Any, Any]:
    pandas, arrow = need("pandas"), need("pyarrow")
    return {
        arrow.bool_(): pandas.BooleanDtype(),
        arrow.int8(): pandas.Int8Dtype(),
        arrow.int16(): pandas.Int16Dtype(),
        arrow.int32(): pandas.Int32Dtype(),
        arrow.int64(): pandas.Int64Dtype(),
        arrow.uint8(): pandas.UInt8Dtype(),
        arrow.uint16(): pandas.UInt16Dtype(),
        arrow.uint32(): pandas.UInt32Dtype(),
        arrow.uint64(): pandas.UInt64Dtype(),
    }
