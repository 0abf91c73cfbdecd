"""Says what a burst costs: what was counted of each service, priced."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from sluice import prices
from sluice.catalogue_items import item_size
from sluice.costs import MIB_PER_GB, Usage, bill, in_executions, orchestration, queue_alone
from tests.benchmarks.pipeline.counting import Snapshot
from tests.benchmarks.pipeline.load import Burst

MILLION = 1_000_000
TRACED = 0.05  # of requests, the X-Ray default
FULL_CORE_MIB = 1769  # memory at which a function has one vCPU. Source: Lambda guide, "Configure memory"
RECEIVED_AT_ONCE = 10  # messages that Lambda receives, and deletes, with one request each under load
WRITE_UNIT, READ_UNIT = 1024, 4096  # bytes

# Of the catalogue's indexes, by change: a change of an index's key is a deletion and a put.
# Source: DynamoDB developer guide, "Using Global Secondary Indexes", "Write capacity units".
INDEX_WRITES = {
    "claim": 1 + 1 + 1,  # by-name, by-status, unfinished
    "begin": 2 + 2,  # by-status: the status; unfinished: until when the claim holds
    "outcome": 2 + 1 + 1,  # by-status; out of unfinished, into by-unannounced
    "announced": 1,  # out of by-unannounced
}
INDEX_READ = 3.25  # units of a look at what is in flight: 200 entries of 128 bytes, eventually consistent

# What a function waits for a request, in seconds, because the local stack does not take the time that AWS
# does. S3: "tens of milliseconds" for small requests (Best practices design patterns, "Timeouts and retries
# for latency-sensitive applications"). DynamoDB: "single-digit milliseconds".
WAITS = {"s3": 0.05, "dynamodb": 0.01}
WAIT = 0.03  # of every other service
SLOWER = 2  # times that Lambda's core may be slower than the one that was measured on

# At the pace of the template's defaults, files of a lane per second. A lane's two dispatchers are there all
# the time, for they wait for its slots; a processor that the state machine woke waits for half a second.
PACE, DISPATCHERS, ROUNDING = 25, 2, 0.5

NO_PROCESSORS = {"Dispatch", "Notify"}


def whole_core(seconds: float) -> float:
    """
    Return the GB-seconds that Lambda bills for *seconds* of computing on one whole core.

    Below 1769 MiB a function has less of a core and runs longer for it, so that its memory cancels out.
    """
    return seconds * FULL_CORE_MIB / MIB_PER_GB


def waiting(seconds: float, memory: float) -> float:
    """Return the GB-seconds that Lambda bills a function of *memory* MiB for waiting."""
    return seconds * memory / MIB_PER_GB


def figures(before: Snapshot, after: Snapshot, burst: Burst) -> dict[str, Any]:
    """Return dollars per million files, by service, beside two other ways to run the same files."""
    used = after.minus(before)
    files = len(burst.keys)
    usage = _used(used, burst).times(1 / files)
    batch = files / max(1, used.actions["Dispatch", "states:StartExecution"])
    lines = _per_million(usage)
    alone = in_executions(usage, batch)
    return {
        "usd_per_million": sum(lines.values()),
        "orchestration_usd_per_million": orchestration(lines),
        "usd_per_million_by_service": lines,
        "usd_per_million_one_execution_per_file": sum(_per_million(alone).values()),
        "usd_per_million_queue_and_function_alone": sum(_per_million(queue_alone(usage)).values()),
        "files_per_execution": batch,
        "usage_per_file": asdict(usage),
        "calls_per_file": _by_function(used.actions, files),
        "processor_ms_per_file": {
            name: 1000 * seconds / files for name, seconds in used.processor_seconds.items()
        },
        "prices_as_of": prices.AS_OF,
    }


def _used(used: Snapshot, burst: Burst) -> Usage:
    """Return what all files of the burst used together."""
    files = len(burst.keys)
    calls = Counter[str]()
    for (_, action), count in used.actions.items():
        calls[action] += count
    processors = [name for name in used.invocations if name not in NO_PROCESSORS]
    paced = waiting(files / PACE * DISPATCHERS, used.memory["Dispatch"])
    rounded = sum(waiting(ROUNDING * used.invocations[name], used.memory[name]) for name in processors)
    return Usage(
        transitions=used.transitions,
        dispatch_gb_seconds=_computing(used, "Dispatch") + paced,
        dispatch_requests=used.invocations["Dispatch"],
        # Sent by EventBridge, received and deleted by Lambda; functions add theirs.
        queue_requests=files * (1 + 2 / RECEIVED_AT_ONCE) + _of("sqs:", calls),
        events=files * 2 + sum("profile_changes" in item for item in burst.items),
        processor_gb_seconds=sum(_computing(used, name) + _waiting(used, name) for name in processors)
        + rounded,
        processor_requests=sum(used.invocations[name] for name in processors),
        notify_gb_seconds=_computing(used, "Notify") + _waiting(used, "Notify"),
        notify_requests=used.invocations["Notify"],
        writes=_writes(calls, burst),
        reads=_reads(calls, files),
        puts=calls["s3:PutObject"],
        gets=calls["s3:GetObject"] + calls["s3:GetObjectVersion"],  # which a HEAD is, too
        publishes=calls["sns:Publish"],
        log_bytes=used.log_bytes,
        traces=used.invocations.total() * TRACED,
    )


def _writes(calls: Counter[str], burst: Burst) -> float:
    """Count units: each request one, larger items more, then the indexes and what the digest is to count."""
    requests = calls["dynamodb:UpdateItem"] + calls["dynamodb:PutItem"]
    larger = sum(_units(item, WRITE_UNIT) - 1 for item in burst.items)
    indexes = sum(INDEX_WRITES.values()) * len(burst.items)
    larger_baselines = calls["dynamodb:PutItem"] * (burst.baseline_units - 1)
    return requests + 2 * larger + indexes + larger_baselines + len(burst.items)


def _reads(calls: Counter[str], files: int) -> float:
    """Count units: of single items one, of files that dispatch looks up one each, of an index more."""
    return calls["dynamodb:GetItem"] + files + calls["dynamodb:Query"] * INDEX_READ


def _units(item: dict[str, Any], unit: int) -> int:
    return -(-item_size(item) // unit)


def _computing(used: Snapshot, function: str) -> float:
    return whole_core(used.processor_seconds[function]) * SLOWER


def _waiting(used: Snapshot, function: str) -> float:
    seconds = sum(
        count * WAITS.get(action.split(":")[0], WAIT)
        for (caller, action), count in used.actions.items()
        if caller == function
    )
    return waiting(seconds, used.memory[function])


def _of(prefix: str, calls: Counter[str]) -> int:
    return sum(count for action, count in calls.items() if action.startswith(prefix))


def _by_function(actions: Counter[tuple[str, str]], files: int) -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for (function, action), count in sorted(actions.items()):
        table.setdefault(function, {})[action] = round(count / files, 3)
    return table


def _per_million(usage: Usage) -> dict[str, float]:
    return dict(bill(usage.times(MILLION)))
