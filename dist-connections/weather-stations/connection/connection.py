"""Hourly readings of three weather stations, a CSV file a day.

An example of a connection in Python: it makes its readings up, the same ones every time, so that it works anywhere.
"""

import datetime
import math

STATIONS = ("harbour", "hilltop", "valley")


def context(credentials, config):
    """Called once, before all else, and the only function that is given the credential."""
    days = int(config.get("days", 3))
    return {"last": datetime.date(2026, 1, 31), "days": days}


def list_objects(context, metadata):
    """First the stations, as prefixes; then, called with each of them, its days."""
    if metadata is None:
        for station in STATIONS:
            yield {"name": f"{station}/", "fingerprint": "", "is_prefix": True, "station": station}
        return
    for back in reversed(range(context["days"])):
        day = context["last"] - datetime.timedelta(days=back)
        yield {
            "name": f"{metadata['name']}{day}.csv",
            "fingerprint": "1",
            "is_prefix": False,
            # Whatever else an object holds comes back to read_bytes.
            "station": metadata["station"],
            "day": day.isoformat(),
        }


def read_bytes(context, metadata):
    """The bytes of one object, in pieces. Line ends have to be among them."""
    yield b"station,at,temperature,humidity\n"
    day = datetime.date.fromisoformat(metadata["day"])
    offset = STATIONS.index(metadata["station"])
    for hour in range(24):
        wave = math.sin((day.toordinal() * 24 + hour + offset * 5) / 24 * 2 * math.pi)
        temperature = round(4 + 6 * wave - 2 * offset, 1)
        humidity = round(70 - 15 * wave)
        yield f"{metadata['station']},{day}T{hour:02}:00:00Z,{temperature},{humidity}\n".encode()
