"""Retries and errors, against a server that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import headgate.transport
from headgate import ApiError, ConnectionFailed, Headgate
from headgate.errors import Busy, SourceRefused, Unauthenticated


class Told(ThreadingHTTPServer):
    answers: list[tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, str, dict[str, str]]]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Told = self.server  # type: ignore[assignment]
        server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        status, headers, body = server.answers.pop(0)
        self.send_response(status)
        for name, value in ({"content-length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def told() -> Iterator[Told]:
    server = Told(("127.0.0.1", 0), Handler)
    server.answers, server.asked = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(headgate.transport.time, "sleep", waits.append)
    return waits


def client(server: Told, retries: int = 5) -> Headgate:
    return Headgate(f"http://127.0.0.1:{server.server_port}", "secret-token", retries=retries)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_P23_reading_is_tried_again(told: Told, slept: list[float], status: int) -> None:
    told.answers = [(status, {"retry-after": "3"}, b""), (200, {}, b'{"id":"me"}')]
    assert client(told).whoami() == {"id": "me"}
    assert slept == [3.0]


def test_P23_it_gives_up_after_six_tries(told: Told, slept: list[float]) -> None:
    problem = json.dumps({"code": "busy", "title": "Too much at once", "hint": "Wait.", "requestId": "r1"}).encode()
    told.answers = [(503, {}, problem)] * 6
    with pytest.raises(Busy, match=r"Hint: Wait\.\n\(busy, request r1\)"):
        client(told).whoami()
    assert len(told.asked) == 6


def test_P23_others_are_not_tried_again(told: Told, slept: list[float]) -> None:
    told.answers = [(401, {}, json.dumps({"code": "unauthenticated"}).encode())]
    with pytest.raises(Unauthenticated):
        client(told).whoami()
    told.answers = [(502, {}, json.dumps({"code": "source-refused", "retry": "never"}).encode())]
    with pytest.raises(SourceRefused):
        client(told).whoami()
    assert len(told.asked) == 2 and slept == []


def test_a_change_is_never_sent_twice_but_a_create_with_its_key_is(told: Told, slept: list[float]) -> None:
    told.answers = [(503, {}, b"")]
    with pytest.raises(ApiError):
        client(told)._transport.call("cancelSnapshot", {"id": "x"}, body={})
    told.answers = [(503, {}, b""), (201, {}, b"{}")]
    client(told)._transport.call("createDatasource", body={"name": "x", "connector": "y", "selection": {}})
    keys = [headers["idempotency-key"] for _, path, headers in told.asked if path == "/v1/datasources"]
    assert len(keys) == 2 and keys[0] == keys[1]


def test_a_redirect_elsewhere_does_not_take_the_token_along(told: Told) -> None:
    told.answers = [(302, {"location": f"http://localhost:{told.server_port}/other"}, b""), (200, {}, b"{}")]
    client(told).whoami()
    assert "authorization" in told.asked[0][2] and "authorization" not in told.asked[1][2]


def test_an_error_page_of_another_server_is_an_error_all_the_same(told: Told, slept: list[float]) -> None:
    told.answers = [(404, {}, b"<html>")]
    with pytest.raises(ApiError, match="HTTP 404") as raised:
        client(told).whoami()
    assert "secret-token" not in str(raised.value) + repr(raised.value)


@pytest.mark.parametrize("body", [b'{"columns":[],"rows":[\n[1],', b'{"columns":[],"rows":[[1', b'{"colu'])
def test_rows_that_break_off_are_an_error(told: Told, body: bytes) -> None:
    described = (200, {}, b"{}")
    told.answers = [described, (200, {}, body), (200, {"content-length": "999"}, b"")]
    table = headgate.tables.Tables(client(told)._transport, "s")["t"]
    with pytest.raises(ConnectionFailed):
        table.to_dicts()


def test_nobody_there_is_told_with_the_address(slept: list[float]) -> None:
    with pytest.raises(ConnectionFailed, match="http://127.0.0.1:9"):
        Headgate("http://127.0.0.1:9", "secret-token").whoami()
    assert len(slept) == 5


def test_parts_of_a_path_are_encoded_once(told: Told) -> None:
    told.answers = [(200, {}, b"{}")]
    client(told)._transport.call("describeTable", {"source": "a/b", "table": "public.ä %"})
    assert told.asked[0][1] == "/v1/sources/a%2Fb/tables/public.%C3%A4%20%25"
