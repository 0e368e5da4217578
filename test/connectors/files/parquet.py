"""Writes Parquet files as others do, one for each name on the command line, into the folder given first."""
import datetime, decimal, sys
import pyarrow as pa, pyarrow.parquet as pq

D = decimal.Decimal
rows = {
    'i8': pa.array([-128, None, 127], pa.int8()),
    'u8': pa.array([0, None, 255], pa.uint8()),
    'u16': pa.array([0, None, 65535], pa.uint16()),
    'u32': pa.array([0, None, 4294967295], pa.uint32()),
    'u64': pa.array([0, None, 18446744073709551615], pa.uint64()),
    'i64': pa.array([-9223372036854775808, None, 9223372036854775807], pa.int64()),
    'f16': pa.array([0.5, None, 65504], pa.float16()),
    'f32': pa.array([0.5, None, float('-inf')], pa.float32()),
    'f64': pa.array([5e-324, None, float('nan')], pa.float64()),
    'bool': pa.array([True, None, False]),
    'text': pa.array(['', None, 'ü😀']),
    'large': pa.array(['a', None, 'b'], pa.large_string()),
    'bytes': pa.array([b'', None, b'\xff\x00'], pa.binary()),
    'fixed': pa.array([b'abc', None, b'\x00\x01\x02'], pa.binary(3)),
    'dec9': pa.array([D('-1.50'), None, D('9999999.99')], pa.decimal128(9, 2)),
    'dec18': pa.array([D('-0.000001'), None, D('999999999999.999999')], pa.decimal128(18, 6)),
    'dec38': pa.array([D('-12345678901234567890123456789.012345678'), None, D('0')], pa.decimal128(38, 9)),
    'date': pa.array([datetime.date(1, 1, 1), None, datetime.date(2024, 2, 29)]),
    'ms': pa.array([-1, None, 1709210096789], pa.timestamp('ms')),
    'us': pa.array([-1, None, 1709210096789012], pa.timestamp('us', 'UTC')),
    'ns': pa.array([-1000, None, 1709210096789012000], pa.timestamp('ns')),
    'time': pa.array([0, None, 86399999999], pa.time64('us')),
    'list': pa.array([[], None, [1, None, 3]], pa.list_(pa.int32())),
    'words': pa.array([['x', ''], None, []], pa.list_(pa.string())),
    'dict': pa.array(['a', None, 'a']).dictionary_encode(),
}
folder = sys.argv[1]
table = pa.table(rows)
for codec in ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4']:
    pq.write_table(table, f'{folder}/{codec}.parquet', compression=codec, data_page_version='2.0' if codec == 'zstd' else '1.0')
pq.write_table(pa.table({'t': pa.array([1709210096789012000, -1000], pa.timestamp('ns'))}), f'{folder}/int96.parquet', use_deprecated_int96_timestamps=True)
pq.write_table(pa.table({'t': pa.array([1], pa.timestamp('ns'))}), f'{folder}/nanos.parquet')
pq.write_table(pa.table({'s': pa.array([{'a': 1}])}), f'{folder}/struct.parquet')
pq.write_table(pa.table({'n': pa.array(range(300000)), 'text': pa.array([f'row {i}' for i in range(300000)])}), f'{folder}/many.parquet', row_group_size=120000)
