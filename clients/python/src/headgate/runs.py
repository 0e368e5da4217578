"""What goes on by itself until it ends: refreshed, cancelled, waited for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .progress import Progress
from .transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Self

ENDED = frozenset({"done", "failed", "cancelled", "skipped"})


class Run:
    """A record with an `id` and a `state`; what is asked of a run of its kind is what the methods with `_` give."""

    def __init__(self, transport: Transport, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._take(record)

    def _take(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)
        self.id: str = record["id"]
        self.state: str = record["state"]

    def _read(self) -> Mapping[str, Any]:
        """The record as it is now."""
        raise NotImplementedError

    def _cancel(self) -> Mapping[str, Any]:
        """Asks it to stop, and gives the record."""
        raise NotImplementedError

    def _progress(self) -> tuple[int, str]:
        """Rows so far, and what it is at."""
        raise NotImplementedError

    def _failure(self) -> Exception | None:
        """What `wait` raises for how it ended; None for a good end."""
        raise NotImplementedError

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    def refresh(self) -> Self:
        """Reads its state anew."""
        self._take(self._read())
        return self

    def cancel(self) -> Self:
        """Asks all of it to stop; `wait` tells when it has."""
        self._take(self._cancel())
        return self

    def wait(self, timeout: float | None = 14_400, progress: bool | None = None, poll: float = 0.25) -> Self:
        """Waits for its end; raises SnapshotFailed or ExportFailed with the reason, or TimeoutError after `timeout` seconds.

        Progress is drawn with tqdm where that is installed, else in dots; by default on a terminal or in a notebook.
        """
        bar = Progress("rows", wanted=progress)
        shown = 0
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while True:
                is_over = self.refresh().ended
                rows, phase = self._progress()
                bar.add(rows - shown, phase)
                shown = rows
                if is_over:
                    break
                if deadline is not None and time.monotonic() >= deadline:
                    what = f"{type(self).__name__} {self.id}"
                    raise TimeoutError(f"{what} is still {self.state} after {timeout} s; it goes on.")
                time.sleep(poll)
                poll = min(poll * 1.3, 5.0)
        finally:
            bar.close()
        if failure := self._failure():
            raise failure
        return self

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)
