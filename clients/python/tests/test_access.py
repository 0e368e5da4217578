"""Secrets, tokens, members, the audit trail, search and the device login."""

from __future__ import annotations

import json
import stat
import threading
import urllib.request
from pathlib import Path

import pytest

import headgate
from headgate import Forbidden, Headgate, LoginDenied, NotFound, Unauthenticated
from headgate.compat.conducto import Co, Secret, SecretKey


@pytest.fixture
def editor(hg: Headgate, url: str, name: str) -> Headgate:
    hg.members.put(f"{name}-editor", "editor", name="Ed")
    return Headgate(url, hg.tokens.create("t", member=f"{name}-editor")["token"])


def test_C14_a_users_secrets_are_theirs_and_the_organisations_the_administrators(
    hg: Headgate, editor: Headgate, name: str
) -> None:
    key = name.replace("-", "_").upper()
    hg.secrets.put(key, "the-value-itself")
    hg.secrets.put(key, "the-value-itself", scope="org", mask=False)
    assert [(each["scope"], each["mask"]) for each in hg.secrets.list() if each["key"] == key] == [
        ("user", True),
        ("org", False),
    ]
    assert [each["scope"] for each in editor.secrets.list() if each["key"] == key] == ["org"]
    assert "the-value-itself" not in json.dumps(hg.secrets.list()) + hg.secrets._repr_html_()
    with pytest.raises(Forbidden) as refused:
        editor.secrets.put(key, "other-value", scope="org")
    assert "other-value" not in str(refused.value)
    hg.secrets.delete(key)
    assert [each["scope"] for each in hg.secrets.list() if each["key"] == key] == ["org"]
    hg.secrets.delete(key, scope="org")


def test_C17_C18_put_merges_and_delete_takes_what_is_listed(hg: Headgate, name: str) -> None:
    secrets, base = Co(hg).secrets, name.replace("-", "_").upper()
    secrets.put([Secret(f"{base}_A", "first-value"), Secret(f"{base}_B", "second-value", mask=False)])
    secrets.put([Secret(f"{base}_A", "third-value")])
    mine = {each["key"]: each["mask"] for each in secrets.get() if each["key"].startswith(base)}
    assert mine == {f"{base}_A": True, f"{base}_B": False}
    secrets.delete([SecretKey(f"{base}_A")])
    assert [each["key"] for each in secrets.get() if each["key"].startswith(base)] == [f"{base}_B"]
    assert "first-value" not in repr(Secret("A", "first-value"))


def test_tokens_are_shown_once_and_revoked(hg: Headgate, url: str) -> None:
    made = hg.tokens.create("for a test", scopes=["read"], days=1)
    reader = Headgate(url, made["token"], retries=0)
    assert reader.whoami()["scopes"] == ["read"]
    with pytest.raises(Forbidden):
        reader.pipelines.create()
    assert made["token"] not in json.dumps(hg.tokens.list()) and "for a test" in hg.tokens._repr_html_()
    hg.tokens.revoke(made["id"])
    with pytest.raises(Unauthenticated):
        reader.whoami()


def test_E23_P22_roles_of_members(hg: Headgate, editor: Headgate, name: str) -> None:
    assert {"id": f"{name}-editor", "name": "Ed", "role": "editor"}.items() <= next(
        each for each in hg.members.list() if each["id"] == f"{name}-editor"
    ).items()
    assert (
        "data-warehouse-sql" in editor.sources.list()
        and editor.sources.get("data-warehouse-sql").tables["experiments"].head()
    )
    for change in (
        lambda: editor.sources.remove("data-warehouse-sql"),
        lambda: editor.sources.update(editor.sources.get("data-warehouse-sql"), title="x"),
        lambda: editor.sources.add(headgate.connectors.sql(name, "h", "d", "u", "p")),
        lambda: editor.members.list(),
        lambda: editor.audit(),
    ):
        with pytest.raises(Forbidden):
            change()


def test_the_audit_trail_names_who_did_what(hg: Headgate, name: str) -> None:
    hg.objects.user.puts(name, b"")
    hg.objects.user.delete(name)
    lines = hg.audit(thing=name, limit=2)
    assert [line["operation"].split()[0] for line in lines] == ["DELETE", "PUT"] and lines[0]["caller"] == "admin"
    assert len(hg.audit(limit=1)) == 1 and "<table" in lines._repr_html_() and len(lines.to_dataframe()) == 2


def test_E25_search_is_approximate_and_by_kind(hg: Headgate, name: str) -> None:
    hg.objects.user.puts(f"{name}/results.csv", b"")
    found = hg.search("data-warehose-sql", kind="connector")
    assert (found[0].name, found[0].kind) == ("data-warehouse-sql", "connector") and found[0].uid
    assert [each.uid for each in hg.search(name, kind="folder")][:1] == [f"user/{name}"]
    assert {each.kind for each in hg.search("results.csv", kind="file")} == {"file"}


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for each in ("HEADGATE_URL", "HEADGATE_TOKEN", "HEADGATE_PROFILE", "EDGE_API_TOKEN", "EDGE_API_SERVICE_URL"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("HEADGATE_PROFILES", str(tmp_path / "deep" / "profiles.json"))
    monkeypatch.setattr("time.sleep", lambda _: threading.Event().wait(0.05))
    return tmp_path / "deep" / "profiles.json"


def answering(hg: Headgate, approve: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers the login as a person would who reads what is printed."""

    def answer(code: str) -> None:
        address = f"{hg.url}/v1/auth/device/{code}"
        headers = {"authorization": f"Bearer {hg._transport.settings.token}", "content-type": "application/json"}
        body = json.dumps({"approve": approve}).encode()
        urllib.request.urlopen(urllib.request.Request(address, body, headers)).close()

    show = headgate.login.__globals__["_show"]
    monkeypatch.setitem(headgate.login.__globals__, "_show", lambda link, code: (show(link, code), answer(code)))


def test_E01_login_keeps_a_token_in_the_profile(
    hg: Headgate, url: str, profiles: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(hg, True, monkeypatch)
    client = headgate.login(url)
    said = capsys.readouterr().out
    assert f"Open {url}/" in said and "approve the code" in said
    assert client.whoami()["scopes"] == ["read", "run", "write"]
    assert stat.S_IMODE(profiles.stat().st_mode) == 0o600
    assert client._transport.settings.token not in said + repr(client)
    assert Headgate().whoami()["id"] == "admin"
    headgate.login(profile="other", scopes=["read"])
    assert Headgate(profile="other").whoami()["scopes"] == ["read"]
    assert Headgate().whoami()["scopes"] == ["read", "run", "write"]


def test_E01_a_login_that_is_denied_keeps_nothing(
    hg: Headgate, url: str, profiles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(hg, False, monkeypatch)
    with pytest.raises(LoginDenied):
        headgate.login(url)
    assert not profiles.exists()
    with pytest.raises(headgate.ConfigurationError, match=r"headgate\.login\(\)"):
        Headgate(url)


def test_a_file_that_is_no_file_of_profiles_is_left_alone(
    hg: Headgate, url: str, profiles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles.parent.mkdir()
    profiles.write_text("[]")
    with pytest.raises(headgate.ConfigurationError, match="no file of profiles"):
        Headgate(url)
    assert profiles.read_text() == "[]"


def test_a_secret_that_is_not_there(hg: Headgate) -> None:
    try:
        hg.secrets.delete("NEVER_PUT")
    except NotFound:
        pass
