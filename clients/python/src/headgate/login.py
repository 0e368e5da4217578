"""Signing in from where there is no browser: a link and a code to approve, then a token in the profile file."""

from __future__ import annotations

import getpass
import os
import socket
import time
import webbrowser
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from .errors import AuthorizationPending, SlowDown
from .profiles import keep_profile
from .settings import Settings, find_url
from .transport import Transport

if TYPE_CHECKING:
    from .client import Headgate

SLOWER_SECONDS = 5.0


def login(
    url: str | None = None,
    profile: str | None = None,
    *,
    scopes: Sequence[str] = ("read", "run", "write"),
    client: str | None = None,
    browser: bool = False,
    timeout: float = 60.0,
) -> Headgate:
    """Prints a link and a code, waits until somebody who is signed in approves, and keeps the token in a profile.

    From then on `Headgate()` finds it, where the environment names no other. Raises LoginDenied or LoginExpired.
    `browser` also opens the link here.
    """
    from .client import Headgate

    address = find_url(url, os.environ)
    transport = Transport(Settings(address, None), timeout)
    named = client or f"Python of {getpass.getuser()} at {socket.gethostname()}"
    begun = transport.call("requestDevice", body={"client": named[:100], "scopes": list(scopes)})
    link = urljoin(f"{address}/", begun["verificationUriComplete"])
    _show(link, begun["userCode"])
    if browser:
        webbrowser.open(link)
    taken = _wait(transport, begun)
    name, path = keep_profile(profile, address, taken["token"], os.environ)
    print(f"Signed in until {taken['expires'][:10]}; the token is in {path}.")
    return Headgate(profile=name)


def _show(link: str, code: str) -> None:
    print(f"Open {link}\nand approve the code {code}. Waiting …", flush=True)


def _wait(transport: Transport, begun: Mapping[str, Any]) -> dict[str, Any]:
    interval = float(begun["interval"])
    while True:
        time.sleep(interval)
        try:
            found: dict[str, Any] = transport.call("takeDeviceToken", body={"deviceCode": begun["deviceCode"]})
            return found
        except AuthorizationPending:
            continue
        except SlowDown:
            interval += SLOWER_SECONDS
