"""Pipelines: scopes of objects that go when the pipeline is archived."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from .errors import PipelineRequired
from .show import html_facts, html_table
from .transport import Transport

if TYPE_CHECKING:
    from .objects import Scope

PIPELINE_NAMES = ("HEADGATE_PIPELINE", "CONDUCTO_PIPELINE_ID")
_entered: ContextVar[str | None] = ContextVar("headgate_pipeline", default=None)


def current_pipeline() -> str:
    """The id of the pipeline whose `with` is entered, else HEADGATE_PIPELINE. Raises PipelineRequired."""
    found = _entered.get() or next((os.environ[name] for name in PIPELINE_NAMES if os.environ.get(name)), None)
    if found is not None:
        return found
    problem = {
        "code": "pipeline-required",
        "title": "A pipeline is required",
        "detail": "Pipeline data needs a current pipeline, and there is none.",
        "hint": f"Enter one: `with hg.pipelines.create(): …`, or set {PIPELINE_NAMES[0]}.",
    }
    raise PipelineRequired(400, problem)


class Pipeline:
    """`id`, `title`, `state`, `created`, `expires`. In its `with` it is the current one; leaving archives nothing."""

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._record = dict(record)
        self._before: list[Token[str | None]] = []
        self.id: str = record["id"]
        self.title: str = record["title"]
        self.state: str = record["state"]
        self.created: str = record["created"]
        self.expires: str | None = record["expires"]

    @property
    def objects(self) -> Scope:
        """Its objects."""
        from .objects import Scope

        return Scope(self._transport, f"pipelines/{self.id}")

    def archive(self) -> None:
        """Takes nothing new from now on, and removes its objects; again goes on with what broke off."""
        self._transport.call("archivePipeline", {"id": self.id})

    def __enter__(self) -> Pipeline:
        self._before.append(_entered.set(self.id))
        return self

    def __exit__(self, *_: object) -> None:
        _entered.reset(self._before.pop())

    def __repr__(self) -> str:
        return f"<Pipeline {self.id!r} ({self.state}): {self.title}>"

    def _repr_html_(self) -> str:
        return html_facts(self.title, [(name, self._record[name]) for name in ("id", "state", "created", "expires")])


class Pipelines:
    """`list`, `get`, `create`, `current`, `archive`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, id: str) -> Pipeline:
        """By its id. Raises NotFound."""
        return Pipeline(self._transport, self._transport.call("getPipeline", {"id": id}))

    def create(self, title: str = "Pipeline", days: int | None = None) -> Pipeline:
        """A new one, empty; after `days` it is archived by itself."""
        body = {"title": title, **({} if days is None else {"days": days})}
        return Pipeline(self._transport, self._transport.call("createPipeline", body=body))

    def current(self) -> Pipeline:
        """The one that is current. Raises PipelineRequired where none is."""
        return self.get(current_pipeline())

    def archive(self, id: str) -> None:
        """Archives one."""
        self._transport.call("archivePipeline", {"id": id})

    def __repr__(self) -> str:
        return f"<Pipelines of {self._transport.settings.url}>"

    def _repr_html_(self) -> str:
        rows = [(each.id, each.title, each.state, each.created, each.expires) for each in self.list()]
        return html_table(("id", "title", "state", "created", "expires"), rows, "Pipelines")

    def list(self) -> list[Pipeline]:
        """Yours, of all pages."""
        return [Pipeline(self._transport, each) for each in self._transport.pages("listPipelines")]
