"""The code blocks of the README run, in order, as one session."""

import re
from pathlib import Path

import pytest

from headgate import Headgate

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)


def test_blocks_run(url: str, token: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADGATE_URL", url)
    monkeypatch.setenv("HEADGATE_TOKEN", token)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("headgate.login", lambda url: Headgate())
    assert len(BLOCKS) >= 10
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, str(README), "exec"), names)
