"""A real Headgate with the demo for the whole session, on a free port and a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from headgate import Headgate
from headgate.operations import OPERATIONS
from headgate.transport import Transport

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
TOKEN = "hg_test_" + uuid.uuid4().hex


def check_request(name: str, body: Any, headers: Mapping[str, str]) -> None:
    """That the document knows each member of a body and each header that is sent."""
    operation = OPERATIONS[name]
    found = DOCUMENT["paths"][operation.path][operation.method.lower()]
    known = {each["name"].lower() for each in found.get("parameters", []) if each["in"] == "header"}
    sent = {each.lower() for each in headers} - {"content-type", "content-length"}
    assert sent <= known, f"{name} knows no header {', '.join(sent - known)}"
    if body is not None:
        schema = found["requestBody"]["content"]["application/json"]["schema"]
        schema = DOCUMENT["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
        unknown, missing = set(body) - set(schema["properties"]), set(schema.get("required", ())) - set(body)
        assert not unknown and not missing, f"{name} does not take {unknown}, or wants {missing}"


@pytest.fixture(scope="session", autouse=True)
def every_request_is_in_the_document() -> Iterator[None]:
    """Whatever the tests have the client send is compared with `docs/openapi.json`."""
    send = Transport.open

    def checked(self: Transport, name: str, *args: Any, **more: Any) -> Any:
        check_request(name, more.get("body"), more.get("headers") or {})
        return send(self, name, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "open", checked)
        yield


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    port = free_port()
    args = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    store = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_port(port, store)
        yield port
    finally:
        store.terminate()
        store.wait(30)


@pytest.fixture(scope="session")
def ftp_port() -> Iterator[int]:
    """vsftpd for anonymous readers on a folder with `results/one.csv` and `two.txt`."""
    program = shutil.which("vsftpd") or "/usr/sbin/vsftpd"
    if os.geteuid() != 0 or not os.path.exists(program):
        pytest.skip("vsftpd is not installed, or this is not root, who alone can start it for another user")
    with tempfile.TemporaryDirectory(prefix="headgate-ftp-") as folder:
        root = Path(folder, "root")
        Path(root, "results").mkdir(parents=True)
        Path(folder, "empty").mkdir(mode=0o555)
        Path(root, "results", "one.csv").write_text("n\n1\n")
        Path(root, "two.txt").write_text("two")
        os.chmod(folder, 0o755)
        root.chmod(0o555)
        port = free_port()
        settings = {
            "listen": "YES", "listen_address": "127.0.0.1", "listen_port": port, "background": "NO",
            "anonymous_enable": "YES", "local_enable": "NO", "write_enable": "NO", "anon_root": root,
            "ftp_username": "ftp", "secure_chroot_dir": f"{folder}/empty", "pasv_address": "127.0.0.1",
            "seccomp_sandbox": "NO", "xferlog_enable": "NO",
        }  # fmt: skip
        Path(folder, "vsftpd.conf").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        server = subprocess.Popen([program, f"{folder}/vsftpd.conf"], stdin=subprocess.DEVNULL)
        try:
            await_port(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("nothing answers")


@pytest.fixture(scope="session")
def store(s3_port: int) -> Any:
    """The S3 at `s3_port` as boto3 has it; its keys are `testing`."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{s3_port}", **keys)


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="headgate-python-")
    os.chmod(folder, 0o755)  # the demo's database runs as another user
    own = ROOT / "node_modules" / ".bin" / "node"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADGATE_")}
    server = subprocess.Popen(
        [str(own) if own.exists() else "node", "local/headgate.mjs", "--port", "0", "--data", folder],
        cwd=ROOT,
        env={**environment, "HEADGATE_TOKEN": TOKEN, "HEADGATE_ALLOW": "127.0.0.1:*"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = []
        for line in server.stdout:
            said.append(line)
            if line.startswith("Headgate is ready at "):
                break
        else:
            pytest.fail("Headgate ended: " + "".join(said))
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
        yield line.split(" at ", 1)[1].strip()
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def hg(url: str) -> Headgate:
    return Headgate(url, TOKEN)


@pytest.fixture
def name() -> str:
    return "t-" + uuid.uuid4().hex[:10]


@pytest.fixture
def token() -> str:
    return TOKEN
