"""Progress is drawn where somebody watches, and nowhere else."""

from __future__ import annotations

import io
import sys

import pytest
from without import without

from headgate.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, wanted: bool | None) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    bar = Progress("rows", 10, wanted)
    bar.add(4, "extracting")
    bar.add(6)
    bar.close()
    return stderr.getvalue()


def test_nothing_is_drawn_where_nobody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drawn(monkeypatch, io.StringIO(), None) == "" and drawn(monkeypatch, Terminal(), False) == ""
    assert capsys.readouterr().out == ""


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = drawn(monkeypatch, Terminal(), None)
    assert "extracting" in shown and "10.0/10.0" in shown


def test_dots_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    with without("tqdm"):
        assert drawn(monkeypatch, Terminal(), None) == ".\n" and drawn(monkeypatch, io.StringIO(), True) == ".\n"
