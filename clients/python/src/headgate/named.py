"""Things with a name, and collections that are asked by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from .errors import NoSuchKey, NotFound
from .show import near
from .transport import Transport

T = TypeVar("T")


class Titled:
    """A record with a `uid`, a short `name` and a `title`."""

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.uid: str = record["uid"]
        self.name: str = record["name"]
        self.title: str = record["title"]

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)


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
