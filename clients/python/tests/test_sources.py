from datetime import date, datetime, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from without import without

from headgate import Conflict, Headgate, MissingExtra, NotFound, connectors
from headgate.sources import Source

DEMO = "data-warehouse-sql"
EXACT = (
    "select 1.10::numeric(10,2) a, 9007199254740993 b, 'abc'::bytea c, date '2024-02-29' d,"
    " timestamptz '2024-01-01 00:00:00.123456+02' e, timestamp '2024-01-01' f, null::bigint g, true h,"
    " 'nan'::float8 i, array[1,null] j, '11111111-1111-1111-1111-111111111111'::uuid k"
)


@pytest.fixture
def conn(hg: Headgate) -> Source:
    return hg.sources.get(DEMO)


def test_E02_list_gives_short_names(hg: Headgate) -> None:
    assert DEMO in hg.sources.list()
    assert all(isinstance(each, str) for each in hg.sources.list())


def test_E03_get_by_name_and_by_uid(hg: Headgate, conn: Source) -> None:
    assert hg.sources.get(conn.uid).to_dict() == conn.to_dict()
    with pytest.raises(NotFound, match=f"Did you mean '{DEMO}'") as missing:
        hg.sources.get("data-warehouse")
    assert missing.value.code == "not-found" and missing.value.request_id


def test_E04_E07_add_update_remove(hg: Headgate, name: str) -> None:
    new = connectors.sql(name, "127.0.0.1", "db", "reader", "pass-word", title="One")
    made = hg.sources.add(new)
    assert made.name in hg.sources.list() and made.title == "One"
    assert "pass-word" not in repr(new) + str(new.to_dict()) + repr(made) + str(made.to_dict())
    with pytest.raises(Conflict) as taken:
        hg.sources.add(new)
    assert "pass-word" not in str(taken.value)
    changed = hg.sources.update(made, title="Two")
    assert (changed.title, changed.uid) == ("Two", made.uid)
    hg.sources.remove(made.uid)
    with pytest.raises(NotFound):
        hg.sources.get(name)
    with pytest.raises(NotFound):
        hg.sources.remove(name)


def test_E05_every_record_has_its_fields(conn: Source) -> None:
    assert conn.uid and conn.name == DEMO and conn.title == "Data Warehouse (SQL)" and conn.kind == "postgres"


def test_E06_test_has_three_values(hg: Headgate, conn: Source) -> None:
    good = conn.test()
    assert good == "VALID_CONNECTION" and good and [stage["name"] for stage in good.details][0] == "resolve"
    found = hg._transport.call("getConnector", {"name": DEMO})["config"]
    wrong = connectors.sql(
        "x", found["host"], found["database"], found["user"], "wrong", found["port"], "postgres", tls="disable"
    )
    assert hg.sources.try_out(wrong) == "BAD_CREDENTIALS"
    nobody = connectors.sql("x", "192.0.2.1", "db", "u", "p", tls="disable")
    assert hg.sources.try_out(nobody, timeout=1) == "NO_CONNECTION" and not hg.sources.try_out(nobody, timeout=1)


def test_E08_tables_are_a_lazy_mapping(conn: Source) -> None:
    assert "experiments" in list(conn.tables) and "experiments" in conn.tables and "nope" not in conn.tables
    assert conn.tables._ipython_key_completions_() == list(conn.tables)
    with pytest.raises(KeyError, match="Did you mean 'experiments'"):
        conn.tables["experimints"]


def test_E09_the_whole_table_as_a_data_frame(conn: Source) -> None:
    table = conn.tables["experiments"]
    frame = table.to_dataframe()
    assert list(frame.columns) == [column.name for column in table.columns]
    assert list(frame.index) == list(range(2000))
    empty = table.to_dataframe(where=("experiment_id", "lt", 0))
    assert empty.shape == (0, len(table.columns))


def test_columns_where_limit_and_order(conn: Source) -> None:
    table = conn.tables["experiments"]
    rows = list(
        table.iter_rows(
            columns=["title", "experiment_id"], where=("experiment_id", "gt", 10), order=["-experiment_id"], limit=3
        )
    )
    assert [row[1] for row in rows] == [2000, 1999, 1998]
    assert table.to_arrow(columns=["experiment_id"], limit=7).num_rows == 7
    with pytest.raises(TypeError, match="list of names"):
        table.to_dataframe(columns="title")


@pytest.mark.parametrize("missing", [(), ("pyarrow", "pandas", "polars")])
def test_values_are_exact_without_any_package(conn: Source, missing: tuple[str, ...]) -> None:
    with without(*missing):
        (row,) = conn.query(EXACT).iter_rows()
    assert row[:4] == (Decimal("1.10"), 9007199254740993, b"abc", date(2024, 2, 29))
    assert str(row[0]) == "1.10"
    assert row[4] == datetime(2023, 12, 31, 22, 0, 0, 123456, tzinfo=timezone.utc)
    assert row[5:8] == (datetime(2024, 1, 1), None, True)
    assert row[8] != row[8] and row[9:] == ([1, None], UUID("1" * 8 + "-1111-1111-1111-" + "1" * 12))


def test_large_integers_beside_nulls_stay_exact_in_pandas(conn: Source) -> None:
    frame = conn.query("select 9007199254740993 as n union all select null").to_dataframe()
    assert str(frame["n"].dtype) == "Int64" and 9007199254740993 in set(frame["n"].dropna())


def test_columns_of_one_name_are_kept(conn: Source) -> None:
    query = conn.query("select 1 as a, 2 as a")
    assert list(query.iter_rows()) == [(1, 2)] and list(query.to_dataframe().columns) == ["a", "a"]


def test_without_pyarrow_the_values_are_the_same(conn: Source) -> None:
    table, columns = conn.tables["experiments"], ["experiment_id", "yield_percent"]
    with_arrow = table.to_dataframe(columns, order=["experiment_id"])
    with without("pyarrow"):
        assert list(table.iter_rows(columns, order=["experiment_id"])) == [
            *with_arrow.itertuples(index=False, name=None)
        ]
        assert table.head(3).to_dataframe().shape == (3, len(table.columns))
        with pytest.raises(MissingExtra, match=r"pip install 'headgate\[arrow\]'"):
            table.to_arrow()


def test_polars_and_duckdb_read_it(conn: Source) -> None:
    import duckdb

    table = conn.tables["experiments"]
    assert table.to_polars(limit=3)["reference"][0].count("-") == 4
    arrow = table.to_arrow(columns=["status"])
    assert duckdb.sql("select count(*) from arrow").fetchall() == [(2000,)]


def test_whatever_takes_arrow_streams_takes_a_table(conn: Source) -> None:
    import polars
    import pyarrow

    table = conn.tables["experiments"]
    assert pyarrow.table(table).num_rows == polars.DataFrame(table).height == 2000
    assert pyarrow.RecordBatchReader.from_stream(table).schema.names == [each.name for each in table.columns]


def test_batches_and_every_row_of_a_longer_table(conn: Source) -> None:
    table = conn.tables["batchresults"]
    assert sum(batch.num_rows for batch in table.iter_batches()) == 20_790 == sum(1 for _ in table.iter_rows())


def test_query_with_parameters(conn: Source) -> None:
    assert conn.query("select $1::int + 1 as n", [41]).to_dicts() == [{"n": 42}]
    with pytest.raises(TypeError, match="in its SQL"):
        conn.query("select 1").to_dataframe(columns=["a"])


def test_E11_things_show_themselves_and_escape(hg: Headgate, conn: Source) -> None:
    for thing in (hg, hg.sources, conn, conn.tables, conn.tables["experiments"], conn.test(), conn.query("select 1")):
        assert "<table" in thing._repr_html_()
    assert "&lt;b&gt;" in conn.query("select '<b>' as x").head()._repr_html_()
