"""Progress on stderr: tqdm where that is installed, else dots; none where nobody watches."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from .extras import has, need


class Progress:
    """So many of `unit` done, of `total` where that is known. `wanted` None: on a terminal or in a notebook."""

    def __init__(self, unit: str, total: int | None = None, wanted: bool | None = None) -> None:
        if wanted is None:
            wanted = is_watched()
        self._bar: Any = None
        self._lock = threading.Lock()
        self._dotted = 0.0
        self._dots = wanted and not has("tqdm")
        if wanted and not self._dots:
            scaled = {"unit": "B", "unit_divisor": 1024} if unit == "bytes" else {"unit": f" {unit}"}
            self._bar = need("tqdm.auto").tqdm(total=total, unit_scale=True, **scaled)

    def add(self, count: int, what: str | None = None) -> None:
        """So many more, and what is being done."""
        with self._lock:
            if self._bar is not None:
                if what is not None:
                    self._bar.set_description(what)
                self._bar.update(count)
            elif self._dots and time.monotonic() - self._dotted >= 1:
                self._dotted = time.monotonic()
                print(".", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leaves the line."""
        if self._bar is not None:
            self._bar.close()
        elif self._dotted:
            print(file=sys.stderr)


def is_watched() -> bool:
    """Whether stderr is a terminal, or this is a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules
