"""`co.data` and the secrets of Conducto over Headgate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..client import Headgate
from ..errors import PipelineRequired
from ..objects import Scope

ContextError = PipelineRequired


class Data:
    """`user`, which lasts, and `pipeline`, that of the current pipeline; both with the same functions."""

    def __init__(self, headgate: Headgate) -> None:
        self._headgate = headgate
        self.user = headgate.objects.user

    @property
    def pipeline(self) -> Scope:
        """Raises ContextError where no pipeline is current."""
        return self._headgate.objects.pipeline


@dataclass(frozen=True)
class SecretKey:
    """The name of a secret in its scope, `user` or `org`."""

    key: str
    scope: str = "user"


@dataclass(frozen=True)
class Secret:
    """A secret to be put. Its value is in no repr."""

    key: str
    value: str = field(repr=False)
    scope: str = "user"
    mask: bool = True


class Secrets:
    """`get`, `put`, `delete` by lists."""

    def __init__(self, headgate: Headgate) -> None:
        self._secrets = headgate.secrets

    def get(self) -> list[dict[str, Any]]:
        """The names with scope and mask, never a value."""
        return self._secrets.list()

    def put(self, secrets: Sequence[Secret]) -> None:
        """Sets these; the others stay."""
        for each in secrets:
            self._secrets.put(each.key, str(each.value), each.scope, each.mask)

    def delete(self, keys: Sequence[SecretKey]) -> None:
        """Deletes these; the others stay."""
        for each in keys:
            self._secrets.delete(each.key, scope=each.scope)


class Co:
    """`data` and `secrets`."""

    def __init__(self, headgate: Headgate) -> None:
        self.data = Data(headgate)
        self.secrets = Secrets(headgate)
