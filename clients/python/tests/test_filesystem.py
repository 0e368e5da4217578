import fsspec
import pandas
import pytest
from test_files import FILES, conn, endpoint

from headgate.filesystem import HeadgateFileSystem
from headgate.sources import Source

__all__ = ["conn", "endpoint"]


@pytest.fixture
def options(url: str, token: str) -> dict[str, str]:
    fsspec.register_implementation("headgate", HeadgateFileSystem, clobber=True)
    return {"url": url, "token": token}


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
