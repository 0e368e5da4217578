"""Libraries that some calls need, imported when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtra

_EXTRA = {"pyarrow": "arrow"}


def need(module: str) -> Any:
    """The module, or MissingExtra with the line that installs it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        top = module.split(".", 1)[0]
        if (missing.name or "").split(".", 1)[0] != top:
            raise
        raise MissingExtra(f"This needs {top}: pip install 'headgate[{_EXTRA.get(top, top)}]'") from None


def has(module: str) -> bool:
    """Whether it can be imported."""
    try:
        import_module(module)
    except ModuleNotFoundError:
        return False
    return True
