"""
What profiling a file costs from upload to outcome: python -m tests.benchmarks.csv.end_to_end [--megabytes N].

Puts a mixed table into the local stack, and counts the CPU seconds of the functions and of the whole stack
until its outcome is there, per gigabyte. The emulator, which plays S3 and all else, is told apart from the
functions. Adds `end_to_end` to build/bench/csv.json.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import deploy
from tests.benchmarks.csv.__main__ import BUILD, table
from tests.benchmarks.csv.tables import TABLES

PATIENCE = 600  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> tuple[float, float]:
    """Return the CPU seconds of a process itself, and of all below it, ended children included."""
    times, parents = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        parents[int(folder.name)] = int(fields[1])
        times[int(folder.name)] = [int(field) / TICKS for field in fields[11:15]]  # own, and ended children's
    below = {pid for pid in times if root in ancestors(pid, parents)}
    own = sum(times[root][:2])
    return own, sum(times[root][2:]) + sum(sum(times[pid]) for pid in below)


def ancestors(pid: int, parents: dict[int, int]) -> set[int]:
    """Return the processes that a process descends from."""
    found: set[int] = set()
    while (pid := parents.get(pid, 0)) and pid not in found:
        found.add(pid)
    return found


def outcome_of(dynamodb: Any, catalogue: str, key: str) -> str:
    """Wait for the outcome of a key."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for page in dynamodb.get_paginator("scan").paginate(TableName=catalogue):
            for item in page["Items"]:
                status = item.get("status", {}).get("S")
                if item.get("key", {}).get("S") == key and status in ("success", "error", "failed"):
                    return str(status)
        time.sleep(0.5)
    raise TimeoutError(f"{key} has no outcome after {PATIENCE} s")


def main() -> None:
    """Measure once, warm: a small file went the same way before."""
    parser = argparse.ArgumentParser(prog="end_to_end", description=__doc__)
    parser.add_argument("--megabytes", type=float, default=250)
    scale = parser.parse_args().megabytes / TABLES["mixed"][1]
    path = table("mixed", scale)
    with stack.session("bench") as (home, endpoint):
        print("building and deploying", flush=True)
        build(Build(), home.deploy_log)
        outputs = deploy(home, Build())
        s3, dynamodb = client(endpoint, "s3"), client(endpoint, "dynamodb")
        s3.put_object(Bucket=outputs["InboxBucketName"], Key="warm.csv", Body=b"a,b\n1,2\n3,4\n")
        outcome_of(dynamodb, outputs["CatalogueTableName"], "warm.csv")
        print(f"profiling {path.name} end to end", flush=True)
        before, started = cpu_seconds(endpoint.pid), time.perf_counter()
        s3.upload_file(str(path), outputs["InboxBucketName"], "mixed.csv")
        status = outcome_of(dynamodb, outputs["CatalogueTableName"], "mixed.csv")
        seconds = time.perf_counter() - started
        after = cpu_seconds(endpoint.pid)
    gigabytes = path.stat().st_size / 1e9
    found = {
        "status": status,
        "gigabytes": gigabytes,
        "seconds": seconds,
        "functions_cpu_seconds_per_gb": (after[1] - before[1]) / gigabytes,
        "emulator_cpu_seconds_per_gb": (after[0] - before[0]) / gigabytes,
    }
    report = BUILD / "csv.json"
    document = json.loads(report.read_text()) if report.exists() else {}
    report.write_text(json.dumps(document | {"end_to_end": found}, indent=1))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
