"""Counts what a stack's functions did until a moment: calls, processor time, invocations, transitions."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local import call_log, processor_times
from local.home import Home
from tests.benchmarks.pipeline.site import Site

REPORT = re.compile(r"REPORT RequestId.*?Duration: ([\d.]+) ms.*Memory Size: (\d+) MB")
STEM = re.compile(r"([A-Z]\w*?)(?:Role|Function)\b")
BYTES_OF_A_LINE = 26  # that CloudWatch adds to each log event


@dataclass(frozen=True)
class Snapshot:
    """What was used until a moment; functions by their names in the template, without `Function`."""

    actions: Counter[tuple[str, str]]
    """Calls by function and action."""
    processor_seconds: Counter[str]
    seconds: Counter[str]
    invocations: Counter[str]
    memory: Mapping[str, int]
    """MiB."""
    transitions: int
    log_bytes: int

    def minus(self, before: "Snapshot") -> "Snapshot":
        """Return what was used since *before*."""
        return Snapshot(
            self.actions - before.actions,
            self.processor_seconds - before.processor_seconds,
            self.seconds - before.seconds,
            self.invocations - before.invocations,
            self.memory,
            self.transitions - before.transitions,
            self.log_bytes - before.log_bytes,
        )


def snapshot(home: Home, site: Site) -> Snapshot:
    """Read what the session wrote down, the functions' logs, and the executions' histories."""
    actions = Counter((_stem(call.role), call.action) for call in call_log.read(home.call_log))
    processor_seconds = Counter[str]()
    for each in processor_times.read(home.processor_times):
        processor_seconds[_stem(each.function)] += each.processor_seconds
    seconds, invocations, memory, log_bytes = Counter[str](), Counter[str](), dict[str, int](), 0
    for name, message in site.log_lines():
        log_bytes += len(message.encode()) + BYTES_OF_A_LINE
        if report := REPORT.search(message):
            seconds[name] += float(report[1]) / 1000
            invocations[name] += 1
            memory[name] = int(report[2])
    return Snapshot(actions, processor_seconds, seconds, invocations, memory, _transitions(site), log_bytes)


def _stem(name: str) -> str:
    """Return `ProfileCsv` for `sluice-ProfileCsvRole-1A2B` and `sluice-ProfileCsvFunction-1A2B`."""
    found = STEM.search(name)
    return found[1] if found else name


def _transitions(site: Site) -> int:
    """Count the states that executions entered; without a fault there is no retry, which would count too."""
    states: Any = site.client("stepfunctions")
    entered = 0
    for page in states.get_paginator("list_executions").paginate(
        stateMachineArn=site.outputs["ProcessBatchStateMachineArn"]
    ):
        for execution in page["executions"]:
            history = states.get_paginator("get_execution_history")
            for part in history.paginate(executionArn=execution["executionArn"]):
                entered += sum(event["type"].endswith("StateEntered") for event in part["events"])
    return entered
