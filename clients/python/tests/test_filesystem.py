import io

import fsspec
import pandas
import polars
import pytest
from test_files import FILES, conn, endpoint

from headgate import Headgate
from headgate.filesystem import HeadgateFileSystem
from headgate.sources import Source

__all__ = ["conn", "endpoint"]


@pytest.fixture
def options(url: str, token: str) -> dict[str, str]:
    fsspec.register_implementation("headgate", HeadgateFileSystem, clobber=True)
    return {"address": url, "token": token}


def test_lists_and_tells(conn: Source, options: dict[str, str]) -> None:
    files = fsspec.filesystem("headgate", **options)
    assert conn.name in files.ls("", detail=False) and "data-warehouse-sql" not in files.ls("", detail=False)
    assert files.ls(f"headgate://{conn.name}/folder2", detail=False) == [
        f"{conn.name}/folder2/subfolder",
        f"{conn.name}/folder2/table.csv",
    ]
    assert files.info(f"{conn.name}/folder1/myfile.txt")["size"] == 10
    assert files.modified(f"{conn.name}/folder1/myfile.txt").tzinfo
    assert files.isdir(f"{conn.name}/folder1") and not files.exists(f"{conn.name}/nope")
    with pytest.raises(FileNotFoundError):
        files.ls(f"{conn.name}/nope")


def test_reads_ranges_as_slices(conn: Source, options: dict[str, str]) -> None:
    files, path = fsspec.filesystem("headgate", **options), f"{conn.name}/folder1/myfile.txt"
    for begin, end in [(None, None), (2, 5), (-3, None), (5, 5), (8, 99), (99, None)]:
        assert files.cat_file(path, begin, end) == FILES["folder1/myfile.txt"][begin:end]
    with files.open(path, "rb") as file:
        file.seek(4)
        assert file.read(3) == b"456"


def test_pandas_reads_it(conn: Source, options: dict[str, str]) -> None:
    frame = pandas.read_csv(f"headgate://{conn.name}/folder2/table.csv", storage_options=options)
    assert frame["name"].tolist() == ["one", "two"]


def test_objects_are_written_and_read(hg: Headgate, options: dict[str, str], name: str) -> None:
    files = fsspec.filesystem("headgate", **options)
    frame = pandas.DataFrame({"n": [1, 2], "text": ["a", None]})
    frame.to_parquet(f"headgate://user/{name}/x.parquet", storage_options=options)
    back = pandas.read_parquet(f"headgate://user/{name}/x.parquet", storage_options=options)
    assert back["n"].tolist() == [1, 2] and back["text"].isna().tolist() == [False, True]
    assert files.ls(f"user/{name}", detail=False) == [f"user/{name}/x.parquet"] and files.isdir(f"user/{name}")
    assert {"user", "pipelines"} <= set(files.ls("", detail=False))
    pipeline = hg.pipelines.create()
    files.pipe_file(f"pipelines/{pipeline.id}/a", b"abc")
    assert files.cat_file(f"pipelines/{pipeline.id}/a", 1) == b"bc"
    assert f"pipelines/{pipeline.id}" in files.ls("pipelines", detail=False)
    files.rm(f"user/{name}/x.parquet")
    assert not files.exists(f"user/{name}/x.parquet")
    with pytest.raises(FileNotFoundError):
        files.info("no-such-source")


def test_what_fails_while_it_is_written_is_not_put(hg: Headgate, options: dict[str, str], name: str) -> None:
    files = fsspec.filesystem("headgate", **options)
    with pytest.raises(RuntimeError), files.open(f"user/{name}", "wb") as file:
        file.write(b"half")
        raise RuntimeError
    assert not hg.objects.user.exists(name)
    with files.open(f"user/{name}", "xb") as file:
        file.write(b"whole")
    assert hg.objects.user.gets(name) == b"whole"


def test_files_of_sources_are_read_only(conn: Source, options: dict[str, str]) -> None:
    files = fsspec.filesystem("headgate", **options)
    for change in (
        lambda: files.pipe_file(f"{conn.name}/x", b""),
        lambda: files.open(f"{conn.name}/x", "wb"),
        lambda: files.rm(f"{conn.name}/readme.txt"),
    ):
        with pytest.raises(PermissionError, match="files of sources cannot"):
            change()


def test_duckdb_reads_paths_and_tables(hg: Headgate, conn: Source, name: str) -> None:
    frame = pandas.DataFrame({"n": range(100_000), "text": [f"row {n}" for n in range(100_000)]})
    frame.to_parquet(file := io.BytesIO(), row_group_size=10_000)
    hg.objects.user.puts(f"{name}.parquet", file.getvalue())
    table = hg.sources.get("data-warehouse-sql").tables["experiments"]
    db = hg.duckdb(experiments=table)
    read = f"from read_parquet('headgate://user/{name}.parquet')"
    assert db.sql(f"select count(*), sum(n) {read} where n < 10").fetchall() == [(10, 45)]
    assert db.sql(f"select text {read} where n = 77777").fetchall() == [("row 77777",)]
    assert db.sql(f"from 'headgate://{conn.name}/folder2/table.csv'").fetchall() == [(1, "one"), (2, "two")]
    for _ in range(2):
        assert db.sql("select count(*) from experiments").fetchall() == [(2000,)]


def test_polars_reads_an_opened_file(hg: Headgate, name: str) -> None:
    pandas.DataFrame({"n": range(1000)}).to_parquet(file := io.BytesIO())
    hg.objects.user.puts(name, file.getvalue())
    with hg.objects.user.open(name) as opened:
        assert polars.read_parquet(opened)["n"].sum() == 499_500
