import io
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from headgate import Headgate, NotFound, S3File, S3Folder
from headgate.compat.edge_session import S3Connection
from headgate.sources import Source

FILES = {
    "folder1/myfile.txt": b"0123456789",
    "folder2/subfolder/myfile2.txt": b"two",
    "folder2/table.csv": b"n,name\n1,one\n2,two\n",
    "readme.txt": b"",
}


@pytest.fixture(scope="module")
def endpoint(s3_port: int, store: Any) -> str:
    store.create_bucket(Bucket="edge-files")
    for key, content in FILES.items():
        store.put_object(Bucket="edge-files", Key=key, Body=content)
    for number in range(1005):
        store.put_object(Bucket="edge-files", Key=f"many/{number:04}", Body=b"")
    return f"http://127.0.0.1:{s3_port}"


@pytest.fixture
def conn(hg: Headgate, endpoint: str, name: str) -> Source:
    return hg.sources.add(S3Connection(name, "Files", "edge-files", endpoint, "testing", "testing"))


def test_E12_root_lists_names_folders_first_and_all(conn: Source) -> None:
    assert conn.root.list() == ["folder1", "folder2", "many", "readme.txt"]
    assert len(conn.root.open("many").list()) == 1005
    assert "<table" in conn.root._repr_html_()


def test_E13_open_walks_a_path(conn: Source) -> None:
    assert type(conn.root.open("folder2")) is S3Folder and type(conn.root.open("folder1/myfile.txt")) is S3File
    assert conn.root.open("/folder2/subfolder/myfile2.txt").read() == b"two"
    with pytest.raises(NotFound, match="Did you mean .*'folder1'"):
        conn.root.open("folder")
    with pytest.raises(NotFound):
        conn.root.open("readme.txt/x")
    with pytest.raises(ValueError, match="is a folder"):
        conn.root.open("folder1", open_with="file")


def test_E14_E15_prefixes_and_keys(conn: Source) -> None:
    assert conn.list_prefixes() == ["folder1/", "folder2/", "many/"]
    assert conn.list_prefixes(prefix="folder2/") == ["folder2/subfolder/"]
    assert iter(conn.iter_prefixes()) is not None and next(conn.iter_keys()) == "folder1/myfile.txt"
    assert conn.list_keys("folder2/") == ["folder2/subfolder/myfile2.txt", "folder2/table.csv"]


def test_E16_a_file_is_a_binary_reader(conn: Source) -> None:
    with conn.root.open("folder1/myfile.txt") as file:
        assert (file.basename, file.size, file.tell()) == ("myfile.txt", 10, 0)
        assert file.read(3) == b"012" and file.seek(-2, io.SEEK_END) == 8 and file.read() == b"89" == b"89"
        assert file.read() == b"" and file.seek(99) == 99 and file.read(1) == b""
        file.seek(0)
        assert io.BufferedReader(file).read(4) == b"0123"
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")
    assert conn.root.open("readme.txt").read() == b""


def test_E17_download(conn: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert conn.root.open("folder1").download("myfile.txt") == Path("myfile.txt")
    conn.root.download("folder1/myfile.txt", localpath=tmp_path / "other")
    assert Path("myfile.txt").read_bytes() == Path("other").read_bytes() == FILES["folder1/myfile.txt"]


def test_E18_a_signed_url_needs_no_token(conn: Source) -> None:
    link = conn.root.open("folder1/myfile.txt").download_url()
    with urllib.request.urlopen(link) as reply:
        assert reply.read() == FILES["folder1/myfile.txt"]


def test_E19_openers(conn: Source) -> None:
    assert conn.open("folder2/table.csv")["name"].tolist() == ["one", "two"]
    assert conn.open("folder2/table.csv", open_with="file").read() == FILES["folder2/table.csv"]
