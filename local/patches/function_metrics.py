"""
Every invocation is counted in AWS/Lambda, whoever invokes.

Stock: only invocations through the public API are; those of event sources and state machines are not.
AWS: Invocations, Errors and Duration come with each invocation, Throttles with each that is refused.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from typing import Any

from ministack.services import cloudwatch, lambda_svc

from local.patches.replacing import UnexpectedEmulatorError, wrap


def apply() -> None:
    """Count where each invocation's log is written, and no longer where the API answers."""
    if not hasattr(cloudwatch, "record_metric"):
        raise UnexpectedEmulatorError("cloudwatch has no record_metric")
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
        dimensions = {"FunctionName": (func.get("config") or func).get("FunctionName", "unknown")}
        counts = {"Invocations": 1, "Errors": int(error), "Throttles": 0}
        for name, value in counts.items():
            cloudwatch.record_metric("AWS/Lambda", name, value, "Count", dimensions)
        cloudwatch.record_metric("AWS/Lambda", "Duration", duration_ms, "Milliseconds", dimensions)

    return emit_and_count
