"""Who may do what: tokens and members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .records import Records
from .transport import Transport


class Tokens:
    """Personal access tokens: `create`, `list`, `revoke`; with `member=`, those of another, for administrators."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        name: str,
        scopes: Sequence[str] | None = None,
        connectors: Sequence[str] | None = None,
        days: int | None = None,
        member: str | None = None,
    ) -> dict[str, Any]:
        """A new one: `token` is its text, which is shown this once; `id` revokes it."""
        given = {"name": name, "scopes": scopes, "connectors": connectors, "days": days, "member": member}
        body = {key: value for key, value in given.items() if value is not None}
        found: dict[str, Any] = self._transport.call("createToken", body=body)
        return found

    def revoke(self, id: str, member: str | None = None) -> None:
        """Ends one."""
        self._transport.call("deleteToken", {"id": id}, {"member": member})

    def __repr__(self) -> str:
        return f"<Tokens of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        return self.list()._repr_html_()

    def list(self, member: str | None = None) -> Records:
        """What they are good for, until when, and when they were last used; never their text."""
        return Records(self._transport.pages("listTokens", None, {"member": member}))


class Members:
    """Those who came or were given a role, for administrators: `list`, `put`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(self, id: str, role: str, name: str | None = None, disabled: bool = False) -> dict[str, Any]:
        """Gives a role: `viewer`, `editor` or `admin`; `disabled` shuts the door."""
        body = {"role": role, "disabled": disabled, **({} if name is None else {"name": name})}
        found: dict[str, Any] = self._transport.call("putMember", {"id": id}, body=body)
        return found

    def __repr__(self) -> str:
        return f"<Members of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        return self.list()._repr_html_()

    def list(self) -> Records:
        """`id`, `name`, `role`, `disabled`, `lastSeen`."""
        return Records(self._transport.pages("listMembers"))
