"""What can go wrong, as a tree: one class a fault code of the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class HeadgateError(Exception):
    """Anything this package raises about Headgate."""


class ConfigurationError(HeadgateError):
    """The address or the token is missing or malformed; nothing was sent."""


class MissingExtra(HeadgateError, ImportError):
    """A library that this call needs is not installed; the message holds the `pip install` line."""


class ConnectionFailed(HeadgateError):
    """Headgate itself did not answer, or broke off its answer."""


class ApiError(HeadgateError):
    """Headgate answered with a problem. `retry` is `never`, `later` or `unknown`.

    `source_status` is what an HTTP API behind a source answered, where that was the failure.
    """

    code: str = "unknown"

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code") or self.code)
        self.title = str(problem.get("title") or f"HTTP {status}")
        self.detail = str(problem.get("detail") or "")
        self.hint: str | None = problem.get("hint")
        self.retry = str(problem.get("retry") or "unknown")
        self.request_id: str | None = problem.get("requestId")
        self.type: str | None = problem.get("type")
        self.source_status: int | None = problem.get("sourceStatus")
        self.errors: Sequence[Mapping[str, str]] = tuple(problem.get("errors") or ())
        super().__init__(self._message())

    def _message(self) -> str:
        detail = f": {self.detail}" if self.detail and self.detail != f"{self.title}." else ""
        lines = [f"{self.title}{detail}"]
        lines += [f"  {place.get('pointer', '')}: {place.get('detail', '')}" for place in self.errors]
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        lines.append(f"({self.code}, request {self.request_id})" if self.request_id else f"({self.code})")
        return "\n".join(lines)


class CallerError(ApiError):
    """The caller can mend it."""


class SourceError(ApiError):
    """The owner of the source can mend it."""


class ServerError(ApiError):
    """Headgate's own fault."""


class InvalidRequest(CallerError, ValueError):
    """400: `errors` names the places."""


class Unauthenticated(CallerError):
    """401: no token, or one that is not known."""


class Forbidden(CallerError, PermissionError):
    """403: the caller's role or scopes do not allow it."""

    __str__ = Exception.__str__


class NotFound(CallerError, LookupError):
    """404: no such thing, or another user's."""


class MethodNotAllowed(CallerError):
    """405."""


class NotAcceptable(CallerError):
    """406: none of the accepted formats is offered."""


class Conflict(CallerError):
    """409: a name is taken, or the thing is in use."""


class PreconditionFailed(CallerError):
    """412: it has changed since it was read."""


class TooLarge(CallerError):
    """413."""


class UnsupportedMediaType(CallerError):
    """415."""


class RangeNotSatisfiable(CallerError):
    """416: the bytes asked for lie outside the object."""


class NotOffered(CallerError):
    """422: this source cannot do that."""


class AddressNotAllowed(CallerError):
    """422: that address may not be dialled."""


class ValueNotRepresentable(CallerError):
    """422: a value cannot be carried exactly."""


class PreconditionRequired(CallerError):
    """428: the request must say which version it changes."""


class Cancelled(CallerError):
    """499."""


class PipelineRequired(CallerError):
    """400: pipeline data was asked for without a current pipeline."""


class AuthorizationPending(CallerError):
    """400: the device login is not approved yet."""


class SlowDown(CallerError):
    """400: the device login is asked for too often."""


class LoginDenied(CallerError):
    """400: the device login was refused."""


class LoginExpired(CallerError):
    """400: the device login is over."""


class ColumnsChanged(SourceError):
    """409: the columns are not those of the version before, and the datasource does not let them change."""


class SourceChanged(SourceError):
    """409: the source changed while it was read."""


class SourceRefused(SourceError):
    """502: the source refused, mostly a credential."""


class SourceUnreachable(SourceError):
    """502: the source did not answer."""


class SourceFailed(SourceError):
    """502."""


class SourceTimeout(SourceError, TimeoutError):
    """504: the source took too long."""

    __str__ = Exception.__str__


class Busy(ServerError):
    """503: too much at once; it is tried again by itself where that is safe."""


class Internal(ServerError):
    """500."""


BY_CODE: Mapping[str, type[ApiError]] = {
    "invalid-request": InvalidRequest,
    "unauthenticated": Unauthenticated,
    "forbidden": Forbidden,
    "not-found": NotFound,
    "method-not-allowed": MethodNotAllowed,
    "not-acceptable": NotAcceptable,
    "conflict": Conflict,
    "precondition-failed": PreconditionFailed,
    "too-large": TooLarge,
    "unsupported-media-type": UnsupportedMediaType,
    "range-not-satisfiable": RangeNotSatisfiable,
    "not-offered": NotOffered,
    "address-not-allowed": AddressNotAllowed,
    "value-not-representable": ValueNotRepresentable,
    "precondition-required": PreconditionRequired,
    "cancelled": Cancelled,
    "pipeline-required": PipelineRequired,
    "authorization-pending": AuthorizationPending,
    "slow-down": SlowDown,
    "login-denied": LoginDenied,
    "login-expired": LoginExpired,
    "columns-changed": ColumnsChanged,
    "source-changed": SourceChanged,
    "source-refused": SourceRefused,
    "source-unreachable": SourceUnreachable,
    "source-failed": SourceFailed,
    "source-timeout": SourceTimeout,
    "busy": Busy,
    "internal": Internal,
}


_BY_STATUS = {400: "invalid-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 503: "busy"}


class NoSuchKey(KeyError):
    """A mapping has no such name; the text is shown as it is, not as its repr."""

    __str__ = Exception.__str__


class SnapshotFailed(HeadgateError):
    """A snapshot that was waited for ended as failed or cancelled; `snapshot` has the rest."""

    def __init__(self, message: str, snapshot: Any) -> None:
        super().__init__(message)
        self.snapshot = snapshot


class ExportFailed(HeadgateError):
    """An export that was waited for ended as failed or cancelled, with its logs; `export` has the rest."""

    def __init__(self, message: str, export: Any) -> None:
        super().__init__(message)
        self.export = export


def error_of(status: int, problem: Mapping[str, Any]) -> ApiError:
    """The error of a problem document: by its code, else (a reply to HEAD has no body) by its status."""
    known = BY_CODE.get(str(problem.get("code")))
    if known is None and (code := _BY_STATUS.get(status)) is not None and not problem:
        known, problem = BY_CODE[code], {"code": code}
    if known is None:
        known = CallerError if status < 500 else ServerError
    return known(status, problem)
