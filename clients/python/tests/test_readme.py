"""The Python blocks of the README and of the documents run, in order, a heading of a page as one session."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import fsspec
import pytest
from conftest import ROOT

import headgate
from headgate import Headgate
from headgate.filesystem import HeadgateFileSystem

README = Path(__file__).parents[1] / "README.md"
# Those of the kinds run where their servers are: test/docs/connector-pages.test.ts.
PAGES = [
    page
    for page in sorted((ROOT / "docs").rglob("*.md"))
    if "```python\n" in page.read_text("utf-8") and page.parent.name != "connectors"
]
COMING = ROOT / "docs" / "coming-from.md"


def sessions(page: Path) -> dict[str, list[str]]:
    """The blocks below each second heading; of the README all below one."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^## ", page.read_text("utf-8"), flags=re.M):
        blocks = re.findall(r"^```python\n(.*?)^```", part, re.M | re.S)
        title = page.name if page == README else f"{page.name}: {part.splitlines()[0]}"
        found.setdefault(title, []).extend(blocks)
    return {title: blocks for title, blocks in found.items() if blocks}


SESSIONS = {title: blocks for page in (README, *PAGES) for title, blocks in sessions(page).items()}


@pytest.mark.filterwarnings("ignore:A host is no address")
@pytest.mark.parametrize("title", SESSIONS)
def test_blocks_run(title: str, url: str, token: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADGATE_URL", url)
    monkeypatch.setenv("HEADGATE_TOKEN", token)
    # What it gives is made at its first import, and for another server.
    monkeypatch.delitem(sys.modules, "headgate.compat", raising=False)
    monkeypatch.delitem(vars(headgate), "compat", raising=False)
    monkeypatch.setattr("headgate.login", lambda url: Headgate())
    monkeypatch.chdir(tmp_path)
    # What the entry point does where the package is installed.
    fsspec.register_implementation("headgate", HeadgateFileSystem, clobber=True)
    names: dict[str, object] = {}
    for block in SESSIONS[title]:
        exec(compile(block, title, "exec"), names)


# Ids that no test names: what is not offered, what is by its kind the same as another, and what a deployment does.
NAMED_BY_NO_TEST = {"A02"}


def test_every_id_is_told_and_but_for_a_few_named_by_a_test() -> None:
    told = set(re.findall(r"^\| ([A-Z]\d\d(?:, [A-Z]\d\d)*) \|", COMING.read_text("utf-8"), re.M))
    ids = {each for row in told for each in row.split(", ")}
    counts = {"E": 26, "P": 23, "A": 23, "C": 21}
    tests = [*(ROOT / "test").rglob("*.ts"), *(ROOT / "test").rglob("*.tsx"), *Path(__file__).parent.glob("*.py")]
    named = {
        each
        for path in tests
        for each in re.findall(r"(?<![A-Za-z0-9])[EPAC]\d\d(?!\d)", path.read_text("utf-8").replace("_", " "))
        if path != Path(__file__)
    }
    assert ids - named == NAMED_BY_NO_TEST
    assert ids == {f"{system}{number:02}" for system, most in counts.items() for number in range(1, most + 1)}
