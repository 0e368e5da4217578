"""Exporters, and their snippets of Prevision's guide."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from headgate import Conflict, ExportFailed, Forbidden, Headgate, InvalidRequest, NotFound, connectors
from headgate.compat.exporters import ExporterWriteMode
from headgate.compat.prevision import Project
from headgate.compat.records import Connector


@pytest.fixture
def project(hg: Headgate) -> Project:
    return Project(hg)


@pytest.fixture
def bucket(store: Any, name: str) -> str:
    store.create_bucket(Bucket=name)
    return name


@pytest.fixture
def shelf(project: Project, bucket: str, s3_port: int) -> Connector:
    endpoint = f"http://127.0.0.1:{s3_port}"
    made = project.create_s3_connector(f"c-{bucket}", "testing", "testing", bucket, endpoint)
    made.allow_write()
    return made


@pytest.fixture
def prices(hg: Headgate, name: str, tmp_path: Path) -> str:
    Path(tmp_path, "prices.csv").write_text("a,b\n1,x\n2,\n")
    hg.datasets.upload(f"p-{name}", str(tmp_path / "prices.csv"), progress=False)
    return f"p-{name}"


def read(store: Any, bucket: str, key: str) -> bytes:
    found: bytes = store.get_object(Bucket=bucket, Key=key)["Body"].read()
    return found


def test_P19_an_exporter_writes_and_says_how_far_it_is(
    hg: Headgate, store: Any, bucket: str, shelf: Connector, prices: str
) -> None:
    made = hg.exporters.create(f"e-{bucket}", shelf.slug, path="out/prices.csv")
    assert (made.mode, hg.exporters.get(made.uid).to_dict()) == ("safe", made.to_dict())
    done = made.run(prices)
    assert (done.state, done.rows, done.target) == ("done", 2, "out/prices.csv")
    assert done.logs.endswith("2 rows are in out/prices.csv.")
    assert read(store, bucket, "out/prices.csv") == b"a,b\r\n1,x\r\n2,\r\n"
    with pytest.raises(ExportFailed, match="There is an object"):
        made.run(prices)
    assert [each.state for each in made.exports()] == ["failed", "done"]
    assert made.update(mode="timestamp").run(prices, format="ndjson").target.startswith("out/prices-2")
    assert hg.exporters.export(done.id).refresh().state == "done"
    with pytest.raises(Conflict):
        done.cancel()
    assert made.name in [each.name for each in hg.exporters.list(shelf.slug)]
    made.delete()
    with pytest.raises(NotFound):
        hg.exporters.get(made.name)


def test_a_connector_must_allow_writing(hg: Headgate, shelf: Connector, name: str) -> None:
    shelf.allow_write(False)
    with pytest.raises(Forbidden, match="does not allow writing"):
        hg.exporters.create(name, shelf.slug, path="a.csv")
    with pytest.raises(InvalidRequest):
        shelf.allow_write()
        hg.exporters.create(name, shelf.slug, path="../a.csv")
    made = hg.sources.add(connectors.NewConnector(name, "http", {"url": "https://example.com/"}, allow_write=True))
    assert made.name == name


def test_P19_P20_the_guide(
    project: Project, store: Any, bucket: str, shelf: Connector, prices: str, hg: Headgate, tmp_path: Path
) -> None:
    dataset = next(each for each in project.list_datasets() if each.slug == prices)
    exporter = project.create_exporter(
        shelf, f"Out {bucket}", path="a/b.csv", bucket=bucket, write_mode=ExporterWriteMode.replace
    )
    assert exporter.name in [each.name for each in project.list_exporter()]
    export = exporter.export_dataset(dataset, wait_for_export=True)
    assert export.status == "done" and "2 rows are in a/b.csv." in export.logs
    begun = exporter.export_dataset(dataset)
    assert begun.wait().update_status() == "done"
    Path(tmp_path, "any.bin").write_bytes(b"\x00\xff any bytes")
    assert exporter.export_file(str(tmp_path / "any.bin"), wait_for_export=True).status == "done"
    assert read(store, bucket, "a/b.csv") == b"\x00\xff any bytes"
    assert [each.status for each in exporter.list_exports()] == ["done"] * 3

    safe = project.create_exporter(shelf, f"Safe {bucket}", path="a/b.csv")
    assert safe.write_mode is ExporterWriteMode.safe
    with pytest.raises(ExportFailed, match=r"There is an object .* already"):
        safe.export_dataset(dataset, wait_for_export=True)
    assert [each.status for each in safe.list_exports()] == ["failed"]
    assert "already" in safe.list_exports()[0].logs
    safe.delete()


@pytest.mark.parametrize(
    ("database", "mode"),
    [("shop", "safe"), ("shop", "timestamp"), (None, "append"), ("shop", None)],
)
def test_P19_a_mode_that_does_not_fit_is_refused_before_any_request(
    project: Project, shelf: Connector, database: str | None, mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def request(*_: Any, **__: Any) -> None:
        pytest.fail("a request was sent")

    monkeypatch.setattr(project._headgate._transport, "open", request)
    with pytest.raises(ValueError, match="write_mode must be one of"):
        given = {} if mode is None else {"write_mode": ExporterWriteMode(mode)}
        project.create_exporter(shelf, uuid.uuid4().hex, path="a", database=database, **given)
