from __future__ import annotations

import io
import urllib.request
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from headgate import ConnectionFailed, Headgate, NotFound, S3File, S3Folder
from headgate.compat.edge_session import S3Connection
from headgate.folders import RemoteFile
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


class Sent:
    """A reply as the transport gives it."""

    def __init__(self, status: int, body: bytes, **headers: str) -> None:
        self.status, self.body, self.length = status, io.BytesIO(body), len(body)
        self.headers = Message()
        for name, value in headers.items():
            self.headers[name.replace("_", "-")] = value

    def read(self, size: int = -1) -> bytes:
        return self.body.read(size)

    def __enter__(self) -> Sent:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Remote(RemoteFile):
    """A file of ten bytes with a weak tag, as file servers give one."""

    def __init__(self, size: int | None, tag: str = 'W/"1"') -> None:
        super().__init__("a.txt", size, 'W/"1"')
        self.tag = tag
        self.asked: list[Mapping[str, str]] = []

    def _head(self) -> Message:
        return Sent(200, b"", etag=self.tag).headers

    def _get(self, headers: Mapping[str, str]) -> Sent:
        self.asked.append(headers)
        if "range" not in headers or "if-range" in headers:
            return Sent(200, b"0123456789", etag=self.tag)
        begin, end = headers["range"].removeprefix("bytes=").split("-")
        return Sent(206, b"0123456789"[int(begin) : int(end) + 1], etag=self.tag)


def test_E16_from_a_place_of_a_file_whose_tag_is_weak() -> None:
    file = Remote(10)
    file.seek(6)
    assert (file.read(3), file.read()) == (b"678", b"9")
    changed = Remote(10, 'W/"2"')
    changed.seek(6)
    with pytest.raises(ConnectionFailed, match="changed"):
        changed.read(3)


def test_E16_of_a_size_that_nobody_tells() -> None:
    file = Remote(None)
    assert (file.read(4), file.size, file.seek(-3, io.SEEK_END), file.read()) == (b"0123", 10, 7, b"789")
    assert file.asked == [{}]
