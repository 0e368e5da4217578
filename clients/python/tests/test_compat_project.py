"""The snippets of Prevision's guide, nearly as written."""

from pathlib import Path

import pytest

from headgate import ConfigurationError, Headgate, NotFound
from headgate.compat.prevision import Project
from headgate.compat.records import Connector


@pytest.fixture
def project(hg: Headgate) -> Project:
    return Project(hg)


@pytest.fixture
def demo(project: Project) -> Connector:
    return next(each for each in project.list_connectors() if each.slug == "data-warehouse-sql")


def test_P01_P02_P03_P05_connectors(project: Project, name: str) -> None:
    with pytest.warns(UserWarning, match="'myserver.com'"):
        made = project.create_sql_connector(
            f"My {name}", "https://myserver.com", port=5432, username="reader", password="pass-word"
        )
    assert (made.name, made.type, made.host, made.port, made.username) == (
        f"My {name}",
        "SQL",
        "myserver.com",
        5432,
        "reader",
    )
    assert made.name in [each.name for each in project.list_connectors()]
    assert "pass-word" not in repr(made) + str(vars(made))
    made.delete()
    with pytest.raises(NotFound):
        made.delete()
    with pytest.raises(ConfigurationError, match="kind="):
        project.create_sql_connector(name, "h", port=1234)


def test_P04_test_is_true_or_false(project: Project, demo: Connector, name: str) -> None:
    assert demo.test() is True
    wrong = project.create_sql_connector(name, "127.0.0.1", 1, "u", "p", kind="postgres")
    assert wrong.test() is False


def test_P06_browsing(demo: Connector) -> None:
    (database,) = demo.list_databases()
    assert "experiments" in demo.list_tables(database)
    with pytest.raises(ValueError):
        demo.list_tables("other")


def test_P08_P12_P13_P15_P17_from_a_table_to_a_dataset(
    project: Project, demo: Connector, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = project.create_datasource(demo, name, database=demo.database, table="experiments")
    assert name in [each.name for each in project.list_datasource()] and source.connector == demo.id and source.test()
    with pytest.raises(ValueError, match="Exactly one"):
        project.create_datasource(demo, name)
    first, second = project.create_dataset("first", source), project.create_dataset("second", source)
    assert (first.version, second.version) == (1, 2) and len(first.to_pandas()) == 2000
    monkeypatch.chdir(tmp_path)
    assert first.download() == "first.zip" and Path("first.zip").stat().st_size > 1000
    with pytest.raises(ValueError):
        first.download(extension="xls")
    first.delete()
    assert [each.version for each in project.list_datasets() if each.id == second.id] == [2]
    with pytest.raises(ValueError, match="only one of"):
        project.create_dataset("x", source, file_name="x.csv")
    with pytest.raises(ValueError, match="at least one of"):
        project.create_dataset("x")


def test_P09_a_query_as_a_data_source(project: Project, demo: Connector, name: str) -> None:
    source = project.create_datasource(demo, name, database=demo.database, request="select 7 as n")
    assert project.create_dataset("q", source).to_pandas()["n"].tolist() == [7]


def test_P08_the_database_named_with_the_first_data_source(project: Project, name: str) -> None:
    made = project.create_sql_connector(name, "127.0.0.1", 5432, "u", "p")
    project.create_datasource(made, f"{name}-a", database="shop", table="t")
    assert made.list_databases() == ["shop"]
    with pytest.raises(ConfigurationError, match="make a connector"):
        project.create_datasource(made, f"{name}-b", database="other", table="t")
