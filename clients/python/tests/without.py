"""Runs code as if packages were not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def without(*modules: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for known in list(sys.modules):
            if known.split(".")[0] in modules:
                patch.delitem(sys.modules, known)
        patch.setattr(sys, "meta_path", [_Absent(modules), *sys.meta_path])
        yield


class _Absent:
    def __init__(self, modules: tuple[str, ...]) -> None:
        self.modules = modules

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] in self.modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
