"""Reads a file with a library that is not ours and prints its cells as JSON lines, one text a cell.

usage: foreign.py pyarrow|duckdb parquet|arrow|csv|ndjson FILE TYPES

TYPES is a JSON list of Headgate's type names. A cell is printed as null or as text that says the value exactly:
floats as the hex of their 64 bits, bytes as hex, dates as days and timestamps as microseconds since 1970, decimals
as their unscaled digits, lists as lists.
"""

import datetime
import decimal
import json
import re
import struct
import sys
import uuid

EPOCH = datetime.datetime(1970, 1, 1)


def exact(value, kind):
    if value is None:
        return None
    if kind.startswith("list<"):
        return [exact(item, kind[5:-1]) for item in value]
    if kind == "bool":
        return str(bool(value)).lower()
    if kind in ("int32", "int64", "date", "timestamp", "timestamptz"):
        return str(int(value))
    if kind == "float32":
        return struct.pack(">f", value).hex() if value == value else "NaN"
    if kind == "float64":
        return struct.pack(">d", value).hex() if value == value else "NaN"
    if kind.startswith("decimal"):
        scale = int(re.match(r"decimal\((\d+),(\d+)\)", kind)[2])
        with decimal.localcontext() as context:
            context.prec = 60
            return str(int(decimal.Decimal(value).scaleb(scale)))
    if kind == "binary":
        return bytes(value).hex()
    if kind == "uuid":
        return str(value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=bytes(value)))
    return str(value)


def with_pyarrow(format, file, kinds):
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    def plain(column):
        """The storage of extensions, dates and timestamps as whole numbers: what Python's own types cannot hold."""
        type_ = column.type
        if isinstance(type_, pa.BaseExtensionType):
            return plain(column.cast(type_.storage_type))
        if pa.types.is_date32(type_):
            return column.cast(pa.int32())
        if pa.types.is_timestamp(type_):
            assert type_.unit == "us", type_
            return column.cast(pa.int64())
        return column

    if format == "parquet":
        table = pq.read_table(file)
        check_statistics(pq.ParquetFile(file))
    else:
        with pa.ipc.open_stream(file) as reader:
            table = reader.read_all()
        table.validate(full=True)
    for column, kind in zip(table.columns, kinds):
        check_type(column.type, kind)
    columns = [plain(column).to_pylist() for column in table.columns]
    return [[exact(value, kind) for value, kind in zip(row, kinds)] for row in zip(*columns)]


def check_statistics(file):
    """The bounds in the footer are those of the values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        if any(pa.types.is_list(field.type) for field in table.schema):
            table = table.select([i for i, field in enumerate(table.schema) if not pa.types.is_list(field.type)])
        chunks = {}
        for i in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(group).column(i)
            chunks[chunk.path_in_schema] = chunk
        for name, column in zip(table.column_names, table.columns):
            statistics = chunks[name].statistics
            assert statistics.null_count == column.null_count, name
            if isinstance(column.type, pa.BaseExtensionType):
                column = column.cast(column.type.storage_type)
            if pa.types.is_floating(column.type):
                column = column.filter(pc.invert(pc.is_nan(column)))
            if pa.types.is_boolean(column.type):
                column = column.cast(pa.int8())
            values = [value for value in column.drop_null().to_pylist()] if not is_temporal(column.type) else \
                column.drop_null().cast(pa.int64() if pa.types.is_timestamp(column.type) else pa.int32()).to_pylist()
            if not statistics.has_min_max:
                assert len(values) == 0 or max(len(value) for value in values) > 256, name
                continue
            found = (statistics.min_raw, statistics.max_raw) if is_temporal(column.type) else (statistics.min, statistics.max)
            if pa.types.is_string(column.type):
                values = [value.encode() for value in values]
                found = tuple(value.encode() if isinstance(value, str) else value for value in found)
            assert found == (min(values), max(values)), (name, found, min(values), max(values))


def is_temporal(type_):
    import pyarrow as pa

    return pa.types.is_timestamp(type_) or pa.types.is_date(type_)


def check_type(type_, kind):
    """The type says what the values are, not only the values."""
    text = str(type_)
    expected = {
        "bool": "bool", "int32": "int32", "int64": "int64", "float32": "float", "float64": "double",
        "utf8": "string", "binary": "binary", "date": "date32[day]",
        "timestamp": "timestamp[us]", "timestamptz": "timestamp[us, tz=UTC]",
    }.get(kind)
    if expected:
        assert text == expected, (kind, text)
    elif kind == "json":
        assert text in ("string", "extension<arrow.json>"), (kind, text)
    elif kind == "uuid":
        assert text == "extension<arrow.uuid>", (kind, text)
    elif kind.startswith("decimal"):
        assert text.replace(", ", ",") == kind.replace("decimal", "decimal128"), (kind, text)
    else:
        assert text.startswith("list<"), (kind, text)


def with_duckdb(format, file, kinds):
    import duckdb

    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    if format == "parquet":
        source = f"read_parquet('{file}')"
    elif format == "csv":
        names = {f"c{i}": duckdb_type(kind) for i, kind in enumerate(kinds)}
        described = ", ".join(f"'{name}': '{type_}'" for name, type_ in names.items())
        source = f"read_csv('{file}', header = true, all_varchar = false, columns = {{{described}}}, nullstr = '', " \
                 "allow_quoted_nulls = false, quote = '\"', escape = '\"', delim = ',', max_line_size = 10000000)"
    else:
        described = ", ".join(f"'c{i}': '{duckdb_type(kind)}'" for i, kind in enumerate(kinds))
        source = f"read_json('{file}', format = 'newline_delimited', columns = {{{described}}})"
    relation = connection.sql(f"select * from {source}")
    wanted = []
    for i, (name, kind) in enumerate(zip(relation.columns, kinds)):
        quoted = '"' + name.replace('"', '""') + '"'
        if format == "parquet":
            check_duckdb_type(str(relation.types[i]), kind)
        if kind == "date":
            wanted.append(f"({quoted} - date '1970-01-01')")
        elif kind in ("timestamp", "timestamptz"):
            wanted.append(f"epoch_us({quoted})")
        elif kind == "json":
            wanted.append(f"{quoted}::varchar")
        elif kind == "uuid":
            wanted.append(f"{quoted}::varchar")
        else:
            wanted.append(quoted)
    rows = connection.sql(f"select {', '.join(wanted)} from {source}").fetchall()
    return [
        [exact(uuid.UUID(value) if kind == "uuid" and value else value, kind) for value, kind in zip(row, kinds)]
        for row in rows
    ]


def duckdb_type(kind):
    if kind.startswith("list<"):
        return duckdb_type(kind[5:-1]) + "[]"
    return {
        "bool": "BOOLEAN", "int32": "INTEGER", "int64": "BIGINT", "float32": "FLOAT", "float64": "DOUBLE",
        "utf8": "VARCHAR", "json": "VARCHAR", "binary": "VARCHAR", "uuid": "UUID", "date": "DATE",
        "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMP WITH TIME ZONE",
    }.get(kind) or kind.upper()


def check_duckdb_type(text, kind):
    expected = {"json": "JSON", "binary": "BLOB"}.get(kind) or duckdb_type(kind)
    assert text == expected, (kind, text)


if __name__ == "__main__":
    _, reader, format, file, types = sys.argv
    rows = {"pyarrow": with_pyarrow, "duckdb": with_duckdb}[reader](format, file, json.loads(types))
    for row in rows:
        print(json.dumps(row))
