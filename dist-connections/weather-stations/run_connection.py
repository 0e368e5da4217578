"""The Lambda of one connection in Python: runs its code in a process of its own, for one question an invocation.

An event holds `questions`, the frames of `run-python.py` as JSON, which the process is asked in turn; `env`, its
environment; and `timeoutMs`, for how long it may say nothing. The reply holds its answers, as the bytes of frames: the
beginning in objects named by `parts`, where they are many, and the end in `frames`, as base64. `printed` is the end of what
it printed (`isCut`: there was more), and `ended` how it ended where it did so too early. The process sees nothing of this one's environment.
"""

import base64
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CODE = os.path.join(HERE, "connection")
INLINE = 4 << 20
PART = 8 << 20
KEPT_OUTPUT = 8000
# What is left for the reply when the time of an invocation ends.
SPARE_SECONDS = 3


def handler(event, context):
    home = tempfile.mkdtemp(prefix="run-")
    try:
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
        return run(event, home, deadline, Output(context.aws_request_id))
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Output:
    """What the code answers: its beginning in objects of this connection's own prefix, its end in the reply."""

    def __init__(self, request_id):
        self.prefix = os.environ["HEADGATE_OUTPUT"] + request_id
        self.parts = []
        self.held = bytearray()

    def add(self, data):
        self.held += data
        if len(self.held) >= PART:
            self.keep()

    def keep(self):
        import boto3  # Of the runtime, and needed by large answers alone.

        key = f"{self.prefix}/{len(self.parts):05}"
        boto3.client("s3").put_object(Bucket=os.environ["HEADGATE_BUCKET"], Key=key, Body=bytes(self.held))
        self.parts.append(key)
        self.held.clear()

    def reply(self, printed, ended):
        if len(self.held) > INLINE:
            self.keep()
        frames = base64.b64encode(self.held).decode()
        text = bytes(printed[-KEPT_OUTPUT:]).decode("utf-8", "replace")
        is_cut = len(printed) > KEPT_OUTPUT
        return {"frames": frames, "parts": self.parts, "printed": text, "isCut": is_cut, "ended": ended}


def run(event, home, deadline, output):
    reading, writing = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", os.path.join(HERE, "run-python.py"), str(writing)],
        cwd=CODE,
        env={**event["env"], "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(writing,),
        start_new_session=True,
    )
    os.close(writing)
    printed = bytearray()
    threads = [
        threading.Thread(target=ask, args=(child.stdin, event["questions"]), daemon=True),
        threading.Thread(target=listen, args=(child.stdout, printed), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        ended = take(reading, event["timeoutMs"] / 1000, deadline, output)
    finally:
        os.close(reading)
        kill_group(child)
    threads[1].join(2)
    if ended is None and child.returncode != 0:
        ended = {"exitCode": child.returncode} if child.returncode > 0 else {"signal": signal_name(-child.returncode)}
    return output.reply(printed, ended)


def ask(stdin, questions):
    try:
        for question in questions:
            text = json.dumps({**question, "folder": CODE}).encode()
            stdin.write(struct.pack(">I", len(text)) + text)
        stdin.close()
    except OSError:
        pass  # It ended before it was asked everything.


def listen(stdout, printed):
    while data := os.read(stdout.fileno(), 65536):
        printed += data
        del printed[: -KEPT_OUTPUT - 1]


def take(reading, silence, deadline, output):
    """Answers until they end. None, or why no more are waited for."""
    while True:
        left = deadline - time.monotonic()
        ready, _, _ = select.select([reading], [], [], max(0, min(silence, left)))
        if not ready:
            return "late" if left <= silence else "silent"
        data = os.read(reading, 1 << 18)
        if not data:
            return None
        output.add(data)


def kill_group(child):
    """Gives a process that has answered a moment to end by itself; then it and whatever it started are ended."""
    try:
        child.wait(0.5)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except OSError:
        pass  # None of it is left.
    child.wait()


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
