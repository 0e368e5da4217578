"""The way in: `Headgate()`."""

from __future__ import annotations

from typing import Any

from .datasets import Datasets
from .datasources import Datasources
from .settings import find_settings
from .sources import Sources
from .transport import Transport


class Headgate:
    """A Headgate and who asks it. Without arguments: HEADGATE_URL and HEADGATE_TOKEN, else a profile.

    `timeout` is seconds without a byte; `retries` counts further tries of what is safe to try again.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        profile: str | None = None,
        organization: str | None = None,
        timeout: float = 60.0,
        retries: int = 5,
    ) -> None:
        self._transport = Transport(find_settings(url, token, profile, organization), timeout, retries)
        self.url = self._transport.settings.url
        self.organization = self._transport.settings.organization
        self.sources = Sources(self._transport)
        self.datasources = Datasources(self._transport)
        self.datasets = Datasets(self._transport)

    def whoami(self) -> dict[str, Any]:
        """The caller's id, roles and scopes."""
        found: dict[str, Any] = self._transport.call("getMe")
        return found

    def health(self) -> dict[str, Any]:
        """Whether it is alive, and its version."""
        found: dict[str, Any] = self._transport.call("getHealth")
        return found

    def kinds(self) -> list[dict[str, Any]]:
        """The kinds of connectors with the schemas of their fields; for administrators."""
        found: list[dict[str, Any]] = self._transport.call("listKinds")["items"]
        return found

    def __repr__(self) -> str:
        return f"Headgate({self.url!r})"

    def _repr_html_(self) -> str:
        return self.sources._repr_html_()
