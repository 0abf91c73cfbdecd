"""A sweep that the stack does alone, as Step Functions knows it."""

import json
from typing import Any


def sweep_of(states: Any, execution: str) -> dict[str, Any]:
    """Return how far an execution is: its state, its parts, and once it ended what it counted."""
    found = states.describe_execution(executionArn=execution)
    output = json.loads(found.get("output") or "{}")
    return {
        "execution": execution,
        "started_at": found["startDate"].isoformat(),
        "state": found["status"].lower(),
        "parts": _parts(states, execution),
        "counts": output.get("counts", {}),
        "report": output.get("report", ""),
        "asked": json.loads(found.get("input") or "{}"),
    }


def _parts(states: Any, execution: str) -> str:
    runs = states.list_map_runs(executionArn=execution)["mapRuns"]
    if not runs:
        return ""
    counts = states.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    return f"{counts['succeeded']} of {counts['total']}"
