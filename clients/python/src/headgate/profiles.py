"""The file of profiles: addresses and tokens by name, for its owner alone."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import ConfigurationError


def profile_path(environment: Mapping[str, str]) -> Path:
    """`{"default": name, "profiles": {name: {"url", "token"}}}`, at HEADGATE_PROFILES or in the user's configuration."""
    if named := environment.get("HEADGATE_PROFILES"):
        return Path(named)
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "headgate" / "profiles.json"


def read_profile(name: str | None, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """The named profile or the default one; empty where there is none and none was named."""
    content = _content(environment)
    profiles: Mapping[str, Mapping[str, Any]] = content["profiles"]
    found = profiles.get(name or content.get("default") or "default")
    if found is None and name is not None:
        raise ConfigurationError(f"There is no profile {name!r} in {profile_path(environment)}.")
    return found or {}


def keep_profile(name: str | None, url: str, token: str, environment: Mapping[str, str]) -> tuple[str, Path]:
    """Puts one into the file and answers its name and the file's path; the first one becomes the default."""
    content = _content(environment)
    path = profile_path(environment)
    default = content.get("default") or name or "default"
    name = name or default
    profiles = {**content["profiles"], name: {"url": url, "token": token}}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Beside the old one, so that the file is there whole or not at all; mkstemp gives it mode 600.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({**content, "default": default, "profiles": profiles}, file, indent=2)
    os.replace(temporary, path)
    return name, path


def _content(environment: Mapping[str, str]) -> dict[str, Any]:
    path = profile_path(environment)
    try:
        content = json.loads(path.read_text("utf-8"))
        if all(isinstance(each, dict) for each in (content, content["profiles"], *content["profiles"].values())):
            found: dict[str, Any] = content
            return found
    except FileNotFoundError:
        return {"profiles": {}}
    except (ValueError, TypeError, KeyError):
        pass
    raise ConfigurationError(f"{path} is no file of profiles: move it away, and sign in again.")
