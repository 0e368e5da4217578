"""Requests over urllib: the token, retries, pages and problems."""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from .errors import ApiError, ConnectionFailed, error_of
from .operations import OPERATIONS, Operation
from .settings import Settings

RETRIED = frozenset({429, 500, 502, 503, 504})
LONGEST_WAIT_SECONDS = 30.0

Values = Mapping[str, object]


class Transport:
    """Performs the operations of the API by name. `retries` counts the tries after the first."""

    def __init__(self, settings: Settings, timeout: float = 60.0, retries: int = 5) -> None:
        self.settings = settings
        self.timeout = timeout
        self.retries = retries

    def __repr__(self) -> str:
        return f"Transport({self.settings.url!r})"

    def call(self, name: str, path: Values | None = None, query: Values | None = None, **more: Any) -> Any:
        """The decoded JSON of the reply; None where it has no body."""
        with self.open(name, path, query, **more) as reply:
            text = read_all(reply)
        return json.loads(text) if text else None

    def tagged(self, name: str, path: Values) -> tuple[Any, str]:
        """A record and the ETag of what was read."""
        with self.open(name, path) as reply:
            return json.loads(read_all(reply)), reply.headers.get("etag") or "*"

    def pages(self, name: str, path: Values | None = None, query: Values | None = None) -> Iterator[Any]:
        """Every item of every page, lazily."""
        cursor: str | None = None
        while True:
            page = self.call(name, path, {**(query or {}), "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def open(
        self,
        name: str,
        path: Values | None = None,
        query: Values | None = None,
        body: object = None,
        content: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        repeatable: bool = False,
    ) -> http.client.HTTPResponse:
        """The reply as a stream. `body` goes as JSON, `content` as bytes or a file that can seek. Raises an ApiError.

        What is `repeatable` does twice what it does once, and is tried again.
        """
        operation = OPERATIONS[name]
        sent = {"user-agent": "headgate-python", **(headers or {})}
        begin = content.tell() if hasattr(content, "seek") else None
        if operation.idempotent_by_key:
            sent["idempotency-key"] = str(uuid.uuid4())
        if body is not None:
            content = json.dumps(body, default=str, ensure_ascii=False).encode()
            sent["content-type"] = "application/json"
        safe = operation.method in ("GET", "HEAD") or operation.idempotent_by_key or operation.repeatable or repeatable
        url = self.settings.url + _target(operation, path or {}, query or {})
        for attempt in range(self.retries + 1):
            if begin is not None:
                content.seek(begin)
            request = urllib.request.Request(url, data=content, headers=sent, method=operation.method)
            if self.settings.token is not None:
                # A redirect to elsewhere does not take the token along.
                request.add_unredirected_header("authorization", f"Bearer {self.settings.token}")
            last = attempt == self.retries or not safe
            try:
                reply: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout or self.timeout)
                return reply
            except urllib.error.HTTPError as answered:
                error = _problem(answered)
                wait = _retry_after(answered.headers.get("retry-after"))
                if last or answered.code not in RETRIED or error.retry == "never":
                    raise error from None
            except (OSError, http.client.HTTPException) as cause:
                wait = None
                if last:
                    reason = getattr(cause, "reason", cause)
                    raise ConnectionFailed(f"{self.settings.url} did not answer: {reason}") from cause
            time.sleep(wait if wait is not None else random.uniform(0.5, 1) * min(8.0, 0.4 * 2**attempt))
        raise AssertionError("unreachable")


def read_all(reply: http.client.HTTPResponse) -> bytes:
    """The whole body; a broken one is an error, never a short answer."""
    try:
        return reply.read()
    except (OSError, http.client.HTTPException) as cause:
        raise ConnectionFailed("Headgate broke off its answer.") from cause


def _target(operation: Operation, path: Values, query: Values) -> str:
    unknown = (set(query) - set(operation.query)) | (set(path) ^ set(operation.path_names))
    if unknown:
        raise TypeError(f"{operation.path} does not go with {', '.join(sorted(unknown))}")
    target = operation.path
    for name, value in path.items():
        target = target.replace("{" + name + "}", quote(str(value), safe=""))
    given = {name: _text(value) for name, value in query.items() if value is not None}
    return f"{target}?{urlencode(given)}" if given else target


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(answered: urllib.error.HTTPError) -> ApiError:
    with answered:
        try:
            problem = json.loads(answered.read(1_000_000))
        except (ValueError, OSError, http.client.HTTPException):
            problem = None
    told = problem if isinstance(problem, dict) else {}
    if (status := answered.headers.get("headgate-source-status", "")).isdigit():
        told["sourceStatus"] = int(status)
    return error_of(answered.code, told)


def _retry_after(text: str | None) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = email.utils.parsedate_to_datetime(text) if "," in text else None
        if moment is None:
            return None
        seconds = moment.timestamp() - time.time()
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)
