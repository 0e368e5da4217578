"""What a check of a connection found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .show import html_table


class ConnectionStatus(str):
    """`VALID_CONNECTION`, `BAD_CREDENTIALS` or `NO_CONNECTION`; true for the first. `details` has each stage."""

    details: Sequence[Mapping[str, Any]]
    warnings: Sequence[str]

    VALID_CONNECTION = "VALID_CONNECTION"
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    NO_CONNECTION = "NO_CONNECTION"

    def __new__(cls, found: Mapping[str, Any]) -> ConnectionStatus:
        status = super().__new__(cls, found["status"])
        status.details = tuple(found["stages"])
        status.warnings = tuple(found["warnings"])
        return status

    def __bool__(self) -> bool:
        return self == "VALID_CONNECTION"

    def _repr_html_(self) -> str:
        rows = [(s["name"], "yes" if s["ok"] else "no", s["ms"], s["detail"], s["hint"]) for s in self.details]
        return html_table(("stage", "ok", "ms", "detail", "hint"), rows, str(self))
