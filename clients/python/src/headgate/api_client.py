"""An HTTP API behind a source as Python: an attribute a tag, a method an operation."""

from __future__ import annotations

import base64
import inspect
import keyword
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from .records import Records
from .show import html_table, near
from .transport import Transport

_TYPES: Mapping[str, Any] = {
    "integer": int,
    "number": float,
    "boolean": bool,
    "string": str,
    "array": list,
    "object": dict,
    "null": None,
}
_TEXT = re.compile(r"^text/|[/+](json|xml|yaml|x-yaml|x-ndjson|javascript)\b|x-www-form-urlencoded", re.I)


class ApiMethod:
    """One operation: call it with its arguments by name or in order, and `body` where it takes one.

    Its signature and docstring are of the API's own document, which is asked at the first look. An argument that is
    not given takes the document's default. Gives the parsed JSON, lists with `to_dataframe()`; else text or bytes.
    Raises a SourceError with `source_status` where the API answers with anything but success.
    """

    def __init__(self, transport: Transport, source: str, record: Mapping[str, Any]) -> None:
        self._transport = transport
        self._path = {"source": source, "operationId": record["operationId"]}
        self.__name__ = identifier(record["operationId"])
        self.__qualname__ = f"{identifier(record['tag'])}.{self.__name__}"
        self.summary: str = record["summary"]
        self.method: str = record["method"]
        self.path: str = record["path"]

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """The operation as the API's document has it: parameters, body and reply as JSON Schemas."""
        found: Mapping[str, Any] = self._transport.call("describeSourceOperation", self._path)
        return found

    @cached_property
    def _names(self) -> dict[str, str]:
        """Python's names of the parameters."""
        found: dict[str, str] = {}
        for each in self.description["parameters"]:
            name = identifier(each["name"])
            while name in found or name == "body":
                name += "_"
            found[name] = each["name"]
        return found

    @cached_property
    def __signature__(self) -> inspect.Signature:
        parameters = [_parameter(name, each) for name, each in zip(self._names, self.description["parameters"])]
        if (body := self.description["body"]) is not None:
            default = inspect.Parameter.empty if body["required"] else None
            parameters.append(_named("body", default, body["schema"]))
        parameters.sort(key=lambda each: each.default is not inspect.Parameter.empty)
        return inspect.Signature(parameters, return_annotation=_annotation(self.description["reply"] or {}))

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        found = self.description
        yield found["summary"] or found["operationId"]
        if found["description"] and found["description"] != found["summary"]:
            yield f"\n{found['description']}"
        yield f"\n{found['method']} {found['path']}" + (" (deprecated)" if found["deprecated"] else "")
        if found["parameters"]:
            yield "\nParameters:"
        for name, each in zip(self._names, found["parameters"]):
            schema = each["schema"]
            said = [each["description"], f"one of {', '.join(map(str, schema['enum']))}" if "enum" in schema else ""]
            yield f"    {name} ({_word(schema)}, {each['in']}): {'; '.join(part for part in said if part)}".rstrip(": ")
        if found["body"] is not None:
            yield f"    body ({found['body']['contentType']})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        by_name = {value: key for key, value in self._names.items()}
        given = {by_name.get(name, name): value for name, value in kwargs.items()}
        bound = self.__signature__.bind(*args, **given).arguments
        sent: dict[str, Any] = {}
        if bound.get("body") is not None:
            sent["body"] = bound["body"]
        sent["parameters"] = {self._names[k]: v for k, v in bound.items() if k != "body" and v is not None}
        is_read = self.method in ("GET", "HEAD")
        return _result(self._transport.call("callSourceOperation", self._path, body=sent, repeatable=is_read))

    def __repr__(self) -> str:
        return f"<{self.__qualname__}: {self.method} {self.path}>"


class ApiTag:
    """The operations of one tag: attributes by their operationId, also by `[operationId]`."""

    def __init__(self, tag: str, methods: Mapping[str, ApiMethod]) -> None:
        self._tag = tag
        self._by_id = dict(methods)
        self._methods = {identifier(name): method for name, method in methods.items()}

    def __getattr__(self, name: str) -> ApiMethod:
        if name in self.__dict__.get("_methods", {}):
            return self._methods[name]
        raise AttributeError(f"{self._tag!r} has no operation {name!r}.{near(name, self.__dict__.get('_methods', ()))}")

    def __getitem__(self, operation_id: str) -> ApiMethod:
        return self._by_id[operation_id]

    def __dir__(self) -> list[str]:
        return [*self._methods]

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._by_id]

    def __repr__(self) -> str:
        return f"<{self._tag}: {', '.join(self._methods)}>"

    def _repr_html_(self) -> str:
        rows = [(name, each.method, each.path, each.summary) for name, each in self._methods.items()]
        return html_table(("operation", "method", "path", "summary"), rows, self._tag)


class ApiClient:
    """An HTTP API: attributes by tag, also by `[tag]`. It keeps the document as it was when this was made."""

    def __init__(self, transport: Transport, source: str) -> None:
        self._source = source
        by_tag: dict[str, dict[str, ApiMethod]] = {}
        for record in transport.pages("listSourceOperations", {"source": source}):
            method = ApiMethod(transport, source, record)
            for tag in record["tags"] or [record["tag"]]:
                by_tag.setdefault(tag, {})[record["operationId"]] = method
        self._by_name = {tag: ApiTag(tag, methods) for tag, methods in by_tag.items()}
        self._tags = {identifier(tag): found for tag, found in self._by_name.items()}

    def __getattr__(self, name: str) -> ApiTag:
        if name in self.__dict__.get("_tags", {}):
            return self._tags[name]
        raise AttributeError(f"{self._source!r} has no tag {name!r}.{near(name, self.__dict__.get('_tags', ()))}")

    def __getitem__(self, tag: str) -> ApiTag:
        return self._by_name[tag]

    def __dir__(self) -> list[str]:
        return [*self._tags]

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._by_name]

    def __repr__(self) -> str:
        return f"<ApiClient of {self._source!r}: {', '.join(self._tags)}>"

    def _repr_html_(self) -> str:
        return "".join(each._repr_html_() for each in self._tags.values())


def identifier(text: str) -> str:
    """A text as a name of Python."""
    found = re.sub(r"\W+", "_", text).strip("_") or "_"
    return f"{found}_" if keyword.iskeyword(found) else f"_{found}" if found[0].isdigit() else found


def _parameter(name: str, found: Mapping[str, Any]) -> inspect.Parameter:
    schema = found["schema"]
    items = schema.get("items")
    of_items = [items["default"]] if isinstance(items, dict) and "default" in items else None
    default = inspect.Parameter.empty if found["required"] else schema.get("default", of_items)
    return _named(name, default, schema)


def _named(name: str, default: Any, schema: Mapping[str, Any]) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=default, annotation=_annotation(schema))


def _annotation(schema: Mapping[str, Any]) -> Any:
    referred = str(schema.get("$ref", "")).rpartition("/")[2]
    kind = schema.get("$defs", {}).get(referred, schema).get("type")
    return _TYPES.get(kind, Any) if isinstance(kind, str) else Any


def _word(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    return kind if isinstance(kind, str) else " or ".join(kind) if isinstance(kind, list) else "any"


def _result(reply: Mapping[str, Any]) -> Any:
    body = reply["body"]
    if isinstance(body, list):
        return Records(body)
    kind = next((value for name, value in reply["headers"].items() if name.lower() == "content-type"), "")
    return base64.b64decode(body) if isinstance(body, str) and not _TEXT.search(kind) else body
