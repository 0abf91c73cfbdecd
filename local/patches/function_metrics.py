"""
Every invocation is counted in AWS/Lambda, whoever invokes, for the function, its alias and its version.

Stock: only invocations through the public API are, for the function alone; those of event sources and
state machines are not.
AWS: Invocations, Errors and Duration come with each invocation, Throttles with each that is refused; they
bear the time at which the invocation began. `Resource` names the alias or version that was invoked, and
`ExecutedVersion` the version behind an alias that has weights.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
"""

import time
from collections.abc import Iterator
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from local.patches.replacing import UnexpectedEmulatorError, wrap
from local.patches.weighted_aliases import weights_of

PARTS_OF_QUALIFIED_ARN = 8


def apply() -> None:
    """Count where each invocation's log is written, and no longer where the API answers."""
    if not hasattr(cloudwatch, "_metric_bucket") or not hasattr(cloudwatch, "_dims_key"):
        raise UnexpectedEmulatorError("cloudwatch has no _metric_bucket, or no _dims_key")
    wrap(lambda_svc, "_emit_lambda_metrics", _only_throttles)
    wrap(lambda_svc, "_emit_lambda_logs", _and_count)


def _only_throttles(emit: Any) -> Any:
    def emit_throttles(name: str, duration_ms: float, *, error: bool, throttle: bool) -> None:
        if throttle:
            emit(name, duration_ms, error=error, throttle=throttle)

    return emit_throttles


def _and_count(emit: Any) -> Any:
    def emit_and_count(func: Any, request_id: str, log: str, *measured: Any, **named: Any) -> None:
        emit(func, request_id, log, *measured, **named)
        error, duration_ms = measured
        began = time.time() - duration_ms / 1000
        counts = {"Invocations": 1, "Errors": int(error), "Throttles": 0}
        for dimensions in _dimensions(func.get("config") or func):
            for name, value in counts.items():
                _record(name, value, "Count", dimensions, began)
            _record("Duration", duration_ms, "Milliseconds", dimensions, began)

    return emit_and_count


def _dimensions(config: dict[str, Any]) -> Iterator[dict[str, str]]:
    function = config.get("FunctionName", "unknown")
    yield {"FunctionName": function}
    parts = str(config.get("FunctionArn", "")).split(":")
    if len(parts) != PARTS_OF_QUALIFIED_ARN:
        return
    resource = {"FunctionName": function, "Resource": f"{function}:{parts[-1]}"}
    yield resource
    alias = (lambda_svc._functions.get(function) or {}).get("aliases", {}).get(parts[-1])
    if alias and weights_of(alias):
        yield resource | {"ExecutedVersion": str(config["Version"])}


def _record(name: str, value: float, unit: str, dimensions: dict[str, str], began: float) -> None:
    bucket = cloudwatch._metric_bucket(("AWS/Lambda", name, cloudwatch._dims_key(dimensions)))
    bucket.append({"Timestamp": began, "Value": float(value), "Unit": unit, "Dimensions": dimensions})
