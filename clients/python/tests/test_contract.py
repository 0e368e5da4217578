"""The client and `docs/openapi.json` agree."""

import re
from pathlib import Path

import pytest
from conftest import DOCUMENT, ROOT, check_request

from headgate.errors import BY_CODE, error_of
from headgate.operations import OPERATIONS

SOURCE = Path(__file__).parents[1] / "src" / "headgate"


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_in_the_document(name: str) -> None:
    used = OPERATIONS[name]
    found = DOCUMENT["paths"].get(used.path, {}).get(used.method.lower())
    assert found is not None, f"{used.method} {used.path} is not in docs/openapi.json"
    assert found["operationId"] == name
    parameters = {(each["in"], each["name"].lower()) for each in found.get("parameters", [])}
    assert {("query", each.lower()) for each in used.query} <= parameters
    assert {("path", each.lower()) for each in used.path_names} == {each for each in parameters if each[0] == "path"}
    assert used.idempotent_by_key == (("header", "idempotency-key") in parameters)
    required = {each["name"] for each in found.get("parameters", []) if each.get("required") and each["in"] == "query"}
    assert required <= set(used.query)


def test_every_operation_of_the_table_is_performed_and_none_beside_it() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path.name != "operations.py")
    performed = set(re.findall(r'\.(?:call|open|pages|tagged)\(\s*"([a-zA-Z]+)"', code))
    assert performed == set(OPERATIONS)


def test_every_fault_code_has_a_class_and_is_explained() -> None:
    assert set(BY_CODE) == set(DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])
    explained = re.findall(r"^#+ `?([a-z-]+)`?$", (ROOT / "docs" / "problems.md").read_text("utf-8"), re.M)
    assert set(BY_CODE) <= set(explained)
    assert len(set(BY_CODE.values())) == len(BY_CODE)
    for code, kind in BY_CODE.items():
        raised = error_of(418, {"code": code, "title": "T", "detail": "D", "hint": "H", "requestId": "r-1"})
        assert type(raised) is kind and (raised.code, str(raised)) == (code, f"T: D\nHint: H\n({code}, request r-1)")


def test_what_the_document_does_not_know_is_not_sent() -> None:
    check_request("createUpload", {"path": "user/x", "keepOlder": True}, {})
    check_request("putObject", None, {"If-None-Match": "*"})
    with pytest.raises(AssertionError, match="nonsense"):
        check_request("createUpload", {"path": "user/x", "nonsense": 1}, {})
    with pytest.raises(AssertionError, match="path"):
        check_request("createUpload", {}, {})
    with pytest.raises(AssertionError, match="if-match"):
        check_request("createUpload", {"path": "user/x"}, {"If-Match": "*"})
