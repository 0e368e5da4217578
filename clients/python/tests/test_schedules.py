"""P21, A16, A17: schedules of datasources."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from headgate import Conflict, Headgate, InvalidRequest
from headgate.datasources import Datasource


@pytest.fixture
def source(hg: Headgate, name: str) -> Datasource:
    return hg.datasources.create(name, "data-warehouse-sql", sql="select 1 as n")


def test_P21_A16_a_schedule_says_its_next_times(hg: Headgate, source: Datasource) -> None:
    assert source.schedule is None
    made = source.set_schedule(cron="30 2 * * MON-FRI", time_zone="Europe/Berlin")
    assert made.words.startswith("At 02:30") and len(made.next) == 5 and made.next[0].strftime("%H:%M") == "02:30"
    assert "<table" in made._repr_html_() and "02:30" in repr(made)
    assert source.name in [each["datasource"] for each in hg.schedules()]
    changed = source.set_schedule(every="hourly", overlap="queue", catch_up="none")
    assert (changed.every, changed.cron, changed.to_dict()["overlap"]) == ("hourly", None, "queue")
    once = source.set_schedule(at=datetime(2099, 1, 1, 12, tzinfo=timezone.utc))
    assert once.next == [datetime(2099, 1, 1, 12, tzinfo=timezone.utc)]


def test_A17_it_is_paused_goes_on_and_is_removed(source: Datasource) -> None:
    made = source.set_schedule(every="2h", catch_up="all")
    assert made.pause().paused and source.schedule is not None and source.schedule.paused
    again = made.resume()
    assert not again.paused and (again.every, again.to_dict()["catchUp"]) == ("2h", "all")
    made.remove()
    assert source.schedule is None


def test_P21_several_are_taken_as_of_one_moment(hg: Headgate, source: Datasource) -> None:
    other = hg.datasources.create(f"{source.name}-other", "data-warehouse-sql", sql="select 2 as n")
    made = source.set_schedule(every="daily", together_with=[other])
    assert made.together_with == [other.name] and other.name in repr(made)
    assert made.pause().together_with == [other.name] and source.schedule is not None
    with pytest.raises(Conflict, match="together"):
        other.delete()
    with pytest.raises(InvalidRequest, match="twice"):
        source.set_schedule(every="daily", together_with=[source.name])
    assert source.set_schedule(every="daily").together_with == []
    other.delete()


def test_P21_exactly_one_way_of_telling_when(source: Datasource) -> None:
    for wrong in ({}, {"every": "1h", "cron": "0 * * * *"}, {"every": "now and then"}, {"cron": "99 * * * *"}):
        with pytest.raises(InvalidRequest):
            source.set_schedule(**wrong)
    with pytest.raises(InvalidRequest, match="zone"):
        source.set_schedule(every="1h", time_zone="Mars/Olympus")
    assert source.schedule is None


def test_P21_one_is_taken_at_once_and_listed(source: Datasource) -> None:
    source.set_schedule(every="1d")
    taken = source.snapshot()
    assert [each.id for each in source.snapshots()] == [taken.id]


def test_runs_are_listed_over_all_datasources(hg: Headgate, source: Datasource) -> None:
    taken = source.snapshot()
    assert [each["id"] for each in hg.runs(datasource=source.name)] == [taken.id]
    assert hg.runs(state="failed", datasource=source.name) == [] and len(hg.runs(limit=1)) == 1


def test_webhooks_are_kept_and_their_secret_is_not_shown(hg: Headgate, source: Datasource) -> None:
    secret = "sixteen-characters-and-more"
    made = hg.webhooks.create("https://hooks.example.com/x", secret, ["snapshot.failed"], [source.name], "Alarm")
    try:
        assert made["id"] in [each["id"] for each in hg.webhooks.list()] and hg.webhooks.deliveries(made["id"]) == []
        assert secret not in str(made) + str(hg.webhooks.list()) and "Alarm" in hg.webhooks._repr_html_()
    finally:
        hg.webhooks.delete(made["id"])
