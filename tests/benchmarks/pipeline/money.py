"""Counts what a burst used of each service, and says what that costs."""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from local import call_log
from local.home import Home
from sluice import prices
from sluice.costs import TRACED, Usage, bill, orchestration, whole_core
from tests.benchmarks.pipeline.load import Burst, Item, Site

DURATION = re.compile(r"REPORT RequestId.*?Duration: ([\d.]+) ms")
MILLION = 1_000_000
UNIT = 1024  # bytes of a write unit
# One of the index by name; of the one by status one for the claim, two for each of two further changes.
INDEX_WRITES = 1 + 1 + 2 + 2
RECEIVED_AT_ONCE = 10  # messages that Lambda receives, and deletes, with one request each under load


@dataclass(frozen=True)
class Snapshot:
    """What was used until a moment."""

    actions: Counter[str]
    transitions: int
    seconds: Counter[str]
    """Of each function."""
    invocations: Counter[str]
    log_bytes: int


def snapshot(home: Home, site: Site) -> Snapshot:
    """Read the call log, the executions' histories, and the functions' logs."""
    seconds, invocations, log_bytes = Counter[str](), Counter[str](), 0
    logs = site.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/sluice/")["logGroups"]:
        name = group["logGroupName"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            for event in page["events"]:
                log_bytes += len(event["message"]) + 26  # bytes that CloudWatch adds to an event
                if report := DURATION.search(event["message"]):
                    seconds[name.rsplit("/", 1)[-1]] += float(report[1]) / 1000
                    invocations[name.rsplit("/", 1)[-1]] += 1
    actions = call_log.counted(call_log.read(home.call_log))
    return Snapshot(actions, _transitions(site), seconds, invocations, log_bytes)


def figures(before: Snapshot, after: Snapshot, burst: Burst) -> dict[str, Any]:
    """Return dollars per million files, by service, beside two other ways to run the same files."""
    usage = _per_file(before, after, burst)
    lines = _per_million(usage)
    batch = len(burst.keys) / max(1, (after.actions - before.actions)["states:StartExecution"])
    alone = _per_million(_alone(usage, batch))
    bare = {name: dollars for name, dollars in lines.items() if name != "Step Functions"}
    return {
        "usd_per_million": sum(lines.values()),
        "orchestration_usd_per_million": orchestration(lines),
        "usd_per_million_by_service": lines,
        "usd_per_million_one_execution_per_file": sum(alone.values()),
        "usd_per_million_queue_and_function_alone": sum(bare.values()),
        "files_per_execution": batch,
        "usage_per_file": asdict(usage),
        "prices_as_of": prices.AS_OF,
    }


def _per_file(before: Snapshot, after: Snapshot, burst: Burst) -> Usage:
    actions = after.actions - before.actions
    seconds, invocations = after.seconds - before.seconds, after.invocations - before.invocations
    others = seconds.total() - seconds["dispatch"], invocations.total() - invocations["dispatch"]
    counted = Usage(
        transitions=after.transitions - before.transitions,
        dispatch_gb_seconds=whole_core(seconds["dispatch"]),
        dispatch_requests=invocations["dispatch"],
        queue_requests=sum(count for name, count in actions.items() if name.startswith("sqs:")),
        processor_gb_seconds=whole_core(others[0]),
        processor_requests=others[1],
        writes=actions["dynamodb:UpdateItem"],  # a unit each; what is larger is added below
        reads=actions["dynamodb:GetItem"] + actions["dynamodb:Query"],
        puts=actions["s3:PutObject"],
        gets=actions["s3:GetObject"],
        publishes=actions["sns:Publish"],
        log_bytes=after.log_bytes - before.log_bytes,
        traces=invocations.total() * TRACED,
    ).times(1 / len(burst.keys))
    # EventBridge sends each arrival on its own; the outcome and its announcement write the whole item.
    larger = sum(_units(item) - 1 for item in burst.items) / len(burst.keys)
    arrival = Usage(events=1, queue_requests=1 + 2 / RECEIVED_AT_ONCE, writes=2 * larger + INDEX_WRITES)
    return counted.plus(arrival)


def _alone(usage: Usage, batch: float) -> Usage:
    """Return the usage if each file had an execution of its own."""
    return usage.plus(Usage(transitions=usage.transitions * (batch - 1)))


def _per_million(usage: Usage) -> dict[str, float]:
    return dict(bill(usage.times(MILLION)))


def _units(item: Item) -> int:
    """Return the write units of an item; as text it is a little larger than DynamoDB counts."""
    serialize = TypeSerializer().serialize
    return -(-len(str({name: serialize(value) for name, value in item.items()})) // UNIT)


def _transitions(site: Site) -> int:
    """Count the states that executions entered."""
    states = site.client("stepfunctions")
    pages = states.get_paginator("list_executions")
    arn = site.outputs["ProcessBatchStateMachineArn"]
    entered = 0
    for page in pages.paginate(stateMachineArn=arn):
        for execution in page["executions"]:
            history = states.get_paginator("get_execution_history")
            for part in history.paginate(executionArn=execution["executionArn"]):
                entered += sum(event["type"].endswith("StateEntered") for event in part["events"])
    return entered
