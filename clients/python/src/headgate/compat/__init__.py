"""The shapes that notebooks of other systems expect: `from headgate.compat import co, edge, project`.

Each is made, from the environment, when it is first imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .conducto import Co
    from .edge_session import EdgeSession
    from .prevision import Project

    co: Co
    edge: EdgeSession
    project: Project

__all__ = ["co", "edge", "project"]


def __getattr__(name: str) -> Any:
    made: Any
    if name == "edge":
        from .edge_session import EdgeSession

        made = EdgeSession()
    elif name == "project":
        from ..client import Headgate
        from .prevision import Project

        made = Project(Headgate())
    elif name == "co":
        from ..client import Headgate
        from .conducto import Co

        made = Co(Headgate())
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = made
    return made
