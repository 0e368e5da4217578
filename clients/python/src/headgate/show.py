"""HTML for notebooks, and near names for errors. Every text is escaped."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from html import escape


def html_table(head: Sequence[object], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """A table of texts; None is shown as a pale `null`."""
    title = f"<caption style='text-align:left'>{escape(caption)}</caption>" if caption else ""
    names = "".join(f"<th style='text-align:left'>{escape(str(name))}</th>" for name in head)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f"<table>{title}<thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def html_facts(title: str, facts: Iterable[tuple[str, object]]) -> str:
    """A titled list of names and values."""
    return html_table(("", ""), facts, title)


def near(name: str, names: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing."""
    found = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, found))}?" if found else ""


def _cell(value: object) -> str:
    if value is None:
        return "<td><span style='opacity:.5'>null</span></td>"
    text = str(value)
    return f"<td style='text-align:left'>{escape(text if len(text) <= 200 else text[:199] + '…')}</td>"
