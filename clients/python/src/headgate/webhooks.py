"""Webhooks: addresses that are told what becomes of snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .records import Records
from .transport import Transport


class Webhooks:
    """`create`, `list`, `delete`, and the `deliveries` of one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        url: str,
        secret: str,
        events: Sequence[str] | None = None,
        datasources: Sequence[str] | None = None,
        title: str | None = None,
    ) -> dict[str, Any]:
        """Has events posted to `url`, signed with `secret`, which is never shown; without `events`, all of them."""
        given = {"url": url, "secret": secret, "events": events, "datasources": datasources, "title": title}
        body = {name: value for name, value in given.items() if value is not None}
        found: dict[str, Any] = self._transport.call("createWebhook", body=body)
        return found

    def delete(self, id: str) -> None:
        """Tells it nothing any more."""
        self._transport.call("deleteWebhook", {"id": id})

    def deliveries(self, id: str, state: str | None = None) -> Records:
        """What it was told: the event, `pending`, `delivered` or `failed`, how often it was tried, what was answered."""
        return Records(self._transport.pages("listDeliveries", {"id": id}, {"state": state}))

    def __repr__(self) -> str:
        return f"<Webhooks of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        return self.list()._repr_html_()

    def list(self) -> Records:
        """All of them; never a secret."""
        return Records(self._transport.pages("listWebhooks"))
