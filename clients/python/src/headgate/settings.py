"""Where Headgate is and who asks: arguments, then the environment, then the profile file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import ConfigurationError

URL_NAMES = ("HEADGATE_URL", "EDGE_API_SERVICE_URL")
TOKEN_NAMES = ("HEADGATE_TOKEN", "EDGE_API_TOKEN", "JUPYTERHUB_API_TOKEN")


@dataclass(frozen=True)
class Settings:
    """An address and a token. The token is in no repr."""

    url: str
    token: str = field(repr=False)
    organization: str | None = None


def find_settings(
    url: str | None = None,
    token: str | None = None,
    profile: str | None = None,
    organization: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Completes what is given; raises ConfigurationError, before anything is sent, where something is missing.

    A profile's token goes to the profile's own address only.
    """
    environment = os.environ if environment is None else environment
    stored = read_profile(profile or environment.get("HEADGATE_PROFILE"), environment)
    if profile is None:
        url = url or _first(environment, URL_NAMES)
        token = token or _first(environment, TOKEN_NAMES)
    url = _checked(url or stored.get("url"))
    if token is None and (stored.get("url") or "").rstrip("/") == url:
        token = stored.get("token")
    if not token:
        raise ConfigurationError(
            f"There is no token. Pass token=, set {' or '.join(TOKEN_NAMES[:2])}, or add one to {profile_path(environment)}."
        )
    if any(not "\x21" <= c <= "\x7e" for c in token):
        raise ConfigurationError("The token holds a character that no token has (a space or a line end?).")
    return Settings(url, token, organization or environment.get("EDGE_API_ORG"))


def profile_path(environment: Mapping[str, str]) -> Path:
    """`{"default": name, "profiles": {name: {"url", "token"}}}`, at HEADGATE_PROFILES or in the user's configuration."""
    if named := environment.get("HEADGATE_PROFILES"):
        return Path(named)
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "headgate" / "profiles.json"


def read_profile(name: str | None, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """The named profile or the default one; empty where there is none and none was named."""
    path = profile_path(environment)
    try:
        content = json.loads(path.read_text("utf-8"))
        profiles = content["profiles"]
        chosen = name or content.get("default") or "default"
        if name is None and chosen not in profiles:
            return {}
        found: Mapping[str, Any] = profiles[chosen]
        return found
    except FileNotFoundError:
        if name is None:
            return {}
        raise ConfigurationError(f"There is no profile {name!r}: {path} is not there.") from None
    except (ValueError, TypeError, AttributeError, KeyError):
        raise ConfigurationError(f"{path} is no file of profiles, or has no profile {name!r}.") from None


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)


def _checked(url: str | None) -> str:
    if not url:
        raise ConfigurationError(f"There is no address. Pass url= or set {' or '.join(URL_NAMES)}.")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ConfigurationError("The address must be like https://headgate.example.org, without a user or a query.")
    return url.rstrip("/")
