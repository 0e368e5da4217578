"""A real Headgate with the demo for the whole session, on a free port and a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from headgate import Headgate

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "hg_test_" + uuid.uuid4().hex


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def port_for_apis() -> int:
    """Where a test may serve an HTTP API that connectors reach."""
    return free_port()


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    port = free_port()
    args = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    store = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            assert store.poll() is None, "moto ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        store.terminate()
        store.wait(30)


@pytest.fixture(scope="session")
def url(s3_port: int, port_for_apis: int) -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="headgate-python-")
    os.chmod(folder, 0o755)  # the demo's database runs as another user
    own = ROOT / "node_modules" / ".bin" / "node"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADGATE_")}
    server = subprocess.Popen(
        [str(own) if own.exists() else "node", "local/headgate.mjs", "--port", "0", "--data", folder],
        cwd=ROOT,
        env={**environment, "HEADGATE_TOKEN": TOKEN, "HEADGATE_ALLOW": f"127.0.0.1:{s3_port} 127.0.0.1:{port_for_apis}"},
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
