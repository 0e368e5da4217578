"""Reads a dataset of many rows by its presigned parts, batch after batch, and tells time and memory.

    python bench/large_dataset.py 20000000

Starts a Headgate of its own on a free port, takes the snapshot of a query, and reads it in a process of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "hg_bench_token_of_nobody"
QUERY = (
    "select n as id, n * 37 %% 1000003 as code, md5(n::text) as text, n / 7.0::float8 as ratio,"
    " timestamp '2024-01-01' + n * interval '1 second' as at from generate_series(1, {rows}) n"
).replace("%%", "%")

READ = """
import resource, sys, time
import pyarrow.compute
from headgate import Headgate
dataset = Headgate().datasets.get(sys.argv[1])
resting = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
began, rows, total, size = time.monotonic(), 0, 0, 0
for batch in dataset.iter_batches():
    rows, total, size = rows + batch.num_rows, total + pyarrow.compute.sum(batch["id"]).as_py(), size + batch.nbytes
seconds, most = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
assert total == rows * (rows + 1) // 2, "rows are missing or came twice"
print(f"{rows:,} rows, {size / 1e6:,.0f} MB of Arrow in {seconds:.1f} s: {rows / seconds:,.0f} rows/s;"
      f" {resting:.0f} MB at rest, {most:.0f} MB at most")
"""


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as folder:
        os.chmod(folder, 0o755)  # the demo's database runs as another user
        args = [str(ROOT / "node_modules" / ".bin" / "node"), "local/headgate.mjs", "--port", "0", "--data", folder]
        environment = {**os.environ, "HEADGATE_TOKEN": TOKEN}
        server = subprocess.Popen(args, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            url = next(line for line in server.stdout if line.startswith("Headgate is ready at ")).split(" at ", 1)[1].strip()
            source = str(ROOT / "clients" / "python" / "src")
            environment |= {"HEADGATE_URL": url, "PYTHONPATH": source}
            sys.path.insert(0, source)
            from headgate import Headgate

            hg = Headgate(url, TOKEN)
            for count in (rows // 10, rows):
                name, began = f"rows-{count}", time.monotonic()
                hg.datasources.create(name, "data-warehouse-sql", sql=QUERY.format(rows=count)).snapshot(timeout=None)
                parts = [*hg.datasets.get(name).files()]
                size = sum(part["bytes"] for part in parts) / 1e6
                print(f"snapshot: {time.monotonic() - began:.0f} s, {len(parts)} parts, {size:,.0f} MB", flush=True)
                subprocess.run([sys.executable, "-c", READ, name], env=environment, check=True)
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=120)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000)
