"""The snippets of Edge's guide, nearly as written."""

import pytest

from headgate import ConfigurationError
from headgate.compat.edge_session import EdgeSession, SQLConnection


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
