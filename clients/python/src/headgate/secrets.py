"""Secrets: named values for your own code. They go in and never come out."""

from __future__ import annotations

from collections.abc import Mapping

from .records import Records
from .transport import Transport


class Secrets:
    """`put`, `delete`, `list`, by scope: `user`, or `org` for administrators."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(self, key: str, value: str, scope: str = "user", mask: bool = True) -> None:
        """Sets one; `mask` says whether its value is replaced where a run prints it."""
        self.put_all({key: value}, scope, mask)

    def put_all(self, values: Mapping[str, str], scope: str = "user", mask: bool = True) -> None:
        """Sets several; the others stay as they are."""
        secrets = [{"scope": scope, "key": key, "value": value, "mask": mask} for key, value in values.items()]
        self._transport.call("putSecrets", body={"secrets": secrets})

    def delete(self, *keys: str, scope: str = "user") -> None:
        """Deletes some; the others stay. Raises NotFound."""
        self._transport.call("deleteSecrets", body={"secrets": [{"scope": scope, "key": key} for key in keys]})

    def __repr__(self) -> str:
        return f"<Secrets of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        return self.list()._repr_html_()

    def list(self, scope: str | None = None) -> Records:
        """`scope`, `key`, `mask`, `created`, `updated`, `updatedBy`, `usedBy`; never a value."""
        return Records(self._transport.pages("listSecrets", None, {"scope": scope}))
