"""Reads a dataset as its documented layout says, with DuckDB and nothing of Headgate: prints the rows as JSON.

usage: engine.py tables/<dataset>.json
"""

import json
import sys

import duckdb

con = duckdb.connect()
con.execute("SET VARIABLE files = (SELECT files FROM read_json(?))", [sys.argv[1]])
rows = con.execute("SELECT * FROM read_parquet(getvariable('files'), union_by_name = true) ORDER BY 1").fetchall()
print(json.dumps(rows))
