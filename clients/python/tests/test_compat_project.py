"""The snippets of Prevision's guide, nearly as written."""

from pathlib import Path
from typing import Any

import pytest

from headgate import ConfigurationError, Conflict, Headgate, HeadgateError, NotFound
from headgate.compat.prevision import Project
from headgate.compat.records import Connector, DataSource


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
    assert demo.database in demo.list_databases()
    assert "experiments" in demo.list_tables() and "experiments" in demo.list_tables(demo.database)
    assert "experiments" not in demo.list_tables("postgres")
    with pytest.raises(HeadgateError, match="no-such"):
        demo.list_tables("no-such")


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
    assert made.database == "shop"
    with pytest.raises(ConfigurationError, match="make a connector"):
        project.create_datasource(made, f"{name}-b", database="other", table="t")


def test_P01_the_snippet_of_connectors_and_data_sources(hg: Headgate) -> None:
    project = Project(hg)
    with pytest.warns(UserWarning, match="'myserver.com'"):
        connector = project.create_sql_connector(
            "my_sql_connector", "https://myserver.com", port=3306, username="username", password="password"
        )
    assert "my_sql_connector" in [connector.name for connector in project.list_connectors()]
    datasource = project.create_datasource(connector, "my_sql_datasource", database="my_db", table="table1")
    assert (datasource.table, connector.type, connector.port) == ("my_db.table1", "SQL", 3306)
    assert "my_sql_datasource" in [datasource.name for datasource in project.list_datasource()]
    with pytest.raises(Conflict):
        connector.delete()
    datasource.delete()
    connector.delete()


def test_P01_five_kinds_of_which_four_are_here(project: Project, name: str) -> None:
    made = [
        project.create_sql_connector(f"{name} sql", "db.example.org", 5432, "u", "p"),
        project.create_ftp_connector(f"{name} ftp", "ftp.example.org", 21, "u", "p"),
        project.create_sftp_connector(f"{name} sftp", "sftp.example.org", 22, "u", "p"),
        project.create_s3_connector(f"{name} s3", "AKIA", "secret-key"),
    ]
    assert [each.type for each in made] == ["SQL", "FTP", "SFTP", "S3"]
    with pytest.raises(ConfigurationError, match="GCP"):
        project.create_gcp_connector(name, {"private_key": "x"})


def test_P07_list_files_of_an_ftp_server(project: Project, name: str, ftp_port: int) -> None:
    made = project.create_ftp_connector(name, "127.0.0.1", ftp_port, tls="none")
    assert made.test() and made.list_files() == ["results/one.csv", "two.txt"]
    source = project.create_datasource(made, name, path="results/one.csv")
    assert project.create_dataset("d", source).to_pandas()["n"].tolist() == [1]


def test_P08_P11_a_bucket_named_with_the_data_source(
    project: Project, hg: Headgate, name: str, s3_port: int, store: Any
) -> None:
    store.create_bucket(Bucket=name)
    store.put_object(Bucket=name, Key="in/data.csv", Body=b"a,b\n1,x\n")
    made = project.create_s3_connector(f"{name} s3", "testing", "testing", endpoint=f"http://127.0.0.1:{s3_port}")
    source = project.create_datasource(made, f"{name} files", bucket=name, path="in/data.csv")
    assert made.test() and source.test()
    again = DataSource.from_id(source.id, hg)
    assert (again.bucket, again.path, again.connector) == (name, "in/data.csv", made.id)
    assert DataSource.from_name(f"{name} files", hg).id == source.id
    assert Connector.from_name(f"{name} s3", hg).id == made.id
    assert project.create_dataset("d", source).to_pandas()["b"].tolist() == ["x"]
    with pytest.raises(ConfigurationError, match="make a connector"):
        project.create_datasource(made, f"{name} other", bucket="another-bucket", path="x")
    with pytest.raises(NotFound, match="No such connectors"):
        Connector.from_name("nobody", hg)
    with pytest.raises(NotFound):
        DataSource.from_name("nothing", hg)
