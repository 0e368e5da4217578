"""Connectors of every kind: add, update, test, remove (E04, E06, E10, P01, P02)."""

from __future__ import annotations

import pytest

from headgate import ConfigurationError, Headgate, InvalidRequest, NewConnector, connectors

SECRET = "pass-word-itself"
WHAT = "PRIVATE" + " KEY"
KEY = f"-----BEGIN {WHAT}-----\n{SECRET}\n-----END {WHAT}-----"
HOST_KEY = "SHA256:uNiVztksCsDhcc0u9e8BrhJ5Kh0ZcyGxTSzDRYGZ1pk"
ROLE = "arn:aws:iam::123456789012:role/reader"
BASIC = {"username": "u", "password": SECRET}

EVERY_KIND = [
    connectors.sql("x", "db.example.org", "lab", "u", SECRET),
    connectors.sql("x", "db.example.org", None, "u", SECRET, 3306, tls="require"),
    connectors.s3("x", "bucket-a", "AKIA", SECRET, region="eu-central-1", prefix="in/"),
    connectors.s3("x", "bucket-a", role_arn=ROLE),
    connectors.file_server("x", "ftp", "ftp.example.org", "u", SECRET, tls="explicit"),
    connectors.file_server("x", "sftp", "sftp.example.org", "u", private_key=KEY, passphrase="p", hostKey=HOST_KEY),
    connectors.http("x", "https://example.org/data/", {"type": "basic"}, BASIC),
    connectors.openapi("x", "https://example.org/o.json", {"type": "bearer"}, {"token": SECRET}),
    connectors.custom("x", "weather-stations", "rows", credential=SECRET, concurrency=2),
]


@pytest.mark.parametrize("new", EVERY_KIND, ids=lambda each: each.kind)
def test_E04_E07_P02_every_kind_is_added_changed_and_removed(hg: Headgate, name: str, new: NewConnector) -> None:
    config = {**new.config, **({"origin": "https://example.org"} if new.kind == "openapi" else {})}
    made = hg.sources.add(NewConnector(name, new.kind, config, new.credential, "One"))
    try:
        assert (made.kind, made.title) == (new.kind, "One")
        record = next(each for each in hg.sources.records() if each["name"] == name)
        assert new.config.items() <= record["config"].items()
        told = repr(new) + str(new.to_dict()) + str(record) + str(made.to_dict()) + made._repr_html_()
        assert SECRET not in told
        assert hg.sources.update(made, title="Two").uid == made.uid and hg.sources.get(name).title == "Two"
    finally:
        hg.sources.remove(made)


def test_a_pasted_url_is_taken_apart_and_never_shown(hg: Headgate, name: str) -> None:
    new = connectors.from_url(name, f"postgresql://reader:{SECRET}@db.example.org:5433/lab?sslmode=require")
    assert SECRET not in repr(new) + str(new.to_dict())
    made = hg.sources.add(new)
    record = next(each for each in hg.sources.records() if each["name"] == name)
    expected = {"host": "db.example.org", "port": 5433, "database": "lab", "user": "reader", "tls": "require"}
    assert made.kind == "postgres" and expected.items() <= record["config"].items() and SECRET not in str(record)
    assert hg.sources.try_out(connectors.from_url("x", f"postgresql://u:{SECRET}@127.0.0.1:1/d"), 2) == "NO_CONNECTION"
    hg.sources.remove(name)


def test_there_is_a_function_for_every_kind(hg: Headgate) -> None:
    assert {each["kind"] for each in hg.kinds()} == {each.kind for each in EVERY_KIND}


def test_E10_what_is_no_kind_or_no_field_is_refused(hg: Headgate, name: str) -> None:
    with pytest.raises(ConfigurationError, match="kind='postgres'"):
        connectors.sql(name, "h", "d", "u", "p", 1234)
    with pytest.raises(ConfigurationError, match="'ftp' or 'sftp'"):
        connectors.file_server(name, "gopher", "h", "u")
    with pytest.raises(InvalidRequest):
        hg.sources.add(NewConnector(name, "oracle", {}))
    with pytest.raises(InvalidRequest) as told:
        hg.sources.add(NewConnector(name, "postgres", {"host": "h", "passwrod": SECRET}, {"password": SECRET}))
    assert "passwrod" in str(told.value) and SECRET not in str(told.value)


def test_E06_P07_of_a_real_ftp_server(hg: Headgate, name: str, ftp_port: int) -> None:
    new = connectors.file_server(name, "ftp", "127.0.0.1", "anonymous", "x@y", ftp_port, tls="none")
    assert hg.sources.try_out(new) == "VALID_CONNECTION"
    made = hg.sources.add(new)
    assert made.test() and made.list_keys() == ["results/one.csv", "two.txt"]
    assert made.root.list() == ["results", "two.txt"] and made.root.open("two.txt").read() == b"two"
    assert made.open("results/one.csv")["n"].tolist() == [1]
