"""What things show of themselves in a notebook: types and ten rows, and nothing that is executed (E11)."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from headgate import Headgate, NewConnector, NotFound, Records, Sample
from headgate.rows import Column

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"
SAFE = {"table", "caption", "thead", "tbody", "tr", "th", "td", "span", "p", "b"}


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(thing: Any) -> Reader:
    found = Reader(thing._repr_html_())
    assert found.tags <= SAFE and found.attributes <= {"style"}, (thing, found.tags, found.attributes)
    return found


@pytest.fixture
def hostile(hg: Headgate, name: str) -> Iterator[Any]:
    """A table whose name, column, comment and values would all run something."""
    conn = hg.sources.get("data-warehouse-sql")
    yield conn.query(f"""select 1 as "{HOSTILE.replace('"', '""')}", '{HOSTILE.replace("'", "''")}' as v""")


def test_hostile_texts_are_shown_and_run_nothing(hg: Headgate, hostile: Any, name: str) -> None:
    assert read(hostile).text.count("<script>alert(1)</script>") == 2
    column = Column(HOSTILE, HOSTILE, "t", True)
    things = [
        Sample([column], [(HOSTILE,)]),
        Records([{HOSTILE: HOSTILE}, HOSTILE]),
        hg.sources.add(NewConnector(name, "s3", {"bucket": "bucket-a"}, None, HOSTILE)),
        hg.pipelines.create(HOSTILE),
        hg.datasources.create(name, "data-warehouse-sql", sql=f"select $${HOSTILE}$$ as v", title=HOSTILE),
    ]
    hg.objects.user.puts(f"{name}{HOSTILE}", b"")
    things += [hg.objects.user.open(f"{name}{HOSTILE}"), hg.datasources.get(name).preview()]
    for thing in things:
        assert "alert(" in read(thing).text
    for thing in (hg, hg.sources, hg.datasources, hg.pipelines, hg.objects, hg.objects.user, hg.search(HOSTILE)):
        if hasattr(thing, "_repr_html_"):
            read(thing)
    hg.sources.remove(name)
    hg.objects.user.delete(f"{name}{HOSTILE}")


def test_everything_shows_itself(hg: Headgate, name: str) -> None:
    conn = hg.sources.get("data-warehouse-sql")
    source = hg.datasources.create(name, conn, table="experiments")
    taken = source.snapshot()
    client = hg.sources.get("petstore").generate_new_client()
    for thing in (
        conn, conn.tables, conn.test(), conn.query("select 1"), source, taken, hg.datasets, hg.datasets[name], client,
        client.pet, hg.secrets, hg.tokens, hg.members, hg.audit(limit=3), hg.kinds(), hg.pipelines.create(),
    ):  # fmt: skip
        assert "table" in read(thing).tags


def test_E11_a_table_shows_ten_rows_and_types(hg: Headgate) -> None:
    shown = hg.sources.get("data-warehouse-sql").tables["experiments"]._repr_html_()
    assert shown.count("<tr>") == 11 and "experiment_id (int64)" in shown


def test_names_complete_and_near_ones_are_told(hg: Headgate, name: str) -> None:
    hg.datasources.create(name, "data-warehouse-sql", table="experiments").snapshot()
    for things, known in ((hg.sources, "petstore"), (hg.datasources, name), (hg.datasets, name)):
        assert known in things._ipython_key_completions_() and things[known].name == known
        with pytest.raises(KeyError, match=f"Did you mean .*'{known}'"):
            things[known[:-1]]
        with pytest.raises(NotFound, match="Did you mean"):
            things.get(known[:-1])
