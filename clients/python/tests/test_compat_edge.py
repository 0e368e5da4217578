"""The snippets of Edge's guide, nearly as written."""

import io
from pathlib import Path

import pytest

from headgate import ConfigurationError, NotFound
from headgate.compat.edge_files import StoreFolder
from headgate.compat.edge_session import BadEntry, EdgeSession, SQLConnection


@pytest.fixture
def edge(url: str, token: str, monkeypatch: pytest.MonkeyPatch) -> EdgeSession:
    monkeypatch.setenv("EDGE_API_SERVICE_URL", url)
    monkeypatch.setenv("EDGE_API_TOKEN", token)
    monkeypatch.setenv("EDGE_API_ORG", "default")
    return EdgeSession()


def test_E01_session_from_the_environment(edge: EdgeSession) -> None:
    assert edge.whoami().user_name == "admin" and edge.organization == "default"


def test_E02_E08_E09_the_snippet_of_a_database(edge: EdgeSession) -> None:
    assert "data-warehouse-sql" in edge.sources.list() == edge.sources.list_names()
    conn = edge.sources.get("data-warehouse-sql")
    assert (conn.name, conn.title) == ("data-warehouse-sql", "Data Warehouse (SQL)")
    assert "experiments" in list(conn.tables)
    table = conn.tables["experiments"]
    frame = table.to_dataframe()
    assert len(frame) == 2000


def test_E04_E10_adding_a_database(edge: EdgeSession, name: str) -> None:
    new = SQLConnection(name, "Title", "127.0.0.1", 5432, "PostgreSQL", "db", "u", "pass-word")
    made = edge.sources.add(new)
    assert (made.kind, made.title) == ("postgres", "Title")
    assert "pass-word" not in str(made.to_dict()) + repr(new)
    edge.sources.remove(name)
    with pytest.raises(ConfigurationError, match="oracle"):
        SQLConnection(name, "Title", "h", 1, "oracle", "db", "u", "p")


def test_import_makes_one_from_the_environment(edge: EdgeSession) -> None:
    from headgate.compat import edge as imported
    from headgate.compat import project

    assert imported.sources.list() and [each.name for each in project.list_connectors()]


def test_E25_search(edge: EdgeSession, name: str) -> None:
    edge.files.make_folder(name)
    edge.files.upload(f"{name}/{name}.bin", io.BytesIO(b"x"))
    (found, *_) = edge.search("data-warehose-sql", kind="connector")
    assert (found.name, found.kind) == ("data-warehouse-sql", "connector") and found.uid
    assert edge.search(name, kind="folder")[0].name == name and edge.search(f"{name}.bin", kind="file")


def test_E26_the_internal_file_store(edge: EdgeSession, name: str, tmp_path: Path) -> None:
    made = edge.files.make_folder(name)
    assert made.list() == [] and name in edge.files.list_folders() and isinstance(edge.files.open(name), StoreFolder)
    made.upload("a.csv", io.BytesIO(b"n\n1\n"))
    made.upload("a.csv", io.BytesIO(b"n\n2\n"))
    made.make_folder("sub").upload("b.bin", io.BytesIO(b"bytes"))
    assert made.list() == [*made.list_folders(), *made.list_files()] == ["sub", "a.csv"]
    assert made.open("a.csv")["n"].tolist() == [2] and made.open("a.csv", open_with="file").read() == b"n\n2\n"
    assert edge.files.open(f"/{name}/sub/b.bin").read() == b"bytes"
    edge.files.rename(name, f"{name}-2")
    with pytest.raises(NotFound):
        made.list()
    moved = edge.files.open(f"{name}-2")
    moved.move("sub/b.bin", "c.bin")
    assert moved.list_files() == ["a.csv", "c.bin"] and moved.download("c.bin", tmp_path / "c").read_bytes() == b"bytes"
    moved.delete("c.bin")
    with pytest.raises(NotFound, match="c.bin"):
        moved.delete("c.bin")
    edge.files.delete(f"{name}-2")
    assert f"{name}-2" not in edge.files.list()


def test_E03_what_is_not_there_or_no_name(edge: EdgeSession) -> None:
    with pytest.raises(NotFound):
        edge.sources.get("nothing-like-it")
    with pytest.raises((NotFound, BadEntry)):
        edge.sources.get("no name, surely")
