"""Where Headgate is and who asks: arguments, the environment, the profile file, then a Headgate run in this folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .errors import ConfigurationError
from .profiles import profile_path, read_profile

URL_NAMES = ("HEADGATE_URL", "EDGE_API_SERVICE_URL")
TOKEN_NAMES = ("HEADGATE_TOKEN", "EDGE_API_TOKEN", "JUPYTERHUB_API_TOKEN")


@dataclass(frozen=True)
class Settings:
    """An address and a token; None before a login. The token is in no repr."""

    url: str
    token: str | None = field(repr=False)
    organization: str | None = None


def find_settings(
    url: str | None = None,
    token: str | None = None,
    profile: str | None = None,
    organization: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Completes what is given; raises ConfigurationError, before anything is sent, where something is missing.

    A profile's token goes to the profile's own address only, and that of a Headgate run in this folder to it alone.
    """
    environment = os.environ if environment is None else environment
    stored = read_profile(profile or environment.get("HEADGATE_PROFILE"), environment)
    if profile is None:
        url = url or _first(environment, URL_NAMES)
        token = token or _first(environment, TOKEN_NAMES)
    url = _checked(url or stored.get("url") or _local("address", environment))
    if token is None and (stored.get("url") or "").rstrip("/") == url:
        token = stored.get("token")
    if token is None and _local("address", environment) == url:
        token = _local("token", environment)
    if not token:
        raise ConfigurationError(
            f"There is no token. Pass token=, set {' or '.join(TOKEN_NAMES[:2])}, or run headgate.login(),"
            f" which keeps one in {profile_path(environment)}."
        )
    if any(not "\x21" <= c <= "\x7e" for c in token):
        raise ConfigurationError("The token holds a character that no token has (a space or a line end?).")
    return Settings(url, token, organization or environment.get("EDGE_API_ORG"))


def find_url(url: str | None, environment: Mapping[str, str]) -> str:
    """Where to sign in: what is given, the environment's address, the default profile's, or this folder's."""
    named = url or _first(environment, URL_NAMES) or read_profile(None, environment).get("url")
    return _checked(named or _local("address", environment))


def _local(name: str, environment: Mapping[str, str]) -> str | None:
    """What a Headgate that runs in this folder says of itself in its data folder."""
    try:
        return (Path(environment.get("HEADGATE_DATA") or ".headgate") / name).read_text("utf-8").strip() or None
    except OSError:
        return None


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)


def _checked(url: str | None) -> str:
    if not url:
        raise ConfigurationError(f"There is no address. Pass url= or set {' or '.join(URL_NAMES)}.")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ConfigurationError("The address must be like https://headgate.example.org, without a user or a query.")
    return url.rstrip("/")
