"""The shapes that notebooks of other systems expect: `from headgate.compat import edge, project`.

Both are made, from the environment, when they are first imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .edge_session import EdgeSession
    from .prevision import Project

    edge: EdgeSession
    project: Project

__all__ = ["edge", "project"]


def __getattr__(name: str) -> Any:
    made: Any
    if name == "edge":
        from .edge_session import EdgeSession

        made = EdgeSession()
    elif name == "project":
        from ..client import Headgate
        from .prevision import Project

        made = Project(Headgate())
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = made
    return made
