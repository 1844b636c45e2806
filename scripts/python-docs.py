"""Runs the programs of docs/python.md on a small run, and compares Parquet as pandas and DuckDB read it with the views.

    npm run build && python3 scripts/python-docs.py      # needs pandas, pyarrow, duckdb, matplotlib
"""
import json, os, re, sqlite3, subprocess, sys, tempfile
from pathlib import Path

import duckdb
import pandas as pd

root = Path(__file__).resolve().parent.parent
os.environ["MPLBACKEND"] = "Agg"
os.chdir(tempfile.mkdtemp(prefix="overthink-python-"))
overthink = ["node", str(root / "bin/overthink.cjs")]
faults = 0


def values(frame):
    """Numbers are numbers, whole or not, and means are summed in any order; what is missing is None; rows have no order."""
    plain = lambda value: None if pd.isna(value) else round(float(value), 9) if not isinstance(value, str) else value
    return sorted(([plain(value) for value in row] for row in frame.astype(object).values.tolist()), key=str)


def check(name, is_good):
    global faults
    faults += not is_good
    print("ok  " if is_good else "FAIL", name)


subprocess.run([*overthink, "run", "pico-figure1", "--limit", "25"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
db = sqlite3.connect("results/overthink.db")
for table in ["attempts", "segments", "points", "usage"]:
    subprocess.run([*overthink, "export", "pico-figure1", "--table", table, "--format", "parquet", "--out", f"{table}.parquet"], check=True)
    view = pd.read_sql(f"SELECT * FROM v_{table}", db)
    for reader, frame in [("pandas", pd.read_parquet(f"{table}.parquet")), ("DuckDB", duckdb.sql(f"SELECT * FROM '{table}.parquet'").df())]:
        same = list(frame.columns) == list(view.columns) and len(frame) == len(view)
        check(f"{table}: {len(frame)} rows as {reader} reads them", same and values(frame) == values(view))
ids = pd.read_parquet("segments.parquet").token_ids.map(json.loads)
check("token ids are lists of whole numbers", all(isinstance(id, int) for each in ids for id in each))
for at, program in enumerate(re.findall(r"```python\n(.*?)```", (root / "docs/python.md").read_text(), re.S)):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    check(f"program {at + 1} of docs/python.md ({len(program.strip().splitlines())} lines)", done.returncode == 0)
    print(done.stdout or done.stderr[-600:], end="")
check("the figure is there", Path("curve.png").stat().st_size > 10_000)
print(f"in {os.getcwd()}")
sys.exit(faults > 0)
