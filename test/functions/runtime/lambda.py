"""A Python Lambda on this machine: hands events, lines of JSON on stdin, to a handler, and writes what it returns."""

import importlib
import json
import os
import sys
import time


class Context:
    def __init__(self, request_id, timeout_ms):
        self.aws_request_id = request_id
        self._deadline = time.monotonic() + timeout_ms / 1000

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))


module, name = os.environ["_HANDLER"].rsplit(".", 1)
sys.path.insert(0, os.getcwd())
handler = getattr(importlib.import_module(module), name)
for count, line in enumerate(sys.stdin):
    try:
        answer = {"payload": handler(json.loads(line), Context(f"event-{count}", int(os.environ["TIMEOUT_MS"])))}
    except Exception as error:  # As the runtime does.
        answer = {"error": {"errorMessage": str(error), "errorType": type(error).__name__}}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
