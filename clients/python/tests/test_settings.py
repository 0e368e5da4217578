import json
from pathlib import Path

import pytest

from headgate import ConfigurationError, Headgate
from headgate.settings import find_settings


def test_E01_environment_is_read() -> None:
    found = find_settings(environment={"HEADGATE_URL": "https://h.example/", "HEADGATE_TOKEN": "secret-token"})
    assert (found.url, found.token) == ("https://h.example", "secret-token")


def test_E01_names_of_edge_are_read() -> None:
    names = {"EDGE_API_SERVICE_URL": "https://e.example", "EDGE_API_TOKEN": "secret-token", "EDGE_API_ORG": "default"}
    found = find_settings(environment=names)
    assert (found.url, found.token, found.organization) == ("https://e.example", "secret-token", "default")


@pytest.mark.parametrize("given", [{}, {"HEADGATE_URL": "https://h.example"}, {"HEADGATE_TOKEN": "secret-token"}])
def test_E01_what_is_missing_is_told_before_any_request(given: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Pass (url|token)=") as told:
        find_settings(environment={**given, "XDG_CONFIG_HOME": str(tmp_path), "HEADGATE_DATA": str(tmp_path)})
    assert "secret-token" not in str(told.value)


def test_profile_gives_its_token_to_its_own_address_only(tmp_path: Path) -> None:
    file = tmp_path / "profiles.json"
    lab = {"url": "https://lab.example", "token": "secret-token"}
    file.write_text(json.dumps({"default": "lab", "profiles": {"lab": lab}}))
    names = {"HEADGATE_PROFILES": str(file)}
    assert find_settings(environment=names).url == "https://lab.example"
    with pytest.raises(ConfigurationError, match="no token"):
        find_settings("https://other.example", environment=names)
    with pytest.raises(ConfigurationError, match="no profile 'none'"):
        find_settings(profile="none", environment=names)


def test_headgate_that_runs_in_this_folder_is_found(tmp_path: Path) -> None:
    names = {"HEADGATE_DATA": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    (tmp_path / "token").write_text("local-token\n")
    with pytest.raises(ConfigurationError, match="Pass url="):
        find_settings(environment=names)
    (tmp_path / "address").write_text("http://127.0.0.1:8000\n")
    found = find_settings(environment=names)
    assert (found.url, found.token) == ("http://127.0.0.1:8000", "local-token")
    with pytest.raises(ConfigurationError, match="no token"):
        find_settings("http://127.0.0.1:8001", environment=names)


def test_token_is_in_no_repr() -> None:
    client = Headgate("https://h.example", "secret-token")
    for thing in (client, client._transport, client._transport.settings, client.sources, client.datasets):
        assert "secret-token" not in repr(thing)


@pytest.mark.parametrize("bad", ["secret token", "secret-token\n"])
def test_malformed_token_is_refused_without_being_told(bad: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        Headgate("https://h.example", bad)
    assert "secret" not in str(told.value)
