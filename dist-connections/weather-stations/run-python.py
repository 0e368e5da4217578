"""Runs the code of one connection, asked by frames on stdin, answering by frames on descriptor 3.

A frame is four bytes of length, then so many bytes. A question is JSON. An answer begins with one letter: J and JSON,
B and bytes, E at the end, X and JSON for what the code raised. What the code prints goes where it went.
"""

import base64
import datetime
import decimal
import importlib.util
import inspect
import json
import os
import re
import struct
import sys
import traceback
import uuid

# A descriptor of another number where the parent cannot choose it.
ANSWERS = os.fdopen(int(sys.argv[1]) if len(sys.argv) > 1 else 3, "wb", buffering=0)
CHUNK = 1 << 18
MODULE_NAME = "connection"
state = {"module": None, "context": None, "folder": None}


def send(letter, payload=b""):
    data = memoryview(struct.pack(">I", len(payload) + 1) + letter + payload)
    while data:
        data = data[ANSWERS.write(data) :]


def send_json(value):
    send(b"J", json.dumps(value).encode())


def read_exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        raise EOFError
    return data


def read_question():
    (length,) = struct.unpack(">I", read_exactly(4))
    return json.loads(read_exactly(length))


class Told(Exception):
    """What is wrong with the code itself, and where."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.line = line


def function(name, *counts):
    """The function of that name, which takes one of these numbers of arguments."""
    found = getattr(state["module"], name, None)
    if found is None:
        raise Told(f"there is no function {name}")
    if not callable(found):
        raise Told(f"{name} is no function")
    if not any(takes(found, count) for count in counts):
        many = " or ".join(map(str, counts))
        raise Told(f"{name} must take {many} argument{'' if many == '1' else 's'}", line_of(found))
    return found


def takes(found, count):
    try:
        inspect.signature(found).bind(*([None] * count))
    except TypeError:
        return False
    return True


def line_of(found):
    code = getattr(inspect.unwrap(found), "__code__", None)
    return code.co_firstlineno if code else None


def load(folder, reader):
    state["folder"] = folder
    sys.path.insert(0, folder)
    path = os.path.join(folder, "connection.py")
    spec = importlib.util.spec_from_file_location(MODULE_NAME, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE_NAME] = module
    spec.loader.exec_module(module)
    state["module"] = module
    function("list_objects", 2)
    function(reader, 2)
    function("context", 1, 2)
    if hasattr(module, "infer_schema"):
        function("infer_schema", 2)
    send_json({"infersSchema": hasattr(module, "infer_schema")})


def make_context(credentials, config):
    make = state["module"].context
    state["context"] = make(credentials, config) if takes(make, 2) else make(credentials)
    send_json(None)


def list_objects(metadata):
    batch = []
    line = line_of(state["module"].list_objects)
    for item in state["module"].list_objects(state["context"], metadata) or ():
        if not isinstance(item, dict):
            raise Told(f"list_objects yields a {type(item).__name__}, not a dict", line)
        for key, kind in (("name", str), ("fingerprint", str), ("is_prefix", bool)):
            if not isinstance(item.get(key), kind):
                what = type(item[key]).__name__ if key in item else "nothing"
                raise Told(f"list_objects yields an item whose {key} is {what}, not a {kind.__name__}", line)
        if item["name"] == "":
            raise Told("list_objects yields an item without a name", line)
        batch.append(item)
        if len(batch) == 500:
            send_json(batch)
            batch = []
    if batch:
        send_json(batch)
    send(b"E")


def read(reader, metadata):
    found = getattr(state["module"], reader)
    given = found(state["context"], metadata)
    if reader == "read_bytes":
        pieces = byte_pieces(given, found)
    else:
        rows = frame_rows(given, found) if reader == "read_dataframe" else row_dicts(given, found)
        pieces = map(encode_row, rows)
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK:
            send(b"B", bytes(held[:CHUNK]))
            del held[:CHUNK]
    if held:
        send(b"B", bytes(held))
    send(b"E")


def byte_pieces(given, found):
    if isinstance(given, (bytes, bytearray, memoryview)):
        given = (given,)
    for piece in given or ():
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise Told(f"read_bytes yields a {type(piece).__name__}, not bytes", line_of(found))
        yield piece


def row_dicts(given, found):
    for row in given or ():
        if not isinstance(row, dict):
            raise Told(f"read_rows yields a {type(row).__name__}, not a dict", line_of(found))
        yield row


def frame_rows(frame, found):
    """Rows of a pandas or a polars frame, a missing value as None."""
    if hasattr(frame, "iter_rows"):
        names = [str(name) for name in frame.columns]
        for row in frame.iter_rows():
            yield dict(zip(names, row))
        return
    if not hasattr(frame, "iloc"):
        raise Told(f"read_dataframe returns a {type(frame).__name__}, no data frame", line_of(found))
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        raise Told("read_dataframe returns a frame with two columns of one name", line_of(found))
    for begin in range(0, len(frame), 4096):
        part = frame.iloc[begin : begin + 4096]
        missing = part.isna()
        columns = [part.iloc[:, i].tolist() for i in range(len(names))]
        gone = [missing.iloc[:, i].tolist() for i in range(len(names))]
        for n in range(len(part)):
            yield {name: None if gone[i][n] else columns[i][n] for i, name in enumerate(names)}


# Numbers with all their digits: written as a marked text, and bared of mark and quotes afterwards.
MARK = uuid.uuid4().hex
MARKED = re.compile(b'"' + MARK.encode() + b'([^"]*)"')


def encode_row(row):
    return MARKED.sub(rb"\1", json.dumps(row, default=plain, allow_nan=False).encode()) + b"\n"


def plain(value):
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            raise ValueError("a Decimal that is not finite has no place in a row")
        return MARK + format(value, "f")
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"a {type(value).__name__} has no place in a row")


def infer_schema(metadata):
    found = state["module"].infer_schema
    schema = found(state["context"], metadata)
    if hasattr(schema, "dtypes") and hasattr(schema, "columns"):
        raise Told("infer_schema returns a data frame: return a dict of column names to type names", line_of(found))
    if not isinstance(schema, dict) or not all(isinstance(x, str) for pair in schema.items() for x in pair):
        raise Told("infer_schema must return a dict of column names to type names", line_of(found))
    send_json(list(schema.items()))


def where(error):
    """The innermost place of the error within the folder of the connection."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno
    for place in reversed(traceback.extract_tb(error.__traceback__)):
        if os.path.abspath(place.filename).startswith(state["folder"] + os.sep):
            return place.filename, place.lineno
    return None, None


def send_error(error):
    path, line = where(error)
    if isinstance(error, Told):
        line = error.line
        path = os.path.join(state["folder"], "connection.py")
    names = [kind.__name__ for kind in type(error).__mro__]
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    file = os.path.relpath(path, state["folder"]) if path else None
    send(b"X", json.dumps({"names": names, "message": message[:4000], "file": file, "line": line}).encode())


def main():
    while True:
        try:
            question = read_question()
        except EOFError:
            return
        do = question["do"]
        try:
            if do == "load":
                load(question["folder"], question["reader"])
            elif do == "context":
                make_context(question["credentials"], question["config"])
            elif do == "list":
                list_objects(question["metadata"])
            elif do == "read":
                read(question["reader"], question["metadata"])
            elif do == "schema":
                infer_schema(question["metadata"])
        except (BrokenPipeError, KeyboardInterrupt):
            return
        except BaseException as error:  # noqa: BLE001 - whatever the code raises is told, exits among it
            send_error(error)
        finally:
            sys.stdout.flush()


main()
