"""Collections that are asked by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .errors import NoSuchKey, NotFound
from .show import near

T = TypeVar("T")


class Named:
    """`things["name"]`, with names to complete, and near ones where there is none."""

    get: Callable[..., Any]

    def _names(self) -> Iterable[str]:
        raise NotImplementedError

    def _found(self, name: str, find: Callable[[], T]) -> T:
        """What `find` gives; its NotFound tells near names."""
        try:
            return find()
        except NotFound as missing:
            if suggestion := near(name, self._names()):
                missing.detail += suggestion
                missing.args = (f"{missing.args[0]}{suggestion}",)
            raise

    def __getitem__(self, name: str) -> Any:
        try:
            return self.get(name)
        except NotFound as missing:
            raise NoSuchKey(missing.detail) from None

    def _ipython_key_completions_(self) -> Any:
        return [*self._names()]
