import io
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

import headgate.datasets
import headgate.download
from headgate import ConnectionFailed, Headgate, HeadgateError, InvalidRequest, NotFound, SnapshotFailed
from headgate.datasources import Datasource


@pytest.fixture
def source(hg: Headgate, name: str) -> Datasource:
    return hg.datasources.create(name, "data-warehouse-sql", table="experiments")


def test_P08_creating_copies_nothing(hg: Headgate, source: Datasource) -> None:
    assert source.name in [each.name for each in hg.datasources.list(connector="data-warehouse-sql")]
    assert list(source.snapshots()) == []
    with pytest.raises(InvalidRequest):
        hg.datasources.create(source.name + "x", "data-warehouse-sql", nonsense=1)


def test_a_datasource_keeps_its_rules(hg: Headgate, name: str) -> None:
    rules = {"drift": "freeze", "retention": {"keepLast": 2}, "skip_unchanged": True}
    made = hg.datasources.create(name, "data-warehouse-sql", sql="select 1 as n", format="csv", **rules).to_dict()
    assert (made["drift"], made["retention"]["keepLast"], made["skipUnchanged"], made["format"]) == (
        "freeze",
        2,
        True,
        "csv",
    )


def test_increments_pins_differences_and_retention(hg: Headgate, name: str) -> None:
    strategy = {"kind": "incremental", "mode": "append", "column": "experiment_id"}
    columns = ["experiment_id", "status"]
    source = hg.datasources.create(name, "data-warehouse-sql", table="experiments", columns=columns, strategy=strategy)
    assert source.snapshot().version == 1 and source.snapshot(full=True).version == 2
    hg.datasources.update(name, selection={"table": "experiments", "columns": [*columns, "title"]})
    assert source.snapshot(accept_drift=True).version == 3
    dataset = hg.datasets.get(name)
    assert "title" in str(dataset.diff(3))
    dataset.pin(1)
    assert [each["pinned"] for each in dataset.versions() if each["version"] == 1] == [True]
    assert dataset.preview_retention(keep_last=1)
    assert [each["phase"] for each in [*next(source.snapshots()).events()]][-1] == "ended"


def test_P09_a_query_as_a_datasource(hg: Headgate, name: str) -> None:
    made = hg.datasources.create(name, "data-warehouse-sql", sql="select 7 as n")
    assert list(made.preview()) == [(7,)]


def test_P10_test_of_a_datasource(hg: Headgate, source: Datasource) -> None:
    assert source.test()
    absent = hg.datasources.create(source.name + "-x", "data-warehouse-sql", table="absent")
    assert not [stage for stage in source.test().details if not stage["ok"]]
    assert [stage for stage in absent.test().details if not stage["ok"]]


def test_P11_get_update_and_delete(hg: Headgate, source: Datasource) -> None:
    assert hg.datasources.get(source.uid).to_dict() == source.to_dict()
    assert hg.datasources.update(source.name, title="Other").title == "Other"
    source.delete()
    with pytest.raises(NotFound):
        hg.datasources.get(source.name)


def test_P12_P14_snapshot_waits_and_gives_a_dataset(hg: Headgate, source: Datasource) -> None:
    taken = source.snapshot()
    assert (taken.state, taken.version, taken.rows) == ("done", 1, 2000)
    assert [each.id for each in source.snapshots("done")] == [taken.id]
    dataset = hg.datasets.get(source.name)
    assert dataset.to_dataframe(columns=["experiment_id"], limit=3)["experiment_id"].tolist() == [1, 2, 3]
    assert len(list(dataset.iter_rows())) == 2000
    counted = dataset.statistics(["experiment_id", "status", "started"], where=("experiment_id", "le", 1500))
    number, status, started = counted
    assert (counted.version, counted.rows, number["min"], number["max"]) == (1, 1500, 1, 1500)
    assert sum(bar["count"] for bar in status["bars"]) + status["nulls"] + status["others"] == 1500
    assert isinstance(started["bars"][1]["from"], (date, datetime))
    assert counted.to_dataframe()["name"].tolist() == ["experiment_id", "status", "started"]
    assert "1500 rows of version 1" in counted._repr_html_()
    assert "<table" in taken._repr_html_() and "<table" in dataset._repr_html_()


def test_P14_a_failed_one_raises_with_the_reason(hg: Headgate, name: str) -> None:
    absent = hg.datasources.create(name, "data-warehouse-sql", table="absent")
    with pytest.raises(SnapshotFailed, match="failed") as raised:
        absent.snapshot()
    assert raised.value.snapshot.error["code"] in str(raised.value)


def test_P14_waiting_times_out_and_cancel_ends_it(hg: Headgate, name: str) -> None:
    slow = hg.datasources.create(name, "data-warehouse-sql", sql="select pg_sleep(20)::text")
    taken = slow.snapshot(wait=False)
    with pytest.raises(TimeoutError):
        taken.wait(timeout=0)
    taken.cancel()
    with pytest.raises(SnapshotFailed, match="cancelled"):
        taken.wait(timeout=60)


def test_versions_as_of_rollback_and_verify(hg: Headgate, source: Datasource) -> None:
    source.snapshot()
    between = datetime.now(timezone.utc)
    hg.datasources.update(source.name, selection={"table": "experiments", "where": ["experiment_id", "le", 5]})
    source.snapshot()
    dataset = hg.datasets.get(source.name)
    assert sorted(each["version"] for each in dataset.versions()) == [1, 2]
    assert len(dataset.to_dataframe()) == 5
    assert len(dataset.to_dataframe(version=1)) == 2000 == len(dataset.to_dataframe(as_of=between))
    assert dataset.manifest(1)["rows"] == 2000
    assert dataset.verify()["ok"] and dataset.verify(1)["ok"]
    table = hg.sources.get("data-warehouse-sql").tables["weather"]
    with pytest.raises(NotFound, match="No datasource copies"):
        table.dataset()
    hg.datasources.create(f"{source.name}-w", "data-warehouse-sql", table="weather").snapshot()
    columns = ["location", "date"]
    assert len(table.to_dataframe(columns, limit=3, as_of=datetime.now(timezone.utc))) == 3
    dataset.rollback(1)
    assert len(hg.datasets.get(source.name).to_dataframe()) == 2000
    with pytest.raises(ValueError, match="time zone"):
        dataset.at(as_of=datetime(2024, 1, 1))


@pytest.mark.parametrize("format", ["parquet", "csv", "ndjson", "zip"])
def test_P15_download(
    hg: Headgate, source: Datasource, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.snapshot()
    monkeypatch.chdir(tmp_path)
    saved = hg.datasets.get(source.name).download(format=format)
    assert saved == Path(f"{source.name}.{format}") and saved.stat().st_size > 1000
    assert [each.name for each in tmp_path.iterdir()] == [saved.name]
    with pytest.raises(ValueError, match="not as 'xls'"):
        hg.datasets.get(source.name).download("x.xls")


def test_P13_P18_a_file_or_a_frame_becomes_a_dataset(
    hg: Headgate, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "runs.csv"
    file.write_text("n;day;price\n1;2024-02-29;1.10\n2;;\n")
    schema = {"price": "decimal(10,2)"}
    made = hg.datasets.upload(name, file, title="Runs", csv={"delimiter": ";"}, schema=schema)
    assert made.version == 1 and list(made.iter_rows()) == [(1, date(2024, 2, 29), Decimal("1.10")), (2, None, None)]
    with file.open("rb") as opened:
        assert hg.datasets.upload(f"{name}-2", opened, csv={"delimiter": ";"}).manifest()["rows"] == 2
    frame = made.to_dataframe()
    frame["n"] += 1
    assert hg.datasets.upload(name, frame).version == 2
    assert hg.datasets.get(name).to_polars()["n"].to_list() == [2, 3]
    monkeypatch.setattr("headgate.ingest.PUT_BYTES", 10)
    large = hg.datasets.upload(name, io.BytesIO(b'{"n": 7}\n{"n": 8}\n'), file_name="more.ndjson")
    assert large.version == 3 and [row[0] for row in large.iter_rows()] == [7, 8]
    assert hg.objects.user.list("headgate-passing") == []
    assert name in [each.name for each in hg.datasets.list(origin="upload")]
    assert name not in [each.name for each in hg.datasets.list(origin="datasource")]
    with pytest.raises(SnapshotFailed, match="Row 1"):
        hg.datasets.upload(name, io.BytesIO(b"n\nx\n"), file_name="x.csv", schema={"n": "int64"})


def test_P16_head_has_columns_and_nulls(hg: Headgate, source: Datasource) -> None:
    source.snapshot()
    head = hg.datasets.get(source.name).head(20)
    assert len(head) == 20 and head.columns[0].name == "experiment_id"
    assert any(cell is None for row in head for cell in row)


def test_P17_delete_leaves_the_datasource(hg: Headgate, source: Datasource) -> None:
    source.snapshot()
    hg.datasets.get(source.name).delete()
    with pytest.raises(NotFound):
        hg.datasets.get(source.name)
    assert hg.datasources.get(source.name).name == source.name


def test_large_versions_come_as_parts(hg: Headgate, source: Datasource, monkeypatch: pytest.MonkeyPatch) -> None:
    source.snapshot()
    dataset = hg.datasets.get(source.name)
    streamed = dataset.to_arrow()
    monkeypatch.setattr(headgate.datasets, "STREAMED_BYTES", 0)
    monkeypatch.setattr(dataset, "_open", None)
    assert dataset.to_arrow().to_pylist() == streamed.to_pylist()
    assert (
        dataset.to_arrow(columns=["title", "status"], limit=3).to_pylist()
        == streamed.select(["title", "status"]).slice(0, 3).to_pylist()
    )


def test_a_part_is_tried_again_with_a_new_link_and_proven(
    hg: Headgate, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.snapshot()
    dataset = hg.datasets.get(source.name)
    monkeypatch.setattr(headgate.datasets, "STREAMED_BYTES", 0)
    monkeypatch.setattr(headgate.download, "TRIES", 2)
    listed = [*dataset.files()]
    over = [{**each, "url": each["url"][:-1] + ("A" if each["url"][-1] != "A" else "B")} for each in listed]
    monkeypatch.setattr(dataset, "_parquet_parts", lambda: over)
    assert dataset.to_arrow().num_rows == 2000
    other = [{**each, "sha256": "0" * 64} for each in listed]
    monkeypatch.setattr(dataset, "_parquet_parts", lambda: other)
    with pytest.raises(ConnectionFailed, match="not what was published"):
        dataset.to_arrow()
    monkeypatch.setattr(dataset, "_parquet_parts", lambda: [{**each, "sha256": "0" * 64} for each in over])
    with pytest.raises(HeadgateError, match="newer version"):
        dataset.to_arrow()


def test_several_are_taken_as_of_one_moment(hg: Headgate, source: Datasource) -> None:
    other = hg.datasources.create(f"{source.name}-o", "data-warehouse-sql", table="formulations")
    group = hg.snapshots.take([source, other.name], progress=False)
    assert (group.state, group.versions) == ("done", {source.name: 1, other.name: 1})
    found = hg.snapshots.group(group.id)
    assert [each.to_dict()["group"] for each in found.snapshots] == [group.id, group.id]
    assert hg.snapshots.get(found.snapshots[0].id).version == 1
    assert other.name in repr(found) and other.name in found._repr_html_() and found.to_dict()["id"] == group.id
    with pytest.raises(HeadgateError, match="named twice"):
        hg.snapshots.take([source, source])


def test_a_group_is_waited_for_and_cancelled_as_one(hg: Headgate, source: Datasource) -> None:
    slow = hg.datasources.create(f"{source.name}-s", "data-warehouse-sql", sql="select pg_sleep(20)::text as t")
    group = hg.snapshots.take([source, slow], wait=False, accept_drift=True)
    with pytest.raises(TimeoutError):
        group.wait(timeout=0.5, progress=False)
    assert not group.ended
    group.cancel()
    with pytest.raises(SnapshotFailed) as raised:
        group.wait(progress=False)
    assert "cancelled" in str(raised.value) and group.versions == {}
