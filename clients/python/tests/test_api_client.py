"""E20-E22: an HTTP API as Python, of the demo's petstore."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from headgate import Headgate, NotFound, SourceError, connectors
from headgate.api_client import ApiClient, identifier
from headgate.sources import Source


@pytest.fixture
def conn(hg: Headgate) -> Source:
    return hg.sources.get("petstore")


@pytest.fixture
def client(conn: Source) -> ApiClient:
    return conn.generate_new_client()


def test_E20_the_snippet(conn: Source) -> None:
    client = conn.generate_new_client()
    pets = client.pet.findPetsByStatus()
    assert pets and all(pet["status"] == "available" for pet in pets)
    frame = pets.to_dataframe()
    assert list(frame["id"]) == [pet["id"] for pet in pets] and "<table" in pets._repr_html_()


def test_E20_an_attribute_a_tag_and_a_method_an_operation(client: ApiClient) -> None:
    assert dir(client) == ["pet", "store", "user"] == client._ipython_key_completions_()
    assert {"findPetsByStatus", "getPetById", "addPet"} <= set(dir(client.pet))
    assert client["pet"]["getPetById"].path == "/pet/{petId}"
    assert "findPetsByStatus" in client._repr_html_() and "GET /pet/findByStatus" in repr(client.pet.findPetsByStatus)
    with pytest.raises(AttributeError, match="Did you mean 'findPetsByStatus'"):
        client.pet.findPetByStatus
    with pytest.raises(AttributeError, match="Did you mean 'pet'"):
        client.pets


def test_E20_signatures_and_docstrings_are_of_the_document(client: ApiClient) -> None:
    signature = inspect.signature(client.pet.getPetById)
    assert str(signature) == "(petId: int) -> dict"
    assert inspect.signature(client.pet.findPetsByStatus).parameters["status"].default == ["available"]
    assert "body" in inspect.signature(client.pet.addPet).parameters
    doc = inspect.getdoc(client.pet.findPetsByStatus)
    assert doc is not None and doc.startswith("Finds Pets by status") and "GET /pet/findByStatus" in doc
    assert "status (array, query)" in doc


def test_E21_arguments_by_name_in_order_and_a_body(client: ApiClient) -> None:
    first = client.pet.findPetsByStatus(status=["sold"])[0]
    assert first["status"] == "sold" and client.pet.getPetById(first["id"]) == client.pet.getPetById(petId=first["id"])
    added = client.pet.addPet(body={"name": "Rex", "photoUrls": []})
    assert client.pet.getPetById(added["id"])["name"] == "Rex"


def test_E21_what_is_missing_or_unknown_is_told_before_any_request(client: ApiClient, hg: Headgate) -> None:
    method = client.pet.getPetById
    inspect.signature(method)
    method._transport = None  # type: ignore[assignment]
    with pytest.raises(TypeError, match="petId"):
        method()
    with pytest.raises(TypeError, match="nonsense"):
        method(petId=1, nonsense=2)


def test_E21_what_is_no_success_raises_with_the_status(client: ApiClient) -> None:
    with pytest.raises(SourceError, match="answered 404") as raised:
        client.pet.getPetById(petId=99_999_999)
    assert (raised.value.source_status, raised.value.status) == (404, 502)


def test_a_source_without_operations_says_so(hg: Headgate) -> None:
    with pytest.raises(Exception, match="not-offered"):
        hg.sources.get("data-warehouse-sql").generate_new_client()


@pytest.fixture
def changing() -> Iterator[dict[str, Any]]:
    """An API whose document is what a test makes of it, and that answers with what it was asked."""
    state: dict[str, Any] = {"paths": {}}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/openapi.json":
                found: Any = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": state["paths"]}
            elif self.path == "/bytes":
                return self.answer(b"\x00\xff", "application/octet-stream")
            else:
                found = {"path": self.path, "key": self.headers["x-key"]}
            self.answer(json.dumps(found).encode(), "application/json")

        def answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state["url"] = f"http://127.0.0.1:{server.server_address[1]}/openapi.json"
    yield state
    server.shutdown()
    server.server_close()


def test_E21_E22_a_changed_document_shows_in_a_new_client(hg: Headgate, changing: dict[str, Any], name: str) -> None:
    query = {"name": "page-size", "in": "query", "schema": {"type": "integer", "default": 7}}
    path = {"name": "class", "in": "path", "required": True, "schema": {"type": "string"}}
    changing["paths"] = {
        "/things/{class}": {"get": {"operationId": "get things", "tags": ["my things"], "parameters": [query, path]}}
    }
    auth = {"type": "apiKey", "in": "header", "name": "x-key"}
    new = connectors.openapi(name, changing["url"], auth, {"apiKey": "key-itself"})
    conn = hg.sources.add(new)
    before = conn.generate_new_client()
    assert str(inspect.signature(before.my_things.get_things)) == "(class_: str, page_size: int = 7) -> Any"
    answer = before.my_things.get_things("a/b ü", page_size=2)
    assert answer == {"path": "/things/a%2Fb%20%C3%BC?page-size=2", "key": "[secret]"}
    assert before["my things"]["get things"](**{"class": "x", "page-size": 1})["path"] == "/things/x?page-size=1"
    assert before.my_things.get_things("x")["path"] == "/things/x?page-size=7"
    changing["paths"]["/bytes"] = {"get": {"responses": {"200": {"description": "bytes"}}}}
    after = conn.generate_new_client()
    assert after.default.getBytes() == b"\x00\xff" and dir(before) == ["my_things"]


@pytest.mark.parametrize(("text", "name"), [("a-b c", "a_b_c"), ("class", "class_"), ("2nd", "_2nd"), ("…", "_")])
def test_names_of_python(text: str, name: str) -> None:
    assert identifier(text) == name


def test_a_source_that_is_not_there(conn: Source) -> None:
    with pytest.raises(NotFound):
        ApiClient(conn._transport, "not-there")
